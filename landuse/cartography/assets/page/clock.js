/* Draw contract and idle clock of a parcel as a time line: agreed days hollow, actual ones full, periods as bars. ES2019. */
(function (landuse) {
  "use strict";

  const SPACE = "http://www.w3.org/2000/svg";
  const [WIDTH, LEFT, RIGHT, LINE] = [312, 92, 12, 21];
  const YEAR = 365.25;

  function draw(tag, attributes, text) {
    const element = document.createElementNS(SPACE, tag);
    for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /* Lines of the time line that know a day: {key, label, due, actual, from, to, open}. */
  landuse.clockOf = function (store, row) {
    const { head, parcels } = store;
    const day = (name) => (name ? store.raw(parcels, name, row) : null);
    const known = (number) => number !== null && !isNaN(number);
    const lines = [];
    for (const one of head.timeline) {
      const line = { key: one.key, label: head.words["clock_" + one.key] };
      for (const part of ["due", "actual", "from", "to"]) if (known(day(one[part]))) line[part] = day(one[part]);
      if ("from" in line && !("to" in line)) Object.assign(line, { to: head.as_of, open: true });
      if (["due", "actual", "from"].some((part) => part in line)) lines.push(line);
    }
    return lines;
  };

  function ticks(least, most) {
    const years = (most - least) / YEAR;
    const step = years > 24 ? 10 : years > 12 ? 5 : years > 5 ? 2 : 1;
    const first = new Date(least * 86400000).getUTCFullYear() + 1;
    const made = [];
    for (let year = Math.ceil(first / step) * step; ; year += step) {
      const day = Date.UTC(year, 0, 1) / 86400000;
      if (day > most) return made;
      made.push([year, day]);
    }
  }

  function mark(x, y, full) {
    return draw("circle", { cx: x, cy: y, r: 4, fill: full ? "#0b5cad" : "#fff", stroke: "#0b5cad", "stroke-width": 1.6 });
  }

  function drawLine(svg, line, y, place, words) {
    svg.appendChild(draw("text", { x: 0, y: y + 4, class: "lu-clock-label" }, line.label));
    const told = [];
    if ("from" in line) {
      const [from, to] = [place(line.from), place(line.to)];
      svg.appendChild(draw("rect", { x: from, y: y - 4, width: Math.max(2, to - from), height: 8, rx: 2, class: line.key === "idle" ? "lu-clock-idle" : "lu-clock-span" }));
      told.push(landuse.dayText(line.from) + " – " + (line.open ? words.clock_as_of : "") + landuse.dayText(line.to));
    }
    if ("due" in line && "actual" in line) {
      const late = line.actual > line.due;
      svg.appendChild(draw("line", { x1: place(line.due), x2: place(line.actual), y1: y, y2: y, stroke: late ? "#b3261e" : "#3a7d44", "stroke-width": 2 }));
    }
    for (const part of ["due", "actual"]) {
      if (!(part in line)) continue;
      svg.appendChild(mark(place(line[part]), y, part === "actual"));
      told.push(words["clock_" + part] + " " + landuse.dayText(line[part]));
    }
    const said = draw("title", {}, line.label + ":" + told.join(";"));
    const hit = draw("rect", { x: 0, y: y - LINE / 2, width: WIDTH, height: LINE, fill: "transparent" });
    hit.appendChild(said);
    svg.appendChild(hit);
    return line.label + " " + told.join(" ");
  }

  /* The time line of a parcel as an element; null where no day is known. */
  landuse.drawClock = function (store, row) {
    const { head } = store;
    const { words } = head;
    const lines = landuse.clockOf(store, row);
    if (!lines.length) return null;
    const days = lines.reduce((all, line) => all.concat(["due", "actual", "from", "to"].filter((part) => part in line).map((part) => line[part])), [head.as_of]);
    const pad = Math.max(120, (Math.max(...days) - Math.min(...days)) * 0.04);
    const [least, most] = [Math.min(...days) - pad, Math.max(...days) + pad];
    const place = (day) => LEFT + ((day - least) / (most - least)) * (WIDTH - LEFT - RIGHT);
    const height = lines.length * LINE + 34;
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${height}`, width: "100%", class: "lu-clock", role: "img" });
    for (const [year, day] of ticks(least, most)) {
      const x = place(day);
      svg.appendChild(draw("line", { x1: x, x2: x, y1: 0, y2: height - 32, class: "lu-clock-tick" }));
      svg.appendChild(draw("text", { x, y: height - 20, class: "lu-clock-year" }, String(year)));
    }
    const now = place(head.as_of);
    svg.appendChild(draw("line", { x1: now, x2: now, y1: 0, y2: height - 32, class: "lu-clock-now" }));
    const side = now > WIDTH / 2 ? "end" : "start";
    svg.appendChild(draw("text", { x: side === "end" ? Math.min(WIDTH, now + 4) : now, y: height - 5, class: "lu-clock-asof", "text-anchor": side }, words.clock_as_of + landuse.dayText(head.as_of)));
    const told = lines.map((line, at) => drawLine(svg, line, at * LINE + LINE / 2, place, words));
    svg.setAttribute("aria-label", told.join("; "));
    const box = landuse.make("div", "lu-clockbox");
    box.append(svg, landuse.make("p", "lu-clock-key", words.clock_key), drawTable(lines, words));
    return box;
  };

  /* The same days in figures: a picture alone would not do for a hearing. */
  function drawTable(lines, words) {
    const table = landuse.make("table", "lu-clock-table");
    const add = (texts, tag) => {
      const row = table.insertRow();
      texts.forEach((text, at) => row.appendChild(landuse.make(at ? tag : "th", "", text)));
    };
    add([words.clock_step, words.clock_due_or_from, words.clock_actual_or_to], "th");
    for (const line of lines) {
      const first = "from" in line ? line.from : line.due;
      const last = line.open ? undefined : "to" in line ? line.to : line.actual;
      add([line.label, ...[first, last].map((day) => landuse.printed(day, "D"))], "td");
    }
    return table;
  }
})(window.landuse = window.landuse || {});
