
// How a row looks: cells of the tables and the preview. `page` gives: data, seen, exams, tab(), current(), toggleSeen(row).
function makeLooks(page) {
  const data = page.data;
  const seen = page.seen;
  const exams = page.exams;
  const byId = (id) => document.getElementById(id);
  const classOf = (row) => data.classes[row[hip.grade]];
  const sentence = (code) => data.refusals[code] || code;
  const short = (code) => code.charAt(0).toUpperCase() + code.slice(1).replace(/_/g, " ");
  const badge = (grade, text) => {
    const element = make("span", "badge b-" + grade.code);
    element.appendChild(make("span", "", grade.symbol + " ")).setAttribute("aria-hidden", "true");
    element.appendChild(document.createTextNode(text || grade.words));
    return element;
  };
  const put = (cell, text) => { cell.textContent = text; };
  const full = (cell, text) => { cell.textContent = text; cell.title = text; };
  const tail = (cell, text) => {
    const words = cell.appendChild(make("bdi", "", text || "–"));
    words.dir = "ltr";
    cell.title = text || "";
  };
  const link = (cell, name) => {
    if (!name) { put(cell, "–"); return; }
    const a = cell.appendChild(make("a", "mono", name));
    a.href = reportOf(name);
    a.tabIndex = -1; // Enter on the row does the same
  };
  const isSeen = (row) => seen.has(row[hip.name]);

  const measure = (id, head, small, title, place) => ({
    id, head, small, title, width: "50px", css: "n", key: (row) => row[place],
    fill: (cell, row) => { if (row[hip.grade] === notGradable) cell.hidden = true; else put(cell, mm(row[place])); },
  });
  const markColumn = {
    id: "seen", head: "✓", title: "seen", width: "26px", css: "mark", key: (row) => isSeen(row) ? 1 : 0,
    fill: (cell, row) => { put(cell, isSeen(row) ? "✓" : ""); cell.setAttribute("aria-label", isSeen(row) ? "seen" : "not seen"); },
  };
  const sideColumn = { id: "side", head: "Side", title: "side", width: "46px", words: true, key: (row) => sideWords[row[hip.side]],
    fill: (cell, row) => put(cell, sideWords[row[hip.side]] || "–") };
  const dateColumn = { id: "date", head: "Date", title: "date of the study", width: "88px", words: true, key: (row) => row[hip.date] || "",
    fill: (cell, row) => put(cell, row[hip.date] || "–") };
  const imagesColumn = { id: "images", head: "Images", small: "graded", title: "images graded, of all of this hip", width: "60px", css: "n",
    key: (row) => row[hip.graded], fill: (cell, row) => put(cell, row[hip.graded] + " of " + row[hip.images]) };
  const examColumn = { id: "exam", head: "Exam", title: "name of the exam", width: "134px", words: true, key: (row) => row[hip.name],
    fill: (cell, row) => link(cell, row[hip.name]) };
  const folderColumn = { id: "folder", head: "Folder", title: "folder", width: "minmax(var(--folder, 86px), 1fr)", css: "tail", words: true,
    key: (row) => row[hip.folder] || "", fill: (cell, row) => tail(cell, row[hip.folder]) };

  const columns = {
    hips: [
      markColumn,
      { id: "class", head: "Class", title: "severity", width: "190px", key: (row) => -row[hip.grade], fill: (cell, row) => cell.appendChild(badge(classOf(row))) },
      { id: "subtype", head: "Subtype", title: "subtype", width: "104px", css: "small", words: true, key: (row) => row[hip.subtype] || "", fill: (cell, row) => full(cell, row[hip.subtype] || "") },
      { id: "confidence", head: "Conf.", title: "confidence", width: "62px", css: "n", key: (row) => row[hip.grade] === notGradable ? null : row[hip.confidence],
        fill: (cell, row) => put(cell, row[hip.grade] === notGradable ? "–" : chance(row[hip.confidence])) },
      sideColumn, dateColumn,
      { id: "mean", head: "mean", small: "thick. mm", title: "mean thickness in mm", width: "50px", css: "n", key: (row) => row[hip.mean],
        fill: (cell, row) => {
          if (row[hip.grade] !== notGradable) { put(cell, mm(row[hip.mean])); return; }
          cell.className = "cell soft";
          cell.style.gridColumn = "span 5";
          cell.setAttribute("aria-colspan", 5);
          full(cell, reasonsOf(row).map(sentence).join(" "));
        } },
      measure("max", "max", "thick. mm", "largest thickness in mm", hip.max),
      measure("depth", "depth", "tear mm", "depth of the largest tear in mm", hip.depth),
      measure("length", "length", "tear mm", "length of the largest tear in mm", hip.length),
      { id: "planes", head: "Planes", title: "planes that contradict each other", width: "84px", key: (row) => row[hip.contra],
        fill: (cell, row) => {
          if (row[hip.grade] === notGradable) { cell.hidden = true; return; }
          if (row[hip.contra]) cell.appendChild(make("span", "contra", "contradict"));
        } },
      imagesColumn, examColumn, folderColumn,
    ],
    ungraded: [
      markColumn, sideColumn, dateColumn,
      { id: "reasons", head: "Why it was not graded, and what to do", title: "reason", width: "minmax(300px, 3fr)", css: "wrap", words: true, key: (row) => row[hip.reasons] || "",
        fill: (cell, row) => full(cell, reasonsOf(row).map(sentence).join(" ") || "–") },
      imagesColumn, examColumn, folderColumn,
    ],
    failed: [
      { id: "path", head: "Input", title: "path", width: "minmax(200px, 5fr)", css: "tail", words: true, key: (row) => row[0] || "", fill: (cell, row) => tail(cell, row[0]) },
      { id: "problem", head: "What is wrong", title: "problem", width: "minmax(160px, 4fr)", css: "wrap", words: true, key: (row) => row[1] || "", fill: (cell, row) => full(cell, row[1] || "–") },
      { id: "remedy", head: "What to do", title: "remedy", width: "minmax(160px, 4fr)", css: "wrap", words: true, key: (row) => row[2] || "", fill: (cell, row) => full(cell, row[2] || "–") },
      { id: "exam", head: "Exam", title: "exam", width: "138px", words: true, key: (row) => row[3] || "", fill: (cell, row) => link(cell, row[3]) },
    ],
  };

  function preview() {
    const box = byId("preview");
    const t = page.current();
    const row = t && t.current;
    const key = !row ? "" : page.tab() === "failed" ? "failed " + row[0] : page.tab() + hipKey(row) + isSeen(row);
    if (preview.key === key) return;
    preview.key = key;
    box.replaceChildren();
    box.classList.toggle("nothing", !row || page.tab() === "failed");
    if (!row) {
      box.appendChild(make("p", "soft", t && t.count ? "Point at a row, or move with the arrow keys, to see its picture." : ""));
      return;
    }
    const facts = make("div", "");
    const list = make("dl", "");
    const fact = (name, value) => {
      if (value === null || value === undefined || value === "") return;
      list.append(make("dt", "", name), value instanceof Node ? make("dd", "").appendChild(value).parentNode : make("dd", "", value));
    };
    if (page.tab() === "failed") {
      fact("Input", row[0]);
      fact("What is wrong", row[1]);
      fact("What to do", row[2]);
      fact("Exam", row[3]);
      box.append(list);
      return;
    }
    box.append(shot(row), facts);
    const top = facts.appendChild(make("div", "top"));
    const head = top.appendChild(make("h2", ""));
    head.append(badge(classOf(row)), document.createTextNode((sideWords[row[hip.side]] || "side unknown") + (sideWords[row[hip.side]] ? " hip" : "")));
    const graded = row[hip.grade] !== notGradable;
    const reasons = reasonsOf(row);
    if (!graded && reasons.length) {
      const ul = facts.appendChild(make("ul", ""));
      for (const code of reasons) ul.appendChild(make("li", "", sentence(code)));
    }
    facts.append(list);
    fact("Subtype", row[hip.subtype]);
    if (graded) {
      fact("Confidence", chance(row[hip.confidence]));
      fact("Certainty", data.certainties[row[hip.certainty]]);
      if (row[hip.mean] !== null) fact("Thickness", mm(row[hip.mean]) + " mm mean, " + mm(row[hip.max]) + " mm max");
      if (row[hip.difference] !== null) fact("Minus other side", (row[hip.difference] < 0 ? "−" : "+") + mm(Math.abs(row[hip.difference])) + " mm");
      if (row[hip.depth] !== null) fact("Largest tear", mm(row[hip.depth]) + " mm deep, " + mm(row[hip.length]) + " mm long");
      if (row[hip.contra]) fact("Planes", make("span", "contra", "contradict each other"));
      const p = row.slice(hip.chances, hip.chances + 4);
      if (p.every((v) => v !== null)) fact("Probabilities", "normal " + chance(p[0]) + ", tendinosis " + chance(p[1]) + ", partial " + chance(p[2]) + ", full " + chance(p[3]));
    }
    fact("Images", row[hip.graded] + " of " + row[hip.images] + " graded");
    fact("Date", row[hip.date]);
    const others = (exams.get(row[hip.name]) || []).filter((o) => o !== row);
    for (const o of others) fact("Other hip", (sideWords[o[hip.side]] || "side unknown") + ": " + classOf(o).words + (o[hip.grade] === notGradable ? "" : ", " + chance(o[hip.confidence])));
    fact("Exam", make("span", "mono", row[hip.name]));
    fact("Folder", row[hip.folder]);
    if (seen.has(row[hip.name])) fact("Seen", seen.times.get(row[hip.name]).slice(0, 16).replace("T", " ") + " UTC");
    const actions = top.appendChild(make("p", "actions"));
    const a = actions.appendChild(make("a", "", "Open report"));
    a.href = reportOf(row[hip.name]);
    const mark = actions.appendChild(make("button", "", isSeen(row) ? "Not seen" : "Mark as seen"));
    mark.type = "button";
    mark.addEventListener("click", () => page.toggleSeen(row));
  }

  function shot(row) {
    const figure = make("div", "");
    const frame = figure.appendChild(make("div", "shot"));
    const none = (why) => frame.replaceChildren(make("p", "", why));
    if (!row[hip.thumbnail]) {
      none("No picture of this hip");
      return figure;
    }
    const image = new Image();
    image.decoding = "async";
    image.alt = "Ultrasound picture with outlines of tendon and discontinuities";
    image.addEventListener("error", () => none("The picture is not there: " + row[hip.thumbnail]));
    image.src = thumbnailOf(row);
    frame.appendChild(image);
    figure.appendChild(make("p", "of soft", "The picture that shows the class best."));
    return figure;
  }

  return { columns, preview, badge, classOf, sentence, short, isSeen };
}
