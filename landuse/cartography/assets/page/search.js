/* Find a parcel by code, name, credit code, address or the first letters of a name. ES2019. */
(function (landuse) {
  "use strict";

  const LISTED = 30;
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

  function openIndex(store) {
    const { parcels, firms } = store;
    const letters = landuse.lettersOf(store.head.letters);
    const words = (sheet, names, row) => names.map((name) => store.raw(sheet, name, row)).filter((word) => typeof word === "string" && word);
    const entries = (sheet, names, typed) => {
      const made = new Array(sheet.n);
      for (let row = 0; row < sheet.n; row++) {
        const known = words(sheet, names, row);
        const initials = words(sheet, typed, row).map(letters);
        made[row] = (known.join("\n") + "\n\t" + initials.join("\n")).toLowerCase();
      }
      return made;
    };
    return {
      parcels: entries(parcels, ["parcel_id", "parcel_name", "holder", "address"], ["parcel_name", "holder"]),
      firms: entries(firms, ["name", "former_names", "uscc"], ["name", "former_names"]),
    };
  }

  landuse.part(({ store, words }) => {
    let index = null;

    /* Rows of parcels that a text fits: their own words first, then those of the enterprises on them. */
    function search(query) {
      const wanted = query.trim().toLowerCase();
      if (!wanted) return [];
      index = index || openIndex(store);
      const hit = new Uint8Array(store.parcels.n);
      for (let row = 0; row < hit.length; row++) if (index.parcels[row].includes(wanted)) hit[row] = 1;
      for (let firm = 0; firm < index.firms.length; firm++) {
        if (index.firms[firm].includes(wanted)) for (const row of store.parcelsOf(firm)) hit[row] = 1;
      }
      const rows = [];
      for (let row = 0; row < hit.length; row++) if (hit[row]) rows.push(row);
      return rows;
    }

    /* Enterprises that a text fits but that use no parcel: they are told, not shown. */
    function landless(query) {
      const wanted = query.trim().toLowerCase();
      let count = 0;
      for (let firm = 0; wanted && firm < index.firms.length; firm++) {
        if (index.firms[firm].includes(wanted) && !store.parcelsOf(firm).length) count++;
      }
      return count;
    }

    function nameFor(row, wanted) {
      const firms = Array.from(store.firmsOf(row));
      const known = firms.filter((firm) => index.firms[firm].includes(wanted));
      const firm = known.length ? known[0] : firms[0];
      const own = index.parcels[row].includes(wanted) ? store.raw(store.parcels, "holder", row) : null;
      return own || (firm === undefined ? store.raw(store.parcels, "holder", row) : store.raw(store.firms, "name", firm)) || "";
    }

    function resultFor(row, wanted) {
      const item = make("li");
      const button = landuse.button(store.raw(store.parcels, "parcel_id", row), () => landuse.goTo(row), "lu-hit");
      button.appendChild(make("small", "", nameFor(row, wanted)));
      item.appendChild(button);
      return item;
    }

    function show(query) {
      const wanted = query.trim().toLowerCase();
      const rows = search(query);
      const none = wanted ? landless(query) : 0;
      const facts = { count: landuse.grouped(rows.length, 0), shown: LISTED };
      const told = wanted ? landuse.filled(rows.length > LISTED ? words.found_more : words.found, facts) : "";
      const more = none ? landuse.filled(words.found_landless, { count: landuse.grouped(none, 0) }) : "";
      byId("lu-count").textContent = told + more;
      landuse.refill("lu-found", rows.slice(0, LISTED).map((row) => resultFor(row, wanted)));
      return rows;
    }

    const query = byId("lu-query");
    const later = landuse.soon(() => show(query.value));
    query.addEventListener("input", later);
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
    landuse.find = search;
    landuse.search = show;
  });
})(window.landuse = window.landuse || {});
