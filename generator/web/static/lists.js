// Lists with a current item, which the keys j and k move.

import { $, $$, page, tabStorage } from "./dom.js";
import { keepPlace, placeIn } from "./place.js";

export const list = $("[data-list]");
export const items = () => (list ? $$("[data-item]", list) : []);
export const currentItem = () => document.activeElement?.closest?.("[data-item]") ?? items().find((item) => item.classList.contains("current"));

export function select(item) {
  if (!item) return false;
  for (const other of items()) other.classList.toggle("current", other === item);
  (item.tabIndex >= 0 || item.hasAttribute("tabindex") ? item : $("[data-focus]", item) ?? $("a, input", item))?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  const beside = [item, item.nextElementSibling, item.previousElementSibling].map((one) => one?.dataset.item);
  if (page.page === "queue") keepPlace(page.tab, beside);
  else tabStorage.set(`at ${location.pathname}`, { item: item.dataset.item, index: items().indexOf(item) });
  item.dispatchEvent(new CustomEvent("selected", { bubbles: true }));
  return true;
}

export function move(step) {
  const all = items();
  const index = all.indexOf(currentItem());
  if (index < 0) return select(all[0]);
  const next = all[index + step];
  if (next) return select(next);
  const link = $(step > 0 ? '.pages a[rel="next"]' : '.pages a[rel="prev"]');
  if (link?.dataset.step) location.assign(link.dataset.step);
  else link?.click();
  return link !== null;
}

export function restorePosition() {
  if (!list) return;
  const all = items();
  if (page.page === "queue") return select(all.find((one) => one.classList.contains("current")) ?? all.find((one) => one.dataset.item === placeIn(page.tab)?.[0]));
  const position = tabStorage.get(`at ${location.pathname}`);
  if (position) select(all.find((one) => one.dataset.item === String(position.item)) ?? all[Math.min(position.index, all.length - 1)]);
}
