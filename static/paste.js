// Text that no field takes is refused as it is pasted or dropped: the browser would stand still laying it out.
"use strict";

const LONGEST_PASTE = 200000;
const tooLarge = Object.assign(document.createElement("p"), {
  className: "error", role: "alert", textContent: document.currentScript.dataset.tooLarge,
});

document.addEventListener("beforeinput", (event) => {
  tooLarge.remove();
  const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
  if (text.length <= LONGEST_PASTE) return;
  event.preventDefault();
  event.target.after(tooLarge);
});
