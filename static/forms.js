// Helps for forms: drafts, choosing between two saves, a new record made from a field. Forms work without them.

// What is typed is kept as a draft every few seconds, and when the page goes out of sight.
const BETWEEN_DRAFTS = 3000;

function keepsDraft(form) {
  const state = form.querySelector("[data-draft-state]");
  let waiting = null;
  let sending = null;

  async function keep(more = {}) {
    clearTimeout(waiting);
    waiting = null;
    const typed = new FormData(form);
    for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name); // no file is kept in a draft
    typed.set("draft-path", location.pathname + location.search);
    sending = new AbortController();
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: typed, signal: sending.signal, ...more });
      if (answer.ok) state.textContent = state.dataset.kept.replace("{time}", (await answer.json()).at);
      else if (answer.status !== 409) state.textContent = state.dataset.lost;
    } catch (error) {
      if (error.name !== "AbortError") state.textContent = state.dataset.lost;
    }
  }

  form.addEventListener("input", () => { waiting ??= setTimeout(keep, BETWEEN_DRAFTS); });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    waiting = null;
    sending?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting !== null) keep({ keepalive: true });
  });
}
each("form[data-draft]:not([data-draft-waits])", keepsDraft);

// Where two people differ, whoever types chooses their own.
each("[data-meeting]", (row) => row.querySelector(".mine").addEventListener("input", (event) => {
  const mine = row.querySelector("input[type=radio][value=mine]");
  if (mine && event.target !== mine) mine.checked = true;
}));

// Copying what was typed for a record that is not there any more, or what is shown this once.
each("[data-copies]", (button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies);
    text.select();
    if (navigator.clipboard) await navigator.clipboard.writeText(text.value).catch(() => {});
    else document.execCommand("copy");
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.done;
  });
});

// A phone's camera gives one photo at a time: after each there is room for another.
each(".shots input", function takesAnother(shot) {
  shot.addEventListener("change", () => {
    const following = shot.nextElementSibling;
    if (!shot.files.length || following) return;
    const next = shot.cloneNode();
    next.value = "";
    next.id = `${shot.id}-next`;
    next.setAttribute("aria-label", shot.dataset.another);
    shot.after(next);
    takesAnother(next);
  });
});

// A new record for a field: its form comes into a dialog, and the field gets the record when it is saved.
function give(field, { id, name }) {
  let next = field;
  if (field.matches("select")) field.append(new Option(name, id, true, true));
  else if (field.matches("fieldset")) next = checked(field, id, name);
  else if (field.matches("textarea")) field.value = [field.value.trim(), `${name} #${id}`].filter(Boolean).join("\n");
  else field.value = `${name} #${id}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  next.focus();
}

function checked(group, id, name) {
  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: group.id, value: id, checked: true });
  const label = Object.assign(document.createElement("label"), { className: "check" });
  label.append(box, ` ${name}`);
  const boxes = group.querySelector(".checks");
  boxes.querySelector("span.soft")?.remove();
  boxes.append(label);
  return box;
}

async function formAt(address) {
  const answer = await fetch(address);
  return answer.ok && !answer.redirected ? formIn(await answer.text()) : null;
}

function formIn(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector("[data-dialog-form]");
}

function show(dialog, form) {
  dialog.replaceChildren(form);
  form.querySelectorAll("[data-lookup]").forEach(offersNames);
  form.querySelectorAll("[data-adds-to]").forEach(addsLines);
  form.querySelector("[data-close]").addEventListener("click", () => leave(dialog));
  (form.querySelector("[data-take-focus]") ?? form.querySelector("h2")).focus();
}

function leave(dialog) {
  const form = dialog.querySelector("form");
  if (!form.dataset.changed || confirm(form.dataset.leave)) dialog.close();
}

async function save(dialog, field) {
  const form = dialog.querySelector("form");
  try {
    if (form.dataset.failed) { // the session may be another one by now
      form.elements.csrf_token.value = (await formAt(form.action)).elements.csrf_token.value;
    }
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (answer.ok) {
      dialog.close("made");
      give(field, await answer.json());
      return;
    }
    const again = formIn(await answer.text());
    if (!again) throw new Error(answer.status);
    again.dataset.changed = "1";
    show(dialog, again);
  } catch {
    form.dataset.failed = "1";
    delete form.dataset.sent;
    const note = form.querySelector("[data-failure]");
    note.hidden = false;
    note.focus();
  }
}

async function make(link) {
  const address = new URL(link.href);
  address.searchParams.set("fragment", "1");
  const form = await formAt(address).catch(() => null);
  if (!form) {
    open(link.href, "_blank", "noopener");
    return;
  }
  const dialog = Object.assign(document.createElement("dialog"), { className: "card over" });
  dialog.setAttribute("aria-labelledby", "dialog-heading");
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (!dialog.returnValue) link.focus();
  });
  dialog.addEventListener("input", () => { dialog.querySelector("form").dataset.changed = "1"; });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(dialog); });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    save(dialog, document.getElementById(link.dataset.makesFor));
  });
  dialog.showModal();
  show(dialog, form);
}

each("[data-makes-for]", (link) => link.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  make(link);
}));
