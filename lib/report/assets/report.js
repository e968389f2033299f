"use strict";
// Everything here is a convenience: the page can be read, and overlays switched, without scripts.
(function () {
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const byId = (id) => document.getElementById(id);

  function setOpen(root, open) {
    all("details.image", root).forEach((d) => { d.open = open; });
  }
  all("button[data-open]").forEach((b) => b.addEventListener("click", () => {
    setOpen(b.closest("section.exam"), b.dataset.open === "1");
  }));

  // A link into a closed picture opens it.
  function openTarget() {
    const target = location.hash.length > 1 && byId(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();

  all("button[data-copy]").forEach((b) => b.addEventListener("click", () => {
    const source = byId(b.dataset.copy);
    const say = (text) => {
      const before = b.textContent;
      b.textContent = text;
      setTimeout(() => { b.textContent = before; }, 1600);
    };
    const select = () => {
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      say(document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C");
    };
    // Browsers give pages opened from a file no clipboard object everywhere.
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(source.textContent).then(() => say("Copied"), select);
    } else {
      select();
    }
  }));

  const raw = byId("raw");
  const showRaw = (on) => { document.body.classList.toggle("raw", on); if (raw) raw.checked = !on; };
  if (raw) raw.addEventListener("change", () => showRaw(!raw.checked));
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "o" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      showRaw(!document.body.classList.contains("raw"));
    }
  });

  const find = byId("find");
  const grade = byId("grade");
  const count = byId("count");
  function filter() {
    const words = find.value.toLowerCase();
    let shown = 0;
    all("#worklist tbody tr").forEach((row) => {
      const fits = (!grade.value || row.dataset.grade === grade.value) && (row.textContent + " " + row.dataset.find).toLowerCase().includes(words);
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = shown + " shown";
  }
  if (find && grade) {
    find.addEventListener("input", filter);
    grade.addEventListener("change", filter);
  }
  all(".script").forEach((e) => { e.hidden = false; });
})();
