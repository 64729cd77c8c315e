// Calls: j and k over the rows, Enter opens; the search leaves empty fields out of its address.
import { list } from "./app.js";

list("[data-call-row]", (row) => row.querySelector("a").focus({ preventScroll: true }));

const form = document.querySelector("form.filters");
form.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

// On a phone the search is folded away until it is asked for.
const toggle = document.querySelector("[data-filters]");
if (matchMedia("(max-width: 44rem)").matches) {
  const fold = (hidden) => { form.hidden = hidden; toggle.setAttribute("aria-expanded", String(!hidden)); };
  toggle.hidden = false;
  toggle.addEventListener("click", () => fold(!form.hidden));
  fold(!("asked" in form.dataset));
}
