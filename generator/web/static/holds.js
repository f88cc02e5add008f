// Tells the server that this draft is open here, for other reviewers: while the page is visible and used, and until it
// is left.

import { page } from "./dom.js";
import { postJson } from "./post_json.js";

const BETWEEN_MS = 60000;
const tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;
let lastSent = -Infinity;
let used = true;

function send(what, keepalive = false) {
  postJson(`/drafts/${page.draft}/${what}`, { tab }, { keepalive }).catch(() => {});
}

function hold() {
  if (document.hidden || !used || performance.now() - lastSent < BETWEEN_MS) return;
  lastSent = performance.now();
  used = false;
  send("hold");
}

if (page.draft && page.readOnly === undefined) {
  for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) {
    window.addEventListener(name, () => { used = true; }, { passive: true });
  }
  hold();
  document.addEventListener("status", hold);
  window.addEventListener("pagehide", () => { send("leave", true); });
}
