// Reports how long the article was visible and whether all of it was on the screen: the evidence for an approval.

import { $, $$, page } from "./dom.js";
import { postJson } from "./post_json.js";

const INTERVAL = 10_000;
const BLOCKS = "p, li, h2, h3, h4, pre, table, blockquote";

const end = $("#reading");
const unseen = new Set(end ? [...$$(BLOCKS, $("article .answer") ?? end), end] : []);
let visibleSince = null;
let pending = 0; // milliseconds that the server has not confirmed
let opened = false;
let reporting = false;

const isToEnd = () => unseen.size === 0;

function countTime() {
  const now = performance.now();
  // A longer gap than between two reports is time in which the machine slept.
  if (visibleSince !== null) pending += Math.min(now - visibleSince, 2 * INTERVAL);
  visibleSince = document.visibilityState === "visible" ? now : null;
}

// What was read since the last report that the server confirmed.
const unreported = () => ({ seconds: pending / 1000, to_end: isToEnd() });

// What a decision on the draft sends along, so that the last seconds count.
export function readingState() {
  if (!end) return {};
  countTime();
  return { reading: unreported() };
}

async function report(body) {
  if (reporting) return;
  reporting = true;
  const sent = pending;
  try {
    const response = await postJson(end.dataset.url, { sha: page.sha, ...unreported(), ...body }, { keepalive: true });
    const answer = response.ok ? await response.json() : { recorded: false };
    if (!answer.recorded) return;
    pending -= sent;
    if (answer.text) end.textContent = answer.text;
  } catch { /* the next report brings this time too */ } finally { reporting = false; }
}

function reportTime() {
  countTime();
  if (!opened && visibleSince !== null) {
    opened = true;
    report({ opened: true });
  } else if (pending >= 1000) {
    report({});
  }
}

if (end) {
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      unseen.delete(target);
      observer.unobserve(target);
    }
    if (isToEnd()) { observer.disconnect(); reportTime(); }
  });
  for (const block of unseen) observer.observe(block);
  document.addEventListener("visibilitychange", reportTime);
  window.addEventListener("pagehide", reportTime);
  setInterval(reportTime, INTERVAL);
  reportTime();
}
