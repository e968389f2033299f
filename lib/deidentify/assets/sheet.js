"use strict";
(() => {
  const rows = JSON.parse(document.getElementById("data").textContent);
  const perPage = 60;
  const $ = (id) => document.getElementById(id);
  const isHeld = (row) => row.state !== "out";
  const isDecided = (row) => !isHeld(row) && Boolean(row.decision);
  const choices = (row) => {
    if (isDecided(row)) return [["", "leave as it is"], ["hold", "take it back into quarantine"]];
    const named = (row.reasons || []).some(([code]) => code.startsWith("identity_"));
    return [["", "leave here"], ["mask", "mask what was found"],
      named ? ["release-identity", "release: I looked, what was found is not the patient's identity"]
            : ["release", "release: I looked, it holds nobody"]];
  };
  const kinds = [
    ["Quarantine", isHeld],
    ["Let out by a person", isDecided],
    ["Masked", (row) => !isHeld(row) && row.method && row.method !== "none"],
    ["Untouched pictures", (row) => !isHeld(row) && row.method === "none"],
    ["No picture", (row) => !isHeld(row) && !row.method],
    ["All", () => true],
  ];
  const state = { kind: 5, reason: "", find: "", page: 0 };
  const decisions = new Map();
  let shown = rows;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes))
      if (key in element && key !== "list") element[key] = value;
      else element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const picture = (row, which, caption, marks) => {
    const image = (name, alt, kind) =>
      make("img", { src: row.pictures + name, loading: "lazy", alt, className: kind, width: row.size[0], height: row.size[1] });
    const frame = make("button", { className: "frame", type: "button" }, image(which + ".jpg", caption, "tissue"));
    if (marks) frame.append(image("marks.svg", "", "marks"));
    frame.addEventListener("click", () => frame.closest("article").classList.toggle("large"));
    return make("figure", {}, make("figcaption", {}, caption), frame);
  };

  const percent = (share) => (share === 0 ? "0 %" : share < 0.0001 ? "< 0.01 %" : (share * 100).toFixed(2) + " %");

  const decide = (row) => {
    const box = make("div", { className: "decide", role: "group" });
    box.setAttribute("aria-label", "Decision");
    for (const [word, label] of choices(row)) {
      const input = make("input", { type: "radio", name: row.place, checked: (decisions.get(row.place) || "") === word });
      input.addEventListener("change", () => {
        if (word) decisions.set(row.place, word);
        else decisions.delete(row.place);
        $("save").hidden = decisions.size === 0;
        $("save").textContent = `Save ${decisions.size} decision${decisions.size === 1 ? "" : "s"}`;
      });
      box.append(make("label", {}, input, " " + label));
    }
    return box;
  };

  const card = (row) => {
    const article = make("article", { className: row.state });
    article.append(make("h2", {}, row.path));
    for (const [code, said] of row.reasons || [])
      article.append(make("p", { className: "why" }, `${code}: ${said}`));
    if (row.decision) article.append(make("p", {}, `Decided by a person: ${row.decision}`));
    if (row.pictures) {
      const name = row.size[2] > 1 ? `frame ${row.frame + 1} of ${row.size[2]}` : `${row.size[0]} × ${row.size[1]}`;
      article.append(
        make("div", { className: "pair" },
          picture(row, "before", `before, ${name}`, true),
          picture(row, row.after ? "after" : "before", row.after ? "after" : "after: the same pixels", false)));
    }
    const facts = [row.class, row.syntax];
    if (row.method && row.method !== "none") facts.push(`masked (${row.method}): ${row.said}`);
    if (row.method === "none") facts.push("no pixel changed");
    if (row.share !== undefined) facts.push(`${percent(row.share)} of the B-mode area`);
    if (row.letters && row.letters !== "none") facts.push(`OCR: ${row.letters.replace("_", " ")}`);
    article.append(make("p", { className: "soft" }, facts.filter(Boolean).join(" · ")));
    if (row.place) article.append(make("p", { className: "soft" }, (isHeld(row) ? "held as " : "goes out as ") + row.place));
    if (row.state === "held" || isDecided(row)) article.append(decide(row));
    return article;
  };

  const draw = () => {
    const needle = state.find.toLowerCase();
    shown = rows.filter((row) =>
      kinds[state.kind][1](row) &&
      (!state.reason || (row.reasons || []).some(([code]) => code === state.reason)) &&
      (!needle || row.path.toLowerCase().includes(needle) || (row.place || "").toLowerCase().includes(needle)));
    const pages = Math.max(1, Math.ceil(shown.length / perPage));
    state.page = Math.min(state.page, pages - 1);
    $("list").replaceChildren(...shown.slice(state.page * perPage, (state.page + 1) * perPage).map(card));
    $("count").textContent = `${shown.length} file${shown.length === 1 ? "" : "s"}`;
    $("page").textContent = `page ${state.page + 1} of ${pages}`;
    $("back").disabled = state.page === 0;
    $("on").disabled = state.page === pages - 1;
    [...$("kinds").children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === state.kind)));
  };

  const turn = (by) => {
    state.page = Math.max(0, state.page + by);
    draw();
    window.scrollTo(0, 0);
  };

  kinds.forEach(([label, holds], i) => {
    const count = rows.filter(holds).length;
    const button = make("button", { type: "button" }, label + " ", make("b", {}, String(count)));
    button.addEventListener("click", () => { state.kind = i; state.page = 0; draw(); });
    $("kinds").append(button);
    if (i === 0 && count > 0) state.kind = 0;
  });
  const codes = [...new Set(rows.flatMap((row) => (row.reasons || []).map(([code]) => code)))].sort();
  $("reason").append(make("option", { value: "" }, "any reason"), ...codes.map((code) => make("option", { value: code }, code)));
  $("reason").hidden = codes.length === 0;
  $("reason").addEventListener("change", () => { state.reason = $("reason").value; state.page = 0; draw(); });
  $("find").addEventListener("input", () => { state.find = $("find").value; state.page = 0; draw(); });
  $("outlines").addEventListener("change", () => document.body.classList.toggle("plainly", !$("outlines").checked));
  $("back").addEventListener("click", () => turn(-1));
  $("on").addEventListener("click", () => turn(1));
  $("save").addEventListener("click", () => {
    const lines = rows.filter((row) => decisions.has(row.place)).map((row) => [decisions.get(row.place), row.place, row.sha256].join(","));
    const link = make("a", { href: URL.createObjectURL(new Blob(["decision,held,sha256\n" + lines.join("\n") + "\n"], { type: "text/csv" })), download: "decisions.csv" });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input[type=search], select") || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "n" && !$("on").disabled) turn(1);
    if (event.key === "p" && !$("back").disabled) turn(-1);
    if (event.key === "/") { event.preventDefault(); $("find").focus(); }
  });
  $("bar").hidden = $("legend").hidden = false;
  draw();
})();
