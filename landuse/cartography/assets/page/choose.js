/* Choose a parcel or an enterprise: outlines on the map, the card, what stands under the pointer. ES2019. */
(function (landuse) {
  "use strict";

  const L = window.L;
  const { make, state } = landuse;
  const NEAR = 17;

  landuse.part(({ store, map, layer, words }) => {
    const { parcels } = store;

    function settle(row, firm, marked) {
      Object.assign(state, { chosen: row, firm, marked });
      layer.mark(marked);
      if (row >= 0) landuse.openDock("card");
      landuse.emit("choose", row);
    }

    /* Choose a parcel by its row; -1 ends it. */
    landuse.choose = (row) => settle(row, -1, row < 0 ? [] : [row]);

    /* Zoom to a parcel and choose it. */
    landuse.goTo = function (row) {
      landuse.choose(row);
      if (parcels.drawn(row)) show(parcels.boundsOf(row));
    };

    /* Mark every parcel of an enterprise and choose the one where it has most land. */
    landuse.goToFirm = function (firm) {
      const rows = store.parcelsOf(firm);
      if (!rows.length) {
        settle(-1, firm, []);
        landuse.hint(words.firm_landless);
        return;
      }
      settle(largest(rows, firm), firm, rows);
      const bounds = L.latLngBounds([]);
      for (const row of rows) if (parcels.drawn(row)) bounds.extend(parcels.boundsOf(row));
      if (bounds.isValid()) show(bounds);
    };

    function largest(rows, firm) {
      const landOn = (row) => {
        const use = store.usesOf(row).find((one) => one.firm === firm);
        const land = store.raw(store.uses, "land_mu", use.at);
        return land === null || isNaN(land) ? 0 : land;
      };
      return rows.reduce((best, row) => (landOn(row) > landOn(best) ? row : best), rows[0]);
    }

    /* Bring a place into view: a map that shows it well already stays where it is. */
    function show(bounds) {
      map.invalidateSize({ animate: false });
      const side = map.project(bounds.getSouthEast()).subtract(map.project(bounds.getNorthWest()));
      const small = Math.max(side.x, side.y) < 12;
      if (!small && map.getBounds().pad(-0.05).contains(bounds)) return;
      map.fitBounds(bounds, { maxZoom: Math.max(NEAR, small ? 0 : map.getZoom()), padding: [40, 40], animate: false });
    }

    function tip(row) {
      const box = make("div", "lu-tip");
      const entry = landuse.classOf(row);
      box.append(
        make("b", "", store.raw(parcels, "parcel_id", row)), make("div", "", store.raw(parcels, "holder", row) || ""),
        make("div", "", landuse.theme().measure + ": " + entry.label));
      return box;
    }

    const tooltip = L.tooltip({ direction: "auto", offset: [12, 0], className: "lu-under" });
    layer.on("parcelclick", (event) => landuse.choose(event.row));
    layer.on("parcelhover", (event) => {
      if (event.row < 0) { tooltip.remove(); return; }
      tooltip.setContent(tip(event.row)).setLatLng(event.latlng);
      if (!map.hasLayer(tooltip)) tooltip.addTo(map);
    });
  });
})(window.landuse = window.landuse || {});
