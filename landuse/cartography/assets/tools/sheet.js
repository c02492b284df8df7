/* Lay out a sheet: title, marks, map frame, legend, scale bar, north arrow, foot. Described first, in millimetres, then painted
   on a canvas (picture) or as SVG (print), so that both say the same.

   A view is a piece of the web mercator map at a size in pixels: {lat, lng, zoom, width, height, ratio}: `zoom` counts in these
   pixels, `ratio` is how many of them make one pixel of the screen, for widths of lines and sizes of hatches; `letters` makes
   names so much larger; `isBare` leaves out what the viewer measured, noted and picked.
   The scale of a sheet holds from west to east; from north to south the projection is longer by 0.0 to 0.7 %. */
(function (landuse) {
  "use strict";
  const { degreeAt } = landuse.tools.geodesy;
  const FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", SimSun, sans-serif';
  const INK = "#1f2933";
  const SOFT = "#52606d";
  const RED = "#b3261e";
  const ROUND = [1, 2, 5];

  // ------------------------------------------------------------------------------------------ views

  const worldOf = (view) => 256 * Math.pow(2, view.zoom);

  function mercator(lon, lat) {
    const sine = Math.sin(lat * Math.PI / 180);
    return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  }

  /* A function from longitude and latitude to pixels of a view. */
  function projector(view) {
    const world = worldOf(view);
    const [x0, y0] = mercator(view.lng, view.lat);
    const [left, top] = [x0 * world - view.width / 2, y0 * world - view.height / 2];
    return (lon, lat) => {
      const [x, y] = mercator(lon, lat);
      return [x * world - left, y * world - top];
    };
  }

  /* Longitude and latitude of the edges of a view: west, south, east, north. */
  function edges(view) {
    const world = worldOf(view);
    const [x0, y0] = mercator(view.lng, view.lat);
    const latOf = (y) => Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180 / Math.PI;
    const [dx, dy] = [view.width / 2 / world, view.height / 2 / world];
    return [(x0 - dx - 0.5) * 360, latOf(y0 + dy), (x0 + dx - 0.5) * 360, latOf(y0 - dy)];
  }

  /* The zoom at which a pixel is so many metres from west to east at a latitude, and the other way round. */
  const zoomFor = (metres, lat) => Math.log2(degreeAt(lat)[0] * 360 / 256 / metres);
  const metresOf = (view) => degreeAt(view.lat)[0] * 360 / worldOf(view);

  /* A round number not above a limit: 1, 2 or 5 times a power of ten. */
  function roundBelow(limit) {
    const power = Math.pow(10, Math.floor(Math.log10(limit) + 1e-9));
    return Math.max(...ROUND.filter((step) => step * power <= limit * (1 + 1e-9))) * power;
  }

  const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  /* A round scale number not below a limit: 1:500, 1:1,000, 1:1,500, 1:2,000 and so on. */
  function roundScale(limit) {
    const power = Math.pow(10, Math.floor(Math.log10(limit)));
    return Math.round(STEPS.find((step) => step * power >= limit * (1 - 1e-9)) * power);
  }

  // ------------------------------------------------------------------------------------------ words

  const measuring = document.createElement("canvas").getContext("2d");

  function widthOf(text, size, weight) {
    measuring.font = (weight || 400) + " 100px " + FONT;
    return measuring.measureText(text).width * size / 100;
  }

  /* Break a text into lines of a width: between any two Chinese signs, between words otherwise. */
  function lines(text, width, size, weight) {
    const parts = String(text).match(/[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f][,。、;:)》”]?|[^\s\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]+\s*|\s+/g) || [];
    const found = [];
    let line = "";
    const pieces = [];
    for (const part of parts) {
      if (widthOf(part, size, weight) <= width) pieces.push(part);
      else pieces.push(...part);
    }
    for (const part of pieces) {
      if (line && widthOf((line + part).trimEnd(), size, weight) > width) { found.push(line.trim()); line = part.trimStart(); } else line += part;
    }
    if (line.trim()) found.push(line.trim());
    return found;
  }

  /* The same, with lines as even as they can be: no single sign is left over. */
  function evenLines(text, width, size, weight) {
    const found = lines(text, width, size, weight);
    let even = found;
    for (let narrow = width - size / 2; found.length > 1 && narrow > width / 3; narrow -= size / 2) {
      const tried = lines(text, narrow, size, weight);
      if (tried.length > found.length) break;
      even = tried;
    }
    return even;
  }

  // ------------------------------------------------------------------------------------------ parts of a sheet

  const text = (x, y, words, size, more) => ({ kind: "text", x, y, text: words, size, ...more });

  function titleItems(spec, box, items) {
    const { unit } = spec;
    let y = box.y;
    const marks = [spec.audience, spec.stamp].filter(Boolean);
    const small = 3.4 * unit;
    let right = box.x + box.width;
    marks.slice().reverse().forEach((mark) => {
      const colour = mark === spec.stamp ? RED : SOFT;
      const width = widthOf(mark, small, 700) + 3.2 * unit;
      right -= width;
      items.push({ kind: "rect", x: right, y, width, height: 6 * unit, stroke: colour, line: 0.4 * unit, radius: 0.8 * unit });
      items.push(text(right + width / 2, y + 4.25 * unit, mark, small, { align: "center", weight: 700, colour }));
      right -= 2 * unit;
    });
    const room = box.width - 2 * (box.x + box.width - right + 2 * unit);
    let size = 7 * unit;
    while (size > 5 * unit && widthOf(spec.title.join(" "), size, 700) > room) size -= 0.2 * unit;
    const fits = widthOf(spec.title.join(" "), size, 700) <= room;
    const parts = fits ? [spec.title.join(" ")] : [spec.title[0], spec.title.slice(1).join(" ")];
    for (const line of parts.flatMap((part) => evenLines(part, room, size, 700))) {
      y += size * 1.02;
      items.push(text(box.x + box.width / 2, y, line, size, { align: "center", weight: 700 }));
      y += size * 0.2;
    }
    y += 0.8 * unit;
    const notes = [...lines(spec.subtitle, box.width, 3 * unit).map((line) => [line, SOFT]), ...lines(spec.notice || "", box.width, 3 * unit).map((line) => [line, RED])];
    for (const [line, colour] of notes) {
      y += 3.6 * unit;
      items.push(text(box.x + box.width / 2, y, line, 3 * unit, { align: "center", colour }));
      y += 0.7 * unit;
    }
    return y + 1.8 * unit;
  }

  function legendRow(entry, spec, at, items) {
    const { unit } = spec;
    const size = 3.2 * unit;
    const counts = [11 * unit, 18 * unit];
    const left = at.x + 11 * unit;
    const wrapped = evenLines(entry.label, at.width - 11 * unit - counts[0] - counts[1], size, entry.weight);
    const height = Math.max(5.2 * unit, wrapped.length * 4.1 * unit + 1.1 * unit);
    const base = at.y + 3.9 * unit;
    if (entry.colour) items.push({ kind: "swatch", x: at.x, y: at.y + 0.7 * unit, width: 9 * unit, height: 4.2 * unit, entry });
    wrapped.forEach((line, row) => items.push(text(left, base + row * 4.1 * unit, line, size, { weight: entry.weight, colour: entry.tone })));
    items.push(text(at.x + at.width - counts[1], base, entry.countText, size, { align: "right", weight: entry.weight, colour: entry.tone }));
    items.push(text(at.x + at.width, base, entry.areaText, size, { align: "right", weight: entry.weight, colour: entry.tone }));
    return at.y + height;
  }

  function legendRows(spec) {
    const { grouped } = landuse;
    const rows = spec.legend.classes.map((entry) => ({
      ...entry, countText: grouped(entry.count, 0), areaText: grouped(entry.area, 2), weight: 400, tone: entry.count ? INK : "#7b8794",
    }));
    const count = spec.legend.classes.reduce((sum, entry) => sum + entry.count, 0);
    rows.push({ label: spec.words.total, countText: grouped(count, 0), areaText: grouped(spec.legend.area, 2), weight: 700, tone: INK, isTotal: true });
    return rows;
  }

  /* The legend in one or two columns from a corner downwards; gives where it ends. */
  function legendItems(spec, box, columns, items) {
    const { unit, words, legend } = spec;
    let y = box.y;
    const head = words.legend + (legend.unit ? " (" + words.unit + ":" + legend.unit + ")" : "");
    for (const line of lines(head, box.width, 3.9 * unit, 700)) {
      y += 4.4 * unit;
      items.push(text(box.x, y, line, 3.9 * unit, { weight: 700 }));
      y += 0.6 * unit;
    }
    const gap = 8 * unit;
    const width = (box.width - gap * (columns - 1)) / columns;
    const rows = legendRows(spec);
    const each = Math.ceil(rows.length / columns);
    let end = y;
    for (let column = 0; column < columns; column++) {
      const x = box.x + column * (width + gap);
      let at = y + 4.4 * unit;
      items.push(text(x + width - 18 * unit, at, words.count, 2.9 * unit, { align: "right", colour: SOFT }));
      items.push(text(x + width, at, words.area, 2.9 * unit, { align: "right", colour: SOFT }));
      at += 1.2 * unit;
      for (const row of rows.slice(column * each, (column + 1) * each)) {
        if (row.isTotal) {
          items.push({ kind: "line", points: [[x, at + 0.3 * unit], [x + width, at + 0.3 * unit]], stroke: SOFT, line: 0.25 * unit });
          at += 0.6 * unit;
        }
        at = legendRow(row, spec, { x, y: at, width }, items);
      }
      end = Math.max(end, at);
    }
    y = end + 1.5 * unit;
    for (const note of legend.notes) {
      for (const line of lines(note, box.width, 2.7 * unit)) {
        y += 3.5 * unit;
        items.push(text(box.x, y, line, 2.7 * unit, { colour: SOFT }));
      }
      y += 0.9 * unit;
    }
    return y;
  }

  function footItems(spec, box, items) {
    const { unit } = spec;
    const found = spec.foot.filter(Boolean).flatMap((line) => lines(line, box.width, 2.6 * unit));
    let y = box.bottom - (found.length - 1) * 3.6 * unit;
    const top = y - 3.8 * unit;
    for (const line of found) {
      items.push(text(box.x, y, line, 2.6 * unit, { colour: SOFT }));
      y += 3.6 * unit;
    }
    return top;
  }

  /* Everything on a sheet but the map and its scale: {width, height, frame, items}. Millimetres.
     spec: {width, height, margin, unit, below, title, subtitle, notice, audience, stamp, legend, foot, words, frame}; `below` puts
     the legend under the map; `frame` = {width, height} makes the sheet as large as a map of this size needs. */
  function plan(spec) {
    const items = [];
    const { margin, unit } = spec;
    const beside = 74 * unit;
    const width = spec.frame ? spec.frame.width + beside + 5 * unit + 2 * margin : spec.width;
    const inner = width - 2 * margin;
    const top = titleItems(spec, { x: margin, y: margin, width: inner }, items);
    if (spec.below) {
      const bottom = footItems(spec, { x: margin, bottom: spec.height - margin, width: inner }, items);
      const trial = legendItems(spec, { x: margin, y: 0, width: inner }, 2, []);
      const start = bottom - trial - 1 * unit;
      legendItems(spec, { x: margin, y: start, width: inner }, 2, items);
      return { width, height: spec.height, items, frame: { x: margin, y: top, width: inner, height: start - 2 * unit - top } };
    }
    const side = { x: width - margin - beside, y: top - 1.5 * unit, width: beside };
    const end = legendItems(spec, side, 1, items);
    const trial = footItems(spec, { x: margin, bottom: 0, width: inner }, []);
    const tall = spec.frame ? Math.max(spec.frame.height + top, end) - trial + margin : spec.height;
    const bottom = footItems(spec, { x: margin, bottom: tall - margin, width: inner }, items);
    const frame = { x: margin, y: top, width: inner - beside - 5 * unit, height: bottom - 1.5 * unit - top };
    const free = { x: side.x, width: beside, bottom: frame.y + frame.height };
    return { width, height: tall, items, frame, free: free.bottom - end > 22 * unit ? free : null };
  }

  const asText = (form, scale) => form.replace("{scale}", landuse.grouped(scale, 0));
  const PLATE = "rgba(255,255,255,.86)";

  /* Scale bar in a round number of metres and, on paper, the scale in figures: below the legend where there is room, else in the
     lower left corner of the frame. */
  function scaleItems(laid, metresPerMm, spec) {
    const { unit, words } = spec;
    const home = laid.free || { x: laid.frame.x + 2 * unit, width: laid.frame.width, bottom: laid.frame.y + laid.frame.height - 2 * unit };
    const metres = roundBelow(metresPerMm * Math.min(home.width * (laid.free ? 0.6 : 0.3), 60 * unit));
    const long = metres / metresPerMm;
    const inKm = metres >= 1000;
    const figure = (part) => String(Number((metres * part / (inKm ? 1000 : 1)).toPrecision(6)));
    const last = figure(1) + " " + (inKm ? words.kilometre : words.metre);
    const [left, bottom] = [home.x + 3 * unit, home.bottom - 1 * unit];
    const ratio = spec.scale ? asText(words.scale_is, spec.scale) : "";
    const items = [];
    if (!laid.free) {
      const wide = Math.max(long + 14 * unit, ratio ? widthOf(ratio, 3.2 * unit, 700) + 7 * unit : 0);
      items.push({ kind: "rect", x: left - 3 * unit, y: bottom - (ratio ? 12.4 : 7.6) * unit, width: wide, height: (ratio ? 13.6 : 8.8) * unit, fill: PLATE });
    }
    [0, 0.25, 0.5, 0.75].forEach((part, at) => items.push({
      kind: "rect", x: left + long * part, y: bottom - 1.6 * unit, width: long / 4, height: 1.6 * unit,
      fill: at % 2 ? "#ffffff" : INK, stroke: INK, line: 0.2 * unit,
    }));
    [0, 0.5].forEach((part) => items.push(text(left + long * part, bottom - 3 * unit, figure(part), 2.8 * unit, { align: "center" })));
    items.push(text(left + long - widthOf(figure(1), 2.8 * unit) / 2, bottom - 3 * unit, last, 2.8 * unit));
    if (ratio) items.push(text(left, bottom - 7.8 * unit, ratio, 3.2 * unit, { weight: 700 }));
    return items;
  }

  /* North is up on the whole map: an arrow right of the scale bar below the legend, else in the upper right corner of the frame. */
  function northItems(laid, spec) {
    const { unit, words } = spec;
    const x = laid.free ? laid.free.x + laid.free.width - 7 * unit : laid.frame.x + laid.frame.width - 9 * unit;
    const y = laid.free ? laid.free.bottom - 18.5 * unit : laid.frame.y + 3 * unit;
    const half = (way) => [[x, y + 5.5 * unit], [x + way * 3.2 * unit, y + 17 * unit], [x, y + 14 * unit]];
    return [
      { kind: "rect", x: x - 5.5 * unit, y: y - 1 * unit, width: 11 * unit, height: 20 * unit, fill: PLATE },
      text(x, y + 3.8 * unit, words.north, 4 * unit, { align: "center", weight: 700 }),
      { kind: "shape", points: half(-1), fill: INK, stroke: INK, line: 0.25 * unit },
      { kind: "shape", points: half(1), fill: "#ffffff", stroke: INK, line: 0.25 * unit },
    ];
  }

  const frameItem = (laid, unit) => ({ kind: "rect", ...laid.frame, stroke: INK, line: 0.45 * unit });

  // ------------------------------------------------------------------------------------------ painters

  function trace(context, points) {
    context.beginPath();
    points.forEach(([x, y], at) => { if (at) context.lineTo(x, y); else context.moveTo(x, y); });
  }

  /* Paint items on a canvas whose unit is the millimetre. */
  function onCanvas(context, items, swatch) {
    for (const item of items) {
      context.lineWidth = item.line || 0;
      context.strokeStyle = item.stroke || "transparent";
      context.fillStyle = item.fill || "transparent";
      if (item.kind === "rect") {
        if (item.fill) context.fillRect(item.x, item.y, item.width, item.height);
        if (item.stroke) context.strokeRect(item.x, item.y, item.width, item.height);
      } else if (item.kind === "line") { trace(context, item.points); context.stroke(); }
      else if (item.kind === "shape") { trace(context, item.points); context.closePath(); context.fill(); context.stroke(); }
      else if (item.kind === "swatch") context.drawImage(swatch(item.entry, item.width / item.height), item.x, item.y, item.width, item.height);
      else if (item.kind === "text") {
        context.fillStyle = item.colour || INK;
        context.textAlign = item.align || "left";
        context.save();
        context.translate(item.x, item.y);
        context.scale(item.size / 100, item.size / 100);
        context.font = (item.weight || 400) + " 100px " + FONT;
        context.fillText(item.text, 0, 0);
        context.restore();
      }
    }
  }

  function svgElement(name, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  }

  /* The items as SVG in millimetres, letters as letters. */
  function asSvg(sheet, items, swatch) {
    const root = svgElement("svg", { viewBox: "0 0 " + sheet.width + " " + sheet.height, class: "lt-sheet-ink" });
    for (const item of items) {
      const paint = { fill: item.fill || "none", stroke: item.stroke || "none", "stroke-width": item.line || 0 };
      if (item.kind === "rect") root.appendChild(svgElement("rect", { x: item.x, y: item.y, width: item.width, height: item.height, rx: item.radius || 0, ...paint }));
      else if (item.kind === "line") root.appendChild(svgElement("polyline", { points: item.points.join(" "), ...paint }));
      else if (item.kind === "shape") root.appendChild(svgElement("polygon", { points: item.points.join(" "), ...paint }));
      else if (item.kind === "swatch") root.appendChild(svgElement("image", { x: item.x, y: item.y, width: item.width, height: item.height, preserveAspectRatio: "none", href: swatch(item.entry, item.width / item.height).toDataURL() }));
      else if (item.kind === "text") {
        const anchor = { left: "start", center: "middle", right: "end" }[item.align || "left"];
        const word = svgElement("text", { x: item.x, y: item.y, "font-size": item.size, "font-weight": item.weight || 400, "text-anchor": anchor, fill: item.colour || INK, "font-family": FONT });
        word.textContent = item.text;
        root.appendChild(word);
      }
    }
    return root;
  }

  landuse.tools.sheet = { plan, scaleItems, northItems, frameItem, onCanvas, asSvg, projector, edges, mercator, zoomFor, metresOf, roundBelow, roundScale, lines, widthOf, FONT };
})(window.landuse = window.landuse || {});
