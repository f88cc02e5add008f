// The page that publishes: selects drafts, plans them, then publishes the drafts of the plan.

import { actions } from "./actions.js";
import { $, $$ } from "./dom.js";
import { post, runExclusive, send } from "./requests.js";

const form = $("#publish");
// The drafts of the plan that is shown, each with the version that it showed.
let planned = [];

const boxes = () => $$('input[name="draft"]', form);
const boxesOf = (subject) => boxes().filter((box) => box.dataset.inSubject === subject);

function plan() {
  const checked = boxes().filter((box) => box.checked).map((box) => Number(box.value));
  return runExclusive(async () => {
    const answer = await post(form.dataset.plan, { drafts: checked });
    planned = answer.seen;
    $("#plan").innerHTML = answer.plan;
    const button = $('[data-action="publish"]');
    button.hidden = planned.length === 0;
    $("span", button).textContent = planned.length;
  });
}

function publish() {
  if (planned.length) send(form.dataset.url, { seen: planned, commit: $('input[name="commit"]')?.checked ?? false });
}

// After any change of the selection: the plan is of other drafts, so it is shown again only when asked for.
function selectionChanged() {
  planned = [];
  $('[data-action="publish"]').hidden = true;
  $("#plan").replaceChildren();
  $("#selected").textContent = boxes().filter((box) => box.checked).length;
  for (const box of $$("[data-subject]", form)) {
    const checked = boxesOf(box.dataset.subject).filter((one) => one.checked).length;
    box.checked = checked > 0;
    box.indeterminate = checked > 0 && checked < boxesOf(box.dataset.subject).length;
  }
}

function check(some, checked) {
  for (const box of some) box.checked = checked;
  selectionChanged();
}

if (form) {
  actions.plan = plan;
  actions.publish = publish;
  actions["select-all"] = () => check(boxes(), true);
  actions["select-none"] = () => check(boxes(), false);
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-subject]")) check(boxesOf(event.target.dataset.subject), event.target.checked);
    else if (event.target.matches('input[name="draft"]')) selectionChanged();
  });
  // A list that the browser restores may have other boxes checked than the page was sent with.
  selectionChanged();
}
