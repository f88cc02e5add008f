// Requests to the server: one at a time, with the version that is shown, and with their errors as messages.

import { $, newButton, page, tabStorage } from "./dom.js";
import { formState } from "./forms.js";
import { singleKeysAct } from "./key_choice.js";
import { showMessage } from "./messages.js";
import { sentenceOf, sentenceOfStatus } from "./server_errors.js";

const LEAVING = Symbol("leaving");
let busy = false;

export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  let answer;
  try { answer = await response.json(); } catch { answer = {}; }
  if (!response.ok) throw Object.assign(new Error(answer.error || sentenceOfStatus(response.status)), answer);
  return answer;
}

// Runs one request at a time, and shows its error.
export async function runExclusive(request) {
  if (busy) return;
  busy = true;
  document.body.classList.add("busy");
  let leaving = false;
  try {
    leaving = (await request()) === LEAVING;
  } catch (error) {
    const reload = error.stale && newButton("Reload", () => location.reload());
    showMessage(sentenceOf(error), "error", error.earlier ? undoEarlierButton() : reload || null);
  } finally {
    // While the next page loads, a second click must not decide again.
    busy = leaving;
    document.body.classList.toggle("busy", leaving);
  }
}

function shownVersion() {
  return page.lock === undefined ? {} : { lock: Number(page.lock), sha: page.sha };
}

function openNext(answer) {
  formState.unsaved = false;
  tabStorage.set("message", { text: answer.message, undo: answer.undo });
  if (answer.item) tabStorage.set(`at ${new URL(answer.go, location.href).pathname}`, { item: answer.item, index: 0 });
  if (answer.go === location.pathname + location.search) location.reload();
  else location.assign(answer.go);
  return LEAVING;
}

export async function send(url, body) {
  if (document.activeElement?.closest("[data-claims]")) tabStorage.set("claims", true);
  await runExclusive(async () => openNext(await post(url, { ...shownVersion(), ...body })));
}

// The last decision cannot be undone. This button, or its key, undoes the decision before it.
function undoEarlierButton() {
  const button = newButton(singleKeysAct() ? "Undo that (u)" : "Undo that", () => send($('[data-action="undo"]').dataset.url, { earlier: true }));
  button.dataset.key = "u";
  return button;
}
