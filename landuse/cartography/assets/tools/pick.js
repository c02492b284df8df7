/* Pick parcels one by one or by a box, or take those of the filter in force; write them as a table. */
(function (landuse) {
  "use strict";
  const FORMULA = /^[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]/;
  const DAY = /^\d{4}-\d{2}-\d{2}$/;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

  /* One cell: a number as it is; a text that a spreadsheet would take for a formula behind an apostrophe; a text that it
     would take for a number, a day or a fraction with a tab at its end, which keeps it a text. */
  function cell(value, kind) {
    if (value === null || value === undefined || value === "") return "";
    if (kind === "number") return Number.isFinite(value) ? String(value) : "";
    if (kind === "day" && DAY.test(value)) return value;
    let text = String(value).replace(/\r\n?|\n/g, " ");
    if (NUMBER.test(text) || /^\d+[-/:.]\d+([-/:.]\d+)*$/.test(text)) text += "\t";
    else if (FORMULA.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  /* The table as CSV: UTF-8 with BOM, lines as Windows ends them. */
  function csv(columns, rows) {
    const heads = columns.map((column) => cell(column.title + (column.unit ? "(" + column.unit + ")" : ""), "text"));
    const lines = rows.map((row) => columns.map((column) => cell(column.value(row), column.kind)).join(","));
    return "\ufeff" + [heads.join(","), ...lines].join("\r\n") + "\r\n";
  }

  landuse.tools.table = { csv, cell };

  landuse.tools.parts.push(function pickTool(kit) {
    const { host, map, words, make, button, choice, filled, refill } = kit;
    const { grouped } = landuse;
    const picked = new Set();
    let source = "picked";
    let body = null;
    let say = () => {};
    let boxing = null;
    let boxed = null;
    let frame = null;

    const rows = () => {
      const filter = source === "filter" ? host.chosenRows() : null;
      const found = source === "picked" ? [...picked] : filter || Array.from({ length: host.size }, (none, row) => row);
      return found.sort((one, other) => one - other);
    };

    function summary(chosen) {
      const known = chosen.map(host.area).filter((area) => Number.isFinite(area));
      const mu = known.reduce((sum, area) => sum + area, 0);
      const unknown = chosen.length - known.length;
      return filled(words.picked, { count: grouped(chosen.length, 0), mu: grouped(mu, 2) })
        + (unknown ? filled(words.picked_unknown, { count: grouped(unknown, 0) }) : "");
    }

    /* Whether a click is the end of the box just drawn: it comes after the pointer is up, where it was. */
    function endsBox(latlng) {
      const [last, point] = [boxed, map.latLngToContainerPoint(latlng)];
      boxed = null;
      return last && performance.now() - last.when < 500 && map.latLngToContainerPoint(last.place).distanceTo(point) < 3;
    }

    function toggle(latlng) {
      if (endsBox(latlng)) return;
      const row = host.at(latlng);
      if (row < 0) return;
      if (!picked.delete(row)) picked.add(row);
      source = "picked";
      show();
    }

    function wait() {
      endBox();
      kit.listen({ click: toggle, finish() {}, cancel: kit.shut, undo() { picked.delete([...picked].pop()); show(); } });
    }

    function startBox() {
      endBox();
      kit.listen(null);
      const container = map.getContainer();
      map.dragging.disable();
      container.classList.add("lt-drawing");
      const onMap = (event) => !event.target.closest(".leaflet-control, .leaflet-popup");
      const placeOf = (event) => map.mouseEventToLatLng(event);
      let from = null;
      const down = (event) => {
        if (!onMap(event) || event.button) return;
        event.stopPropagation();
        event.preventDefault();
        from = placeOf(event);
        container.setPointerCapture(event.pointerId);
      };
      const move = (event) => {
        if (!from) return;
        const bounds = L.latLngBounds(from, placeOf(event));
        const style = { pane: "lt-tools", renderer: L.svg({ pane: "lt-tools" }), interactive: false, color: "#0b5cad", weight: 2, dashArray: "5 4", fillOpacity: 0.08 };
        if (frame) frame.setBounds(bounds); else frame = L.rectangle(bounds, style).addTo(map);
      };
      const up = (event) => {
        if (!from) return;
        const bounds = L.latLngBounds(from, placeOf(event));
        from = null;
        for (const row of host.within(bounds)) picked.add(row);
        source = "picked";
        boxed = { place: placeOf(event), when: performance.now() };
        wait();
        show();
      };
      const block = (event) => { if (onMap(event)) event.stopPropagation(); };
      container.style.touchAction = "none";
      const leave = (event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        wait();
        show();
        container.focus({ preventScroll: true });
      };
      const heard = [["pointerdown", down], ["pointermove", move], ["pointerup", up], ["click", block], ["mousedown", block], ["touchstart", block], ["keydown", leave]];
      for (const [name, act] of heard) container.addEventListener(name, act, true);
      boxing = () => {
        from = null;
        container.style.touchAction = "";
        for (const [name, act] of heard) container.removeEventListener(name, act, true);
        container.classList.remove("lt-drawing");
        map.dragging.enable();
      };
      say(words.box_hint);
      container.focus({ preventScroll: true });
    }

    function endBox() {
      if (boxing) boxing();
      boxing = null;
      if (frame) frame.remove();
      frame = null;
    }

    function sourceChoice() {
      const filter = host.chosenRows();
      const lines = [
        ["picked", filled(words.source_picked, { count: grouped(picked.size, 0) })],
        ["filter", filter ? filled(words.source_filter, { count: grouped(filter.length, 0) }) : filled(words.source_all, { count: grouped(host.size, 0) })],
      ];
      const box = choice("lt-source", lines, source, (key) => { source = key; show(); });
      box.classList.add("lt-column");
      return box;
    }

    function save() {
      const chosen = rows();
      if (!chosen.length) return say(words.none_picked, true);
      const name = kit.fileName([words.csv_file, host.facts.name, kit.today()], "csv");
      kit.download(name, new Blob([csv(host.columns(), chosen)], { type: "text/csv;charset=utf-8" }));
      return say(filled(words.csv_saved, { count: grouped(chosen.length, 0) }));
    }

    function show() {
      if (!body) return;
      host.mark([...picked]);
      const acts = make("div", "lt-acts");
      acts.append(button(words.box, startBox), button(words.clear, () => { picked.clear(); wait(); show(); }));
      const out = make("div", "lt-acts");
      out.append(button(words.csv, save, "lt-act lt-main"));
      refill(body, [make("p", "lt-soft", words.pick_hint), acts, sourceChoice(), make("p", "lt-sum", summary(rows())), out]);
      say = kit.status(body);
      body.append(make("p", "lt-soft", words.csv_note));
    }

    kit.add({
      key: "pick", label: words.pick_short, title: words.pick,
      open(box) { body = box; wait(); show(); },
      close() { endBox(); body = null; say = () => {}; },
    });
    landuse.tools.picked = () => [...picked].sort((one, other) => one - other);
  });
})(window.landuse = window.landuse || {});
