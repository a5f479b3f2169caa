// The bar of actions on a list: counts what is chosen, and ticks the rows that a choice means. The page works without.
"use strict";

each("#bulk", (bar) => {
  const boxes = [...document.querySelectorAll("input[name=id][form=bulk]")];
  const told = bar.querySelector("[data-chosen]");
  const actions = bar.querySelector("[data-actions]");
  const which = bar.elements.which;

  const words = (ticked) => {
    if (which.value === "matching") return bar.dataset.all;
    if (ticked < 2) return ticked ? bar.dataset.one : bar.dataset.none;
    return bar.dataset.some.replace("{count}", ticked);
  };

  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const said = words(ticked);
    if (told.textContent !== said) told.textContent = said; // said aloud only when it has changed
    actions.hidden = !ticked;
  };

  let ticking = false;
  const tick = (all) => {
    ticking = true;
    for (const box of boxes.filter((one) => one.checked !== all)) {
      box.checked = all;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    ticking = false;
  };

  which.forEach((choice) => choice.addEventListener("change", () => {
    tick(which.value !== "ticked");
    count();
  }));
  boxes.forEach((box) => box.addEventListener("change", () => {
    if (ticking) return;
    which.value = "ticked";
    count();
  }));
  addEventListener("pageshow", count); // the browser may have kept the boxes
});
