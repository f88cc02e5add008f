// The selected drafts of the queue: picked by mouse and keyboard, and the actions on them.

import { actions } from "./actions.js";
import { $, $$, plural, tabStorage } from "./dom.js";
import { onKey } from "./keys.js";
import { currentItem, items, move, select } from "./lists.js";
import { send } from "./requests.js";

const bar = $(".bulk-bar");
// Whether all drafts of the list are selected, those on other pages too.
let hasWholeList = false;
// The row where a range begins, and the row where it ends now.
let range = null;

const boxOf = (item) => $("[data-pick]", item);
const picked = () => items().filter((item) => boxOf(item)?.checked);

function pick(item, isPicked) {
  boxOf(item).checked = isPicked;
}

function pickRange(one, other, isPicked) {
  const all = items();
  const [first, last] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
  for (const item of all.slice(first, last + 1)) pick(item, isPicked);
}

function changed() {
  hasWholeList = false;
  show();
}

function show() {
  const all = items();
  const here = picked();
  const count = hasWholeList ? Number(bar.dataset.total) : here.length;
  for (const item of all) item.classList.toggle("picked", boxOf(item).checked);
  $(".selected", bar).hidden = count === 0;
  for (const place of $$("[data-selected]")) place.textContent = place.closest("dialog") ? plural(count || 1, "draft") : `${plural(count, "draft")} selected`;
  for (const button of $$("[data-verb]", bar)) button.dataset.confirm = `${button.dataset.verb} ${plural(count, "draft")}? This is recorded as one decision. You can undo it.`;
  const whole = $('[data-action="select-filter"]', bar);
  if (whole) whole.hidden = hasWholeList || here.length < all.length;
  const allBox = $("[data-pick-all]", bar);
  allBox.checked = here.length === all.length;
  allBox.indeterminate = here.length > 0 && here.length < all.length;
}

function pickAll(isPicked) {
  for (const item of items()) pick(item, isPicked);
  changed();
}

function toggleCurrent() {
  const item = currentItem();
  if (!item) return move(1);
  pick(item, !boxOf(item).checked);
  range = null;
  changed();
}

function extend(step) {
  const item = currentItem();
  if (!item) return move(1);
  const next = items()[items().indexOf(item) + step];
  if (!next) return;
  if (range?.end === item) pickRange(range.start, range.end, false);
  range = { start: range?.end === item ? range.start : item, end: next };
  pickRange(range.start, range.end, true);
  select(next);
  changed();
}

// What an action is about: the whole list, the selected drafts, or the current one where none is selected.
function body() {
  if (hasWholeList) return { filter: bar.dataset.filter, seen: bar.dataset.seen };
  const here = picked();
  const chosen = here.length ? here : [currentItem()].filter(Boolean);
  return { drafts: chosen.map((item) => ({ id: Number(item.dataset.item), lock: Number(item.dataset.lock) })) };
}

function act(element, values = {}) {
  return send(element.dataset.url, { ...body(), ...values });
}

function later() {
  if (picked().length || currentItem()) $('[data-key="l"]', bar)?.click();
}

function showLeft(lines) {
  if (!lines?.length) return;
  const list = $("#left ul");
  for (const line of lines) list.appendChild(document.createElement("li")).textContent = line;
  $("#left").hidden = false;
}

function watch() {
  let lastBox = null;
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick]")) changed();
    if (event.target.matches("[data-pick-all]")) pickAll(event.target.checked);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.matches("[data-pick]")) return;
    const item = event.target.closest("[data-item]");
    if (event.shiftKey && lastBox) pickRange(lastBox, item, event.target.checked);
    lastBox = item;
    changed();
  });
  onKey("x", toggleCurrent);
  onKey("J", () => extend(1));
  onKey("K", () => extend(-1));
  onKey("l", later);
  show();
}

actions.bulk = act;
actions["clear-selection"] = () => pickAll(false);
actions["select-filter"] = () => { hasWholeList = true; show(); };
if (bar && $("[data-pick-all]", bar)) watch();
if ($("#left")) showLeft(tabStorage.pop("left"));
