/* Search by parcel code, holder, name of the parcel or of an enterprise on it. */
(function (landuse) {
  "use strict";

  const { make, grouped, filled } = landuse;
  const LISTED = 20;
  const OWN = ["parcel_id", "holder", "parcel_name"];

  /* The rows in which a text occurs, ascending; letters in either case. */
  landuse.find = function (text) {
    const { parcels, people } = landuse.page;
    const wanted = text.trim().toLowerCase();
    if (!wanted) return [];
    const found = new Uint8Array(parcels.size);
    for (const name of OWN) if (parcels.has(name)) parcels.data.column(name).find(wanted, found);
    if (people.has("name")) {
      const lines = new Uint8Array(people.size);
      people.data.column("name").find(wanted, lines);
      for (let at = 0; at < lines.length; at++) if (lines[at]) found[people.rowOf(at)] = 1;
    }
    const rows = [];
    for (let row = 0; row < found.length; row++) if (found[row]) rows.push(row);
    return rows;
  };

  /* Zoom to a parcel and choose it. */
  landuse.goTo = function (row) {
    const { map, parcels } = landuse.page;
    if (!parcels.data.drawn(row)) return;
    const bounds = parcels.data.boundsOf(row);
    map.fitBounds(bounds, { maxZoom: 17, animate: false });
    landuse.choose(row, bounds.getCenter());
  };

  function namesOf(row) {
    const { parcels, people } = landuse.page;
    const names = [parcels.raw("holder", row) || "", parcels.raw("parcel_name", row) || ""];
    for (let at = people.from(row); at < people.from(row + 1); at++) names.push(people.raw("name", at) || "");
    return names;
  }

  function resultFor(row, wanted) {
    const item = make("li");
    const button = make("button", "", landuse.page.parcels.raw("parcel_id", row));
    const names = namesOf(row);
    button.type = "button";
    button.appendChild(make("small", "", names.find((name) => name.toLowerCase().includes(wanted)) || names[0] || names[2] || ""));
    button.addEventListener("click", () => landuse.goTo(row));
    item.appendChild(button);
    return item;
  }

  landuse.part(({ words }) => {
    /* List what a text finds; gives all rows. */
    landuse.search = function (text) {
      const rows = landuse.find(text);
      const facts = { count: grouped(rows.length, 0), shown: LISTED };
      const said = text.trim() ? filled(rows.length > LISTED ? words.found_more : words.found, facts) : "";
      document.getElementById("lu-count").textContent = said;
      const wanted = text.trim().toLowerCase();
      landuse.refill("lu-found", rows.slice(0, LISTED).map((row) => resultFor(row, wanted)));
      return rows;
    };

    const query = document.getElementById("lu-query");
    query.addEventListener("input", () => landuse.search(query.value));
    query.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        const rows = landuse.search(query.value);
        if (rows.length) landuse.goTo(rows[0]);
      }
      if (event.key === "Escape") {
        query.value = "";
        landuse.search("");
      }
    });
  });
})(window.landuse = window.landuse || {});
