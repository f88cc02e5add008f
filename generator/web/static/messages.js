// The line of messages about what was done or could not be done.

import { $, newButton } from "./dom.js";

export function showMessage(text, kind = "info", button = null) {
  const line = document.createElement("p");
  line.className = `message-line ${kind}`;
  line.append(text);
  if (button) line.append(" ", button);
  $("#messages").replaceChildren(line);
}

export function undoButton() {
  return newButton("Undo (u)", () => $('[data-action="undo"]')?.click());
}
