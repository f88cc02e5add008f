// The place in the queue: for each tab of it the draft where the reviewer is, while the tab of the browser is open.
//
// It is kept by draft, not by page: the server finds the page where the draft is now. Its neighbours are kept too, for
// when the draft has left the list.

import { $, $$, page, tabStorage } from "./dom.js";

export const placeIn = (tab) => tabStorage.get(`place ${tab}`);

export function keepPlace(tab, drafts) {
  tabStorage.set(`place ${tab}`, drafts.filter(Boolean));
}

function openAtPlace(link, tab) {
  const place = placeIn(tab);
  if (!place) return;
  const address = new URL(link.href);
  address.searchParams.set("at", place.join(","));
  link.href = address;
}

if (page.page === "article") keepPlace(page.tab, [page.draft, ...page.beside.split(",")]);
for (const link of $$(".tabs a[data-tab]")) if (link.dataset.tab !== page.tab) openAtPlace(link, link.dataset.tab);
const drafts = $('.top nav a[href="/"]');
if (drafts && page.page !== "queue") openAtPlace(drafts, "review");
// The address has the number of the page instead of the draft, so that it can be sent to a colleague.
if (page.page === "queue" && new URLSearchParams(location.search).has("at")) history.replaceState(null, "", page.address);
