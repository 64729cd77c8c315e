// Settings: switches, the schedule with the runs that it makes, a run by hand and how far it is.
import { ask, busy, clearProblems, post, Refused, showProblems, toast } from "./app.js";

const LOOK_MS = 1000;
const TYPING_MS = 350;

// -- switches -----------------------------------------------------------------------------------------------------------

const WORDS = {
  enabled: ["The calls are read by schedule.", "The schedule is switched off."],
  external: ["Redacted text may leave.", "No text leaves."],
};

for (const input of document.querySelectorAll("[data-switch]")) {
  input.addEventListener("change", async () => {
    const name = input.dataset.switch;
    input.disabled = true;
    try {
      await post("/settings", { [name]: input.checked });
      toast(WORDS[name][input.checked ? 0 : 1]);
      if (name === "enabled") showNext();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      input.checked = !input.checked;
      toast(error.message, { harm: true });
    } finally {
      input.disabled = false;
      input.focus();
    }
  });
}

// -- the schedule -------------------------------------------------------------------------------------------------------

const form = document.querySelector("[data-schedule]");
const line = form.elements.schedule;
const save = form.querySelector("button");
const enabled = document.querySelector('[data-switch="enabled"]');
let saved = line.value;
let waiting = 0;

/** When the line that stands there would run. Returns whether it is one. */
async function showNext() {
  const place = document.querySelector("[data-next]");
  clearProblems(form);
  if (!enabled.checked && line.value === saved) {
    place.replaceChildren(item("none: the schedule is switched off", "muted"));
    return true;
  }
  try {
    const answer = await ask("GET", `/settings/next?schedule=${encodeURIComponent(line.value)}`);
    if (answer.problem) throw new Refused(422, { message: answer.problem, field: "schedule" });
    place.replaceChildren(...answer.runs.map((run) => item(run, "num")));
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const typing = document.activeElement === line;
    place.replaceChildren(item("–", "muted"));
    showProblems(form, error);
    if (typing) line.focus();
    return false;
  }
}

function item(words, kind) {
  const made = document.createElement("li");
  made.className = kind;
  made.textContent = words;
  return made;
}

line.addEventListener("input", () => {
  clearTimeout(waiting);
  save.disabled = true;
  waiting = setTimeout(async () => { save.disabled = !(await showNext()) || line.value.trim() === saved; }, TYPING_MS);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(save, async () => {
    try {
      const answer = await post("/settings", { schedule: line.value.trim() });
      saved = line.value = answer.schedule;
      save.disabled = true;
      toast("The schedule is saved.");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      showProblems(form, error);
    }
  });
});

// -- a run --------------------------------------------------------------------------------------------------------------

const run = document.querySelector("[data-run]");
const start = run.querySelector("[data-run-now]");
const bar = run.querySelector("[data-run-bar]");
const told = run.querySelector("[data-run-state]");

/** How far the run is. The page asks by itself, which keeps nobody logged in. */
async function progress() {
  const answer = await fetch("/monitor/progress", { headers: { Accept: "application/json", "X-Background": "1" }, credentials: "same-origin" });
  if (answer.status === 401) { location.reload(); return null; }
  return answer.ok ? answer.json() : null;
}

async function watch() {
  start.disabled = true;
  bar.hidden = false;
  bar.removeAttribute("value");
  for (;;) {
    const at = await progress().catch(() => null);
    if (at && !at.running) { await over(); return; }
    if (at) {
      if (at.total) { bar.max = at.total; bar.value = at.done; }
      const far = at.total ? `${at.done} of ${at.total} read, ${at.found} found` : "Looking which calls are new …";
      told.textContent = at.paused ? `${far}; waits while the phone has calls` : far;
    }
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/** The run is over: its line among the last runs says what came of it. */
async function over() {
  start.disabled = false;
  bar.hidden = true;
  const link = document.createElement("a");
  link.href = "/alerts";
  link.textContent = "See the alerts";
  told.replaceChildren("Done. ", link);
  const page = new DOMParser().parseFromString(await ask("GET", "/settings", undefined, "text"), "text/html");
  run.parentElement.querySelector("[data-runs]").replaceWith(page.querySelector("[data-runs]"));
}

start.addEventListener("click", () => busy(start, async () => {
  try {
    await post("/monitor/run");
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;
    toast(error.message);
  }
  told.textContent = "Reading …";
  watch();
}));
if (run.dataset.running === "true") watch();
