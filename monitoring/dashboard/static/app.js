// What every page has: asking the server (with the session's CSRF token), toasts, the theme, keys, forms that send JSON.
// Pages import from here: post, ask, toast, busy, keys, list, showProblems.

/** What the server refused: a code, and a message fit to show. `field` names the input that it is about, if one. */
export class Refused extends Error {
  constructor(status, answer) {
    super(answer.message || "That did not work.");
    this.status = status;
    this.code = answer.code || "failed";
    this.field = answer.field || null;
    this.answer = answer;
  }
}

/** Ask the server for JSON (or, with "text", a piece of a page). Throws Refused; a session that has ended leads to the
 *  log-in page. */
export async function ask(method, url, body, as = "json") {
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "same-origin", redirect: "manual" });
  } catch {
    throw new Refused(0, { code: "unreachable", message: "The dashboard does not answer. Is it running, and are you connected?" });
  }
  if (response.status === 401 || response.type === "opaqueredirect") {
    location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
    throw new Refused(401, { code: "logged-off", message: "You were logged off. Please log in again." });
  }
  if (response.ok && as === "text") return response.text();
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

export const post = (url, body = {}) => ask("POST", url, body);

/** Say something at the lower edge. `action`: {label, run} adds a button, as for Undo. */
export function toast(text, { harm = false, action = null, seconds = action ? 12 : 6 } = {}) {
  const box = document.createElement("div");
  box.className = harm ? "toast harm" : "toast";
  if (harm) box.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = action ? action.label : "Close";
  button.addEventListener("click", () => { box.remove(); if (action) action.run(); });
  box.append(button);
  document.getElementById("toasts").append(box);
  if (!harm) setTimeout(() => box.remove(), seconds * 1000);
  return box;
}

/** A toast that stands on the page that is loaded next. */
export function toastAfterReload(text) {
  try { sessionStorage.setItem("toast", text); } catch { /* storage is off: the page itself shows what changed */ }
}

/** Run something for a button: busy meanwhile, one at a time, and a refusal is told. Returns undefined when refused. */
export async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return undefined;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    toast(error.message, { harm: true });
    return undefined;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

// -- keys -------------------------------------------------------------------------------------------------------------

const bound = new Map();

/** Bind keys of this page: {j: fn, "Enter": fn}. Not while somebody types, holds a modifier or has a dialog open. */
export function keys(map) {
  for (const [key, run] of Object.entries(map)) bound.set(key, run);
}

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]") !== null;
const PLACES = { t: "/", a: "/alerts", c: "/calls", u: "/unanswered", f: "/facts", s: "/settings" };
let going = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (going && Date.now() - going < 1500 && PLACES[event.key]) { going = 0; location.assign(PLACES[event.key]); return; }
  going = 0;
  const onControl = event.target.closest?.("button, a, summary") && (event.key === "Enter" || event.key === " ");
  const run = onControl ? null : bound.get(event.key);
  if (run) { event.preventDefault(); run(event); return; }
  if (event.key === "?") { event.preventDefault(); document.getElementById("help").showModal(); }
  if (event.key === "g") going = Date.now();
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
});

/** j and k over elements; returns {here(), go(step), set(element)}. `onMove(element)` is called for the new one. */
export function list(selector, onMove = null) {
  const all = () => [...document.querySelectorAll(selector)].filter((one) => !one.hidden);
  const here = () => document.querySelector(`${selector}[data-here]`);
  const set = (element) => {
    here()?.removeAttribute("data-here");
    if (!element) return;
    element.setAttribute("data-here", "");
    element.scrollIntoView({ block: "nearest" });
    onMove?.(element);
  };
  const go = (step) => {
    const rows = all();
    const at = rows.indexOf(here());
    set(rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))]);
  };
  keys({ j: () => go(1), k: () => go(-1) });
  return { all, here, go, set };
}

// -- forms ------------------------------------------------------------------------------------------------------------

/** Show what the server refused at the field that it names, else as a toast. */
export function showProblems(form, error) {
  clearProblems(form);
  const name = (error.field || "").split(".")[0]; // a list's problem names its place too: languages.0
  const field = name && form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const place = field?.querySelector("[data-error]") || form.querySelector("[data-form-error]");
  if (!place) { toast(error.message, { harm: true }); return; }
  place.textContent = field ? aboutTheField(error) : error.message;
  place.hidden = false;
  const input = field?.querySelector("input, select, textarea");
  if (input) {
    input.setAttribute("aria-invalid", "true");
    if (!input.closest("[aria-describedby]")) input.setAttribute("aria-describedby", place.id);
    input.focus();
  }
}

/** The loader names file, line and field before its problem: at the field itself the problem is enough. */
function aboutTheField(error) {
  const problem = error.message.split(`, ${error.field}: `).pop();
  return problem.charAt(0).toUpperCase() + problem.slice(1) + (/[.?!]$/.test(problem) ? "" : ".");
}

export function clearProblems(form) {
  for (const one of form.querySelectorAll("[data-error], [data-form-error]")) { one.hidden = true; one.textContent = ""; }
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

// -- the frame --------------------------------------------------------------------------------------------------------

const THEMES = { "": "system", light: "light", dark: "dark" };
const ORDER = ["", "light", "dark"];

function themeButton() {
  const button = document.querySelector("[data-theme-toggle]");
  if (!button) return;
  const root = document.documentElement;
  const show = () => {
    const name = THEMES[root.dataset.theme || ""];
    button.querySelector("span").textContent = `Theme: ${name}`;
  };
  button.addEventListener("click", () => {
    const next = ORDER[(ORDER.indexOf(root.dataset.theme || "") + 1) % ORDER.length];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { localStorage.setItem("theme", next); } catch { /* storage is off: for this page only */ }
    show();
    document.dispatchEvent(new CustomEvent("themechange"));
  });
  show();
}

function menuButton() {
  const button = document.querySelector("[data-menu]");
  button?.addEventListener("click", () => {
    const open = document.getElementById("nav").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
}

themeButton();
menuButton();
document.querySelector("[data-help]")?.addEventListener("click", () => document.getElementById("help").showModal());
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", (event) => { if (event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit(); });
}
try {
  const text = sessionStorage.getItem("toast");
  if (text) { sessionStorage.removeItem("toast"); toast(text); }
} catch { /* storage is off */ }
