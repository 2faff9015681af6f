// A ranked list with ties: form[data-ranking] > [data-rows] > [data-row]. Every button of it posts and works without this file;
// here the moves happen at once, by drag and Alt + arrow keys too, and the list saves itself.
// A student's list stands in one field, [data-list], and what is not listed is not shown. A host's stands in a number beside each
// row, [data-number]: rows without one come after the ranked, those with a ticked [data-veto] last.
const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, i) => values[i]);
// "{0|row|rows}", as Texts in the service.
const count = (language, text, number) => fill(text.replace(/\{0\|(.*?)\|(.*?)\}/g, (_, one, other) => new Intl.PluralRules(language).select(number) === "one" ? one : other), number);
const without = (list, id) => list.map(group => group.filter(one => one !== id)).filter(group => group.length);
const at = (list, id) => list.findIndex(group => group.includes(id));
const insert = (list, index, group) => list.toSpliced(Math.min(Math.max(index, 0), list.length), 0, group);

// As TieGroups in the service: alone, past the neighbour; tied, out of the tie on that side.
const moves = {
  up: (list, id) => at(list, id) < 0 ? [...list, [id]] : insert(without(list, id), list[at(list, id)].length > 1 ? at(list, id) : at(list, id) - 1, [id]),
  down: (list, id) => at(list, id) < 0 ? [...list, [id]] : insert(without(list, id), at(list, id) + 1, [id]),
  move: (list, id, position) => insert(without(list, id), position - 1, [id]),
  remove: without,
  tie: (list, id) => {
    const i = at(list, id);
    return i < 0 && list.length ? list.toSpliced(-1, 1, [...list.at(-1), id]) : i < 1 ? list : list.toSpliced(i - 1, 2, [...list[i - 1], ...list[i]]);
  },
  split: (list, id) => {
    const i = at(list, id), inside = list[i].indexOf(id);
    return inside ? list.toSpliced(i, 1, list[i].slice(0, inside), list[i].slice(inside)) : list;
  },
  // The number of a group makes equal to its members; one more than there are, the last.
  number: (list, id, number) => {
    const rest = without(list, id);
    return number <= rest.length ? rest.with(number - 1, [...rest[number - 1], id]) : [...rest, [id]];
  },
  // Before a row; null: at the end. Between two that are tied it joins them.
  drop: (list, id, before) => {
    const rest = without(list, id), i = before && at(rest, before) >= 0 ? at(rest, before) : rest.length;
    const inside = i < rest.length ? rest[i].indexOf(before) : 0;
    return inside ? rest.toSpliced(i, 1, rest[i].toSpliced(inside, 0, id)) : insert(rest, i, [id]);
  },
};

