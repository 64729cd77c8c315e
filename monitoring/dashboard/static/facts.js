// Facts: search while typing, the form of a record, undo.
import { ask, busy, clearProblems, list, post, Refused, showProblems, toastAfterReload } from "./app.js";
import { changed, filled, valuesOf, withText } from "./record.js";

// -- search -----------------------------------------------------------------------------------------------------------

const search = document.querySelector("[data-filter] input[type=search]");
if (search) {
  const rows = [...document.querySelectorAll("[data-record-row]")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { row, text } of rows) row.hidden = !words.every((word) => text.includes(word));
    let any = false;
    for (const shelf of document.querySelectorAll("[data-shelf]")) {
      const left = shelf.querySelector("[data-record-row]:not([hidden])") !== null;
      shelf.hidden = words.length > 0 && !left;
      any = any || left;
    }
    document.querySelector("[data-none]").hidden = any || words.length === 0;
  };
  if (!new URLSearchParams(location.search).get("q")) search.addEventListener("input", narrow);
  list("[data-record-row]", (row) => row.querySelector("a").focus({ preventScroll: true }));
}

// -- a record ---------------------------------------------------------------------------------------------------------

const form = document.querySelector("[data-fact]");
const WAITS = "the phone is not reachable and takes it when it is back";

/** What became of a change, in words. */
function told(answer, what) {
  return answer.applied.live === "service-away" ? `${what}; ${WAITS}.` : `${what}. The phone goes by it now.`;
}

/** The first field that has to be filled in and is not, said at it. */
function missing(form) {
  for (const input of form.querySelectorAll("[required]")) {
    if (input.value.trim()) continue;
    const field = input.closest("[data-field]").dataset.field;
    showProblems(form, new Refused(422, { field, message: "This is needed." }));
    return true;
  }
  return false;
}

if (form) {
  const before = valuesOf(form);
  let saved = false;
  const dirty = () => Object.keys(changed(before, valuesOf(form))).length > 0;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearProblems(form);
    if (missing(form)) return;
    const button = form.querySelector("button[type=submit]");
    await busy(button, async () => {
      try {
        const to = await (form.dataset.fact ? save() : add());
        saved = true;
        location.assign(to);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        showProblems(form, error);
      }
    });
  });

  const save = async () => {
    const values = changed(before, valuesOf(form));
    const seen = Object.fromEntries(Object.keys(values).map((name) => [name, before[name]]));
    toastAfterReload(told(await post(`/facts/${form.dataset.fact}`, { values, seen }), "Saved"));
    return `/facts#${form.dataset.fact}`;
  };
  const add = async () => {
    const answer = await post("/facts", { file: form.dataset.file, ...filled(withText(valuesOf(form))) });
    toastAfterReload(told(answer, "Added"));
    return `/facts#${answer.record_id}`;
  };

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); }
  });
  addEventListener("beforeunload", (event) => { if (!saved && dirty()) event.preventDefault(); });
  const dialog = document.getElementById("remove");
  form.querySelector("[data-remove]")?.addEventListener("click", () => dialog.showModal());
  dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog?.querySelector("[data-confirm]").addEventListener("click", (event) => busy(event.currentTarget, async () => {
    toastAfterReload(told(await ask("DELETE", `/facts/${form.dataset.fact}`), "Taken out"));
    saved = true;
    location.assign("/facts/changes");
  }));
}

// -- history ----------------------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-undo]")) {
  button.addEventListener("click", () => busy(button, async () => {
    toastAfterReload(told(await post(`/changes/${button.dataset.undo}/undo`), "Undone"));
    location.reload();
  }));
}
