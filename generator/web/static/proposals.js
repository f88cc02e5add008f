// The page of proposals: the article beside the current proposal, and applying what was accepted.

import { actions } from "./actions.js";
import { $, $$, plural, tabStorage } from "./dom.js";
import { onKey } from "./keys.js";
import { currentItem } from "./lists.js";
import { post, runExclusive, send } from "./requests.js";
import { sentenceOf, sentenceOfStatus } from "./server_errors.js";

const OPEN = "article beside";
const area = $("#apply");
let seen = [];

async function load(details) {
  const target = $(".beside-text", details);
  if (target.dataset.loaded) return;
  target.dataset.loaded = "yes";
  try {
    const response = await fetch(details.dataset.load);
    if (!response.ok) throw new Error(sentenceOfStatus(response.status));
    target.innerHTML = await response.text();
  } catch (error) {
    delete target.dataset.loaded;
    target.textContent = sentenceOf(error);
  }
}

function openOnly(item) {
  const wanted = $(".article-beside", item);
  for (const details of $$(".article-beside[open]")) if (details !== wanted) details.open = false;
  if (wanted && tabStorage.get(OPEN) !== false) wanted.open = true;
}

function toggleArticle() {
  const details = $(".article-beside", currentItem() ?? document);
  if (!details) return;
  tabStorage.set(OPEN, !details.open);
  details.open = !details.open;
}

if ($(".article-beside")) {
  document.addEventListener("selected", (event) => openOnly(event.target));
  document.addEventListener("toggle", (event) => { if (event.target.matches(".article-beside") && event.target.open) load(event.target); }, { capture: true });
  onKey("t", toggleArticle);
  if (currentItem()) openOnly(currentItem());
}

if (area) {
  actions["plan-apply"] = () => runExclusive(async () => {
    const answer = await post(area.dataset.plan, {});
    seen = answer.seen;
    $("#apply-plan").innerHTML = answer.plan;
    const button = $('[data-action="apply"]', area);
    button.hidden = answer.files === 0;
    $("span", button).textContent = plural(answer.files, "file");
  });
  actions.apply = () => { if (seen.length) send(area.dataset.url, { seen, commit: $("#apply-commit")?.checked ?? false }); };
}
