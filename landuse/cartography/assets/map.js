/* Draw the parcels of one GeoJSON, coloured by theme, with legend, card and search.
   Classes, counts and roundings come with the page; nothing is decided here. Texts enter as text nodes only. */
function landuseMap(map) {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const data = read("lu-data");
  const shapes = read("lu-shapes");
  const words = data.words;
  const size = shapes.features.length;
  const themes = new Map(data.themes.map((theme) => [theme.key, theme]));
  const state = { theme: data.themes[0], safe: false, chosen: -1 };
  const FIRST_CODE = 48;
  const LISTED = 20;

  // ------------------------------------------------------------------------------------------ words and values

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function filled(text, facts) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  }

  function grouped(number, places) {
    const [whole, rest] = Math.abs(number).toFixed(places).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
    return (number < 0 ? "−" : "") + text;
  }

  function printed(value, fmt) {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value !== "number") return value;
    if (fmt === "A") return grouped(value, 2);
    if (fmt === "N") return grouped(value, 0);
    if (fmt === "B") return grouped(value, 2);
    if (fmt === "C") return grouped(value, 4);
    if (fmt === "P") return grouped(value * 100, 1) + "%";
    return String(value);
  }

  function raw(column, row) {
    if (!column) return null;
    if (column.values) return column.values[row];
    const code = column.codes[row];
    return code < 0 ? null : column.words[code];
  }

  function shown(column, row) {
    const value = raw(column, row);
    const text = printed(value, column.fmt);
    return text === "—" || !column.unit ? text : text + " " + column.unit;
  }

  // ------------------------------------------------------------------------------------------ classes and paint

  function hatchLines(context, hatch, side, dark) {
    context.strokeStyle = dark ? "rgba(255,255,255,.8)" : "rgba(60,60,60,.62)";
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 1;
    context.beginPath();
    const line = (x0, y0, x1, y1) => { context.moveTo(x0, y0); context.lineTo(x1, y1); };
    if (hatch === "diagonal" || hatch === "cross") { line(-1, 1, 1, -1); line(0, side, side, 0); line(side - 1, side + 1, side + 1, side - 1); }
    if (hatch === "back" || hatch === "cross") { line(-1, side - 1, 1, side + 1); line(0, 0, side, side); line(side - 1, -1, side + 1, 1); }
    if (hatch === "horizontal") line(0, side / 2, side, side / 2);
    if (hatch === "vertical") line(side / 2, 0, side / 2, side);
    context.stroke();
    if (hatch === "dots") { context.beginPath(); context.arc(side / 2, side / 2, 1.2, 0, 7); context.fill(); }
  }

  function isDark(colour) {
    const part = (at) => parseInt(colour.slice(at, at + 2), 16);
    return 0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5) < 110;
  }

  function paint(entry) {
    const colour = state.safe ? entry.safe : entry.colour;
    if (entry.hatch === "none") return colour;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 7;
    const context = tile.getContext("2d");
    context.fillStyle = colour;
    context.fillRect(0, 0, 7, 7);
    hatchLines(context, entry.hatch, 7, isDark(colour));
    return context.createPattern(tile, "repeat");
  }

  function swatch(fill) {
    const canvas = make("canvas", "lu-swatch");
    canvas.width = 30;
    canvas.height = 15;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.fillStyle = fill;
    context.fillRect(0.5, 0.5, 29, 14);
    context.strokeStyle = "#6b7280";
    context.strokeRect(0.5, 0.5, 29, 14);
    return canvas;
  }

  const classOf = (row) => state.theme.codes.charCodeAt(row) - FIRST_CODE;
  let fills = [];
  let styles = [];

  let weight = 0.7;

  function prepare() {
    fills = state.theme.classes.map(paint);
    styles = fills.map((fill) => ({
      color: "#4b5563", weight, opacity: 0.9, fill: true, fillColor: fill, fillOpacity: 1,
    }));
  }

  // ------------------------------------------------------------------------------------------ map

  map.attributionControl.setPrefix(false);
  if (data.attribution) map.attributionControl.addAttribution(data.attribution);
  map.getContainer().setAttribute("aria-label", words.map);
  L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  const parcels = L.geoJSON(shapes);
  const layers = new Array(size);
  parcels.eachLayer((layer) => { layers[layer.feature.id] = layer; });
  const outline = L.geoJSON(null, { interactive: false, style: { color: "#00303f", weight: 3.5, opacity: 1, fill: false } });
  const halo = L.geoJSON(null, { interactive: false, style: { color: "#ffffff", weight: 6.5, opacity: 0.9, fill: false } });

  function wholeMap() {
    const bounds = parcels.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], animate: false, maxZoom: 19 });
  }

  const home = L.control({ position: "topleft" });
  home.onAdd = () => {
    const box = make("div", "leaflet-bar");
    const button = make("button", "lu-whole", "⤢");
    button.type = "button";
    button.title = words.whole;
    button.setAttribute("aria-label", words.whole);
    button.addEventListener("click", wholeMap);
    L.DomEvent.disableClickPropagation(box);
    box.appendChild(button);
    return box;
  };
  home.addTo(map);
  wholeMap();
  weight = outlineWeight();
  prepare();
  parcels.setStyle((feature) => styles[classOf(feature.id)]);
  parcels.addTo(map);
  halo.addTo(map);
  outline.addTo(map);

  function drawContext() {
    const around = read("lu-context");
    if (!around.features.length) return;
    map.createPane("around").style.zIndex = 250;
    const renderer = L.canvas({ pane: "around", padding: 0.3 });
    const group = L.layerGroup().addTo(map);
    const styleOf = (feature) => data.context_styles[feature.properties.style];
    L.geoJSON(around, {
      interactive: false, pane: "around", renderer,
      style: (feature) => {
        const style = styleOf(feature);
        return {
          stroke: Boolean(style.line), color: style.line, weight: style.weight, dashArray: style.dash || null, opacity: 1,
          fill: Boolean(style.fill), fillColor: style.fill, fillOpacity: 1,
        };
      },
      onEachFeature: (feature, layer) => {
        group.addLayer(layer);
        const colour = styleOf(feature).label;
        if (!feature.properties.name) return;
        const text = make("span", "", feature.properties.name);
        text.style.color = colour;
        const options = { permanent: true, direction: "center", className: "lu-place", interactive: false };
        group.addLayer(L.tooltip(options).setContent(text).setLatLng(feature.properties.at));
      },
    });
    document.getElementById("lu-around").addEventListener("change", (event) => {
      if (event.target.checked) group.addTo(map); else group.remove();
    });
  }
  drawContext();

  function drawParks() {
    const areas = read("lu-park-shapes");
    if (!areas.features.length) return;
    const group = L.layerGroup().addTo(map);
    L.geoJSON(areas, {
      interactive: false,
      style: { color: "#22543d", weight: 2, dashArray: "8 5", opacity: 0.9, fill: false },
      onEachFeature: (feature, layer) => {
        group.addLayer(layer);
        if (!feature.properties.park) return;
        const bounds = layer.getBounds();
        const options = { permanent: true, direction: "top", className: "lu-park", interactive: false };
        const label = L.tooltip(options).setContent(make("span", "", feature.properties.park));
        group.addLayer(label.setLatLng([bounds.getNorth(), bounds.getCenter().lng]));
      },
    });
    document.getElementById("lu-parks").addEventListener("change", (event) => {
      if (event.target.checked) group.addTo(map); else group.remove();
    });
  }
  drawParks();

  // ------------------------------------------------------------------------------------------ legend and switch

  function legendRow(entry, fill) {
    const row = make("tr", entry.count ? "" : "lu-none");
    row.dataset.key = entry.key;
    const key = make("td", "lu-key");
    key.appendChild(swatch(fill));
    const label = make("th", "", entry.label);
    label.scope = "row";
    row.append(key, label, make("td", "lu-n", grouped(entry.count, 0)), make("td", "lu-n", grouped(entry.area, 2)));
    return row;
  }

  function drawLegend() {
    const theme = state.theme;
    document.getElementById("lu-title").textContent = theme.title;
    const caption = document.getElementById("lu-caption");
    caption.textContent = words.legend + (theme.unit ? " " : "");
    if (theme.unit) caption.appendChild(make("span", "", "(" + words.unit + ":" + theme.unit + ")"));
    document.getElementById("lu-classes").replaceChildren(...theme.classes.map((entry, at) => legendRow(entry, fills[at])));
    const total = make("tr");
    const label = make("th", "", words.total);
    label.scope = "row";
    total.append(make("td"), label, make("td", "lu-n", grouped(size, 0)), make("td", "lu-n", grouped(theme.area, 2)));
    document.getElementById("lu-total").replaceChildren(total);
    const notes = data.undrawn ? [...theme.notes, data.undrawn] : theme.notes;
    document.getElementById("lu-notes").replaceChildren(...notes.map((note) => make("li", "", note)));
  }

  /* Small parcels get thin outlines, so that the colour and not the line is seen. */
  function outlineWeight() {
    const step = Math.max(1, Math.floor(size / 40));
    const sides = [];
    for (let row = 0; row < size; row += step) {
      if (!layers[row]) continue;
      const bounds = layers[row].getBounds();
      const span = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
      sides.push(Math.max(Math.abs(span.x), Math.abs(span.y)));
    }
    const side = sides.sort((one, other) => one - other)[sides.length >> 1] || 30;
    return side < 8 ? 0.15 : side < 16 ? 0.3 : side < 30 ? 0.5 : 0.8;
  }

  function restyle() {
    weight = outlineWeight();
    prepare();
    for (let row = 0; row < size; row++) if (layers[row]) layers[row].setStyle(styles[classOf(row)]);
  }

  function show(key) {
    state.theme = themes.get(key) || state.theme;
    restyle();
    drawLegend();
    if (state.chosen >= 0 && popup.isOpen()) popup.setContent(card(state.chosen));
  }

  function drawSwitch() {
    const box = document.getElementById("lu-themes");
    data.themes.forEach((theme, at) => {
      const label = make("label", theme.short.length > (data.lang === "zh" ? 12 : 19) ? "lu-wide" : "");
      const input = make("input");
      input.type = "radio";
      input.name = "lu-theme";
      input.value = theme.key;
      input.checked = at === 0;
      input.addEventListener("change", () => show(theme.key));
      label.append(input, make("span", "", theme.short));
      box.appendChild(label);
    });
    document.getElementById("lu-safe").addEventListener("change", (event) => {
      state.safe = event.target.checked;
      show(state.theme.key);
    });
  }

  // ------------------------------------------------------------------------------------------ card

  function pairs(columns, names, row, hideBlank) {
    const table = make("table");
    for (const name of names) {
      const column = columns[name];
      if (!column || (hideBlank && [null, ""].includes(raw(column, row)))) continue;
      const line = make("tr");
      const title = make("th", "", column.title);
      title.scope = "row";
      line.append(title, make("td", "", shown(column, row)));
      table.appendChild(line);
    }
    return table;
  }

  function person(at) {
    const columns = data.people.columns;
    const box = make("div", "lu-person");
    box.appendChild(make("b", "", printed(raw(columns.name, at) || raw(columns.uscc, at), "T")));
    const first = ["uscc", "tenure", "land_mu", "industry_group", "status"].filter((name) => columns[name]);
    const table = pairs(columns, first, at, false);
    const rank = raw(columns.rank, at);
    if (rank !== null) {
      const line = make("tr");
      const title = make("th", "", words.rank_of);
      title.scope = "row";
      line.append(title, make("td", "", printed(rank, "N") + " / " + printed(raw(columns.n_in_group, at), "N")));
      table.appendChild(line);
    }
    for (const line of [...pairs(columns, ["score", "grade", "low_efficiency"], at, true).rows]) table.appendChild(line);
    box.appendChild(table);
    const because = raw(columns.because, at);
    if (because) box.appendChild(make("p", "", because));
    return box;
  }

  function card(row) {
    const box = make("div", "lu-card");
    const entry = state.theme.classes[classOf(row)];
    box.appendChild(make("h3", "", raw(data.columns.parcel_id, row)));
    const now = make("div", "lu-now");
    now.append(swatch(fills[classOf(row)]), make("span", "", state.theme.measure + ": " + entry.label + (entry.key === "no_data" || !state.theme.unit ? "" : " " + state.theme.unit)));
    box.appendChild(now);
    const because = raw(data.columns.because, row);
    if (because) box.append(make("h4", "", words.group_because), make("p", "", because));
    for (const group of data.groups) {
      const table = pairs(data.columns, group.fields, row, group.blank === "hide");
      if (table.rows.length) box.append(make("h4", "", group.title), table);
    }
    box.appendChild(make("h4", "", words.group_occupants));
    const [from, to] = [data.people.start[row], data.people.start[row + 1]];
    if (from === to) box.appendChild(make("p", "", words.no_occupant));
    for (let at = from; at < to; at++) box.appendChild(person(at));
    return box;
  }

  const popup = L.popup({ minWidth: 300, maxWidth: 360, maxHeight: Math.max(220, Math.min(560, map.getSize().y - 130)), autoPanPadding: [12, 12] });

  function choose(row, place) {
    state.chosen = row;
    halo.clearLayers();
    outline.clearLayers();
    if (layers[row]) { halo.addData(shapes.features[row]); outline.addData(shapes.features[row]); halo.bringToFront(); outline.bringToFront(); }
    popup.setContent(card(row)).setLatLng(place).openOn(map);
  }

  map.on("zoomend", () => { if (outlineWeight() !== weight) restyle(); });
  map.on("popupopen", () => {
    const close = map.getContainer().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
  });
  map.on("popupclose", () => { state.chosen = -1; halo.clearLayers(); outline.clearLayers(); });
  parcels.on("click", (event) => choose(event.layer.feature.id, event.latlng));
  parcels.bindTooltip((layer) => {
    const row = layer.feature.id;
    const holder = raw(data.columns.holder, row);
    const entry = state.theme.classes[classOf(row)];
    const tip = make("div", "lu-tip");
    tip.append(make("b", "", raw(data.columns.parcel_id, row)), make("div", "", holder || ""), make("div", "", state.theme.measure + ": " + entry.label));
    return tip;
  }, { sticky: true });

  // ------------------------------------------------------------------------------------------ search

  const names = new Array(size);
  for (let row = 0; row < size; row++) {
    const people = [];
    for (let at = data.people.start[row]; at < data.people.start[row + 1]; at++) people.push(raw(data.people.columns.name, at) || "");
    names[row] = [raw(data.columns.parcel_id, row), raw(data.columns.holder, row) || "", raw(data.columns.parcel_name, row) || "", ...people];
  }
  const haystack = names.map((parts) => parts.join("\n").toLowerCase());

  function find(query) {
    const wanted = query.trim().toLowerCase();
    const rows = [];
    if (wanted) for (let row = 0; row < size; row++) if (haystack[row].includes(wanted)) rows.push(row);
    return rows;
  }

  function goTo(row) {
    if (!layers[row]) return;
    const bounds = layers[row].getBounds();
    map.fitBounds(bounds, { maxZoom: 17, animate: false });
    choose(row, bounds.getCenter());
  }

  function resultFor(row, query) {
    const item = make("li");
    const button = make("button", "", names[row][0]);
    const wanted = query.trim().toLowerCase();
    const name = names[row].slice(1).find((part) => part.toLowerCase().includes(wanted)) || names[row][1] || names[row][3];
    button.type = "button";
    button.appendChild(make("small", "", name || ""));
    button.addEventListener("click", () => goTo(row));
    item.appendChild(button);
    return item;
  }

  function search(query) {
    const rows = find(query);
    const facts = { count: grouped(rows.length, 0), shown: LISTED };
    const text = query.trim() ? filled(rows.length > LISTED ? words.found_more : words.found, facts) : "";
    document.getElementById("lu-count").textContent = text;
    document.getElementById("lu-found").replaceChildren(...rows.slice(0, LISTED).map((row) => resultFor(row, query)));
    return rows;
  }

  const query = document.getElementById("lu-query");
  query.addEventListener("input", () => search(query.value));
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { const rows = search(query.value); if (rows.length) goTo(rows[0]); }
    if (event.key === "Escape") { query.value = ""; search(""); }
  });

  drawSwitch();
  drawLegend();
  document.documentElement.dataset.ready = "true";
  return { map, show, search, goTo, state };
}
