// The page that publishes: plans the selected drafts, then publishes the drafts of the plan.

import { actions } from "./actions.js";
import { $, $$ } from "./dom.js";
import { post, runExclusive, send } from "./requests.js";

let planned = [];

function plan() {
  const checked = $$('input[name="draft"]:checked').map((box) => Number(box.value));
  return runExclusive(async () => {
    const answer = await post($("#publish").dataset.plan, { drafts: checked });
    planned = answer.drafts;
    $("#plan").innerHTML = answer.plan;
    const button = $('[data-action="publish"]');
    button.hidden = planned.length === 0;
    $("span", button).textContent = planned.length;
  });
}

function publish() {
  if (planned.length) send($("#publish").dataset.url, { drafts: planned });
}

actions.plan = plan;
actions.publish = publish;

document.addEventListener("change", (event) => {
  if (!event.target.matches('input[name="draft"]')) return;
  planned = [];
  $('[data-action="publish"]').hidden = true;
  $("#plan").replaceChildren();
});
