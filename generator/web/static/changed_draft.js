// Says as soon as somebody else changed the draft that the page shows, or has it open too.

import { actions } from "./actions.js";
import { $, newButton, page, showText } from "./dom.js";
import { formState } from "./forms.js";

const where = $("main .bar") ?? $("main");
let banner = null;
let here = null;

function lineIn(place, className, role) {
  const line = document.createElement("p");
  line.className = className;
  line.setAttribute("role", role);
  line.append(document.createElement("span"));
  place.append(line);
  return line;
}

function compareButton(hasOtherText) {
  if (page.page === "edit") return newButton("Compare", () => actions["open-merge"]());
  if (!hasOtherText) return "";
  return newButton("Compare", () => location.assign(`/drafts/${page.draft}/versions?since=${page.sha}`));
}

function showChange({ line, has_other_text: hasOtherText }) {
  if (!banner) {
    banner = lineIn(where, "notice changed", "alert");
    // What was typed is kept in this browser, so the page may be left.
    const reload = newButton("Reload", () => { formState.unsaved = false; location.reload(); });
    banner.append(" ", reload, " ", compareButton(hasOtherText));
  } else {
    banner.setAttribute("role", "note"); // only the first announcement interrupts
  }
  showText($("span", banner), line);
}

function showOthers(names) {
  if (!here && !names.length) return;
  here ??= lineIn(where, "here-line", "status");
  const line = names.length ? `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} here` : "";
  here.hidden = !line;
  showText($("span", here), line);
}

document.addEventListener("status", ({ detail: { draft } }) => {
  if (!draft) return;
  showOthers(draft.here);
  // While a request is under way, the change may be its own.
  if (draft.change && !document.body.classList.contains("busy")) showChange(draft.change);
});
