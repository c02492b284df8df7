/* The table beside the map: parcels or enterprises, sorted by any column; only the lines in sight are made. ES2019. */
(function (landuse) {
  "use strict";

  const LINE = 27;
  const SPARE = 8;
  const { make, byId, grouped, state } = landuse;

  /* Rank of every row by a column, so that sorting compares numbers; unknown ones come last either way. */
  function ranks(sheet, name, lang) {
    const column = sheet.column(name);
    if (column.kind === "number") return column.numbers;
    const made = new Float64Array(sheet.n);
    if (column.kind === "code") {
      const compare = new Intl.Collator(lang === "zh" ? "zh-CN" : "en", { numeric: true }).compare;
      const order = column.words.map((word, code) => code).sort((one, other) => compare(column.words[one], column.words[other]));
      const place = new Float64Array(column.words.length);
      order.forEach((code, at) => { place[code] = at; });
      for (let row = 0; row < sheet.n; row++) made[row] = column.codes[row] < place.length ? place[column.codes[row]] : NaN;
      return made;
    }
    const texts = Array.from({ length: sheet.n }, (_, row) => column.text(row));
    const order = texts.map((_, row) => row).filter((row) => texts[row] !== null);
    order.sort((one, other) => (texts[one] < texts[other] ? -1 : texts[one] > texts[other] ? 1 : 0));
    made.fill(NaN);
    order.forEach((row, at) => { made[row] = at; });
    return made;
  }

  landuse.part(({ store, words }) => {
    const { head } = store;
    const view = byId("lu-rows");
    const sheets = { parcels: store.parcels, enterprises: store.firms };
    const sorted = { parcels: { name: "", down: false }, enterprises: { name: "", down: false } };
    const known = new Map();
    let unit = "parcels";
    let masks = { parcels: null, enterprises: null };
    let rows = new Uint32Array(0);
    let stale = true; // rows are arranged when the table is open

    const columnsOf = () => head.table[unit];
    const titleOf = (name) => (head.heads[unit][name] || { title: name });
    const short = (name) => (head.short && head.short[name]) || titleOf(name).title;

    /* Whether an enterprise is listed is sorted by what its cell says: no, yes, unknown ones last. */
    const isListing = (name) => unit === "enterprises" && name === "low_efficiency";

    function listing() {
      const place = new Map([[words.no, 0], [words.yes, 1]]);
      return Float64Array.from({ length: sheets[unit].n }, (_, row) => {
        const told = cell(row, "low_efficiency");
        return place.has(told) ? place.get(told) : NaN;
      });
    }

    function ranked(name) {
      const key = unit + " " + name;
      if (!known.has(key)) known.set(key, isListing(name) ? listing() : ranks(sheets[unit], name, head.lang));
      return known.get(key);
    }

    /* All rows in the order of a column; unknown ones last, equal ones in the order of the table. */
    function ordered(name, down) {
      const key = [unit, name, down].join(" ");
      if (known.has(key)) return known.get(key);
      const rank = ranked(name);
      const [some, none] = [[], []];
      for (let row = 0; row < sheets[unit].n; row++) if (isNaN(rank[row])) none.push(row); else some.push(row);
      some.sort(down ? (one, other) => rank[other] - rank[one] || one - other : (one, other) => rank[one] - rank[other] || one - other);
      const order = Uint32Array.from(some.concat(none));
      known.set(key, order);
      return order;
    }

    function arrange() {
      if (byId("lu-drawer").hidden) { stale = true; return; }
      stale = false;
      const [size, mask] = [sheets[unit].n, masks[unit]];
      const { name, down } = sorted[unit];
      const order = name ? ordered(name, down) : null;
      const kept = new Uint32Array(size);
      let count = 0;
      for (let at = 0; at < size; at++) {
        const row = order ? order[at] : at;
        if (!mask || mask[row]) kept[count++] = row;
      }
      rows = kept.subarray(0, count);
      byId("lu-spacer").style.height = rows.length * LINE + "px";
      byId("lu-table-count").textContent = landuse.filled(words["rows_" + unit], { count: grouped(rows.length, 0) });
      draw();
    }

    // -------------------------------------------------------------------------------- drawing

    function drawHead() {
      const line = make("div", "lu-line lu-titles");
      line.setAttribute("role", "row");
      for (const name of columnsOf()) {
        const title = titleOf(name);
        const button = landuse.button(short(name), () => sort(name), "lu-sort");
        if (title.unit) button.appendChild(make("small", "", title.unit));
        button.title = title.title;
        const cell = make("div", cellClass(name));
        cell.setAttribute("role", "columnheader");
        const now = sorted[unit];
        cell.setAttribute("aria-sort", now.name !== name ? "none" : now.down ? "descending" : "ascending");
        cell.appendChild(button);
        line.appendChild(cell);
      }
      landuse.refill("lu-titles", [line]);
    }

    function cellClass(name) {
      const column = sheets[unit].column(name);
      const kind = column && column.kind === "number" ? "lu-num" : "lu-txt";
      return kind + (["parcel_id", "uscc"].includes(name) ? " lu-code" : ["holder", "name"].includes(name) ? " lu-long" : ["industry_group", "idle_class", "park"].includes(name) ? " lu-mid" : "");
    }

    function lineFor(at) {
      const row = rows[at];
      const line = make("div", "lu-line" + (isMarked(row) ? " lu-marked" : ""));
      line.style.top = at * LINE + "px";
      line.dataset.at = at;
      line.setAttribute("role", "row");
      line.setAttribute("aria-rowindex", at + 2);
      for (const name of columnsOf()) {
        const text = landuse.printed(cell(row, name), titleOf(name).fmt);
        const box = make("div", cellClass(name), text);
        box.setAttribute("role", "cell");
        if (text.length > 9) box.title = text;
        line.appendChild(box);
      }
      return line;
    }

    /* Whether an enterprise is listed follows the value and the share that are shown. */
    function cell(row, name) {
      if (unit === "enterprises" && name === "industry_group") {
        const group = store.raw(store.firms, name, row);
        return group && head.industries[group] ? head.industries[group].name : group;
      }
      if (unit === "enterprises" && name === "low_efficiency") {
        const listed = store.listedAt(row, state.value, state.share);
        const own = store.raw(store.firms, name, row);
        if (listed !== null && (listed || own !== null)) return listed ? words.yes : words.no;
        return own;
      }
      return store.raw(sheets[unit], name, row);
    }

    function isMarked(row) {
      if (unit === "parcels") return row === state.chosen;
      return row === state.firm || (state.chosen >= 0 && state.firm < 0 && store.firmsOf(state.chosen).includes(row));
    }

    function draw() {
      const from = Math.max(0, Math.floor(view.scrollTop / LINE) - SPARE);
      const to = Math.min(rows.length, Math.ceil((view.scrollTop + view.clientHeight) / LINE) + SPARE);
      const lines = [];
      for (let at = from; at < to; at++) lines.push(lineFor(at));
      landuse.refill("lu-lines", lines);
      byId("lu-titles").scrollLeft = view.scrollLeft;
    }

    function sort(name) {
      const now = sorted[unit];
      const number = sheets[unit].column(name).kind === "number";
      sorted[unit] = now.name !== name ? { name, down: number } : { name, down: !now.down };
      drawHead();
      view.scrollTop = 0;
      arrange();
    }

    // -------------------------------------------------------------------------------- choosing

    function pick(at) {
      if (at < 0 || at >= rows.length) return;
      const row = rows[at];
      if (unit === "parcels") landuse.goTo(row); else landuse.goToFirm(row);
    }

    /* Bring the line of what was chosen into sight. */
    function reveal() {
      const wanted = unit === "parcels" ? [state.chosen] : state.firm >= 0 ? [state.firm] : state.chosen >= 0 ? Array.from(store.firmsOf(state.chosen)) : [];
      const at = wanted.length ? rows.findIndex((row) => wanted.includes(row)) : -1;
      if (at >= 0) {
        const [top, bottom] = [at * LINE, (at + 1) * LINE];
        if (top < view.scrollTop || bottom > view.scrollTop + view.clientHeight) view.scrollTop = Math.max(0, top - view.clientHeight / 2);
      }
      draw();
    }

    function turn(name) {
      unit = name;
      for (const tab of byId("lu-units").querySelectorAll("button")) tab.setAttribute("aria-selected", String(tab.dataset.unit === unit));
      view.scrollTop = 0;
      drawHead();
      arrange();
      reveal();
    }

    byId("lu-units").addEventListener("click", (event) => {
      if (event.target.dataset.unit) turn(event.target.dataset.unit);
    });
    byId("lu-lines").addEventListener("click", (event) => {
      const line = event.target.closest(".lu-line");
      if (line) pick(Number(line.dataset.at));
    });
    view.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = unit === "parcels" ? rows.indexOf(state.chosen) : rows.indexOf(state.firm);
      pick(Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step)));
    });
    const later = landuse.soon(draw);
    view.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    landuse.on("filter", (found) => {
      masks = { parcels: found.mask, enterprises: found.firms };
      view.scrollTop = 0;
      arrange();
    });
    landuse.on("choose", reveal);
    for (const name of ["value", "share"]) {
      landuse.on(name, () => {
        for (const key of ["", " true", " false"]) known.delete("enterprises low_efficiency" + key);
        if (isListing(sorted[unit].name)) arrange(); else later();
      });
    }
    landuse.on("drawer", () => {
      if (stale) arrange();
      if (!byId("lu-drawer").hidden) reveal();
    });
    drawHead();
    arrange();
    landuse.table = { turn, sort, rows: () => rows };
  });
})(window.landuse = window.landuse || {});
