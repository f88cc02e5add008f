// Findings: the key f moves through their places, and a finding of the edit form selects the text that it is about.

import { actions } from "./actions.js";
import { $, $$ } from "./dom.js";
import { onKey } from "./keys.js";

let findingIndex = -1;

function nextFinding() {
  const places = $$(".finding-ref");
  if (!places.length) return false;
  findingIndex = (findingIndex + 1) % places.length;
  places[findingIndex].focus({ preventScroll: true });
  places[findingIndex].scrollIntoView({ block: "center" });
  return true;
}

function fieldOf(path) {
  return $$("[data-field]", $("#edit")).find((field) => field.tagName !== "BUTTON" && field.dataset.field.split(" ").some((name) => path === name || path.startsWith(`${name}[`)));
}

export function locate(element) {
  const field = fieldOf(element.dataset.field);
  if (!field) return;
  field.focus();
  if (element.dataset.start === undefined || !field.setSelectionRange) return;
  // Offsets count code points; positions in the field count UTF-16 units.
  const unit = (offset) => [...field.value].slice(0, Number(offset)).join("").length;
  field.setSelectionRange(unit(element.dataset.start), unit(element.dataset.end));
  const line = field.value.slice(0, field.selectionStart).split("\n").length;
  field.scrollTop = Math.max(0, (field.scrollHeight / field.value.split("\n").length) * line - field.clientHeight / 2);
}

actions.locate = locate;
onKey("f", nextFinding);
