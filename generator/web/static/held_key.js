// Whether a key is held down, so that it cannot also answer the question that it asks.

const MODIFIERS = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Fn", "FnLock", "Hyper", "Meta", "NumLock", "ScrollLock", "Shift", "Super", "Symbol", "SymbolLock"]);
let keyIsDown = false;
let runWhenReleased = null;

document.addEventListener("keydown", (event) => { if (!MODIFIERS.has(event.key)) keyIsDown = true; }, { capture: true });
document.addEventListener("keyup", (event) => { if (!MODIFIERS.has(event.key)) keyReleased(); });
window.addEventListener("blur", () => { keyIsDown = false; runWhenReleased = null; });

function keyReleased() {
  const act = runWhenReleased;
  keyIsDown = false;
  runWhenReleased = null;
  act?.();
}

// Acts on a click. If a held key pressed the button, the action waits until the key is released: the key would confirm
// its question too.
export function actAfterKey(event, act) {
  if (keyIsDown && event.detail === 0) runWhenReleased = act;
  else act();
}
