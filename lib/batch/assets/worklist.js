
// The page: filter, tables, preview, keys; and the state in the address.
const hipcuffWorklist = (function () {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const seen = new Seen();
  const lists = { hips: new List(data.data), failed: new List(data.failed) };
  const exams = new Map(); // name -> its hips, the worst first
  const filter = new HipFilter(lists.hips, (name) => seen.has(name));
  const state = { tab: "hips", filter: emptyFilter(), sorts: {} };
  const tabs = ["hips", "ungraded", "failed", "skipped"];
  let counts = null;
  let wanted = null; // row to go to as soon as it is there

  const { columns, preview, classOf, sentence, short, isSeen } =
    makeLooks({ data, seen, exams, tab: () => state.tab, current: () => current(), toggleSeen: (row) => toggleSeen(row) });

  const where = byId("list");
  const openReport = (row) => {
    const name = row && (state.tab === "failed" ? row[3] : row[hip.name]);
    if (name) { saveNow(); location.href = reportOf(name); }
  };
  const table = (tab, label, rowHeight, least, dress) => {
    const box = where.appendChild(make("div", ""));
    const made = new Table(box, columns[tab], {
      id: tab, label, rowHeight, least, dress: dress || (() => {}), open: openReport,
      sort: (column) => {
        const sort = sortOf(tab);
        const first = !column.words; // numbers: the largest first
        state.sorts[tab] = { id: column.id, descending: sort.id === column.id ? !sort.descending : first };
        update({ top: true, same: true });
      },
      moved: save,
      activated: () => { preview(); save(); },
    });
    made.box = box;
    return made;
  };
  const dressHip = (element, row) => element.classList.toggle("seen", isSeen(row));
  const tables = {
    hips: table("hips", "Hips", 32, 994, dressHip),
    ungraded: table("ungraded", "Hips that could not be graded", 42, 800, dressHip),
    failed: table("failed", "Inputs that failed", 42, 760),
  };
  tables.hips.grid.classList.add("narrow");
  tables.hips.list = lists.hips;
  tables.ungraded.list = new List({ total: 0, pieces: [] });
  tables.ungraded.list.rows = lists.hips.rows; // the same rows in another view
  tables.failed.list = lists.failed;

  function sortOf(tab) { return state.sorts[tab] || { id: tab === "hips" ? "class" : "", descending: tab === "hips" }; }
  const current = () => tables[state.tab];

  // ---- everything that follows from the state
  function update(options) {
    const began = performance.now();
    const to = options || {};
    if (to.top) wanted = null;
    if (!to.same) counts = filter.run(state.filter); // `same`: the same rows, in another order
    const t = current();
    if (t) {
      const before = to.top ? null : t.active >= 0 && t.active < t.count ? t.rowAt(t.active) : null;
      const sort = sortOf(state.tab);
      const natural = state.tab === "hips" && sort.id === "class" && sort.descending;
      const column = natural ? null : columns[state.tab].find((c) => c.id === sort.id);
      t.list.keys.delete("seen");
      t.list.show(fits(), column, sort.descending);
      t.showSort(sort.id, sort.descending);
      t.active = t.count ? 0 : -1;
      if (before) {
        for (let i = 0; i < t.count; ++i) if (t.rowAt(i) === before) { t.active = i; break; }
      }
      if (to.top) t.grid.scrollTop = 0;
      t.refresh(emptyText());
    }
    if (!to.same) showControls();
    find();
    preview();
    save();
    update.took = performance.now() - began;
  }

  function fits() {
    if (state.tab === "hips") return (i) => filter.fitsHips(i);
    if (state.tab === "ungraded") return (i) => filter.fitsUngraded(i);
    const terms = state.filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    return (i) => {
      const text = lists.failed.textOf(i, (row) => row.filter(Boolean).join("\n"));
      return terms.every((t) => text.includes(t));
    };
  }

  function emptyText() {
    if (state.tab === "failed") return lists.failed.total ? "No failed input fits the filter." : "No input failed.";
    if (lists.hips.total) return "No hip fits the filter. Esc clears it.";
    if (!lists.failed.total && !data.skipped.total) return "There is no exam in this batch: no input was found.";
    return "No exam has a result. What failed and what was skipped, and why, stands under the other tabs.";
  }

  function showControls() {
    const f = state.filter;
    const total = { hips: counts.hips, ungraded: counts.ungraded, failed: lists.failed.total, skipped: data.skipped.total };
    for (const tab of tabs) {
      const button = byId("tab-" + tab);
      const chosen = tab === state.tab;
      button.querySelector("b").textContent = grouped(total[tab]);
      button.setAttribute("aria-selected", chosen);
      button.tabIndex = chosen ? 0 : -1;
      if (tables[tab]) tables[tab].box.hidden = !chosen;
    }
    where.setAttribute("aria-labelledby", "tab-" + state.tab);
    byId("skips").hidden = state.tab !== "skipped";
    byId("filters").hidden = state.tab === "skipped";
    byId("filters").className = "filters " + state.tab;
    byId("preview").hidden = state.tab === "skipped";
    byId("classes").hidden = state.tab !== "hips";
    byId("reasons").hidden = state.tab !== "ungraded" || counts.ungradedReasons.size + f.reasons.size === 0;
    document.querySelectorAll("[data-for]").forEach((e) => { e.hidden = !e.dataset.for.split(" ").includes(state.tab); });

    chips(byId("classes"), data.classes.map((c, i) => [i, c.symbol + " " + c.words, counts.classes[i], "b-" + c.code, ""]), f.classes);
    const codes = Array.from(new Set([...Object.keys(data.refusals), ...counts.ungradedReasons.keys()]));
    chips(byId("reasons"), codes.filter((c) => counts.ungradedReasons.has(c) || f.reasons.has(c))
      .map((c) => [c, short(c), counts.ungradedReasons.get(c) || 0, "b-not_gradable", sentence(c)]), f.reasons);
    choices(byId("side"), [["", "both"], ["left", "left", counts.sides[1]], ["right", "right", counts.sides[2]], ["unknown", "unknown", counts.sides[0]]], f.side);
    choices(byId("seen"), [["", "all"], ["no", "not yet", counts.seen[0]], ["yes", "seen", counts.seen[1]]], f.seen);
    byId("planes").parentNode.querySelector(".n").textContent = "(" + grouped(counts.planes) + ")";
    byId("planes").checked = f.planes;
    setValue("from", f.from);
    setValue("to", f.to);
    setValue("text", f.text);
    setValue("confidence", String(f.confidence));
    byId("confidence-value").textContent = f.confidence ? "≥ " + f.confidence + " %" : "any";
    byId("clear").disabled = !filtering();
    byId("export").textContent = "Save seen list (" + grouped(seen.times.size) + ")";
    byId("export").disabled = seen.times.size === 0;
    if (state.tab === "failed") {
      byId("count").textContent = grouped(tables.failed.count) + " of " + grouped(lists.failed.total) + " inputs";
    } else if (current()) {
      const names = new Set();
      const t = current();
      for (let i = 0; i < t.count; ++i) names.add(t.rowAt(i)[hip.name]);
      byId("count").textContent = grouped(t.count) + " of " + grouped(lists.hips.total) + " hips, in " + grouped(names.size) + (names.size === 1 ? " exam" : " exams");
    }
    const missing = lists.hips.total - lists.hips.rows.length;
    byId("loading").textContent = missing > 0 ? "read " + grouped(lists.hips.rows.length) + " of " + grouped(lists.hips.total) : "";
  }

  function setValue(id, value) {
    const element = byId(id);
    if (element.value !== value) element.value = value;
  }

  function chips(box, wantedChips, chosen) {
    while (box.children.length > wantedChips.length) box.lastChild.remove();
    wantedChips.forEach(([value, text, count, css, title], i) => {
      const chip = box.children[i] || box.appendChild(make("button", ""));
      chip.type = "button";
      chip.value_ = value;
      chip.className = css + (chosen.size && !chosen.has(value) ? " off" : "");
      chip.title = title;
      chip.setAttribute("aria-pressed", chosen.has(value));
      chip.replaceChildren(document.createTextNode(text + " "), make("b", "", grouped(count)));
    });
  }

  function choices(select, options, value) {
    options.forEach(([key, text, count], i) => {
      const option = select.options[i] || select.appendChild(make("option", ""));
      option.value = key;
      const label = count === undefined ? text : text + " (" + grouped(count) + ")";
      if (option.textContent !== label) option.textContent = label;
    });
    select.value = value;
  }

  function filtering() {
    const e = emptyFilter();
    return Object.keys(e).some((k) => e[k] instanceof Set ? state.filter[k].size > 0 : state.filter[k] !== e[k]);
  }

  // ---- the address keeps the state
  function address() {
    const f = state.filter;
    const q = new URLSearchParams();
    const set = (name, value) => { if (value) q.set(name, value); };
    if (state.tab !== "hips") q.set("tab", state.tab);
    set("class", Array.from(f.classes).sort().map((i) => data.classes[i].code).join(","));
    set("reason", Array.from(f.reasons).join(","));
    set("side", f.side);
    set("from", f.from);
    set("to", f.to);
    set("text", f.text);
    set("confidence", f.confidence ? String(f.confidence) : "");
    set("planes", f.planes ? "contradict" : "");
    set("seen", f.seen);
    const sort = state.sorts[state.tab];
    if (sort) q.set("sort", (sort.descending ? "-" : "") + sort.id);
    const t = current();
    if (t && t.active > 0 && t.active < t.count && state.tab !== "failed") q.set("at", hipKey(t.rowAt(t.active)));
    if (t && Math.round(t.top) > 0) q.set("top", String(Math.round(t.top)));
    return "#" + q.toString();
  }

  function saveNow() {
    clearTimeout(save.timer);
    save.timer = 0;
    if (wanted) return; // not yet where the address says
    const now = address();
    if (now === (location.hash || "#")) return;
    try {
      history.replaceState(null, "", now);
    } catch (error) { // some browsers refuse that for files, or when it comes too often
      save.own = now;
      location.replace(now);
    }
  }
  function save() {
    if (!save.timer) save.timer = setTimeout(saveNow, 250);
  }

  function readAddress() {
    const q = new URLSearchParams(location.hash.slice(1));
    const get = (name) => q.get(name) || "";
    const f = emptyFilter();
    state.tab = tabs.includes(get("tab")) ? get("tab") : "hips";
    for (const code of get("class").split(",")) {
      const i = data.classes.findIndex((c) => c.code === code);
      if (i >= 0) f.classes.add(i);
    }
    for (const code of get("reason").split(",")) if (code) f.reasons.add(code);
    f.side = ["left", "right", "unknown"].includes(get("side")) ? get("side") : "";
    f.from = /^\d{4}-\d\d-\d\d$/.test(get("from")) ? get("from") : "";
    f.to = /^\d{4}-\d\d-\d\d$/.test(get("to")) ? get("to") : "";
    f.text = get("text");
    f.confidence = Math.min(95, Math.max(0, Math.round(Number(get("confidence")) / 5) * 5 || 0));
    f.planes = get("planes") === "contradict";
    f.seen = ["yes", "no"].includes(get("seen")) ? get("seen") : "";
    state.filter = f;
    state.sorts = {};
    const sort = get("sort");
    const id = sort.replace(/^-/, "");
    if (columns[state.tab] && columns[state.tab].some((c) => c.id === id)) state.sorts[state.tab] = { id, descending: sort.startsWith("-") };
    const top = Number(get("top"));
    wanted = get("at") || top > 0 ? { at: get("at"), top: top > 0 ? top : -1 } : null;
  }

  // Goes where the address says, as soon as that row has been read.
  function find() {
    const t = current();
    if (!wanted || !t) return;
    const complete = state.tab === "failed" ? lists.failed.rows.length >= lists.failed.total : lists.hips.rows.length >= lists.hips.total;
    let place = -1;
    if (wanted.at) for (let i = 0; i < t.count && place < 0; ++i) if (hipKey(t.rowAt(i)) === wanted.at) place = i;
    const reach = wanted.top < 0 || t.count >= wanted.top + t.windowRows;
    if (!complete && (!reach || (wanted.at && place < 0))) return;
    const top = wanted.top;
    wanted = null;
    if (top >= 0) t.top = top;
    t.setActive(place >= 0 ? place : t.active, place >= 0 && top < 0);
    t.render();
  }

  // ---- pieces
  function take(kind, number, rows) {
    const list = kind === "data" ? lists.hips : lists.failed;
    list.add(rows);
    if (list === lists.hips) index(rows);
  }
  function index(rows) {
    for (const row of rows) {
      const known = exams.get(row[hip.name]);
      if (known) known.push(row); else exams.set(row[hip.name], [row]);
    }
    tables.ungraded.list.keys.clear();
  }
  function load(list) {
    if (list.next === undefined) list.next = 0;
    if (list.next >= list.pieces.length || list.stopped) return;
    const [file, rows] = list.pieces[list.next++];
    const script = make("script", "");
    const expected = list.rows.length + rows;
    script.src = file;
    const failed = () => {
      list.stopped = true;
      problem(grouped(list.total - list.rows.length) + " rows are missing: " + file + " cannot be read. Copy the folder \"worklist\" along with this page.");
    };
    script.addEventListener("error", failed);
    script.addEventListener("load", () => {
      script.remove();
      if (list.rows.length !== expected) { failed(); return; }
      const last = list.next >= list.pieces.length;
      if (last || performance.now() - (load.shown || 0) > 500) {
        load.shown = performance.now();
        update();
      }
      setTimeout(() => load(list), 0);
    });
    document.body.appendChild(script);
  }
  function problem(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = false;
  }

  // ---- seen
  function toggleSeen(row) {
    seen.toggle(row[hip.name]);
    if (!seen.kept) problem("Seen marks cannot be kept: this browser gives pages from files no storage. Save the list before you close the page.");
    if (state.filter.seen || sortOf(state.tab).id === "seen") {
      update();
    } else {
      counts = filter.run(state.filter);
      showControls();
      current().refill();
      preview();
    }
  }
  function saveSeen() {
    const a = make("a", "");
    a.href = URL.createObjectURL(new Blob(["\ufeff" + csvOfSeen(seen, exams, classOf)], { type: "text/csv" }));
    a.download = "hipcuff-seen.csv";
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 10000);
  }

  // ---- print: a plain table of what is shown
  const mostPrinted = 5000;
  function preparePrint() {
    const box = byId("print");
    box.replaceChildren();
    const t = current();
    if (!t) { box.appendChild(byId("skips").cloneNode(true)).className = ""; return; }
    const shown = columns[state.tab].filter((c) => c.id !== "seen");
    box.appendChild(make("h2", "", byId("tab-" + state.tab).firstChild.textContent + ": " + byId("count").textContent + (filtering() ? " (filtered)" : "")));
    if (t.count > mostPrinted) box.appendChild(make("p", "", "The first " + grouped(mostPrinted) + " of them; narrow the filter for the others."));
    const printed = box.appendChild(make("table", ""));
    const head = printed.createTHead().insertRow();
    for (const c of shown) head.appendChild(make("th", "", (c.small ? c.small + " " : "") + c.head));
    const body = printed.createTBody();
    for (let i = 0; i < Math.min(t.count, mostPrinted); ++i) {
      const row = body.insertRow();
      for (const c of shown) {
        const cell = row.insertCell();
        c.fill(cell, t.rowAt(i));
        if (cell.getAttribute("aria-colspan")) cell.colSpan = 5;
        cell.removeAttribute("style");
        if (cell.hidden) cell.remove();
      }
    }
  }

  // ---- keys
  function onKey(event) {
    if (byId("keys").open || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    const input = /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
    const typing = input && !/^(checkbox|range)$/.test(target.type);
    const key = event.key;
    const t = current();
    const done = () => event.preventDefault();
    if (!typing || /^(Escape|Enter|ArrowDown)$/.test(key)) settle();
    if (key === "Escape") {
      if (input) (t ? t.grid : byId("tab-" + state.tab)).focus({ preventScroll: true });
      else if (filtering()) clear();
      done();
      return;
    }
    if (typing) {
      if (target.id === "text" && t && (key === "Enter" || key === "ArrowDown")) { done(); t.grid.focus({ preventScroll: true }); }
      return;
    }
    if (key === "?") { done(); byId("keys").showModal(); return; }
    if (key === "/") { done(); if (!byId("filters").hidden) { byId("text").focus(); byId("text").select(); } return; }
    if (target.getAttribute("role") === "tab" && (key === "ArrowLeft" || key === "ArrowRight")) {
      const next = tabs[(tabs.indexOf(state.tab) + (key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
      done();
      openTab(next);
      byId("tab-" + next).focus();
      return;
    }
    if (!t || !t.count) return;
    const move = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: t.windowRows, PageUp: -t.windowRows, Home: -Infinity, End: Infinity }[key];
    if (move !== undefined) {
      if (input && key.length > 1) return; // the slider's own
      done();
      wanted = null;
      t.hovered = -1; // the keyboard has taken over
      if (!t.grid.contains(target) || target !== t.grid) t.grid.focus({ preventScroll: true });
      t.setActive(Math.max(0, Math.min(t.count - 1, t.active + move)), true);
    } else if (key === "Enter") {
      if (/^(BUTTON|A|INPUT)$/.test(target.tagName)) return;
      done();
      if (t.active >= 0) openReport(t.rowAt(t.active));
    } else if (key === "x" && state.tab !== "failed" && t.active >= 0) {
      done();
      toggleSeen(t.rowAt(t.active));
    }
  }

  // What was typed takes effect now, before a key acts on rows that are about to change.
  function settle() {
    if (!settle.timer) return;
    clearTimeout(settle.timer);
    settle.timer = 0;
    update({ top: true });
  }

  function clear() {
    clearTimeout(settle.timer);
    settle.timer = 0;
    state.filter = emptyFilter();
    update({ top: true });
  }
  function openTab(tab) {
    state.tab = tab;
    if (tab === "failed") load(lists.failed);
    update();
  }

  function skips() {
    const box = make("div", "skips");
    box.id = "skips";
    where.appendChild(box);
    if (!data.skipped.total) { box.appendChild(make("p", "empty", "No input was skipped.")); return; }
    box.appendChild(make("p", "soft", "Inputs that are not for HipCuff, by reason. They are no failures."));
    const made = box.appendChild(make("table", ""));
    const head = made.createTHead().insertRow();
    for (const [text, css] of [["Why", ""], ["What to do", ""], ["Inputs", "n"], ["One of them", ""]]) head.appendChild(make("th", css, text));
    const body = made.createTBody();
    for (const [problemText, remedy, count, path] of data.skipped.rows) {
      const row = body.insertRow();
      row.append(make("td", "", problemText), make("td", "", remedy || "–"), make("td", "n", grouped(count)), make("td", "", path));
    }
    const more = data.skipped.reasons - data.skipped.rows.length;
    if (more > 0) box.appendChild(make("p", "soft", "And " + grouped(more) + " more reasons: see problems.csv."));
  }

  function begin() {
    skips();
    take("data", 0, data.data.rows);
    take("failed", 0, data.failed.rows);
    data.data.rows = data.failed.rows = null;
    byId("data").remove();
    document.body.classList.add("app");
    byId("app").hidden = false;

    const toggle = (set) => (event) => {
      const chip = event.target.closest("button");
      if (!chip) return;
      if (!set().delete(chip.value_)) set().add(chip.value_);
      update({ top: true });
    };
    byId("classes").addEventListener("click", toggle(() => state.filter.classes));
    byId("reasons").addEventListener("click", toggle(() => state.filter.reasons));
    const field = (id, read) => byId(id).addEventListener("input", () => {
      read(byId(id));
      // Long lists wait for the next keystroke.
      clearTimeout(settle.timer);
      settle.timer = setTimeout(settle, update.took > 60 ? 150 : 0);
    });
    field("text", (e) => { state.filter.text = e.value; });
    field("side", (e) => { state.filter.side = e.value; });
    field("from", (e) => { state.filter.from = e.value; });
    field("to", (e) => { state.filter.to = e.value; });
    field("confidence", (e) => { state.filter.confidence = Number(e.value); });
    field("planes", (e) => { state.filter.planes = e.checked; });
    field("seen", (e) => { state.filter.seen = e.value; });
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("clear").addEventListener("click", clear);
    byId("export").addEventListener("click", saveSeen);
    byId("help").addEventListener("click", () => byId("keys").showModal());
    tabs.forEach((tab) => byId("tab-" + tab).addEventListener("click", () => openTab(tab)));
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", () => {
      if (save.own === location.hash) return;
      readAddress();
      update();
    });
    window.addEventListener("resize", () => { const t = current(); if (t) t.later(); });
    window.addEventListener("storage", () => { seen.read(); update(); });
    window.addEventListener("beforeprint", preparePrint);
    window.addEventListener("afterprint", () => byId("print").replaceChildren());
    window.addEventListener("pagehide", saveNow);

    readAddress();
    update();
    if (current()) current().grid.focus({ preventScroll: true });
    if (state.tab === "failed") load(lists.failed);
    performance.mark("hipcuff-shown");
    // The rest once what is there has been painted.
    requestAnimationFrame(() => setTimeout(() => load(lists.hips), 0));
  }
  begin();
  return { take };
})();
