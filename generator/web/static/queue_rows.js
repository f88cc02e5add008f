// The rows of the queue: a click anywhere on a row opens its draft, and rows are comfortable or compact.

import { actions } from "./actions.js";
import { $ } from "./dom.js";

const rows = $("[data-clickable]");
const DENSITY = "density of the queue";

function linkOf(event) {
  const isOther = event.target.closest("a, button, input, label, select, textarea, summary");
  const item = event.target.closest("[data-item]");
  return isOther || !item ? null : $("[data-focus]", item);
}

function openInTab(event, link) {
  event.preventDefault();
  window.open(link.href, "_blank", "noopener");
}

function density() {
  try { return localStorage.getItem(DENSITY); } catch { return null; }
}

function showDensity(isCompact) {
  rows.classList.toggle("dense", isCompact);
  $('[data-action="density"]').setAttribute("aria-pressed", String(isCompact));
}

actions.density = () => {
  const isCompact = !rows.classList.contains("dense");
  try { localStorage.setItem(DENSITY, isCompact ? "compact" : "comfortable"); } catch { /* private mode */ }
  showDensity(isCompact);
};

if (rows) {
  showDensity(density() === "compact");
  rows.addEventListener("click", (event) => {
    const link = linkOf(event);
    // Whoever has selected text wants to copy it.
    if (!link || !getSelection().isCollapsed) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) openInTab(event, link);
    else link.click();
  });
  rows.addEventListener("mousedown", (event) => { if (event.button === 1 && linkOf(event)) event.preventDefault(); });
  rows.addEventListener("auxclick", (event) => {
    const link = linkOf(event);
    if (link && event.button === 1) openInTab(event, link);
  });
}
