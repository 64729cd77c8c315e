// Alerts: open and close, preview and apply, edit, dismiss, undo; by hand and by key.
import { ask, busy, clearProblems, keys, list, post, Refused, showProblems, toast, toastAfterReload } from "./app.js";
import { asNew, merged, oneLine, valueOf, valuesOf } from "./record.js";

const applyDialog = document.getElementById("apply");
const dismissDialog = document.getElementById("dismiss");
const rows = list("[data-alert]", (alert) => toggleOf(alert).focus({ preventScroll: true }));
let chosen = null; // what the dialog is about: {alert, edited}

const toggleOf = (alert) => alert.querySelector(".alert-toggle");
const bodyOf = (alert) => document.getElementById(toggleOf(alert).getAttribute("aria-controls"));
const button = (alert, name) => alert.querySelector(`[data-do="${name}"]`);

function setOpen(alert, open) {
  toggleOf(alert).setAttribute("aria-expanded", String(open));
  bodyOf(alert).hidden = !open;
}

const isOpen = (alert) => toggleOf(alert).getAttribute("aria-expanded") === "true";

/** What staff wrote in place of the suggestion, as the server takes it; undefined when nothing was edited. */
function editedOf(alert) {
  const form = alert.querySelector("[data-edit]");
  if (!form || form.hidden) return undefined;
  if (form.dataset.shape === "record") return JSON.stringify(merged(JSON.parse(form.querySelector("[data-record]").value), valuesOf(form)));
  if (form.dataset.shape === "field") return asNew(valueOf(form.querySelector("[data-field]")));
  return oneLine(form.querySelector("textarea").value);
}

async function preview(alert) {
  chosen = { alert, edited: editedOf(alert) };
  const place = applyDialog.querySelector("[data-preview]");
  const confirm = applyDialog.querySelector("[data-confirm]");
  place.innerHTML = '<div class="state loading" role="status"><span class="spinner" aria-hidden="true"></span>Checking the change …</div>';
  confirm.disabled = true;
  applyDialog.showModal();
  const about = chosen;
  try {
    const html = await fragment(`/alerts/${alert.dataset.alert}/preview`, about.edited);
    if (about !== chosen) return;
    place.innerHTML = html; // a piece of a page, escaped by the server
    confirm.disabled = place.querySelector(".notice.harm") !== null || place.querySelector("[data-edit-shown]") === null;
    if (!confirm.disabled) confirm.focus();
  } catch (error) {
    if (about === chosen) refusedInDialog(error);
  }
}

/** Say in the dialog why it cannot be applied: a toast would lie behind it. */
function refusedInDialog(error) {
  if (!(error instanceof Refused)) throw error;
  const words = document.createElement("p");
  words.className = "notice harm";
  words.setAttribute("role", "alert");
  words.textContent = error.message;
  applyDialog.querySelector("[data-preview]").replaceChildren(words);
  applyDialog.querySelector("[data-confirm]").disabled = true;
}

async function fragment(url, edited) {
  return ask("POST", url, edited === undefined ? {} : { new: edited }, "text");
}

async function apply() {
  const { alert, edited } = chosen;
  const confirm = applyDialog.querySelector("[data-confirm]");
  if (confirm.disabled) return;
  await busy(confirm, async () => {
    let answer;
    try {
      answer = await post(`/suggestions/${alert.dataset.alert}/apply`, edited === undefined ? {} : { new: edited });
    } catch (error) {
      refusedInDialog(error);
      return;
    }
    const away = answer.applied.live === "service-away";
    chosen = null;
    applyDialog.close();
    done(alert, "Applied", away ? "Applied. The phone is not reachable; it takes the change when it is back." : "Applied. The phone goes by it now.");
  });
}

/** The alert is dealt with: say so, offer to undo it, and go on to the next one. */
function done(alert, state, words) {
  alert.dataset.state = state.toLowerCase();
  setOpen(alert, false);
  alert.querySelector(".actions").replaceChildren();
  alert.querySelector("[data-edit]")?.remove();
  const mark = document.createElement("span");
  mark.className = "badge good";
  mark.textContent = state;
  toggleOf(alert).querySelector(".chevron").before(mark);
  toast(words, { action: { label: "Undo", run: () => undo(alert) } });
  const all = rows.all();
  const next = all.slice(all.indexOf(alert) + 1).find((one) => one.dataset.state === "open");
  if (next) {
    rows.set(next);
    setOpen(next, true);
    requestAnimationFrame(() => toggleOf(next).focus({ preventScroll: true })); // after the dialog gave the focus back
  }
}

async function undo(alert) {
  try {
    await post(`/suggestions/${alert.dataset.alert}/undo`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, { harm: true });
    return;
  }
  toastAfterReload("Undone. What stood there before stands there again.");
  location.reload();
}

function dismiss(alert) {
  chosen = { alert };
  const form = dismissDialog.querySelector("form");
  form.reset();
  clearProblems(form);
  dismissDialog.showModal();
  form.elements.reason.focus();
}

dismissDialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const { alert } = chosen;
  try {
    await post(`/suggestions/${alert.dataset.alert}/dismiss`, { reason: form.elements.reason.value.trim() });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showProblems(form, error);
    return;
  }
  chosen = null;
  dismissDialog.close();
  done(alert, "Dismissed", "Dismissed.");
});

for (const reason of dismissDialog.querySelectorAll("[data-reason]")) {
  reason.addEventListener("click", () => {
    const input = dismissDialog.querySelector("form").elements.reason;
    input.value = reason.dataset.reason;
    input.focus();
  });
}
for (const dialog of [applyDialog, dismissDialog]) {
  for (const close of dialog.querySelectorAll("[data-close]")) close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => { if (chosen) toggleOf(chosen.alert).focus({ preventScroll: true }); });
}
applyDialog.querySelector("[data-confirm]").addEventListener("click", apply);

function edit(alert) {
  const form = alert.querySelector("[data-edit]");
  if (!form) return;
  setOpen(alert, true);
  form.hidden = false;
  (form.querySelector('[data-field="answer"] textarea') || form.querySelector("input, select, textarea")).focus();
}

const ACTIONS = {
  apply: preview,
  edit,
  dismiss,
  undo,
  unedit: (alert) => { alert.querySelector("[data-edit]").hidden = true; },
};

for (const alert of document.querySelectorAll("[data-alert]")) {
  toggleOf(alert).addEventListener("click", () => { setOpen(alert, !isOpen(alert)); rows.set(alert); });
  alert.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (!pressed) return;
    rows.set(alert);
    ACTIONS[pressed.dataset.do](alert);
  });
  alert.querySelector("[data-edit]")?.addEventListener("submit", (event) => { event.preventDefault(); preview(alert); });
}

/** What a key does to the chosen alert: what its button does; in a draft, that is sent and edited by its form. */
const onHere = (name) => () => {
  const alert = rows.here() || rows.all()[0];
  if (!alert) return;
  const form = alert.querySelector("form.draft");
  if (!button(alert, name) && !form) return;
  rows.set(alert);
  setOpen(alert, true);
  if (form && name === "apply") form.requestSubmit();
  else if (button(alert, name) || name === "edit") ACTIONS[name](alert);
};
keys({ Enter: () => { const alert = rows.here(); if (alert) setOpen(alert, !isOpen(alert)); }, a: onHere("apply"), e: onHere("edit"), d: onHere("dismiss"), u: onHere("undo") });

const linked = location.hash ? document.getElementById(location.hash.slice(1)) : null;
if (linked?.matches("[data-alert]")) { setOpen(linked, true); rows.set(linked); linked.scrollIntoView(); }
