// The dialog that rejects: a digit chooses a frequent reason, Enter then rejects. Other characters go into the text.

import { $, $$ } from "./dom.js";
import { singleKeysAct } from "./key_choice.js";

function watchDialog(dialog) {
  const reasons = $$('[name="preset"]', dialog);
  const text = $("textarea", dialog);

  function update() {
    const chosen = reasons.find((reason) => reason.checked);
    text.required = !chosen?.value;
    const key = document.activeElement === text ? "Ctrl+Enter" : "Enter";
    $("#reject-summary").textContent = chosen?.value ? `${key} rejects: ${chosen.value}` : "";
  }

  function choose(reason) {
    reason.checked = true;
    reason.focus();
    update();
  }

  dialog.addEventListener("change", update);
  dialog.addEventListener("focusin", update);
  dialog.addEventListener("keydown", (event) => {
    const isCharacter = event.key.length === 1 && event.key !== " ";
    if (!isCharacter || event.target === text || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const isDigit = /^[0-9]$/.test(event.key) && singleKeysAct();
    const reason = event.key === "0" ? reasons.at(-1) : reasons.slice(0, -1)[Number(event.key) - 1];
    if (reason && isDigit) { event.preventDefault(); choose(reason); return; }
    if (event.target.type === "radio" && !isDigit) text.focus();
  });
  update();
}

const dialog = $("#reject");
if (dialog) watchDialog(dialog);
