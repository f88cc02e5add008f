// The script of the review page: keyboard shortcuts, messages, decisions, checks while typing. Pages can be read without it.
"use strict";

(() => {
  const page = document.body.dataset;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const LEAVING = Symbol("leaving");
  // Keys that only move or scroll repeat while they are held down. All other keys act once per press.
  const REPEATING_KEYS = new Set(["j", "k", "f", "n", "p", " "]);
  const MODIFIERS = new Set(["Alt", "AltGraph", "CapsLock", "Control", "Fn", "FnLock", "Hyper", "Meta", "NumLock", "ScrollLock", "Shift", "Super", "Symbol", "SymbolLock"]);
  let keyIsDown = false;
  let runWhenReleased = null;
  let busy = false;
  let unsaved = false;

  // Values that are stored for the next pages of this tab.
  const tabStorage = {
    get: (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } },
    set: (name, value) => { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode */ } },
    pop: (name) => { const value = tabStorage.get(name); try { sessionStorage.removeItem(name); } catch { /* private mode */ } return value; },
  };

  // Messages

  function showMessage(text, kind = "info", button = null) {
    const line = document.createElement("p");
    line.className = `message-line ${kind}`;
    line.append(text);
    if (button) line.append(" ", button);
    $("#messages").replaceChildren(line);
  }

  function newButton(label, onClick) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", onClick);
    return button;
  }

  function undoButton() {
    return newButton("Undo (u)", () => $('[data-action="undo"]')?.click());
  }

  // The last decision cannot be undone. This button, or its key, undoes the decision before it.
  function undoEarlierButton() {
    const button = newButton("Undo that (u)", () => send($('[data-action="undo"]').dataset.url, { earlier: true }));
    button.dataset.key = "u";
    return button;
  }

  // Requests to the server

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

  // Runs one request at a time, and shows its error.
  async function runExclusive(request) {
    if (busy) return;
    busy = true;
    document.body.classList.add("busy");
    let leaving = false;
    try {
      leaving = (await request()) === LEAVING;
    } catch (error) {
      const isOffline = error instanceof TypeError;
      const text = isOffline ? "The review server cannot be reached. Is `generator review` still running?" : error.message;
      const reload = error.stale && newButton("Reload", () => location.reload());
      showMessage(text, "error", error.earlier ? undoEarlierButton() : reload || null);
    } finally {
      // While the next page loads, a second click must not decide again.
      busy = leaving;
      document.body.classList.toggle("busy", leaving);
    }
  }

  function shownVersion() {
    return page.lock === undefined ? {} : { lock: Number(page.lock), sha: page.sha };
  }

  function openNext(answer) {
    unsaved = false;
    tabStorage.set("message", { text: answer.message, undo: answer.undo });
    if (answer.item) tabStorage.set(`at ${new URL(answer.go, location.href).pathname}`, { item: answer.item, index: 0 });
    if (answer.go === location.pathname + location.search) location.reload();
    else location.assign(answer.go);
    return LEAVING;
  }

  async function send(url, body) {
    if (document.activeElement?.closest("[data-claims]")) tabStorage.set("claims", true);
    await runExclusive(async () => openNext(await post(url, { ...shownVersion(), ...body })));
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

  // Lists with a current item, which the keys j and k move

  const list = $("[data-list]");
  const items = () => (list ? $$("[data-item]", list) : []);
  const currentItem = () => document.activeElement?.closest?.("[data-item]") ?? items().find((item) => item.classList.contains("current"));

  function select(item) {
    if (!item) return;
    for (const other of items()) other.classList.toggle("current", other === item);
    (item.tabIndex >= 0 || item.hasAttribute("tabindex") ? item : $("a, input", item))?.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    tabStorage.set(`at ${location.pathname}`, { item: item.dataset.item, index: items().indexOf(item) });
  }

  function move(step) {
    const all = items();
    const index = all.indexOf(currentItem());
    if (index < 0) return select(all[0]);
    const next = all[index + step];
    if (next) return select(next);
    $(step > 0 ? '.pages a[rel="next"]' : '.pages a[rel="prev"]')?.click();
  }

  function restorePosition() {
    if (!list) return;
    const lastDraft = page.page === "queue" ? tabStorage.pop("last draft") : null;
    const position = tabStorage.get(`at ${location.pathname}`);
    const all = items();
    const item = all.find((one) => one.dataset.item === String(lastDraft ?? position?.item)) ?? (position ? all[Math.min(position.index, all.length - 1)] : null);
    if (item && (lastDraft || position)) select(item);
  }

  // The actions of buttons, by their data-action

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
    "send-item": (element) => decide(element, JSON.parse(element.dataset.body ?? "{}")),
    "open-edit": (element) => {
      const form = $(".inline-edit", element.closest("[data-item]"));
      form.hidden = false;
      $("textarea", form).focus();
    },
    "close-edit": (element) => {
      const item = element.closest("[data-item]");
      $(".inline-edit", item).hidden = true;
      select(item);
    },
    plan: () => plan(),
    publish: () => publish(),
  };

  function toggle(dialog) {
    if (dialog.open) dialog.close(); else dialog.showModal();
  }

  // Sends the decision on one proposal or cluster, removes it from the list, and selects the next one.
  function decide(element, body) {
    const item = element.closest("[data-item]");
    return runExclusive(async () => {
      const answer = await post(element.dataset.url, { lock: Number(item.dataset.lock), ...body });
      const following = item.nextElementSibling ?? item.previousElementSibling;
      item.remove();
      showMessage(answer.message, "info", answer.undo ? undoButton() : null);
      if (following) return select(following);
      tabStorage.set("message", { text: answer.message, undo: answer.undo });
      location.reload();
    });
  }

  let planned = [];

  function plan() {
    const checked = $$('input[name="draft"]:checked').map((box) => Number(box.value));
    return runExclusive(async () => {
      const answer = await post($("#publish").dataset.plan, { drafts: checked });
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
    // If a key pressed the button, ask only after it is released: the held key would confirm the question too.
    if (element.dataset.confirm && keyIsDown && event.detail === 0) runWhenReleased = act;
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

  // Keyboard shortcuts

  const isTextField = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  // Activates the element with this key: in the current item first, then on the page. Returns whether there is one.
  function pressKey(key) {
    const scope = currentItem();
    const matching = (root) => $$("[data-key]", root).find((one) => one.dataset.key === key && !one.disabled && (one.offsetParent || one.hidden) && !one.closest("[hidden]:not(button)"));
    const element = (scope && matching(scope)) || $$("[data-key]").find((one) => one.dataset.key === key && !one.disabled && !one.closest("[data-item]") && (one.offsetParent || one.matches("button[hidden][data-url]")));
    if (!element) return false;
    if (isTextField(element)) { element.focus(); element.select?.(); } else element.click();
    return true;
  }

  // Whether the repeated event of a held key must be ignored. A held key can move and type, but not press a button or
  // send a form again.
  function mustNotRepeat(event) {
    const sendsForm = event.key === "Enter" && (event.ctrlKey || event.metaKey || !event.target.matches("textarea"));
    return sendsForm || (!isTextField(event.target) && !REPEATING_KEYS.has(event.key) && event.key.length === 1);
  }

  document.addEventListener("keydown", (event) => { if (!MODIFIERS.has(event.key)) keyIsDown = true; }, { capture: true });
  document.addEventListener("keyup", (event) => { if (!MODIFIERS.has(event.key)) keyReleased(); });
  window.addEventListener("blur", () => { keyIsDown = false; runWhenReleased = null; });

  function keyReleased() {
    const act = runWhenReleased;
    keyIsDown = false;
    runWhenReleased = null;
    act?.();
  }

  document.addEventListener("keydown", (event) => {
    const dialog = $("dialog[open]");
    if (event.repeat && mustNotRepeat(event)) { event.preventDefault(); return; }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
      const form = event.target.closest("form") ?? $("form[data-action]:not([hidden])", dialog ?? $("main"));
      if (form?.dataset.action) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (event.key === "?" && dialog?.id === "keys") { event.preventDefault(); dialog.close(); return; }
    if (dialog) return;
    if (isTextField(event.target)) {
      if (event.key !== "Escape") return;
      const editor = event.target.closest(".inline-edit");
      if (editor) actions["close-edit"](editor);
      else if (page.page !== "edit") event.target.blur();
      else if (!unsaved || window.confirm("Leave without saving?")) { unsaved = false; pressKey("Escape"); }
      return;
    }
    if (list && (event.key === "j" || event.key === "k")) { event.preventDefault(); move(event.key === "j" ? 1 : -1); return; }
    if (list && (event.key === "o" || (event.key === "Enter" && !event.target.closest("a, button, input")))) {
      const link = $("a", currentItem() ?? list);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "f") { event.preventDefault(); nextFinding(); return; }
    if ($("[data-claims]") && (event.key === "n" || event.key === "p")) { event.preventDefault(); stepClaims(event.key === "n" ? 1 : -1); return; }
    if (pressKey(event.key)) event.preventDefault();
  });

  // Findings

  let findingIndex = -1;

  function nextFinding() {
    const places = $$(".finding-ref");
    if (!places.length) return;
    findingIndex = (findingIndex + 1) % places.length;
    places[findingIndex].focus({ preventScroll: true });
    places[findingIndex].scrollIntoView({ block: "center" });
  }

  // Claims: the keys n and p move through those that are neither supported nor confirmed

  function stepClaims(step) {
    const open = $$("[data-claims] [data-open]");
    if (!open.length) return;
    const index = open.indexOf(document.activeElement?.closest?.("[data-open]"));
    const claim = open[index < 0 ? (step > 0 ? 0 : open.length - 1) : (index + step + open.length) % open.length];
    claim.focus({ preventScroll: true });
    claim.scrollIntoView({ block: "nearest" });
    document.getElementById(claim.id.replace("claim-", "claim-place-"))?.scrollIntoView({ block: "center" });
  }

  function fieldOf(path) {
    return $$("[data-field]", $("#edit")).find((field) => field.tagName !== "BUTTON" && field.dataset.field.split(" ").some((name) => path === name || path.startsWith(`${name}[`)));
  }

  function locate(element) {
    const field = fieldOf(element.dataset.field);
    if (!field) return;
    field.focus();
    if (element.dataset.start === undefined || !field.setSelectionRange) return;
    // Offsets count code points; positions in the field count UTF-16 units.
    const unit = (offset) => [...field.value].slice(0, Number(offset)).join("").length;
    field.setSelectionRange(unit(element.dataset.start), unit(element.dataset.end));
    const line = field.value.slice(0, field.selectionStart).split("\n").length;
    field.scrollTop = Math.max(0, (field.scrollHeight / field.value.split("\n").length) * line - field.clientHeight / 2);
  }

  // The edit form: checks the text while the reviewer types

  function watchEditForm() {
    const form = $("#edit");
    if (!form) return;
    let timer = 0;
    let lastRequest = 0;
    const check = async () => {
      const request = ++lastRequest;
      const moved = $("#moved");
      try {
        const answer = await post(form.dataset.check, valuesOf(form, true));
        if (request !== lastRequest) return;
        $("#live-findings").innerHTML = answer.findings;
        $("#live-search").innerHTML = answer.search;
        $("#live-answer").innerHTML = answer.answer;
        moved.hidden = !answer.moved;
        moved.textContent = answer.moved;
        moved.classList.remove("error");
      } catch (error) {
        if (request !== lastRequest) return;
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

  // Updates of an open page: counts, running work, the state of a revision

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

  const message = tabStorage.pop("message");
  if (message) showMessage(message.text, "info", message.undo ? undoButton() : null);
  if (page.page === "article") tabStorage.set("last draft", page.draft);
  restorePosition();
  if (tabStorage.pop("claims")) stepClaims(1);
  watchEditForm();
  poll();
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
