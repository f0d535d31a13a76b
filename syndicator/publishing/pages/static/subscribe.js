// Gives each address a button that copies it. Without it, the address stands there to be selected.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // Over plain http there is no clipboard: select the address, and the reader's own keys copy it.
      getSelection().selectAllChildren(button.parentElement.querySelector(".address"));
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  };
  button.addEventListener("click", copy);
  button.hidden = false;
}
