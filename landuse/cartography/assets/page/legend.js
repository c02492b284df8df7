/* Themes: their switch, their legend, their colours on the parcels. Classes, counts and roundings come with the page. */
(function (landuse) {
  "use strict";

  const { make, grouped } = landuse;

  /* The theme that is shown, as it was carried: key, title, short, measure, unit, notes, classes, area, column. */
  landuse.theme = () => {
    const { themes } = landuse.facts;
    return themes.find((theme) => theme.key === landuse.state.theme) || themes[0];
  };

  /* The class of a parcel in the theme that is shown. */
  landuse.classOf = (row) => landuse.theme().classes[landuse.page.parcels.data.column(landuse.theme().column).codes[row]];

  /* The fill of a class in the palette that is chosen. */
  landuse.fillOf = (entry) => ({ colour: landuse.state.safe ? entry.safe : entry.colour, hatch: entry.hatch });

  landuse.swatch = function (entry) {
    const canvas = make("canvas", "lu-swatch");
    canvas.width = 30;
    canvas.height = 15;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.fillStyle = landuse.fillStyleOf(context, landuse.fillOf(entry), 1);
    context.fillRect(0.5, 0.5, 29, 14);
    context.strokeStyle = "#6b7280";
    context.strokeRect(0.5, 0.5, 29, 14);
    return canvas;
  };

  /* Colour a layer by the theme that is shown. */
  landuse.paintTheme = function (layer, data) {
    const theme = landuse.theme();
    layer.paint({ classes: data.column(theme.column).codes, fills: theme.classes.map(landuse.fillOf) });
  };

  /* Show another theme, by its key. */
  landuse.show = function (key) {
    if (landuse.facts.themes.some((theme) => theme.key === key)) landuse.state.theme = key;
    landuse.emit("theme", landuse.state.theme);
  };

  function legendRow(entry) {
    const row = make("tr", entry.count ? "" : "lu-none");
    row.dataset.key = entry.key;
    const key = make("td", "lu-key");
    key.appendChild(landuse.swatch(entry));
    const label = make("th", "", entry.label);
    label.scope = "row";
    row.append(key, label, make("td", "lu-n", grouped(entry.count, 0)), make("td", "lu-n", grouped(entry.area, 2)));
    return row;
  }

  function drawLegend({ parcels, facts, words }) {
    const theme = landuse.theme();
    document.getElementById("lu-title").textContent = theme.title;
    const caption = document.getElementById("lu-caption");
    caption.textContent = words.legend + (theme.unit ? " " : "");
    if (theme.unit) caption.appendChild(make("span", "", "(" + words.unit + ":" + theme.unit + ")"));
    landuse.refill("lu-classes", theme.classes.map(legendRow));
    const total = make("tr");
    const label = make("th", "", words.total);
    label.scope = "row";
    total.append(make("td"), label, make("td", "lu-n", grouped(parcels.size, 0)), make("td", "lu-n", grouped(theme.area, 2)));
    landuse.refill("lu-total", [total]);
    const notes = facts.undrawn ? [...theme.notes, facts.undrawn] : theme.notes;
    landuse.refill("lu-notes", notes.map((note) => make("li", "", note)));
  }

  function drawSwitch({ facts }) {
    const box = document.getElementById("lu-themes");
    facts.themes.forEach((theme, at) => {
      const label = make("label", theme.short.length > (facts.lang === "zh" ? 12 : 19) ? "lu-wide" : "");
      const input = make("input");
      input.type = "radio";
      input.name = "lu-theme";
      input.value = theme.key;
      input.checked = at === 0;
      input.addEventListener("change", () => landuse.show(theme.key));
      label.append(input, make("span", "", theme.short));
      box.appendChild(label);
    });
    document.getElementById("lu-safe").addEventListener("change", (event) => {
      landuse.state.safe = event.target.checked;
      landuse.emit("safe", landuse.state.safe);
    });
  }

  landuse.part((page) => {
    const redraw = () => {
      landuse.paintTheme(page.layer, page.parcels.data);
      drawLegend(page);
    };
    landuse.on("theme", redraw);
    landuse.on("safe", redraw);
    drawSwitch(page);
    drawLegend(page);
  });
})(window.landuse = window.landuse || {});
