// Keeps what is typed in this browser until it is saved: every field of a form with data-keep, by ledger, form, version
// and field. Text that was not saved is put back into its form, with a notice.

import { actions } from "./actions.js";
import { $, $$, newButton, page, plural } from "./dom.js";
import { formState } from "./forms.js";
import { showMessage } from "./messages.js";

const PREFIX = `typed|${page.ledger}|`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !field.disabled && field.type !== "hidden" && field.type !== "radio");
const textOf = (field) => (field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value);
const discarders = new Map();

function savedTextOf(field) {
  if (field.type === "checkbox") return field.defaultChecked ? "yes" : "";
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
}

function setText(field, text) {
  if (field.type === "checkbox") field.checked = text !== "";
  else field.value = text;
}

// Restored text belongs to the version on which it was typed, until it is compared with the present one.
const versionOf = (form) => form.dataset.basis ?? form.dataset.version ?? page.sha ?? "";

function keep(field) {
  const form = field.form;
  const key = `${PREFIX}${form.dataset.keep}|${versionOf(form)}|${field.name}`;
  try {
    if (textOf(field) === savedTextOf(field)) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ text: textOf(field), at: Date.now() }));
  } catch {
    showMessage("This browser cannot keep your text until it is saved: save it soon.", "error");
  }
}

// The kept texts of the forms whose names begin with `start`, the newest first.
function keptTexts(start) {
  const found = [];
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX + start)) continue;
      const [name, version, field] = key.slice(PREFIX.length).split("|");
      found.push({ key, name, version, field, ...JSON.parse(localStorage.getItem(key)) });
    }
  } catch { /* private mode */ }
  return found.sort((one, other) => other.at - one.at);
}

const forget = (texts) => { for (const { key } of texts) localStorage.removeItem(key); };
const ofForm = (form) => keptTexts(`${form.dataset.keep}|`);

function age(at) {
  const minutes = Math.floor((Date.now() - at) / 60000);
  for (const [size, unit] of [[1440, "day"], [60, "hour"], [1, "minute"]]) {
    const count = Math.floor(minutes / size);
    if (count) return `of ${plural(count, unit)} ago`;
  }
  return "of just now";
}

function notice(text, ...buttons) {
  const line = document.createElement("p");
  line.className = "notice kept";
  line.setAttribute("role", "status");
  line.append(text);
  for (const button of buttons) line.append(" ", button);
  return line;
}

function restore(form) {
  const texts = ofForm(form);
  const version = texts[0]?.version;
  let restored = 0;
  for (const field of fieldsOf(form)) {
    const newest = texts.find((one) => one.field === field.name && one.version === version);
    if (!newest) continue;
    if (newest.text === savedTextOf(field)) { forget(texts.filter((one) => one.field === field.name && one.version === version)); continue; }
    setText(field, newest.text);
    restored += 1;
  }
  if (!restored) return;
  const isOld = version !== versionOf(form);
  if (isOld) form.dataset.basis = version;
  const text = `Your unsaved text ${age(texts[0].at)} was restored.${isOld ? " The saved text has changed since." : ""}`;
  const lines = [];
  const discard = () => {
    forget(ofForm(form));
    for (const field of fieldsOf(form)) setText(field, savedTextOf(field));
    delete form.dataset.basis;
    for (const line of lines) line.remove();
    form.dispatchEvent(new Event("input", { bubbles: true }));
    formState.unsaved = false;
  };
  discarders.set(form, () => { for (const line of lines) line.remove(); });
  const compare = isOld && form.id === "edit" ? [newButton("Compare", () => actions["open-merge"](form))] : [];
  lines.push(notice(text, newButton("Discard", discard), ...compare));
  const bar = $(".bar", form);
  const title = $("h2", form);
  if (bar) bar.append(lines[0]);
  else if (title) title.after(lines[0]);
  else form.prepend(lines[0]);
  const dialog = form.closest("dialog");
  if (dialog) {
    lines.push(notice(`Your unsaved text ${age(texts[0].at)} is in “${title.textContent}”.`, newButton("Open", () => { dialog.showModal(); $("textarea", form)?.focus(); }), newButton("Discard", discard)));
    ($("main .bar") ?? $("main h1")).after(lines[1]);
  }
  form.hidden = false;
}

// On the page of a draft: text that was typed elsewhere, or in a form that is not there any more.
function showTextsElsewhere() {
  const names = new Set($$("form[data-keep]").map((form) => form.dataset.keep));
  const texts = keptTexts(`draft/${page.draft}/`).filter((one) => !names.has(one.name));
  for (const name of new Set(texts.map((one) => one.name))) {
    const own = texts.filter((one) => one.name === name);
    const discard = newButton("Discard", () => { forget(own); line.remove(); });
    const edit = (name.endsWith("/edit") && $('a[data-key="e"]')) || (name.endsWith("/write") && $('a[data-key="w"]'));
    const line = edit
      ? notice(`You have an unsaved ${name.endsWith("/write") ? "article" : "edit"} ${age(own[0].at)}.`, newButton("Go on editing", () => edit.click()), discard)
      : notice(`Your unsaved text ${age(own[0].at)} has no place in this draft any more:`, discard);
    if (!edit) {
      for (const one of own) {
        const area = document.createElement("textarea");
        area.readOnly = true;
        area.setAttribute("aria-label", `Unsaved text: ${one.field}`);
        area.value = one.text;
        line.append(area);
      }
    }
    ($("main .bar") ?? $("main h1")).after(line);
  }
}

document.addEventListener("input", (event) => { if (event.target.form?.dataset.keep && event.target.name) keep(event.target); });
document.addEventListener("change", (event) => { if (event.target.form?.dataset.keep && event.target.name) keep(event.target); });

// A request was accepted: forget what it saved, but not what was typed meanwhile.
document.addEventListener("saved", ({ detail: { url, body } }) => {
  for (const form of $$("form[data-keep]").filter((one) => one.dataset.url === url)) {
    const values = new Map(fieldsOf(form).map((field) => [field.name, textOf(field)]));
    const sent = (name) => (typeof body[name] === "boolean" ? (body[name] ? "yes" : "") : body[name]);
    forget(ofForm(form).filter((one) => body.merged || (sent(one.field) !== undefined && sent(one.field) === values.get(one.field))));
    discarders.get(form)?.();
  }
});

for (const form of $$("form[data-keep]")) restore(form);
if (page.page === "article") showTextsElsewhere();
