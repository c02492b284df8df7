/* Tie the tools to the page of the map: parcels and their columns, the theme that is shown, the filter, what lies around. */
(function (landuse) {
  "use strict";
  const MOST_AROUND = 3;
  const PARK = { line: "#22543d", weight: 2, dash: "8 5", label: "#22543d" };

  // ------------------------------------------------------------------------------------------ around the parcels

  function traceRings(context, place, rings) {
    for (const ring of rings) {
      ring.forEach(([lon, lat], at) => {
        const [x, y] = place(lon, lat);
        if (at) context.lineTo(x, y); else context.moveTo(x, y);
      });
    }
  }

  /* Rings or lines of any geometry, flat. */
  function ringsOf(geometry) {
    const depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[geometry.type];
    if (depth === undefined) return [];
    if (depth === 0) return [geometry.coordinates];
    return depth === 1 ? geometry.coordinates : [].concat(...geometry.coordinates);
  }

  function drawFeature(context, view, feature, style) {
    if (!feature.geometry) return;
    context.beginPath();
    traceRings(context, landuse.tools.sheet.projector(view), ringsOf(feature.geometry));
    if (style.fill) { context.fillStyle = style.fill; context.fill("evenodd"); }
    if (!style.line) return;
    context.strokeStyle = style.line;
    context.lineWidth = style.weight * view.ratio;
    context.setLineDash((style.dash || "").split(/[ ,]+/).filter(Boolean).map((part) => Number(part) * view.ratio));
    context.lineJoin = "round";
    context.stroke();
    context.setLineDash([]);
  }

  /* Write names with a halo, the first ones first; one that would lie on an earlier one is left out. */
  function drawNames(context, view, names) {
    const place = landuse.tools.sheet.projector(view);
    const unit = view.ratio * (view.letters || 1);
    const taken = [];
    for (const { name, at, colour, size, weight, above } of names) {
      const [x0, y0] = place(...at);
      if (x0 < 0 || y0 < 0 || x0 > view.width || y0 > view.height) continue;
      context.font = weight + " " + size * unit + "px " + landuse.tools.sheet.FONT;
      const half = [context.measureText(name).width / 2 + 2 * unit, size * 0.7 * unit];
      const x = Math.min(view.width - half[0], Math.max(half[0], x0));
      const y = Math.max(half[1], above ? y0 - half[1] : y0);
      if (taken.some((box) => Math.abs(box.x - x) < box.half[0] + half[0] && Math.abs(box.y - y) < box.half[1] + half[1])) continue;
      taken.push({ x, y, half });
      Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round", strokeStyle: "rgba(255,255,255,.92)", lineWidth: size * 0.32 * unit });
      context.strokeText(name, x, y);
      context.fillStyle = colour;
      context.fillText(name, x, y);
    }
    context.textBaseline = "alphabetic";
  }

  const isOn = (id) => { const box = document.getElementById(id); return !box || box.checked; };
  const read = (id) => (document.getElementById(id) ? landuse.readJson(id).features : []);
  const northOf = (geometry) => {
    const places = [].concat(...ringsOf(geometry));
    const [lons, lats] = [places.map((place) => place[0]), places.map((place) => place[1])];
    return [(Math.min(...lons) + Math.max(...lons)) / 2, Math.max(...lats)];
  };

  // ------------------------------------------------------------------------------------------ the host

  landuse.part((page) => {
    const { map, layer, facts } = page;
    const data = layer.data;
    const told = facts.tools;
    if (!told) return;
    const areas = data.column("area_mu");
    const ids = data.column("parcel_id");
    let rows = null;
    let strength = 1;

    const mask = () => { const found = landuse.found && landuse.found(); return found ? found.mask : null; };

    function rowOf(id) {
      if (!rows) {
        rows = new Map();
        for (let row = 0; row < data.n; row++) if (!rows.has(ids.text(row))) rows.set(ids.text(row), row);
      }
      return rows.has(id) ? rows.get(id) : -1;
    }

    function columns() {
      const { title, unit, classes } = landuse.theme();
      const { codes } = landuse.shown();
      const found = Object.keys(facts.heads.parcels).filter((name) => data.column(name)).map((name) => {
        const head = facts.heads.parcels[name];
        const column = data.column(name);
        const isNumber = column.kind === "number";
        const isDay = head.fmt === "D" && isNumber;
        const value = isDay ? (row) => (Number.isNaN(column.number(row)) ? null : landuse.dayText(column.number(row)))
          : isNumber ? (row) => column.number(row) : (row) => column.text(row);
        return { title: head.title, unit: head.unit, kind: head.fmt === "D" ? "day" : isNumber ? "number" : "text", value };
      });
      const shown = { title, unit, kind: "text", value: (row) => classes[codes[row]].label };
      return [found[0], shown, ...found.slice(1)];
    }

    /* Counts and areas of the classes as the legend of the page shows them. */
    function counted(theme) {
      if (!landuse.shown) return { counts: theme.classes.map((entry) => entry.count), areas: theme.classes.map((entry) => entry.area) };
      return mask() ? landuse.countedIn(page.store, landuse.shown().codes, theme.classes.length, mask()) : landuse.shown();
    }

    function legend() {
      const theme = landuse.theme();
      const { counts, areas: sums } = counted(theme);
      const classes = theme.classes.map((entry, at) => ({ ...entry, colour: landuse.fillOf(entry).colour, count: counts[at], area: sums[at] }));
      return { ...landuse.told(), unit: theme.unit, classes, area: sums.reduce((sum, area) => sum + area, 0) };
    }

    function swatch(entry, aspect) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [Math.round(60 * aspect), 60];
      const context = canvas.getContext("2d");
      context.fillStyle = landuse.fillStyleOf(context, { colour: entry.colour, hatch: entry.hatch }, 3.6);
      context.fillRect(0, 0, canvas.width, 60);
      context.strokeStyle = "#6b7280";
      context.lineWidth = 3;
      context.strokeRect(1.5, 1.5, canvas.width - 3, 57);
      return canvas;
    }

    /* All parcels, with what lies around them where that is not much larger. */
    function wholeBounds() {
      const own = data.bounds();
      const all = L.latLngBounds(own.getSouthWest(), own.getNorthEast());
      for (const feature of isOn("lu-around") ? read("lu-context") : []) {
        if (feature.geometry) for (const ring of ringsOf(feature.geometry)) ring.forEach(([lon, lat]) => all.extend([lat, lon]));
      }
      const size = (box) => (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
      return size(all) <= MOST_AROUND * size(own) ? all : own;
    }

    function drawOn(context, view) {
      const around = isOn("lu-around") ? read("lu-context") : [];
      const parks = isOn("lu-parks") ? read("lu-park-shapes") : [];
      const styleOf = (feature) => facts.context_styles[feature.properties.style];
      around.forEach((feature) => drawFeature(context, view, feature, styleOf(feature)));
      const [west, south, east, north] = landuse.tools.sheet.edges(view);
      context.globalAlpha = strength;
      layer.drawOn(context, {
        bounds: L.latLngBounds([south, west], [north, east]), size: { x: view.width / view.ratio, y: view.height / view.ratio }, ratio: view.ratio,
        marks: !view.isBare,
      });
      context.globalAlpha = 1;
      parks.forEach((feature) => drawFeature(context, view, feature, PARK));
      drawNames(context, view, [
        ...parks.filter((feature) => feature.properties.park && feature.geometry)
          .map((feature) => ({ name: feature.properties.park, at: northOf(feature.geometry), colour: PARK.label, size: 13, weight: 700, above: true })),
        ...around.filter((feature) => feature.properties.name)
          .map((feature) => ({ name: feature.properties.name, at: feature.properties.at.slice().reverse(), colour: styleOf(feature).label, size: 12, weight: 400 })),
      ]);
    }

    const tag = document.getElementById("lu-name-left");
    const host = {
      map, facts: told, words: Object.assign({}, facts.words, told.words), lang: facts.lang, size: data.n, rowOf, columns, legend, swatch, drawOn,
      id: (row) => ids.text(row),
      area: (row) => (areas ? areas.number(row) : NaN),
      at: (latlng) => layer.at(latlng, 3),
      boundsOf: (row) => data.boundsOf(row),
      wholeBounds,
      within(bounds) {
        const [shown, inside] = [mask(), Array.from(data.within(bounds))];
        return shown ? inside.filter((row) => shown[row]) : inside;
      },
      mark(picked) {
        const { marked, chosen } = landuse.state;
        layer.mark(picked.length ? picked : marked || (chosen >= 0 ? [chosen] : []));
      },
      fade(wanted) {
        if (wanted !== undefined) { strength = wanted; layer.setOpacity(wanted); }
        return strength;
      },
      chosenRows() {
        const shown = mask();
        if (!shown) return null;
        const found = [];
        shown.forEach((flag, row) => { if (flag) found.push(row); });
        return found;
      },
      filterText: () => (mask() ? facts.words.filtered || "" : ""),
      themes: () => facts.themes.map((theme) => ({ key: theme.key, short: theme.short })),
      theme: () => landuse.theme().key,
      show: landuse.show,
      /* Two pictures have name tags at the upper edge; the tools begin beside the left one. */
      overlaid() {
        const box = tag.getBoundingClientRect();
        return box.height ? Math.max(0, box.bottom - map.getContainer().getBoundingClientRect().top) : 0;
      },
    };
    landuse.tools.kit = landuse.tools.add(host);
    if (window.ResizeObserver) new ResizeObserver(landuse.tools.kit.fit).observe(tag);
  });
})(window.landuse = window.landuse || {});
