// The edit form: checks the text while the reviewer types.

import { $, $$ } from "./dom.js";
import { restoreEditPosition } from "./edit_position.js";
import { locate } from "./findings.js";
import { formState, valuesOf } from "./forms.js";
import "./kept_text.js";
import { post } from "./requests.js";

function watchEditForm(form) {
  let timer = 0;
  let lastRequest = 0;
  const check = async () => {
    const request = ++lastRequest;
    const moved = $("#moved");
    try {
      const answer = await post(form.dataset.check, valuesOf(form, true));
      if (request !== lastRequest) return;
      $("#live-findings").innerHTML = answer.findings;
      $("#live-claims").innerHTML = answer.claims;
      for (const place of $$("[data-counts]", form)) place.innerHTML = answer.counts[place.dataset.counts];
      $("#live-search").innerHTML = answer.search;
      $("#live-answer").innerHTML = answer.answer;
      moved.hidden = !answer.moved;
      moved.textContent = answer.moved;
      moved.classList.remove("error");
    } catch (error) {
      if (request !== lastRequest) return;
      moved.hidden = false;
      moved.textContent = error.message;
      moved.classList.add("error");
    }
  };
  form.addEventListener("input", () => {
    formState.unsaved = Object.keys(valuesOf(form, true)).length > 0;
    clearTimeout(timer);
    timer = setTimeout(check, 250);
  });
  if (Object.keys(valuesOf(form, true)).length) { formState.unsaved = true; check(); }
  const first = $('#live-findings [data-action="locate"]');
  if (restoreEditPosition()) { /* where the reviewer was before */ } else if (first) locate(first); else $("#f-answer").focus();
  window.addEventListener("beforeunload", (event) => { if (formState.unsaved) event.preventDefault(); });
}

const form = $("#edit");
if (form) watchEditForm(form);
