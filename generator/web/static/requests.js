// Requests to the server: one at a time, with the version that is shown, and with their errors as messages.

import { $, newButton, page, tabStorage } from "./dom.js";
import { formState } from "./forms.js";
import { singleKeysAct } from "./key_choice.js";
import { showError } from "./messages.js";
import { postJson } from "./post_json.js";
import { readingState } from "./reading.js";
import { sentenceOf, sentenceOfStatus } from "./server_errors.js";

const LEAVING = Symbol("leaving");
let busy = false;

// What to do, by address, when a request was refused because somebody else changed what it is about.
export const staleRequests = new Map();

export async function post(url, body) {
  const response = await postJson(url, body);
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
    const reload = error.stale && newButton("Reload", () => { formState.unsaved = false; location.reload(); });
    showError(sentenceOf(error), error.earlier ? undoEarlierButton() : reload || null);
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
  if (answer.left) tabStorage.set("left", answer.left);
  if (answer.item) tabStorage.set(`at ${new URL(answer.go, location.href).pathname}`, { item: answer.item, index: 0 });
  if (answer.go === location.pathname + location.search) location.reload();
  else location.assign(answer.go);
  return LEAVING;
}

// Posts an action. When it is accepted, other scripts get it as an event.
export async function act(url, body) {
  try {
    const answer = await post(url, body);
    document.dispatchEvent(new CustomEvent("saved", { detail: { url, body } }));
    return answer;
  } catch (error) {
    if (!error.stale || body.merged || !staleRequests.has(url)) throw error;
    await staleRequests.get(url)(body);
    return null;
  }
}

// Posts an action within runExclusive, and opens what the answer says.
export async function save(url, body) {
  const answer = await act(url, body);
  return answer && openNext(answer);
}

export async function send(url, body) {
  if (document.activeElement?.closest("[data-claims]")) tabStorage.set("claims", true);
  await runExclusive(() => save(url, { ...shownVersion(), ...readingState(), ...body }));
}

// The last decision cannot be undone. This button, or its key, undoes the decision before it.
function undoEarlierButton() {
  const button = newButton(singleKeysAct() ? "Undo that (u)" : "Undo that", () => send($('[data-action="undo"]').dataset.url, { earlier: true }));
  button.dataset.key = "u";
  return button;
}
