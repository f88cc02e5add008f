// The line of messages about what was done or could not be done.

import { $, newButton } from "./dom.js";

export function showMessage(text, kind = "info", button = null) {
  const line = document.createElement("p");
  line.className = `message-line ${kind}`;
  line.append(text);
  if (button) line.append(" ", button);
  $("#messages").replaceChildren(line);
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
  return newButton("Undo (u)", () => $('[data-action="undo"]')?.click());
}
