// Keeps the numbers of the status page true while it is open. Without it the page shows them as they were.
"use strict";
(() => {
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const note = document.getElementById("live");
  const source = new EventSource("events");
  source.addEventListener("message", (event) => {
    const values = JSON.parse(event.data);
    for (const place of document.querySelectorAll("[data-live]")) {
      const text = numbers.format(values[place.dataset.live]);
      if (place.textContent !== text) place.textContent = text;
    }
    note.hidden = false;
  });
  source.addEventListener("error", () => { note.hidden = true; });
  addEventListener("pagehide", () => source.close());
})();
