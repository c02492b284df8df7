/* The card of a parcel, and the words under the pointer. */
(function (landuse) {
  "use strict";

  const L = window.L;
  const { make, printed } = landuse;

  function pairs(table, names, row, hideBlank) {
    const made = make("table");
    for (const name of names) {
      if (!table.has(name) || (hideBlank && [null, ""].includes(table.raw(name, row)))) continue;
      const line = make("tr");
      const title = make("th", "", table.title(name));
      title.scope = "row";
      line.append(title, make("td", "", table.shown(name, row)));
      made.appendChild(line);
    }
    return made;
  }

  function person(people, at, words) {
    const box = make("div", "lu-person");
    box.appendChild(make("b", "", printed(people.raw("name", at) || people.raw("uscc", at), "T")));
    const table = pairs(people, ["uscc", "tenure", "land_mu", "industry_group", "status"], at, false);
    const rank = people.raw("rank", at);
    if (rank !== null) {
      const line = make("tr");
      const title = make("th", "", words.rank_of);
      title.scope = "row";
      line.append(title, make("td", "", printed(rank, "N") + " / " + printed(people.raw("n_in_group", at), "N")));
      table.appendChild(line);
    }
    for (const line of [...pairs(people, ["score", "grade", "low_efficiency"], at, true).rows]) table.appendChild(line);
    box.appendChild(table);
    const because = people.raw("because", at);
    if (because) box.appendChild(make("p", "", because));
    return box;
  }

  function now(row) {
    const [theme, entry] = [landuse.theme(), landuse.classOf(row)];
    const unit = entry.key === "no_data" || !theme.unit ? "" : " " + theme.unit;
    const box = make("div", "lu-now");
    box.append(landuse.swatch(entry), make("span", "", theme.measure + ": " + entry.label + unit));
    return box;
  }

  /* The card of a parcel as an element. */
  landuse.card = function (row) {
    const { parcels, people, facts, words } = landuse.page;
    const box = make("div", "lu-card");
    box.append(make("h3", "", parcels.raw("parcel_id", row)), now(row));
    const because = parcels.raw("because", row);
    if (because) box.append(make("h4", "", words.group_because), make("p", "", because));
    for (const group of facts.groups) {
      const table = pairs(parcels, group.fields, row, group.blank === "hide");
      if (table.rows.length) box.append(make("h4", "", group.title), table);
    }
    box.appendChild(make("h4", "", words.group_occupants));
    const [from, to] = [people.from(row), people.from(row + 1)];
    if (from === to) box.appendChild(make("p", "", words.no_occupant));
    for (let at = from; at < to; at++) box.appendChild(person(people, at, words));
    return box;
  };

  function tip(row) {
    const { parcels } = landuse.page;
    const box = make("div", "lu-tip");
    const entry = landuse.classOf(row);
    box.append(
      make("b", "", parcels.raw("parcel_id", row)), make("div", "", parcels.raw("holder", row) || ""),
      make("div", "", landuse.theme().measure + ": " + entry.label));
    return box;
  }

  landuse.part(({ map, layer }) => {
    const popup = L.popup({ minWidth: 300, maxWidth: 360, maxHeight: Math.max(220, Math.min(560, map.getSize().y - 130)), autoPanPadding: [12, 12] });
    const tooltip = L.tooltip({ direction: "auto", offset: [12, 0], className: "lu-under" });

    /* Choose a parcel: outline it and open its card at a place. */
    landuse.choose = function (row, place) {
      landuse.state.chosen = row;
      layer.mark([row]);
      popup.setContent(landuse.card(row)).setLatLng(place).openOn(map);
      landuse.emit("choose", row);
    };

    popup.on("remove", () => {
      landuse.state.chosen = -1;
      layer.mark([]);
      landuse.emit("choose", -1);
    });
    layer.on("parcelclick", (event) => landuse.choose(event.row, event.latlng));
    layer.on("parcelhover", (event) => {
      if (event.row < 0) { tooltip.remove(); return; }
      tooltip.setContent(tip(event.row)).setLatLng(event.latlng);
      if (!map.hasLayer(tooltip)) tooltip.addTo(map);
    });
    const refresh = () => {
      if (landuse.state.chosen >= 0) popup.setContent(landuse.card(landuse.state.chosen));
    };
    landuse.on("theme", refresh);
    landuse.on("safe", refresh);
  });
})(window.landuse = window.landuse || {});
