/* A bare Leaflet map with a grid of plots, as a host of the tools: what the real page gives, from a few arrays. */
function toolsHost(map, words, facts) {
  "use strict";
  const { projector } = landuse.tools.sheet;
  const colours = ["#b2182b", "#f4a582", "#fddbc7", "#d1e5f0", "#ffffff"];
  const labels = ["低效(拟列入)", "疑似闲置(未动工满1年)", "部分低效", "未列入", "无数据"];
  const size = 60;
  const rings = [];
  for (let row = 0; row < size; row++) {
    const [x, y] = [118.56 + (row % 10) * 0.002, 38.6 - Math.floor(row / 10) * 0.0014];
    rings.push([[x, y], [x + 0.0017, y], [x + 0.0017, y + 0.0011], [x, y + 0.0011]]);
  }
  const state = { theme: "low", marked: [], filter: null };
  const kindOf = (row) => (state.theme === "low" ? row % 5 : (row * 3) % 5);
  const parcels = L.layerGroup(rings.map((ring, row) => L.polygon(ring.map(([x, y]) => [y, x]), { color: "#4b5563", weight: 0.7, fillColor: colours[kindOf(row)], fillOpacity: 1 }))).addTo(map);
  const bounds = rings.map((ring) => L.latLngBounds(ring.map(([x, y]) => [y, x])));
  const whole = L.latLngBounds([bounds[0].getNorthWest(), bounds[size - 1].getSouthEast(), bounds[9].getNorthEast()]);
  map.fitBounds(whole, { animate: false });

  function swatch(entry, aspect) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(60 * aspect), 60];
    const context = canvas.getContext("2d");
    context.fillStyle = entry.colour;
    context.fillRect(0, 0, canvas.width, 60);
    context.strokeStyle = "#6b7280";
    context.lineWidth = 4;
    context.strokeRect(2, 2, canvas.width - 4, 56);
    return canvas;
  }

  return {
    map, words, facts, lang: "zh", size, swatch,
    id: (row) => (row === 7 ? "913301000000000000" : "990781001001GB" + String(row).padStart(5, "0")),
    rowOf(id) { for (let row = 0; row < size; row++) if (this.id(row) === id) return row; return -1; },
    area: (row) => (row === 3 ? NaN : 20 + row),
    at: (latlng) => bounds.findIndex((box) => box.contains(latlng)),
    boundsOf: (row) => bounds[row],
    within: (box) => bounds.map((own, row) => (box.intersects(own) ? row : -1)).filter((row) => row >= 0),
    wholeBounds: () => whole,
    mark(rows) { state.marked = rows; },
    fade: (wanted) => (wanted === undefined ? 1 : wanted),
    chosenRows: () => state.filter,
    columns() {
      return [
        { title: "宗地代码", unit: "", kind: "text", value: this.id.bind(this) },
        { title: "土地使用权人", unit: "", kind: "text", value: (row) => ["=HYPERLINK(\"x\")", "甲,乙\n公司", "@sum", "2-1"][row] || "某公司" },
        { title: "亩均税收", unit: "万元/亩", kind: "number", value: (row) => (row === 2 ? NaN : row - 1.5) },
      ];
    },
    themes: () => [{ key: "low", short: "低效" }, { key: "tax", short: "亩均税收" }],
    theme: () => state.theme,
    show(key) { state.theme = key; parcels.eachLayer((layer) => layer.setStyle({ fillColor: colours[kindOf(parcels.getLayers().indexOf(layer))] })); },
    legend() {
      const classes = labels.map((label, at) => ({ key: String(at), label, colour: colours[at], hatch: "none", count: 0, area: 0 }));
      for (let row = 0; row < size; row++) { classes[kindOf(row)].count += 1; classes[kindOf(row)].area += 20 + row; }
      return {
        title: state.theme === "low" ? "低效工业用地(行业末位15%)分布图" : "亩均税收分布图", of: "(2025年)", year: "2025", other: "", unit: state.theme === "low" ? "" : "万元/亩",
        classes, area: classes.reduce((sum, one) => sum + one.area, 0), notes: ["各级含下限、不含上限。", "其中同时为疑似闲置、汇总时只计入疑似闲置的有:低效 2 宗 41.00 亩。"],
      };
    },
    drawOn(context, view) {
      const place = projector(view);
      rings.forEach((ring, row) => {
        context.beginPath();
        ring.forEach(([x, y], at) => { const [px, py] = place(x, y); if (at) context.lineTo(px, py); else context.moveTo(px, py); });
        context.closePath();
        context.fillStyle = colours[kindOf(row)];
        context.fill();
        context.strokeStyle = "#4b5563";
        context.lineWidth = 0.7 * view.ratio;
        context.stroke();
      });
    },
    state,
  };
}
