"use strict";
// What the page knows: rows, which of them fit the filter, and their order. No page in here.

// Places in a hip's array, as lib/batch/src/worklist_rows.cpp writes them.
const hip = {
  name: 0, grade: 1, subtype: 2, confidence: 3, side: 4, date: 5, mean: 6, max: 7, depth: 8, length: 9, contra: 10,
  graded: 11, images: 12, folder: 13, reasons: 14, certainty: 15, thumbnail: 16, uid: 17, difference: 18, chances: 19,
};
const sideWords = ["", "left", "right"];
const notGradable = 4;

// No model is certain.
const chance = (p) => p === null ? "–" : p > 0.99 ? "> 99 %" : p < 0.01 ? "< 1 %" : Math.round(100 * p) + " %";
const mm = (v) => v === null ? "–" : v.toFixed(1);
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const reasonsOf = (row) => row[hip.reasons] ? row[hip.reasons].split(";") : [];
const hipKey = (row) => row[hip.name] + "." + row[hip.side];
const reportOf = (name) =>
  "studies/" + encodeURIComponent(name.length > 7 ? name.slice(5, 7) : "00") + "/" + encodeURIComponent(name) + "/report.html";
const thumbnailOf = (row) => reportOf(row[hip.name]).replace(/report\.html$/, "") + encodeURIComponent(row[hip.thumbnail]);

// A list of rows that grows as pieces come in, with a view: the places of those that fit, in order.
class List {
  constructor(source) {
    this.total = source.total;
    this.pieces = source.pieces;
    this.rows = [];
    this.view = new Uint32Array(0);
    this.keys = new Map();
    this.texts = [];
  }

  add(rows) {
    for (const row of rows) this.rows.push(row);
    this.keys.clear();
  }

  // Lower case, of what people search in. Made when first asked for.
  textOf(place, make) {
    const known = this.texts[place];
    if (known !== undefined) return known;
    return this.texts[place] = make(this.rows[place]).toLowerCase();
  }

  // One number a row: values, or ranks of words. NaN: none, which comes last in either direction.
  keysOf(column) {
    let keys = this.keys.get(column.id);
    if (keys) return keys;
    keys = new Float64Array(this.rows.length);
    if (column.words) {
      const words = this.rows.map(column.key);
      const rank = new Map();
      Array.from(new Set(words)).sort().forEach((word, i) => rank.set(word, word === "" ? NaN : i));
      words.forEach((word, i) => { keys[i] = rank.get(word); });
    } else {
      this.rows.forEach((row, i) => { const v = column.key(row); keys[i] = v === null ? NaN : v; });
    }
    this.keys.set(column.id, keys);
    return keys;
  }

  // `fits` says of a place whether it is shown. Rows come most severe first: that order stands among equals.
  show(fits, column, descending) {
    const places = [];
    for (let i = 0; i < this.rows.length; ++i) if (fits(i)) places.push(i);
    this.view = Uint32Array.from(places);
    if (!column) return;
    const keys = this.keysOf(column);
    const sign = descending ? -1 : 1;
    this.view.sort((a, b) => {
      const p = keys[a];
      const q = keys[b];
      if (p === q) return a - b;
      if (p !== p) return q !== q ? a - b : 1;
      if (q !== q) return -1;
      return p < q ? -sign : sign;
    });
  }
}

const emptyFilter = () => ({
  classes: new Set(), reasons: new Set(), side: "", from: "", to: "", text: "", confidence: 0, planes: false, seen: "",
});

// Which filters a row fails, one bit each, so that every count can leave its own filter out.
const fails = { grade: 1, reason: 2, side: 4, date: 8, text: 16, confidence: 32, planes: 64, seen: 128 };

class HipFilter {
  constructor(list, isSeen) {
    this.list = list;
    this.isSeen = isSeen;
    this.bits = new Uint8Array(0);
  }

  static text(row) {
    const graded = row[hip.grade] !== notGradable;
    return [row[hip.name], row[hip.uid], row[hip.folder], row[hip.date], graded ? row[hip.subtype] : row[hip.reasons]]
      .filter(Boolean).join("\n");
  }

