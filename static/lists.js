// Helps for list pages: filters that come when they are opened, choosing rows, the place kept. Pages work without them.
"use strict";

// The filters are fetched when their panel is first opened: most visits never do.
async function fetchFilters(panel) {
  if (panel.dataset.fetched || panel.querySelector("form")) return;
  panel.dataset.fetched = "1";
  try {
    const answer = await fetch(panel.dataset.panel);
    if (!answer.ok || answer.redirected) return; // the link to the same stands there
    const fetched = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form");
    if (!fetched) return;
    panel.querySelector(".loading").replaceWith(document.importNode(fetched, true));
    panel.querySelectorAll("[data-lookup]").forEach(offersNames);
    panel.querySelectorAll("form[data-short]").forEach(sendsShort);
  } catch {
    delete panel.dataset.fetched; // the link stays, and the next opening tries again
  }
}

each("details[data-panel]", (panel) => {
  panel.addEventListener("toggle", () => { if (panel.open) fetchFilters(panel); });
  if (panel.open) fetchFilters(panel);
});

// All rows of this page at once.
each("[data-mark-all]", (all) => {
  const boxes = [...document.querySelectorAll("input[name=id][form=bulk]")];
  const settle = () => {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  };
  all.addEventListener("change", () => {
    const changed = boxes.filter((box) => box.checked !== all.checked);
    changed.forEach((box) => { box.checked = !box.checked; });
    changed.forEach((box) => box.dispatchEvent(new Event("change", { bubbles: true })));
  });
  boxes.forEach((box) => box.addEventListener("change", settle));
  addEventListener("pageshow", settle); // the browser may have kept the boxes
});

// Columns move by their buttons without a page in between.
each("form[data-columns]", (form) => form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=up], button[name=down]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  const beside = button.name === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (beside) beside[button.name === "up" ? "before" : "after"](item);
  const other = item.querySelector(button.name === "up" ? "[name=down]" : "[name=up]");
  const atEnd = button.name === "up" ? !item.previousElementSibling : !item.nextElementSibling;
  (atEnd ? other : button).focus(); // at the end the button has nowhere to go and is not shown
}));

// Coming back to a list from one of its records, one stands where one was.
const rows = document.querySelector(".scroll.tall");
if (rows) {
  const place = `place:${location.pathname}${location.search}`;
  const from = document.referrer && new URL(document.referrer);
  const kept = sessionStorage.getItem(place);
  if (kept && from && from.origin === location.origin && from.pathname !== location.pathname
      && from.pathname.startsWith(location.pathname)) {
    const [page, down, across] = JSON.parse(kept);
    rows.scrollTo(across, down);
    scrollTo(0, page);
  }
  addEventListener("pagehide", () => {
    sessionStorage.setItem(place, JSON.stringify([scrollY, rows.scrollTop, rows.scrollLeft]));
  });
}
