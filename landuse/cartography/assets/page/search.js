/* Find a parcel by code, name, credit code, address or the first letters of a name. ES2019. */
(function (landuse) {
  "use strict";

  const LISTED = 20;
  const { make, byId } = landuse;

  /* First letters of names: a pair that reads otherwise before its characters. */
  landuse.lettersOf = function (letters) {
    const single = new Map();
    Array.from(letters.characters).forEach((one, at) => single.set(one, letters.initials[at]));
    const pairs = new Map(letters.pairs);
    return (text) => {
      let made = "";
      for (let at = 0; at < text.length; at++) {
        const pair = pairs.size ? pairs.get(text.substr(at, 2)) : undefined;
        if (pair) { made += pair; at++; } else { const one = text[at]; made += single.get(one) || (one.trim() ? one.toLowerCase() : ""); }
      }
      return made;
    };
  };

  /* First letters of the names of one sheet, all in one text: made a little at a time, looked through at once. */
  class Initials {
    constructor(sheet, names, letters) {
      this.columns = names.map((name) => sheet.column(name)).filter((column) => column && column.kind !== "number");
      this.letters = letters;
      this.size = sheet.n;
      this.row = 0;
      this.parts = [];
      this.owners = [];
    }
    /* Go on for so many rows; true when all are made. */
    make(rows) {
      for (const end = Math.min(this.size, this.row + rows); this.row < end; this.row++) {
        for (const column of this.columns) {
          const text = column.text(this.row);
          if (!text) continue;
          this.parts.push(this.letters(text));
          this.owners.push(this.row);
        }
      }
      if (this.row < this.size || this.all !== undefined) return this.row >= this.size;
      this.all = this.parts.join("\n");
      this.ends = new Uint32Array(this.parts.length);
      let at = 0;
      this.parts.forEach((part, place) => { at += part.length + 1; this.ends[place] = at; });
      this.parts = null;
      return true;
    }
    /* Mark the rows in whose letters a text occurs. */
    find(wanted, hit) {
      this.make(Infinity);
      for (let from = this.all.indexOf(wanted); from >= 0; ) {
        let [low, high] = [0, this.ends.length - 1];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (this.ends[middle] <= from) low = middle + 1; else high = middle;
        }
        hit[this.owners[low]] = 1;
        from = this.all.indexOf(wanted, this.ends[low]);
      }
    }
  }

  landuse.part(({ store, words }) => {
    const { parcels, firms } = store;
    const letters = landuse.lettersOf(store.head.letters);
    const own = new Initials(parcels, ["parcel_name", "holder"], letters);
    const people = new Initials(firms, ["name", "former_names"], letters);

    function hits(sheet, names, initials, wanted) {
      const hit = new Uint8Array(sheet.n);
      for (const name of names) {
        const column = sheet.column(name);
        if (column && column.kind !== "number") column.find(wanted, hit);
      }
      initials.find(wanted, hit);
      return hit;
    }

    const ownHits = (wanted) => hits(parcels, ["parcel_id", "parcel_name", "holder", "address"], own, wanted);
    const firmHits = (wanted) => hits(firms, ["name", "former_names", "uscc"], people, wanted);

    /* Rows of parcels that a text fits: by their own words or those of an enterprise on them; and which words did. */
    function look(query) {
      const wanted = query.trim().toLowerCase();
      if (!wanted) return { rows: [], own: null, firms: null, landless: 0 };
      const found = { rows: [], own: ownHits(wanted), firms: firmHits(wanted), landless: 0 };
      const hit = Uint8Array.from(found.own);
      for (let firm = 0; firm < firms.n; firm++) {
        if (!found.firms[firm]) continue;
        const used = store.parcelsOf(firm);
        if (!used.length) found.landless++;
        for (const row of used) hit[row] = 1;
      }
      for (let row = 0; row < hit.length; row++) if (hit[row]) found.rows.push(row);
      return found;
    }

    function nameFor(row, found) {
      const here = Array.from(store.firmsOf(row));
      const firm = here.find((one) => found.firms[one]);
      const holder = store.raw(parcels, "holder", row);
      if (found.own[row] || firm === undefined) return holder || (here.length ? store.raw(firms, "name", here[0]) : "") || "";
      return store.raw(firms, "name", firm) || "";
    }

    function resultFor(row, found) {
      const item = make("li");
      const button = landuse.button(store.raw(parcels, "parcel_id", row), () => landuse.goTo(row), "lu-hit");
      button.appendChild(make("small", "", nameFor(row, found)));
      item.appendChild(button);
      return item;
    }

    /* List what a text finds; gives all rows. */
    function show(query) {
      const found = look(query);
      const { rows, landless } = found;
      const facts = { count: landuse.grouped(rows.length, 0), shown: LISTED };
      const told = query.trim() ? landuse.filled(rows.length > LISTED ? words.found_more : words.found, facts) : "";
      const more = landless ? landuse.filled(words.found_landless, { count: landuse.grouped(landless, 0) }) : "";
      byId("lu-count").textContent = told + more;
      landuse.refill("lu-found", rows.slice(0, LISTED).map((row) => resultFor(row, found)));
      return rows;
    }

    /* Make the letters while the reader looks at the map. */
    landuse.warmSearch = async function () {
      for (const initials of [own, people]) while (!initials.make(2000)) await landuse.breath();
      store.parcelsOf(0);
    };

    const query = byId("lu-query");
    query.addEventListener("input", () => show(query.value));
    query.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        const rows = show(query.value);
        if (rows.length) landuse.goTo(rows[0]);
      }
      if (event.key === "Escape") { query.value = ""; show(""); }
      if (event.key === "ArrowDown") {
        const first = byId("lu-found").querySelector("button");
        if (first) { first.focus(); event.preventDefault(); }
      }
    });
    byId("lu-found").addEventListener("keydown", (event) => {
      const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
      if (!step) return;
      event.preventDefault();
      const item = document.activeElement.parentElement[step];
      if (item) item.querySelector("button").focus(); else if (event.key === "ArrowUp") query.focus();
    });
    landuse.find = (query) => look(query).rows;
    landuse.search = show;
  });
})(window.landuse = window.landuse || {});
