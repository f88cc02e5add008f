// The line of messages about what was done or could not be done. Information leaves by itself, errors stay.

import { $, newButton } from "./dom.js";
import { singleKeysAct } from "./key_choice.js";

const SHOWN_MS = 12000;
let timer = 0;

export function showMessage(text, kind = "info", button = null) {
  const line = document.createElement("div");
  line.className = `message-line ${kind}`;
  if (kind === "error") line.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  const dismiss = newButton("×", hide);
  dismiss.className = "dismiss";
  dismiss.setAttribute("aria-label", "Dismiss");
  line.append(words, ...(button ? [button] : []), dismiss);
  clearTimeout(timer);
  $("#messages").replaceChildren(line);
  if (kind === "error") return;
  // While the pointer or the focus is on the line, it stays.
  const wait = () => { clearTimeout(timer); timer = setTimeout(hide, SHOWN_MS); };
  for (const event of ["pointerenter", "focusin"]) line.addEventListener(event, () => clearTimeout(timer));
  for (const event of ["pointerleave", "focusout"]) line.addEventListener(event, wait);
  wait();
}

function hide() {
  clearTimeout(timer);
  const hadFocus = $("#messages").contains(document.activeElement);
  $("#messages").replaceChildren();
  if (hadFocus) $("#main").focus({ preventScroll: true });
}

// Shows an error where the person is: in the open dialog or form, or else in the line of messages.
export function showError(text, button = null) {
  const place = $("dialog[open]") ?? document.activeElement?.closest?.(".inline-edit:not([hidden])");
  if (!place) return showMessage(text, "error", button);
  $(".form-error", place)?.remove();
  const line = document.createElement("p");
  line.className = "notice error form-error";
  line.setAttribute("role", "alert");
  line.tabIndex = -1;
  line.append(text);
  if (button) line.append(" ", button);
  const actions = $(".dialog-actions", place);
  if (actions) actions.before(line); else ($("form", place) ?? place).append(line);
  line.focus();
}

export function undoButton() {
  return newButton(singleKeysAct() ? "Undo (u)" : "Undo", () => $('[data-action="undo"]')?.click());
}
