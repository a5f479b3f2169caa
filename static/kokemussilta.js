// Small helps for the console. Every page works without them.
"use strict";

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-toggle]");
  if (toggle) {
    const open = document.getElementById(toggle.dataset.toggle).classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  if (event.target.closest("[data-theme-switch]")) {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = root.dataset.bsTheme = dark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
  }
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
  else event.target.dataset.sent = "1";
});

// Names for a field that points to another record, while one types.
for (const field of document.querySelectorAll("[data-lookup]")) {
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(`${field.dataset.lookup}?q=${encodeURIComponent(field.value)}`);
      if (!answer.ok) return;
      const { rows } = await answer.json();
      field.list.replaceChildren(...rows.map((row) => Object.assign(document.createElement("option"), { value: row.text })));
    }, 200);
  });
}

// Leaving a page with unsaved words asks first.
for (const form of document.querySelectorAll("form[data-guard]")) {
  form.addEventListener("input", () => { form.dataset.changed = "1"; });
  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.changed && !form.dataset.sent) event.preventDefault();
  });
}

document.querySelector("[data-take-focus]")?.focus();
