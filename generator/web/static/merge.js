// A save that somebody else's change refused: shows both texts by field, and saves the chosen one against the new version.

import { actions } from "./actions.js";
import { $, $$, page } from "./dom.js";
import { valuesOf } from "./forms.js";
import { post, runExclusive, save, staleRequests } from "./requests.js";

const dialog = $("#merge");
const mergeForm = $("#merge-form");
const edit = $("#edit");
let shown = null;

// Compares the typed fields, which were begun on the version `basis`, with the draft as it is now.
async function compare(typed, basis, more = {}) {
  const answer = await post(mergeForm.dataset.merge, { basis, fields: typed });
  shown = { ...answer, more };
  mergeForm.innerHTML = answer.html;
  if (!dialog.open) dialog.showModal();
  $("#merge-title").focus();
}

function typedFields() {
  return valuesOf(edit, true);
}

function mergedFields() {
  const fields = {};
  for (const area of $$("textarea[data-theirs]", mergeForm)) {
    if (area.value === area.dataset.theirs) continue;
    fields[area.name] = area.name === "no_index" ? area.value.trim() !== "" : area.value;
  }
  return fields;
}

function saveMerged() {
  const fields = mergedFields();
  const body = { ...fields, ...shown.more, merged: true, lock: shown.lock, sha: shown.sha };
  return runExclusive(async () => {
    try {
      return await save(mergeForm.dataset.url, body);
    } catch (error) {
      if (!error.stale) throw error;
      return compare(fields, shown.sha, shown.more);
    }
  });
}

actions["save-merged"] = saveMerged;
actions["open-merge"] = () => runExclusive(() => compare(typedFields(), edit.dataset.basis ?? page.sha));

if (edit && mergeForm) {
  staleRequests.set(edit.dataset.url, ({ approve }) => compare(typedFields(), edit.dataset.basis ?? page.sha, approve ? { approve } : {}));
  // Text that was typed on an earlier version is compared before it is saved.
  edit.addEventListener("submit", (event) => {
    if (!edit.dataset.basis) return;
    event.preventDefault();
    event.stopPropagation();
    const more = JSON.parse(event.submitter?.dataset.body ?? "{}");
    runExclusive(() => compare(typedFields(), edit.dataset.basis, more));
  });
  mergeForm.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    const area = $("textarea", event.target.closest("fieldset"));
    area.value = area.dataset[event.target.value];
  });
  mergeForm.addEventListener("input", (event) => {
    if (!event.target.matches("textarea")) return;
    for (const radio of $$("input[type=radio]", event.target.closest("fieldset"))) radio.checked = event.target.value === event.target.dataset[radio.value];
    // What is typed here is kept as what is typed in the form below.
    const field = edit.elements[event.target.name];
    if (field.type === "checkbox") return;
    field.value = event.target.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// A proposal that somebody else decided on: its present text appears beside the typed one.
for (const form of $$("form[data-compare]")) {
  staleRequests.set(form.dataset.url, async (body) => {
    const answer = await post(form.dataset.compare, { new: body.new });
    form.closest("[data-item]").dataset.lock = answer.lock;
    $(".compared", form)?.remove();
    const compared = document.createElement("div");
    compared.className = "compared notice";
    compared.setAttribute("role", "alert");
    compared.tabIndex = -1;
    compared.innerHTML = answer.html;
    form.append(compared);
    compared.focus();
  });
}
