// The review page in the browser: keys, messages, decisions, live checks. Every page can be read without it.
"use strict";

(() => {
  const page = document.body.dataset;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const LEAVING = Symbol("leaving");
  // Keys that only move or scroll: held down, they go on. Any other key acts once for each time it is pressed.
  const MOVES = new Set(["j", "k", "f", " "]);
  const MODIFIERS = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Fn", "FnLock", "Hyper", "Meta", "NumLock", "ScrollLock", "Shift", "Super", "Symbol", "SymbolLock"]);
  let keyIsDown = false;
  let whenReleased = null;
  let busy = false;
  let unsaved = false;

  // What is remembered across pages of this tab.
  const memory = {
    get: (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode */ } },
    take: (name) => { const value = memory.get(name); try { sessionStorage.removeItem(name); } catch { /* same */ } return value; },
  };

  // Messages

  function say(text, kind = "info", button = null) {
    const line = document.createElement("p");
    line.className = `message-line ${kind}`;
    line.append(text);
    if (button) line.append(" ", button);
    $("#messages").replaceChildren(line);
  }

  function buttonOf(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function undoButton() {
    return buttonOf("Undo (u)", () => $('[data-action="undo"]')?.click());
  }

  // The last decision stands: asked once more, by the button or by its key, the one before it is taken back.
  function earlierButton() {
    const made = buttonOf("Undo that (u)", () => send($('[data-action="undo"]').dataset.url, { earlier: true }));
    made.dataset.key = "u";
    return made;
  }

  // Talking to the server

  async function post(url, body) {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    let answer;
    try { answer = await response.json(); } catch { answer = { error: `The server answered ${response.status}.` }; }
    if (!response.ok) throw Object.assign(new Error(answer.error), answer);
    return answer;
  }

  async function guarded(work) {
    if (busy) return;
    busy = true;
    document.body.classList.add("busy");
    let leaving = false;
    try {
      leaving = (await work()) === LEAVING;
    } catch (error) {
      const lost = error instanceof TypeError;
      const text = lost ? "The review server cannot be reached. Is `generator review` still running?" : error.message;
      const reload = error.stale && buttonOf("Show it as it is now", () => location.reload());
      say(text, "error", error.earlier ? earlierButton() : reload || null);
    } finally {
      // A second click while the next page loads would decide again.
      busy = leaving;
      document.body.classList.toggle("busy", leaving);
    }
  }

  function seen() {
    return page.lock === undefined ? {} : { lock: Number(page.lock), sha: page.sha };
  }

  function leave(answer) {
    unsaved = false;
    memory.set("message", { text: answer.message, undo: answer.undo });
    if (answer.item) memory.set(`at ${new URL(answer.go, location.href).pathname}`, { item: answer.item, index: 0 });
    if (answer.go === location.pathname + location.search) location.reload();
    else location.assign(answer.go);
    return LEAVING;
  }

  async function send(url, body) {
    await guarded(async () => leave(await post(url, { ...seen(), ...body })));
  }

  // Forms as JSON

  function valuesOf(form, changedOnly = false) {
    const values = {};
    for (const field of form.elements) {
      if (!field.name || field.disabled) continue;
      if (field.type === "checkbox" && field.hasAttribute("value")) {
        values[field.name] ??= [];
        if (field.checked) values[field.name].push(field.value);
      } else if (field.type === "checkbox") {
        if (!changedOnly || field.checked !== field.defaultChecked) values[field.name] = field.checked;
      } else if (field.tagName === "SELECT") {
        const chosen = [...field.options].findIndex((option) => option.defaultSelected);
        if (!changedOnly || field.selectedIndex !== Math.max(chosen, 0)) values[field.name] = field.value;
      } else if (!changedOnly || field.value !== field.defaultValue) {
        values[field.name] = field.value;
      }
    }
    return values;
  }

  // Lists in which j and k move

  const list = $("[data-list]");
  const items = () => (list ? $$("[data-item]", list) : []);
  const current = () => document.activeElement?.closest?.("[data-item]") ?? items().find((item) => item.classList.contains("current"));

  function choose(item) {
    if (!item) return;
    for (const other of items()) other.classList.toggle("current", other === item);
    (item.tabIndex >= 0 || item.hasAttribute("tabindex") ? item : $("a, input", item))?.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    memory.set(`at ${location.pathname}`, { item: item.dataset.item, index: items().indexOf(item) });
  }

  function move(step) {
    const all = items();
    const at = all.indexOf(current());
    if (at < 0) return choose(all[0]);
    const next = all[at + step];
    if (next) return choose(next);
    $(step > 0 ? '.pages a[rel="next"]' : '.pages a[rel="prev"]')?.click();
  }

  function restorePosition() {
    if (!list) return;
    const back = page.page === "queue" ? memory.take("last draft") : null;
    const at = memory.get(`at ${location.pathname}`);
    const all = items();
    const item = all.find((one) => one.dataset.item === String(back ?? at?.item)) ?? (at ? all[Math.min(at.index, all.length - 1)] : null);
    if (item && (back || at)) choose(item);
  }

  // What buttons do

  const actions = {
    send: (element) => send(element.dataset.url, JSON.parse(element.dataset.body ?? "{}")),
    undo: (element) => send(element.dataset.url, {}),
    "approve-clean": (element) => send(element.dataset.url, {}),
    keys: () => toggle($("#keys")),
    open: (element) => {
      const dialog = document.getElementById(element.dataset.dialog);
      dialog.showModal();
      $("textarea", dialog)?.focus();
    },
    close: (element) => element.closest("dialog").close(),
    fill: (element) => {
      const target = document.getElementById(element.dataset.target);
      target.value = target.value ? `${target.value}; ${element.textContent.toLowerCase()}` : element.textContent;
      target.focus();
    },
    locate: (element) => locate(element),
    "send-item": (element) => decide(element, {}),
    "open-edit": (element) => {
      const form = $(".inline-edit", element.closest("[data-item]"));
      form.hidden = false;
      $("textarea", form).focus();
    },
    "close-edit": (element) => {
      const item = element.closest("[data-item]");
      $(".inline-edit", item).hidden = true;
      choose(item);
    },
    plan: () => plan(),
    publish: () => publish(),
  };

  function toggle(dialog) {
    if (dialog.open) dialog.close(); else dialog.showModal();
  }

  // One proposal decided on: it leaves the list, the next one is chosen.
  function decide(element, body) {
    const item = element.closest("[data-item]");
    return guarded(async () => {
      const answer = await post(element.dataset.url, { lock: Number(item.dataset.lock), ...body });
      const following = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      say(answer.message, "info", answer.undo ? undoButton() : null);
      if (following) return choose(following);
      memory.set("message", { text: answer.message, undo: answer.undo });
      location.reload();
    });
  }

  let planned = [];

  function plan() {
    const chosen = $$('input[name="draft"]:checked').map((box) => Number(box.value));
    return guarded(async () => {
      const answer = await post($("#publish").dataset.plan, { drafts: chosen });
      planned = answer.drafts;
      $("#plan").innerHTML = answer.plan;
      const button = $('[data-action="publish"]');
      button.hidden = planned.length === 0;
      $("span", button).textContent = planned.length;
    });
  }

  function publish() {
    if (planned.length) send($("#publish").dataset.url, { drafts: planned });
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest("button[data-action]");
    if (!element) return;
    event.preventDefault();
    const act = () => {
      if (!element.dataset.confirm || window.confirm(element.dataset.confirm)) actions[element.dataset.action]?.(element);
    };
    // A key that pressed the button and is still held down would answer the question too.
    if (element.dataset.confirm && keyIsDown && event.detail === 0) whenReleased = act;
    else act();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.action) return;
    event.preventDefault();
    const values = valuesOf(form, "changedOnly" in form.dataset);
    if (form.dataset.action === "send-item") decide(form, values);
    else send(form.dataset.url, values);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
    if (event.target.matches('input[name="draft"]')) {
      planned = [];
      $('[data-action="publish"]').hidden = true;
      $("#plan").replaceChildren();
    }
  });

  // Keys

  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  function pressed(key) {
    const scope = current();
    const matching = (root) => $$("[data-key]", root).find((one) => one.dataset.key === key && !one.disabled && (one.offsetParent || one.hidden) && !one.closest("[hidden]:not(button)"));
    const element = (scope && matching(scope)) || $$("[data-key]").find((one) => one.dataset.key === key && !one.disabled && !one.closest("[data-item]") && (one.offsetParent || one.matches("button[hidden][data-url]")));
    if (!element) return false;
    if (typing(element)) { element.focus(); element.select?.(); } else element.click();
    return true;
  }

  // Whether a key that is held down would act once more: it may move and type, but neither press a button nor send a form.
  function actsAgain(event) {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea"));
    return sends || (!typing(event.target) && !MOVES.has(event.key) && event.key.length === 1);
  }

  document.addEventListener("keydown", (event) => { if (!MODIFIERS.has(event.key)) keyIsDown = true; }, { capture: true });
  document.addEventListener("keyup", (event) => { if (!MODIFIERS.has(event.key)) released(); });
  window.addEventListener("blur", () => { keyIsDown = false; whenReleased = null; });

  function released() {
    const act = whenReleased;
    keyIsDown = false;
    whenReleased = null;
    act?.();
  }

  document.addEventListener("keydown", (event) => {
    const dialog = $("dialog[open]");
    if (event.repeat && actsAgain(event)) { event.preventDefault(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form") ?? $("form[data-action]:not([hidden])", dialog ?? $("main"));
      if (form?.dataset.action) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (event.key === "?" && dialog?.id === "keys") { event.preventDefault(); dialog.close(); return; }
    if (dialog) return;
    if (typing(event.target)) {
      if (event.key !== "Escape") return;
      const editor = event.target.closest(".inline-edit");
      if (editor) actions["close-edit"](editor);
      else if (page.page !== "edit") event.target.blur();
      else if (!unsaved || window.confirm("Leave without saving?")) { unsaved = false; pressed("Escape"); }
      return;
    }
    if (list && (event.key === "j" || event.key === "k")) { event.preventDefault(); move(event.key === "j" ? 1 : -1); return; }
    if (list && (event.key === "o" || (event.key === "Enter" && !event.target.closest("a, button, input")))) {
      const link = $("a", current() ?? list);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "f") { event.preventDefault(); nextFinding(); return; }
    if (pressed(event.key)) event.preventDefault();
  });

  // Findings

  let finding = -1;

  function nextFinding() {
    const places = $$(".finding-ref");
    if (!places.length) return;
    finding = (finding + 1) % places.length;
    places[finding].focus({ preventScroll: true });
    places[finding].scrollIntoView({ block: "center" });
  }

  function fieldOf(path) {
    return $$("[data-field]", $("#edit")).find((field) => field.tagName !== "BUTTON" && field.dataset.field.split(" ").some((name) => path === name || path.startsWith(`${name}[`)));
  }

  function locate(element) {
    const field = fieldOf(element.dataset.field);
    if (!field) return;
    field.focus();
    if (element.dataset.start === undefined || !field.setSelectionRange) return;
    // Offsets count characters, the field counts UTF-16 units.
    const unit = (offset) => [...field.value].slice(0, Number(offset)).join("").length;
    field.setSelectionRange(unit(element.dataset.start), unit(element.dataset.end));
    const line = field.value.slice(0, field.selectionStart).split("\n").length;
    field.scrollTop = Math.max(0, (field.scrollHeight / field.value.split("\n").length) * line - field.clientHeight / 2);
  }

  // The edit form: what the checks would say, as it is typed

  function watchEdit() {
    const form = $("#edit");
    if (!form) return;
    let timer = 0;
    let asked = 0;
    const check = async () => {
      const number = ++asked;
      const moved = $("#moved");
      try {
        const answer = await post(form.dataset.check, valuesOf(form, true));
        if (number !== asked) return;
        $("#live-findings").innerHTML = answer.findings;
        $("#live-search").innerHTML = answer.search;
        $("#live-answer").innerHTML = answer.answer;
        moved.hidden = !answer.moved;
        moved.textContent = answer.moved;
        moved.classList.remove("error");
      } catch (error) {
        if (number !== asked) return;
        moved.hidden = false;
        moved.textContent = error.message;
        moved.classList.add("error");
      }
    };
    form.addEventListener("input", () => {
      unsaved = Object.keys(valuesOf(form, true)).length > 0;
      clearTimeout(timer);
      timer = setTimeout(check, 250);
    });
    if (Object.keys(valuesOf(form, true)).length) { unsaved = true; check(); }
    const first = $('#live-findings [data-action="locate"]');
    if (first) locate(first); else $("#f-answer").focus();
    window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  }

  // What changes while a page stands: counts, a batch at work, a revision

  async function poll() {
    const begun = performance.now();
    if (!document.hidden) await look();
    // A slow answer means a large ledger or a busy machine: ask less often.
    setTimeout(poll, Math.max(2000, 20 * (performance.now() - begun)));
  }

  async function look() {
    const status = $("#status");
    const url = new URL(status.dataset.poll, location.href);
    if (page.draft) url.searchParams.set("draft", page.draft);
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
    if (page.waiting !== undefined && answer.revision && answer.revision !== "asked" && !$("dialog[open]")) location.reload();
  }

  // Start

  const message = memory.take("message");
  if (message) say(message.text, "info", message.undo ? undoButton() : null);
  if (page.page === "article") memory.set("last draft", page.draft);
  restorePosition();
  watchEdit();
  poll();
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
