// Keyboard shortcuts: keys that press the elements with their data-key, and keys that other scripts handle.

import { actions } from "./actions.js";
import { $, $$, isTextField, page } from "./dom.js";
import { formState } from "./forms.js";
import { currentItem, list, move } from "./lists.js";

// Keys that only move or scroll repeat while they are held down. All other keys act once per press.
const REPEATING_KEYS = new Set(["j", "k", "J", "K", "f", "n", "p", " "]);

const handlers = new Map();

// Has a key of this page call a function, whatever element has the key.
export function onKey(key, handler) {
  handlers.set(key, handler);
}

// Activates the element with this key: in the current item first, then on the page. Returns whether there is one.
function pressKey(key) {
  const scope = currentItem();
  const matching = (root) => $$("[data-key]", root).find((one) => one.dataset.key === key && !one.disabled && (one.offsetParent || one.hidden) && !one.closest("[hidden]:not(button)"));
  const element = (scope && matching(scope)) || $$("[data-key]").find((one) => one.dataset.key === key && !one.disabled && !one.closest("[data-item]") && (one.offsetParent || one.matches("button[hidden][data-url]")));
  if (!element) return false;
  if (isTextField(element)) { element.focus(); element.select?.(); } else element.click();
  return true;
}

// Whether the repeated event of a held key must be ignored. A held key can move and type, but not press a button or
// send a form again.
function mustNotRepeat(event) {
  const sendsForm = event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea"));
  return sendsForm || (!isTextField(event.target) && !REPEATING_KEYS.has(event.key) && event.key.length === 1);
}

document.addEventListener("keydown", (event) => {
  const dialog = $("dialog[open]");
  if (event.repeat && mustNotRepeat(event)) { event.preventDefault(); return; }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    const form = event.target.closest("form") ?? $("form[data-action]:not([hidden])", dialog ?? $("main"));
    if (form?.dataset.action) { event.preventDefault(); form.requestSubmit(event.shiftKey ? $("[data-with-shift]", form) : null); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (event.key === "?" && dialog?.id === "keys") { event.preventDefault(); dialog.close(); return; }
  if (dialog) return;
  if (isTextField(event.target)) {
    if (event.key !== "Escape") return;
    const editor = event.target.closest(".inline-edit");
    if (editor) actions["close-edit"](editor);
    else if (page.page !== "edit") event.target.blur();
    else if (!formState.unsaved || window.confirm("Leave without saving?")) { formState.unsaved = false; pressKey("Escape"); }
    return;
  }
  if (list && (event.key === "j" || event.key === "k")) { event.preventDefault(); move(event.key === "j" ? 1 : -1); return; }
  if (list && (event.key === "o" || (event.key === "Enter" && !event.target.closest("a, button, input")))) {
    const link = $("a", currentItem() ?? list);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (handlers.has(event.key)) { event.preventDefault(); handlers.get(event.key)(); return; }
  if (pressKey(event.key)) event.preventDefault();
});
