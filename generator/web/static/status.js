// Updates of an open page: counts, running work, the state of a revision. Other scripts get the answer as an event.

import { $, $$, page } from "./dom.js";

async function poll() {
  const started = performance.now();
  if (!document.hidden) await updateStatus();
  // A slow response means a large ledger or a busy machine: poll less often.
  setTimeout(poll, Math.max(2000, 20 * (performance.now() - started)));
}

async function updateStatus() {
  const status = $("#status");
  const url = new URL(status.dataset.poll, location.href);
  if (page.draft) url.searchParams.set("draft", page.draft);
  if (page.lock !== undefined) { url.searchParams.set("lock", page.lock); url.searchParams.set("sha", page.sha); }
  let answer;
  try {
    const response = await fetch(url);
    if (!response.ok) return;
    answer = await response.json();
  } catch { return; }
  if (status.textContent !== answer.line) status.textContent = answer.line;
  for (const count of $$("[data-count]")) count.textContent = answer.counts[count.dataset.count].toLocaleString("en");
  const tab = $(".tabs a[aria-current] [data-count]");
  const news = $("#news");
  if (tab && news) {
    const change = answer.counts[tab.dataset.count] - Number(page.total);
    news.hidden = change === 0;
    if (change) $("span", news).textContent = change > 0 ? `${change} more` : `${-change} fewer`;
  }
  if (page.waiting !== undefined && answer.revision && answer.revision !== "asked" && !$("dialog[open], .inline-edit:not([hidden])")) location.reload();
  document.dispatchEvent(new CustomEvent("status", { detail: answer }));
}

poll();
