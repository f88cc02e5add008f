// Says why a key of this page does nothing now.

import { $$ } from "./dom.js";
import { list } from "./lists.js";
import { showMessage } from "./messages.js";

const ENDS = { j: "This is the end of the list.", k: "This is the start of the list." };

const keysOf = (row) => $$("dt kbd", row).map((kbd) => kbd.textContent.trim());

// The reason that the page gives for a key, or what the list of keys says that it would do; empty for any other key.
function reasonFor(key) {
  const given = $$("[data-why]").find((one) => one.dataset.why.split(" ").includes(key));
  if (given) return given.textContent.trim();
  if (list && key in ENDS) return ENDS[key];
  const row = $$("#keys .keys > div").find((one) => keysOf(one).includes(key));
  return row ? `Not possible here: ${row.querySelector("dd").textContent.trim()}.` : "";
}

export function sayWhyNot(key) {
  if (key.length > 1) return false;
  const reason = reasonFor(key);
  if (reason) showMessage(reason);
  return reason !== "";
}
