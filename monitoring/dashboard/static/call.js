// A call's page: the transcript follows the recording, lines and moments are jumped to; tag, scenario, waveform truth.
import { ask, busy, clearProblems, keys, post, Refused, showProblems, toast } from "./app.js";
import { Player } from "./player.js";

const section = document.querySelector("[data-player]");
const player = section ? new Player(section) : null;
const main = document.getElementById("main");

// -- the transcript follows ---------------------------------------------------------------------------------------------

const shown = () => document.querySelector("[data-lines]:not([hidden])");
const linesOf = (place) => [...(place?.querySelectorAll("[data-line][data-at]") || [])];
let here = null;

/** The line that is being said: the last one that has begun. */
function lineAt(seconds) {
  let found = null;
  for (const line of linesOf(shown())) {
    if (Number(line.dataset.at) <= seconds + 0.05) { if (!found || Number(line.dataset.at) >= Number(found.dataset.at)) found = line; }
  }
  return found;
}

/** Bring a line into view below the player, which stays at the upper edge. */
function reveal(line) {
  const top = section.getBoundingClientRect().bottom + 12;
  const box = line.getBoundingClientRect();
  if (box.top >= top && box.bottom <= innerHeight - 40) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  scrollBy({ top: box.top - top - 60, behavior: calm ? "auto" : "smooth" });
}

function follow(seconds, force = false) {
  const line = lineAt(seconds);
  if (line === here && !force) return;
  here?.removeAttribute("aria-current");
  here = line;
  if (!line) return;
  line.setAttribute("aria-current", "true");
  if (force || (player.at("follow").checked && !player.audio.paused)) reveal(line);
}

if (player) {
  player.addEventListener("time", (event) => follow(event.detail));
  const marks = [...document.querySelectorAll('[data-lines="live"] .event.strong[data-mark], [data-lines="live"] .event.harm[data-mark]')];
  player.load(marks.map((mark) => ({ at: Number(mark.dataset.mark), tone: mark.classList.contains("harm") ? "harm" : "" })));
  const step = (by) => {
    const lines = linesOf(shown());
    const at = lines.indexOf(here);
    const next = lines[Math.min(lines.length - 1, Math.max(0, at + by))];
    if (next) { player.jump(Number(next.dataset.at)); follow(Number(next.dataset.at), true); }
  };
  keys({ j: () => step(1), k: () => step(-1) });
}

/** A press on a line plays it; a selection, a link or the sources of a sentence do not. */
main.addEventListener("click", (event) => {
  if (!player || event.target.closest("a, summary, details, button:not(.at), input, label, select")) return;
  const moment = event.target.closest("[data-moment]");
  if (moment) { play(Number(moment.dataset.moment) - player.offset, moment.hasAttribute("data-heard")); return; }
  const line = event.target.closest("[data-line][data-at]");
  if (line && (event.target.closest("[data-jump]") || String(getSelection()) === "")) player.playFrom(Number(line.dataset.at));
});

/** From a moment of the call; `heard`: of the turn that was over then, from its beginning. */
function play(seconds, heard) {
  const line = heard ? linesOf(document.querySelector('[data-lines="live"]')).filter((one) => one.classList.contains("caller") && Number(one.dataset.at) < seconds).pop() : null;
  player.playFrom(line ? Number(line.dataset.at) : seconds);
  section.scrollIntoView({ block: "nearest" });
}

/** #t=12.3 is a moment of the call, as alerts link to it. */
function fromHash() {
  const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (!found || !player) return;
  const seconds = Math.max(0, Number(found[1]) - player.offset);
  player.jump(seconds);
  follow(seconds, true);
}
addEventListener("hashchange", fromHash);
fromHash();

const switches = [...document.querySelectorAll("[data-show]")];
for (const button of switches) {
  button.addEventListener("click", () => {
    for (const one of switches) one.setAttribute("aria-pressed", String(one === button));
    for (const lines of document.querySelectorAll("[data-lines]")) lines.hidden = lines.dataset.lines !== button.dataset.show;
    if (player) follow(player.now);
  });
}

// -- waveform truth -----------------------------------------------------------------------------------------------------

const truth = document.querySelector("[data-truth]");
if (truth) {
  try {
    truth.innerHTML = await ask("GET", truth.dataset.truth, undefined, "text"); // a piece of a page, escaped by the server
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const words = document.createElement("p");
    words.className = "notice";
    words.textContent = error.message;
    truth.replaceChildren(words);
  }
}

// -- tag ----------------------------------------------------------------------------------------------------------------

const form = document.querySelector("[data-tag]");
if (form) {
  const right = form.querySelector("[data-right]");
  const askRight = () => { right.hidden = form.elements.quality.value !== "corrected"; };
  form.addEventListener("change", askRight);
  askRight(); // what was chosen before this script ran, or is kept over a reload, counts too
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearProblems(form);
    const quality = form.elements.quality.value;
    const body = { quality, right_answer: quality === "corrected" ? form.elements.right_answer.value : "", note: form.elements.note.value };
    if (quality === "corrected" && !body.right_answer.trim()) {
      showProblems(form, new Refused(422, { field: "right_answer", message: "Write what AVA should have said." }));
      return;
    }
    await busy(form.querySelector("button[type=submit]"), async () => {
      try {
        await post(`/calls/${form.dataset.tag}/tag`, body);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        showProblems(form, error);
        return;
      }
      form.querySelector("[data-tagged]").textContent = "Saved";
      untag.hidden = false;
      toast(`Tagged as ${quality}.`);
    });
  });
  const untag = form.querySelector("[data-untag]");
  untag.addEventListener("click", () => busy(untag, async () => {
    await post(`/calls/${form.dataset.tag}/tag`, { quality: null });
    for (const one of form.querySelectorAll("input")) one.checked = false;
    for (const one of form.querySelectorAll("textarea")) one.value = "";
    right.hidden = untag.hidden = true;
    form.querySelector("[data-tagged]").textContent = "";
    toast("The tag is taken away.");
  }));
}

// -- a scenario of this call --------------------------------------------------------------------------------------------

const dialog = document.getElementById("scenario");
const opener = document.querySelector("[data-scenario]");
if (opener) {
  const draft = dialog.querySelector("form");
  const state = draft.querySelector("[data-draft-state]");
  const save = draft.querySelector("button[type=submit]");
  const fields = [...draft.querySelectorAll("[data-field]")];
  const loading = state.innerHTML;
  const told = (words) => {
    const line = document.createElement("p");
    line.className = "notice harm";
    line.textContent = words;
    state.replaceChildren(line);
  };
  opener.addEventListener("click", async () => {
    clearProblems(draft);
    state.hidden = false;
    state.innerHTML = loading;
    save.disabled = true;
    for (const field of fields) field.hidden = true;
    dialog.showModal();
    try {
      const answer = await post(`/calls/${opener.dataset.scenario}/scenario`);
      draft.elements.name.value = answer.name;
      draft.elements.yaml.value = answer.yaml;
      for (const field of fields) field.hidden = false;
      state.hidden = true;
      save.disabled = false;
      draft.elements.yaml.scrollTop = 0;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      told(error.message);
    }
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  draft.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearProblems(draft);
    await busy(save, async () => {
      try {
        const answer = await post(`/calls/${opener.dataset.scenario}/scenario`, { yaml: draft.elements.yaml.value, name: draft.elements.name.value });
        dialog.close();
        toast(`Saved among the proposed scenarios as ${answer.saved}.`);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        showProblems(draft, error);
      }
    });
  });
}
