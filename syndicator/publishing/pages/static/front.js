// Filters the stories of this page as one types, and by source. Without it there are the sources' own pages.
"use strict";
(() => {
  const box = document.querySelector(".filter");
  if (!box) return;
  const words = box.querySelector("input");
  const from = box.querySelector("select");
  const status = box.querySelector("[role=status]");
  const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
  const stories = [...document.querySelectorAll(".story")].map((item) => {
    const source = item.closest(".source");
    const name = source.querySelector("h3")?.textContent ?? "";
    return { item, source: source.dataset.source, text: plain(`${name} ${item.textContent}`) };
  });

  const filter = () => {
    const sought = plain(words.value).split(/\s+/).filter(Boolean);
    const source = from?.value;
    let shown = 0;
    for (const story of stories) {
      const fits = (!source || story.source === source) && sought.every((word) => story.text.includes(word));
      story.item.hidden = !fits;
      shown += fits;
    }
    for (const group of document.querySelectorAll(".source, .day")) {
      group.hidden = !group.querySelector(".story:not([hidden])");
    }
    const isFiltered = sought.length > 0 || source;
    status.textContent = !isFiltered ? "" : shown ? `${shown} / ${stories.length}` : status.dataset.none;
  };
  words.addEventListener("input", filter);
  from?.addEventListener("change", filter);
  box.hidden = false;
  filter(); // a browser going back fills the fields in again
})();
