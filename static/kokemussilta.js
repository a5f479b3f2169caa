// Small helps for the console. Every page works without them.
"use strict";

const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// Light or dark: kept in a cookie, so that the next page comes in the right one at once.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
});

// The menu and the reader's own panel open over a narrow page; the browser closes them and gives the focus back.
each("[popover]", (panel) => {
  panel.addEventListener("toggle", (event) => {
    if (event.newState === "open") (panel.querySelector("[aria-current]") ?? panel.querySelector("a, button"))?.focus();
  });
  matchMedia("(min-width: 60.01rem)").addEventListener("change", () => {
    if (panel.matches(":popover-open")) panel.hidePopover();
  });
});
const here = document.querySelector(".side [aria-current]");
if (here && here.getBoundingClientRect().bottom > innerHeight) here.scrollIntoView({ block: "center" });

// What folds out over the page closes on Escape and on a click elsewhere.
function closeMenus(except) {
  each("details.more[open]", (menu) => { if (menu !== except) menu.open = false; });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.more")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.more[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The filter panel stays as it was left, page by page.
each("details[data-keep]", (panel) => {
  const key = `open:${location.pathname}:${panel.dataset.keep}`;
  if (sessionStorage.getItem(key)) panel.open = true;
  panel.addEventListener("toggle", () => { panel.open ? sessionStorage.setItem(key, "1") : sessionStorage.removeItem(key); });
});

// A question before what cannot be undone; a second press in a hurry does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = form.dataset.confirm;
  if (form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.dataset.sent || (question && !window.confirm(question))) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => { delete form.dataset.sent; }, 3000); // the answer may be a file, and the page stays
});

// Leaving a page with unsaved words asks first.
each("form[data-guard]", (form) => {
  form.addEventListener("input", () => { form.dataset.changed = "1"; });
  addEventListener("beforeunload", (event) => {
    if (form.dataset.changed && !form.dataset.sent) event.preventDefault();
  });
});

// Names for a field that points to another record: offered while one types, completed on leaving when only one fits.
const chosen = (field) => /(?:^|#)\d+$/.test(field.value.trim());

async function offer(field) {
  field.asking?.abort();
  field.asking = new AbortController();
  try {
    const words = encodeURIComponent(field.value.trim());
    const answer = await fetch(`${field.dataset.lookup}?q=${words}`, { signal: field.asking.signal });
    if (!answer.ok) return [];
    const names = (await answer.json()).rows.map((row) => row.text);
    field.list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    return names;
  } catch {
    return []; // no names to offer: what is typed is still sent as it stands
  }
}

async function complete(field) {
  clearTimeout(field.waiting);
  const typed = field.value.trim();
  if (!typed || chosen(field)) return;
  const names = await offer(field);
  const fits = names.length === 1 && names[0].toLowerCase().includes(typed.toLowerCase());
  if (fits && field.value.trim() === typed) field.value = names[0];
}

function refuse(field) {
  field.setCustomValidity(field.dataset.refusal);
  field.reportValidity();
}

function offersNames(field) {
  field.addEventListener("focus", () => { if (!field.list.options.length) offer(field); });
  field.addEventListener("input", () => {
    field.setCustomValidity("");
    clearTimeout(field.waiting);
    if (!chosen(field)) field.waiting = setTimeout(offer, 150, field);
  });
  field.addEventListener("change", () => complete(field));
}
each("[data-lookup]", offersNames);

// A filter by a record waits until the record is known; words that name none would show every row.
async function waitsForRecords(event) {
  const form = event.target;
  const unknown = [...form.querySelectorAll("[data-lookup]")].filter((field) => field.value.trim() && !chosen(field));
  if (!unknown.length) return;
  event.preventDefault();
  await Promise.all(unknown.map(complete));
  const lost = unknown.find((field) => !chosen(field));
  if (lost) refuse(lost);
  else form.requestSubmit();
}

// The address of a filtered list: of a record the number alone, and nothing that was left empty.
function shortens({ target, formData }) {
  const records = new Set([...target.querySelectorAll("[data-lookup]")].map((field) => field.name));
  const typed = [...formData];
  typed.forEach(([name]) => formData.delete(name));
  for (const [name, value] of typed) {
    const number = records.has(name) && /#(\d+)$/.exec(value);
    if (value) formData.append(name, number ? number[1] : value);
  }
}

function sendsShort(form) {
  form.addEventListener("submit", waitsForRecords);
  form.addEventListener("formdata", shortens);
}
each("form[data-short]", sendsShort);

// Several records, one a line: a field that finds them by name and adds the line.
function addsLines(adder) {
  const lines = document.getElementById(adder.dataset.addsTo);
  const field = adder.querySelector("input");
  adder.hidden = false;
  const add = async () => {
    await complete(field);
    const name = field.value.trim();
    if (!name) return;
    if (!chosen(field)) {
      refuse(field);
      return;
    }
    const there = lines.value.split("\n").map((line) => line.trim()).filter(Boolean);
    lines.value = [...new Set([...there, name])].join("\n");
    lines.dispatchEvent(new Event("input", { bubbles: true }));
    field.value = "";
    field.focus();
  };
  adder.querySelector("button").addEventListener("click", add);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
}
each("[data-adds-to]", addsLines);

document.querySelector("[data-take-focus]")?.focus();
