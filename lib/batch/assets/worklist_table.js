
// A table of any length: rows outside the window are not in the page. Cells are filled with text, never with markup.
class Table {
  // columns: {id, head, small, title, key, words, fill(cell, row), css}; `where` gets the table.
  constructor(where, columns, options) {
    this.columns = columns;
    this.headCells = new Map(); // column's id -> its heading; tables share columns
    this.options = options;
    this.list = null;
    this.active = -1;
    this.shown = new Map(); // place in the view -> element
    this.spare = [];
    this.grid = make("div", "grid");
    this.grid.tabIndex = 0;
    this.grid.setAttribute("role", "grid");
    this.grid.setAttribute("aria-label", options.label);
    this.grid.setAttribute("aria-colcount", columns.length);
    this.inner = this.grid.appendChild(make("div", "inner"));
    this.inner.setAttribute("role", "presentation");
    this.grid.style.setProperty("--columns", columns.map((c) => c.width).join(" "));
    this.grid.style.setProperty("--least", options.least + "px");
    this.grid.style.setProperty("--row", options.rowHeight + "px");
    this.head = this.inner.appendChild(make("div", "head"));
    this.head.setAttribute("role", "rowgroup");
    this.head.appendChild(this.makeHead());
    this.body = this.inner.appendChild(make("div", "body"));
    this.body.setAttribute("role", "rowgroup");
    this.empty = this.inner.appendChild(make("p", "empty"));
    where.appendChild(this.grid);
    this.grid.addEventListener("scroll", () => this.later());
    this.body.addEventListener("pointerover", (event) => this.hover(event.target.closest(".row")));
    this.body.addEventListener("pointerleave", () => this.hover(null));
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.setActive(row.place);
    });
    this.body.addEventListener("dblclick", (event) => {
      const row = event.target.closest(".row");
      if (row) options.open(this.rowAt(row.place));
    });
  }

  makeHead() {
    const row = make("div", "row");
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", 1);
    this.columns.forEach((column, i) => {
      const cell = row.appendChild(make("div", "cell " + (column.css || "")));
      cell.setAttribute("role", "columnheader");
      cell.setAttribute("aria-colindex", i + 1);
      this.headCells.set(column.id, cell);
      if (!column.key) {
        cell.appendChild(make("span", "plainhead", column.head)).title = column.title;
        return;
      }
      const button = cell.appendChild(make("button", ""));
      button.type = "button";
      button.title = "Sort by " + column.title;
      if (column.small) button.appendChild(make("small", "", column.small));
      button.appendChild(document.createTextNode(column.head));
      button.addEventListener("click", () => this.options.sort(column));
    });
    return row;
  }

  showSort(id, descending) {
    for (const column of this.columns) {
      if (!column.key) continue;
      const cell = this.headCells.get(column.id);
      if (column.id === id) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  }

  rowAt(place) { return this.list.rows[this.list.view[place]]; }
  get count() { return this.list ? this.list.view.length : 0; }

  // The view has changed.
  refresh(emptyText) {
    const rows = this.count;
    // Browsers stop at some 17 to 33 million pixels; beyond, the bar is coarser than the rows.
    const most = 15e6;
    this.height = Math.min(rows * this.options.rowHeight, most);
    this.body.style.height = this.height + "px";
    this.grid.setAttribute("aria-rowcount", rows + 1);
    this.empty.textContent = rows ? "" : emptyText;
    this.empty.hidden = rows > 0;
    for (const element of this.shown.values()) this.drop(element);
    this.shown.clear();
    this.render();
  }

  drop(element) {
    element.remove();
    this.spare.push(element);
  }

  get windowRows() {
    return Math.max(1, Math.floor((this.grid.clientHeight - this.head.offsetHeight) / this.options.rowHeight));
  }
  // The row at the window's top, with fractions.
  get top() {
    const room = this.height - this.windowRows * this.options.rowHeight;
    const scaled = this.count * this.options.rowHeight > this.height && room > 0;
    return scaled ? Math.min(1, this.grid.scrollTop / room) * (this.count - this.windowRows)
      : this.grid.scrollTop / this.options.rowHeight;
  }
  set top(row) {
    const room = this.height - this.windowRows * this.options.rowHeight;
    const scaled = this.count * this.options.rowHeight > this.height && room > 0;
    this.grid.scrollTop = scaled ? row / (this.count - this.windowRows) * room : row * this.options.rowHeight;
  }

  later() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.render(); this.options.moved(); });
  }

  render() {
    if (!this.list) return;
    const top = this.top;
    const first = Math.max(0, Math.floor(top) - 6);
    const last = Math.min(this.count, Math.ceil(top) + this.windowRows + 8);
    const offset = this.grid.scrollTop - top * this.options.rowHeight; // 0 unless scaled
    for (const [place, element] of this.shown) {
      if (place < first || place >= last) {
        this.shown.delete(place);
        this.drop(element);
      }
    }
    for (let place = first; place < last; ++place) {
      let element = this.shown.get(place);
      if (!element) {
        element = this.spare.pop() || this.makeRow();
        this.fill(element, place);
        this.shown.set(place, element);
        this.body.appendChild(element);
      }
      element.style.transform = "translateY(" + (place * this.options.rowHeight + offset) + "px)";
    }
    this.markActive();
  }

  makeRow() {
    const row = make("div", "row");
    row.setAttribute("role", "row");
    this.columns.forEach((column, i) => {
      const cell = row.appendChild(make("div", "cell " + (column.css || "")));
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", i + 1);
    });
    return row;
  }

  fill(element, place) {
    const row = this.rowAt(place);
    element.place = place;
    element.id = this.options.id + "-" + place;
    element.setAttribute("aria-rowindex", place + 2);
    this.columns.forEach((column, i) => {
      const cell = element.children[i];
      cell.replaceChildren();
      cell.className = "cell " + (column.css || "");
      cell.removeAttribute("title");
      cell.removeAttribute("aria-colspan");
      cell.style.gridColumn = "";
      cell.hidden = false;
      column.fill(cell, row, element);
    });
    this.options.dress(element, row);
  }

  // The same rows, told anew (a mark has changed).
  refill() {
    for (const [place, element] of this.shown) this.fill(element, place);
  }

  setActive(place, reveal) {
    this.active = Math.max(-1, Math.min(place, this.count - 1));
    if (reveal && this.active >= 0) {
      const top = this.top;
      if (this.active < top) this.top = this.active;
      else if (this.active > top + this.windowRows - 1) this.top = this.active - this.windowRows + 1;
      this.render();
    } else {
      this.markActive();
    }
    this.options.activated();
  }

  markActive() {
    for (const [place, element] of this.shown) {
      element.classList.toggle("active", place === this.active);
      element.setAttribute("aria-selected", place === this.active);
    }
    if (this.shown.has(this.active)) this.grid.setAttribute("aria-activedescendant", this.options.id + "-" + this.active);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  hover(element) {
    this.hovered = element ? element.place : -1;
    clearTimeout(this.hoverTimer);
    this.hoverTimer = setTimeout(() => this.options.activated(), element ? 60 : 120);
  }

  // What the preview shows: the row under the pointer, else the active one.
  get current() {
    const place = this.hovered >= 0 && this.hovered < this.count ? this.hovered : this.active;
    return place >= 0 && place < this.count ? this.rowAt(place) : null;
  }
}

function make(tag, css, text) {
  const element = document.createElement(tag);
  if (css) element.className = css.trim();
  if (text !== undefined) element.textContent = text;
  return element;
}
