// What all scripts of the review page use: the elements of the page, and values stored for the next pages of this tab.

export const page = document.body.dataset;
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Values that are stored for the next pages of this tab.
export const tabStorage = {
  get: (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } },
  set: (name, value) => { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode */ } },
  pop: (name) => { const value = tabStorage.get(name); try { sessionStorage.removeItem(name); } catch { /* private mode */ } return value; },
};

export const isTextField = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

// Writes a text into an element, only if it changed.
export function showText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const shown = new WeakMap();

// Writes HTML from the server into an element, only if it changed: a live region is read out whenever it is written.
export function showHtml(element, html) {
  if (shown.get(element) === html) return;
  shown.set(element, html);
  element.innerHTML = html;
}

// A number of things in words, as the server writes it: `1 draft`, `2,000 drafts`.
export const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

export function newButton(label, onClick) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", onClick);
  return button;
}
