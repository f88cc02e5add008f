// The actions of buttons and forms, by their data-action. Other scripts add theirs to the table.

import { $, tabStorage } from "./dom.js";
import { valuesOf } from "./forms.js";
import { actAfterKey } from "./held_key.js";
import { select } from "./lists.js";
import { showMessage, undoButton } from "./messages.js";
import { act, runExclusive, send } from "./requests.js";

export const actions = {
  send: (element, values = bodyOf(element)) => send(element.dataset.url, values),
  undo: (element) => send(element.dataset.url, {}),
  "approve-clean": (element) => send(element.dataset.url, { seen: element.dataset.seen }),
  keys: () => toggle($("#keys")),
  open: (element) => {
    const dialog = document.getElementById(element.dataset.dialog);
    dialog.showModal();
    ($("[autofocus]", dialog) ?? $("textarea", dialog))?.focus();
  },
  close: (element) => element.closest("dialog").close(),
  fill: (element) => {
    const target = document.getElementById(element.dataset.target);
    target.value = target.value ? `${target.value}; ${element.textContent.toLowerCase()}` : element.textContent;
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  },
  lead: (element) => {
    const target = document.getElementById(element.dataset.to);
    $("button", target)?.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  },
  "send-item": (element, values = bodyOf(element)) => decide(element, values),
  "open-edit": (element) => {
    const form = $(".inline-edit", element.closest("[data-item]"));
    form.hidden = false;
    $("textarea", form).focus();
  },
  "close-edit": (element) => {
    const item = element.closest("[data-item]");
    $(".inline-edit", item).hidden = true;
    select(item);
  },
};

function bodyOf(element) {
  return JSON.parse(element.dataset.body ?? "{}");
}

function toggle(dialog) {
  if (dialog.open) dialog.close(); else dialog.showModal();
}

// Sends the decision on one proposal or cluster, removes it from the list, and selects the next one.
function decide(element, body) {
  const item = element.closest("[data-item]");
  return runExclusive(async () => {
    const answer = await act(element.dataset.url, { lock: Number(item.dataset.lock), ...body });
    if (!answer) return;
    const following = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    showMessage(answer.message, "info", answer.undo ? undoButton() : null);
    if (following) return select(following);
    tabStorage.set("message", { text: answer.message, undo: answer.undo });
    location.reload();
  });
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("button[data-action]");
  if (!element) return;
  event.preventDefault();
  const act = () => {
    if (!element.dataset.confirm || window.confirm(element.dataset.confirm)) actions[element.dataset.action]?.(element);
  };
  if (element.dataset.confirm) actAfterKey(event, act);
  else act();
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.action) return;
  event.preventDefault();
  const values = { ...valuesOf(form, "changedOnly" in form.dataset), ...JSON.parse(event.submitter?.dataset.body ?? "{}") };
  actions[form.dataset.action](form, values);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
