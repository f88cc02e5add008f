// Lists with a current item, which the keys j and k move.

import { $, $$, page, tabStorage } from "./dom.js";

export const list = $("[data-list]");
export const items = () => (list ? $$("[data-item]", list) : []);
export const currentItem = () => document.activeElement?.closest?.("[data-item]") ?? items().find((item) => item.classList.contains("current"));

export function select(item) {
  if (!item) return false;
  for (const other of items()) other.classList.toggle("current", other === item);
  (item.tabIndex >= 0 || item.hasAttribute("tabindex") ? item : $("a, input", item))?.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
  tabStorage.set(`at ${location.pathname}`, { item: item.dataset.item, index: items().indexOf(item) });
  return true;
}

export function move(step) {
  const all = items();
  const index = all.indexOf(currentItem());
  if (index < 0) return select(all[0]);
  const next = all[index + step];
  if (next) return select(next);
  const page = $(step > 0 ? '.pages a[rel="next"]' : '.pages a[rel="prev"]');
  page?.click();
  return page !== null;
}

export function restorePosition() {
  if (!list) return;
  const lastDraft = page.page === "queue" ? tabStorage.pop("last draft") : null;
  const position = tabStorage.get(`at ${location.pathname}`);
  const all = items();
  const item = all.find((one) => one.dataset.item === String(lastDraft ?? position?.item)) ?? (position ? all[Math.min(position.index, all.length - 1)] : null);
  if (item && (lastDraft || position)) select(item);
}