  // Bits of every row, and the counts that chips and choices show.
  run(filter) {
    const rows = this.list.rows;
    const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    if (this.bits.length !== rows.length) this.bits = new Uint8Array(rows.length);
    const counts = { classes: [0, 0, 0, 0, 0], ungradedReasons: new Map(), sides: [0, 0, 0], planes: 0, seen: [0, 0], hips: 0, ungraded: 0 };
    const minimum = filter.confidence / 100;
    for (let i = 0; i < rows.length; ++i) {
      const row = rows[i];
      const reasons = row[hip.grade] === notGradable ? reasonsOf(row) : [];
      const seen = this.isSeen(row[hip.name]);
      let bits = 0;
      if (filter.classes.size && !filter.classes.has(row[hip.grade])) bits |= fails.grade;
      if (filter.reasons.size && !reasons.some((r) => filter.reasons.has(r))) bits |= fails.reason;
      if (filter.side && sideWords[row[hip.side]] !== (filter.side === "unknown" ? "" : filter.side)) bits |= fails.side;
      const date = row[hip.date];
      if (filter.from && !(date && date >= filter.from)) bits |= fails.date;
      if (filter.to && !(date && date <= filter.to)) bits |= fails.date;
      if (terms.length) {
        const text = this.list.textOf(i, HipFilter.text);
        if (!terms.every((t) => text.includes(t))) bits |= fails.text;
      }
      if (minimum > 0 && !(row[hip.confidence] >= minimum)) bits |= fails.confidence;
      if (filter.planes && !row[hip.contra]) bits |= fails.planes;
      if (filter.seen && (filter.seen === "yes") !== seen) bits |= fails.seen;
      this.bits[i] = bits;

      const of = bits & ~fails.reason; // reasons are chosen in the list of the not gradable only
      if (of === 0) ++counts.hips;
      if ((of & ~fails.grade) === 0) ++counts.classes[row[hip.grade]];
      if ((of & ~fails.side) === 0) ++counts.sides[row[hip.side]];
      if ((of & ~fails.planes) === 0 && row[hip.contra]) ++counts.planes;
      if ((of & ~fails.seen) === 0) ++counts.seen[seen ? 1 : 0];
      const ungraded = bits & ~(fails.grade | fails.confidence | fails.planes);
      if (row[hip.grade] === notGradable && ungraded === 0) ++counts.ungraded;
      if ((ungraded & ~fails.reason) === 0)
        for (const r of reasons) counts.ungradedReasons.set(r, (counts.ungradedReasons.get(r) || 0) + 1);
    }
    return counts;
  }

  fitsHips(place) { return (this.bits[place] & ~fails.reason) === 0; }
  fitsUngraded(place) {
    return this.list.rows[place][hip.grade] === notGradable &&
      (this.bits[place] & ~(fails.grade | fails.confidence | fails.planes)) === 0;
  }
}

// Exams that somebody has seen: in this browser's memory, apart for each place that a worklist lies at.
class Seen {
  constructor() {
    this.name = "hipcuff.seen/1:" + location.pathname;
    this.times = new Map();
    this.kept = true;
    this.read();
  }
  read() {
    try {
      this.times = new Map(Object.entries(JSON.parse(localStorage.getItem(this.name) || "{}")));
    } catch (error) {
      this.kept = false;
    }
  }
  has(name) { return this.times.has(name); }
  toggle(name) {
    this.read(); // another window may have marked some
    if (!this.times.delete(name)) this.times.set(name, new Date().toISOString());
    try {
      localStorage.setItem(this.name, JSON.stringify(Object.fromEntries(this.times)));
    } catch (error) {
      this.kept = false;
    }
  }
}

// The seen exams, one line a hip, for spreadsheets.
function csvOfSeen(seen, exams, classOf) {
  const cell = (value) => {
    let text = value === null || value === undefined ? "" : String(value);
    if (/^[=+@-]/.test(text) && !/^-?[\d.]+$/.test(text)) text = "'" + text; // a spreadsheet would run it
    return /[",\r\n]/.test(text) ? "\"" + text.replace(/"/g, "\"\"") + "\"" : text;
  };
  const lines = [["exam", "study_instance_uid", "folder", "date", "side", "class", "subtype", "confidence", "report", "seen_at"]];
  for (const [name, time] of seen.times) {
    const hips = exams.get(name);
    if (!hips) { lines.push([name, "", "", "", "", "", "", "", "", time]); continue; }
    for (const row of hips)
      lines.push([name, row[hip.uid], row[hip.folder], row[hip.date], sideWords[row[hip.side]], classOf(row).code, row[hip.subtype], row[hip.confidence], reportOf(name), time]);
  }
  return lines.map((line) => line.map(cell).join(",") + "\r\n").join("");
}
