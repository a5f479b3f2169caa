// Find anything from the box on top, and keys for what the page offers. Without this the box sends its form.
"use strict";

(() => {
  const box = document.querySelector("[data-find]");
  const list = document.getElementById("found");
  const told = document.querySelector("[data-found-count]");
  let asking = null;
  let waiting = 0;
  let at = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function element(name, words, given = {}) {
    return Object.assign(document.createElement(name), { textContent: words }, given);
  }

  function close() {
    list.hidden = true;
    at = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function mark(place) {
    const all = options();
    if (!all.length) return;
    at = (place + all.length) % all.length;
    all.forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    all[at].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", all[at].id);
  }

  function option(words, address, number, detail = "") {
    const link = element("a", words, { href: address, id: `found-${number}`, tabIndex: -1 });
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    if (detail) link.append(element("span", ` ${detail}`, { className: "small soft" }));
    return link;
  }

  function show(parts) {
    let number = 0;
    list.replaceChildren(...parts.map((part, place) => {
      const group = element("div", "");
      const heading = element("p", part.label, { id: `found-of-${place}` });
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", heading.id);
      heading.setAttribute("role", "presentation");
      group.append(heading, ...part.items.map((one) => option(one.text, one.address, number++, one.detail)));
      if (part.all_address) {
        const all = option(`${box.dataset.all}: ${part.label}`, part.all_address, number++);
        all.classList.add("soft");
        group.append(all);
      }
      return group;
    }));
    if (!parts.length) list.append(element("p", box.dataset.nothing));
    told.textContent = `${told.dataset.foundCount}: ${number}`;
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    at = -1;
    box.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const words = box.value.trim();
    asking?.abort();
    if (!words) {
      close();
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.form.action}?q=${encodeURIComponent(words)}`, {
        signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).parts);
    } catch {
      // nothing to offer: sending the form still answers
    }
  }

  const MOVES = { ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1) };

  function onKey(event) {
    if (MOVES[event.key] && !list.hidden) {
      event.preventDefault();
      MOVES[event.key]();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options()[at].click();
    } else if (event.key === "Escape") {
      if (list.hidden) box.blur();
      else close();
    }
  }

  if (box) {
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, 120);
    });
    box.addEventListener("keydown", onKey);
    box.addEventListener("focus", () => { if (box.value.trim()) ask(); });
    document.addEventListener("click", (event) => { if (!box.form.contains(event.target)) close(); });
    box.form.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !box.form.contains(event.relatedTarget)) close();
    });
  }

  // --- keys

  const keys = document.getElementById("keys");
  const single = keys?.querySelector("[data-single-keys]");
  const shown = (one) => one.checkVisibility ? one.checkVisibility() : one.offsetParent !== null;

  function openKeys() {
    const names = keys.querySelector("dl");
    names.querySelectorAll("[data-of-page]").forEach((one) => one.remove());
    document.querySelectorAll("[data-key]").forEach((one) => {
      if (!shown(one)) return;
      const key = element("dt", "");
      key.append(element("kbd", one.dataset.key));
      const words = element("dd", (one.getAttribute("aria-label") || one.placeholder || one.textContent).trim());
      for (const part of [key, words]) part.dataset.ofPage = "";
      names.append(key, words);
    });
    keys.showModal();
  }

  const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

  if (keys) {
    single.checked = localStorage.getItem("single-keys") !== "off";
    single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));
    const opener = document.querySelector("[data-keys]");
    opener.hidden = false;
    opener.addEventListener("click", openKeys);
    keys.addEventListener("click", (event) => { if (event.target === keys) keys.close(); });
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && box) {
      event.preventDefault();
      if (shown(box)) box.select();
      else location.assign(box.form.action);
      return;
    }
    if (!single?.checked || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      openKeys();
      return;
    }
    const chosen = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find(shown);
    if (!chosen) return;
    event.preventDefault();
    if (chosen.matches("input")) chosen.select();
    else chosen.click();
  });
})();
