// Lights up a sentence on both sides, under the pointer or, step by step, with the arrow keys. Without it the page is whole.
"use strict";
(() => {
  const text = document.querySelector(".text");
  const both = document.getElementById("view-both");
  if (!text || !both) return;
  document.querySelector(".views .hint").hidden = false;
  const article = text.closest("article");
  const pieces = (number) => article.querySelectorAll(`[data-s="${number}"]`);
  let lit = null;

  const light = (number) => {
    if (number === lit) return;
    if (lit !== null) pieces(lit).forEach((piece) => piece.classList.remove("lit"));
    lit = number;
    if (lit !== null) pieces(lit).forEach((piece) => piece.classList.add("lit"));
  };
  const sentence = (target) => target.closest?.("[data-s]")?.dataset.s ?? null;
  article.addEventListener("pointerover", (event) => light(sentence(event.target)));
  article.addEventListener("pointerleave", () => light(null));
  article.addEventListener("focusin", (event) => light(sentence(event.target)));

  // One stop for the Tab key, moved by the arrows: a stop at each sentence would bury the links.
  const stops = [...text.querySelectorAll(".t [data-s]")].filter(
    (piece, place, all) => all.findIndex((other) => other.dataset.s === piece.dataset.s) === place,
  );
  let current = 0;
  const arrange = () => stops.forEach((stop, place) => {
    if (both.checked) stop.tabIndex = place === current ? 0 : -1;
    else stop.removeAttribute("tabindex");
  });
  document.querySelector(".views").addEventListener("change", () => { light(null); arrange(); });
  text.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !both.checked || !stops.includes(event.target)) return;
    current = Math.min(stops.length - 1, Math.max(0, stops.indexOf(event.target) + step));
    arrange();
    stops[current].focus();
    event.preventDefault();
  });
  arrange();
})();
