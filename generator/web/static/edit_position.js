// Where a reviewer was in the edit form: the field, the selection and how far it was scrolled, for the next time.

import { $, page, tabStorage } from "./dom.js";

const name = `position ${page.draft}`;
const form = $("#edit");

export function restoreEditPosition() {
  const position = tabStorage.get(name);
  const field = position && form.elements[position.field];
  if (!field?.focus) return false;
  field.focus({ preventScroll: true });
  if (field.tagName === "TEXTAREA") field.setSelectionRange(position.start, position.end);
  field.scrollTop = position.inField;
  window.scrollTo({ top: position.inPage, behavior: "instant" });
  return true;
}

if (form) {
  window.addEventListener("pagehide", () => {
    const field = form.contains(document.activeElement) && document.activeElement.name ? document.activeElement : form.lastField;
    if (!field) return;
    const isText = field.tagName === "TEXTAREA";
    tabStorage.set(name, { field: field.name, start: isText ? field.selectionStart : 0, end: isText ? field.selectionEnd : 0, inField: field.scrollTop, inPage: window.scrollY });
  });
  form.addEventListener("focusin", (event) => { if (event.target.name) form.lastField = event.target; });
}
