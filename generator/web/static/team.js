// What a team shares: the assignment of the open draft, and comments as a part of a request for a revision.

import { actions } from "./actions.js";
import { page } from "./dom.js";
import { send } from "./requests.js";

actions.assign = (element) => {
  const name = document.getElementById(element.dataset.target).value;
  const drafts = [{ id: Number(page.draft), lock: Number(page.lock) }];
  return send(element.dataset.url, { drafts, to: name, go: "draft" });
};

// Adds a comment to the text that the model gets. Without this, no model gets a comment.
actions.quote = (element) => {
  const target = document.getElementById(element.dataset.target);
  target.value = target.value ? `${target.value}\n${element.dataset.text}` : element.dataset.text;
  target.focus();
  target.dispatchEvent(new Event("input", { bubbles: true }));
};
