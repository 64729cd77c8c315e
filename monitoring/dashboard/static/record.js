// Reads the inputs of a record's form as JSON: each has data-input, as templates/record_form.html writes it.

/** Words on one line: AVA says them, and a record is one line. */
export const oneLine = (text) => text.replace(/\s+/g, " ").trim();
const lines = (text) => text.split("\n").map((one) => one.trim()).filter(Boolean);
const ticked = (box) => [...box.querySelectorAll("input:checked")].map((one) => one.value);
const number = (text) => (text.trim() === "" ? null : Number(text));

const READ = {
  line: (at) => oneLine(at.value) || null,
  text: (at) => oneLine(at.value) || null,
  time: (at) => at.value.slice(0, 5) || null,
  date: (at) => at.value || null,
  choice: (at) => at.value,
  place: (at) => at.value || null,
  yes: (at) => at.value === "true",
  whole: (at) => number(at.value),
  money: (at) => number(at.value),
  odoo: (at) => (/^\d+$/.test(at.value.trim()) ? Number(at.value) : at.value.trim() || null),
  items: (at) => lines(at.value),
  days: ticked,
  places: ticked,
};

/** The value of one field (an element with data-field). null: there is none. */
export function valueOf(field) {
  const at = field.querySelector("[data-input]");
  return READ[at.dataset.input](at);
}

/** Every field of a form by its name. */
export function valuesOf(form) {
  return Object.fromEntries([...form.querySelectorAll("[data-field]")].map((field) => [field.dataset.field, valueOf(field)]));
}

/** The fields that differ from what `before` (of valuesOf) has. */
export function changed(before, after) {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}

/** Of a question and answer the text is the answer, as long as nobody wrote another one. */
export function withText(values, before = {}) {
  if (!values.answer || (values.text && values.text !== before.answer)) return values;
  return { ...values, text: values.answer };
}

const isEmpty = (name, value) => value === null || (value === false && name !== "accepted") || (Array.isArray(value) && value.length === 0);

/** The fields that hold something. */
export function filled(values) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => !isEmpty(name, value)));
}

/** A record with other values: what was there keeps its order, empty fields are left out, new ones follow. */
export function merged(record, values) {
  return filled(withText({ ...record, ...values }, record));
}

/** A value as a suggestion's `new` has it: text as it is, anything else as JSON, empty for none. */
export function asNew(value) {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
