// Which key an event means, and whether single keys are shortcuts at all: the reviewer can switch them off.

import { $, $$ } from "./dom.js";

const STORED = "single keys";
const NOT_LATIN = /^[^\u0000-\u007f]+$/u;
const LATIN = /\p{Script=Latin}/u;
const LETTER = /[\p{L}\p{M}\u061f]/u;
const SIGNS = { Slash: "/?", Comma: ",<", Period: ".>" };

// The key of an event. Layouts without Latin letters give the letter that stands at the same place of a Latin keyboard.
export function keyOf(event) {
  const { key, code } = event;
  if (!NOT_LATIN.test(key) || LATIN.test(key) || !LETTER.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return event.shiftKey ? letter : letter.toLowerCase();
  return /^Digit(\d)$/.exec(code)?.[1] ?? SIGNS[code]?.[event.shiftKey ? 1 : 0] ?? key;
}

export function singleKeysAct() {
  try { return localStorage.getItem(STORED) !== "off"; } catch { return true; }
}

function store(act) {
  try { act ? localStorage.removeItem(STORED) : localStorage.setItem(STORED, "off"); } catch { /* private mode */ }
}

// Hides the hints of single keys, from assistive technology too, while they do not act.
function showHints() {
  const act = singleKeysAct();
  document.documentElement.toggleAttribute("data-no-single-keys", !act);
  for (const element of $$("[aria-keyshortcuts], [data-keyshortcuts]")) {
    const keys = element.dataset.keyshortcuts ?? element.getAttribute("aria-keyshortcuts");
    if (/control|meta/i.test(keys)) continue;
    element.dataset.keyshortcuts = keys;
    if (act) element.setAttribute("aria-keyshortcuts", keys); else element.removeAttribute("aria-keyshortcuts");
  }
}

const choice = $("[data-single-keys]");
if (choice) {
  choice.checked = singleKeysAct();
  choice.addEventListener("change", () => { store(choice.checked); showHints(); });
}
showHints();