const start = (form) => {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const all = (name) => form.querySelectorAll(`[data-${name}]`);
  const [ol, text, version, key, state, announcer] = ["rows", "list", "version", "key", "state", "announce"].map(find);
  const words = form.dataset;
  const rows = new Map([...all("row")].map(row => [row.dataset.row, row]));
  const name = (id) => rows.get(id).dataset.name;
  const number = (id) => rows.get(id).querySelector("[data-number]");
  const vetoed = (id) => Boolean(rows.get(id).querySelector("[data-veto]")?.checked);
  const read = () => text
    ? text.value.split(";").filter(Boolean).map(group => group.split(","))
    : [...rows.keys()].filter(id => /^\d+$/.test(number(id).value) && !vetoed(id)).reduce((found, id) => {
      (found[Number(number(id).value)] ??= []).push(id);
      return found;
    }, []).filter(Boolean);
  const write = () => list.map(group => group.join(",")).join(";");
  const token = (root) => root.querySelector("input[name=__RequestVerificationToken]");
  let list = read(), past = [], future = [];

  // Saving
  let stored, sending = null, sent = "", wait = 0, timer = 0, stopped = false, leaving = false;
  const content = () => write() + [...all("note"), ...all("veto")].map(note => `\n${note.name}=${note.type === "checkbox" ? note.checked : note.value}`).join("");
  const dirty = () => content() !== stored;
  const say = (mood, sentence, link) => {
    state.className = `saved ${mood}`;
    state.textContent = sentence;
    if (link) state.append(" ", link);
    if (mood === "bad") announcer.textContent = sentence;
  };
  const kept = (at) => fill(words.saved, new Date(at).toLocaleTimeString(words.language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }));
  const mark = () => form.toggleAttribute("data-dirty", dirty());
  const later = (milliseconds) => { mark(); clearTimeout(timer); timer = setTimeout(save, milliseconds); };
  const ended = () => {
    const link = document.createElement("a");
    [link.href, link.target, link.textContent] = [words.signin, "_blank", words.signinText];
    say("bad", words.session, link);
    stopped = true;
    return false;
  };
  // After signing in again in another tab the form needs a token of that session.
  const renew = async () => {
    const answer = await fetch(location.href, { redirect: "manual", signal: AbortSignal.timeout(15000) });
    const fresh = answer.ok && token(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (fresh) token(form).value = fresh.value;
    return Boolean(fresh);
  };
  const send = async () => {
    const now = content();
    // The same content keeps its key: if the answer was lost, the service knows the request again.
    if (key && now !== sent) [key.value, sent] = [crypto.randomUUID?.() ?? key.value.replace(/.{12}$/, () => Math.random().toString(16).slice(2).padEnd(12, "0").slice(0, 12)), now];
    say("busy", words.saving);
    for (let renewed = false; ; renewed = true) {
      const body = new URLSearchParams(new FormData(form));
      body.set("go", "save");
      const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", keepalive: true, signal: AbortSignal.timeout(15000) });
      if (answer.type === "opaqueredirect" || answer.status === 401) return ended();
      if (answer.status === 400 && !answer.headers.get("Content-Type")?.includes("json") && !renewed) {
        if (await renew()) continue;
        return ended();
      }
      if (answer.status === 409) { native(find("save")); return false; }
      const said = await answer.json();
      if (!answer.ok) {
        say("bad", fill(words.refused, said.text));
        stopped = true;
        return false;
      }
      version.value = said.version;
      stored = now;
      mark();
      say("good", kept(said.at));
      return true;
    }
  };
  const save = async () => {
    clearTimeout(timer);
    if (sending || leaving || !dirty()) return sending ?? !dirty();
    stopped = false;
    try {
      sending = send();
      const done = await sending;
      wait = 0;
      if (done && dirty()) later(0);
      return done;
    } catch {
      say("bad", words.retry);
      wait = Math.min(wait * 2 || 1000, 15000);
      later(wait);
      return false;
    } finally {
      sending = null;
    }
  };
  const flush = async () => {
    for (let i = 0; i < 3 && (sending || dirty()); i++) await (sending?.catch(() => false) ?? save());
    return !dirty();
  };
  // Not from within a submit event: there a second submission is passed over.
  const native = (button) => setTimeout(() => {
    leaving = true;
    form.requestSubmit(button);
  });

  // Showing
  const draw = () => {
    const focused = document.activeElement;
    const flat = list.flat(), rest = [...rows.keys()].filter(id => !flat.includes(id));
    if (text) for (const id of rest) rows.get(id).remove();
    const shown = text ? flat : [...flat, ...rest.filter(id => !vetoed(id)), ...rest.filter(vetoed)];
    shown.forEach((id, i) => { if (ol.children[i] !== rows.get(id)) ol.insertBefore(rows.get(id), ol.children[i] ?? null); });
    list.forEach((group, rank) => group.forEach((id, inside) => {
      const row = rows.get(id), part = (selector) => row.querySelector(selector), last = list.length - 1;
      row.classList.toggle("tied", inside > 0);
      part("[data-rank]").textContent = rank + 1;
      part("[data-equal]").hidden = !inside;
      if (number(id)) number(id).value = rank + 1;
      part("button[value^='up:']").disabled = rank === 0 && group.length === 1;
      part("button[value^='down:']").disabled = rank === last && group.length === 1;
      const tie = part("[data-tie-button]");
      if (tie) {
        tie.hidden = rank === 0 && !inside;
        tie.value = `${inside ? "split" : "tie"}:${id}`;
        tie.textContent = inside ? words.split : words.tie;
      }
      const position = part("[data-position]");
      if (position) {
        position.replaceChildren(...list.map((_, i) => new Option(i + 1, i + 1)));
        position.value = rank + 1;
      }
    }));
    if (text) text.value = write();
    else for (const id of rest) {
      const row = rows.get(id), part = (selector) => row.querySelector(selector);
      row.classList.remove("tied");
      row.classList.toggle("gone", vetoed(id));
      part("[data-rank]").textContent = vetoed(id) ? "✕" : "–";
      part("[data-equal]").hidden = true;
      number(id).value = "";
      for (const button of row.querySelectorAll(".moves button")) button.disabled = vetoed(id);
      part("[data-tie-button]").hidden = true;
    }
    const free = words.limit - flat.length;
    if (find("add")) {
      find("add").hidden = free < 1;
      find("full").hidden = free > 0;
      find("left").textContent = count(words.language, words.free, free);
    }
    if (find("empty")) find("empty").hidden = flat.length > 0;
    for (const [button, stack] of [[find("undo"), past], [find("redo"), future]]) if (stack.length) button.disabled = false;
    if (focused !== document.activeElement || focused.disabled) (form.contains(focused) && !focused.disabled ? focused : focused.closest("[data-row]") ?? document.body).focus({ preventScroll: true });
  };
  const put = (next) => {
    list = next;
    draw();
    later(200);
  };
  const change = (next, id) => {
    if (vetoed(id) || JSON.stringify(next) === JSON.stringify(list)) return;
    past.push(list);
    future = [];
    find("redo").disabled = true;
    const where = list.flat().indexOf(id);
    put(next);
    const rank = at(list, id) + 1;
    announcer.textContent = rank ? fill(words.moved, name(id), rank, list.length) : fill(words.removed, name(id));
    if (rank || !text) {
      rows.get(id).scrollIntoView({ block: "nearest" });
      return;
    }
    const row = rows.get(id), choice = find("add")?.querySelector("select");
    choice?.append(new Option(`${name(id)} – ${row.querySelector("[data-title]").textContent}`, id));
    find("add")?.querySelector("button")?.removeAttribute("disabled");
    (ol.children[Math.min(where, ol.children.length - 1)] ?? choice)?.focus();
  };
  const back = (from, to, button) => {
    to.push(list);
    put(from.pop().map(group => group.filter(id => !vetoed(id))).filter(group => group.length));
    button.disabled = !from.length;
    announcer.textContent = words.undone;
    if (button.disabled) (from === past ? find("redo") : find("undo")).focus();
  };

  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (leaving || !button) return;
    const [verb, id] = button.value.split(":");
    event.preventDefault();
    if (moves[verb]) change(moves[verb](list, id, Number(rows.get(id).querySelector("[data-position]")?.value)), id);
    else if (verb === "undo" && past.length) back(past, future, button);
    else if (verb === "redo" && future.length) back(future, past, button);
    else if (await flush() && verb !== "save") native(button);
  });
  form.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-row]");
    const verb = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!event.altKey || !verb || !row || event.target.tagName === "SELECT") return;
    event.preventDefault();
    change(moves[verb](list, row.dataset.row), row.dataset.row);
  });
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]")?.dataset.row;
    if (event.target.matches("[data-number]")) {
      const typed = Number(event.target.value);
      change(typed > 0 ? moves.number(list, row, typed) : without(list, row), row);
      draw();
    }
    if (event.target.matches("[data-veto]")) {
      // Not a move: undo takes back places, not a refusal and its reason.
      list = without(list, row);
      rows.get(row).classList.toggle("gone", vetoed(row));
      for (const button of rows.get(row).querySelectorAll(".moves button")) button.disabled = false;
      put(list);
    }
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-note], [data-veto]")) return;
    const shown = event.target.closest("[data-row]")?.querySelector("[data-note-text]");
    if (shown) shown.textContent = event.target.value;
    later(800);
  });

  // Dragging
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) return;
    event.preventDefault();
    const row = handle.closest("[data-row]"), from = event.clientY + scrollY, others = [...ol.children].filter(one => one !== row);
    let before = row.nextElementSibling;
    handle.setPointerCapture(event.pointerId);
    row.classList.add("moving");
    const follow = (move) => {
      if (move.clientY < 60) scrollBy(0, -12);
      if (move.clientY > innerHeight - 90) scrollBy(0, 12);
      row.style.transform = `translateY(${move.clientY + scrollY - from}px)`;
      before = others.find(one => { const box = one.getBoundingClientRect(); return move.clientY < box.top + box.height / 2; }) ?? null;
      for (const one of others) one.classList.toggle("drop", one === before);
      ol.classList.toggle("drop-end", !before);
    };
    const end = (last) => {
      handle.removeEventListener("pointermove", follow);
      for (const type of ["pointerup", "pointercancel"]) handle.removeEventListener(type, end);
      removeEventListener("keydown", escape, true);
      row.classList.remove("moving");
      row.style.transform = "";
      ol.classList.remove("drop-end");
      for (const one of others) one.classList.remove("drop");
      if (last.type !== "pointerup") return;
      row.focus({ preventScroll: true });
      // Dropped where it was taken, it stays in its tie.
      if (before !== row.nextElementSibling) change(moves.drop(list, row.dataset.row, before?.dataset.row), row.dataset.row);
    };
    const escape = (press) => { if (press.key === "Escape") end(press); };
    handle.addEventListener("pointermove", follow);
    for (const type of ["pointerup", "pointercancel"]) handle.addEventListener(type, end);
    addEventListener("keydown", escape, true);
  });

  addEventListener("online", () => { if (dirty()) later(0); });
  addEventListener("focus", async () => { if (stopped && dirty() && await renew().catch(() => false)) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty()) save(); });
  addEventListener("beforeunload", (event) => { if (!leaving && dirty()) event.preventDefault(); });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  find("save").hidden = true;
  for (const name of ["undo", "redo"]) find(name).hidden = false;
  if (find("keys")) find("keys").hidden = false;
  if (state.dataset.at) say("good", kept(state.dataset.at));
  form.dataset.ready = "";
  draw();
  stored = sent = content();
};

for (const form of document.querySelectorAll("form[data-ranking]")) start(form);
