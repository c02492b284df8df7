/* Show a theme: the switch, year, variant and share, the colours on the map, the legend with what it counts. ES2019. */
(function (landuse) {
  "use strict";

  const { make, byId, grouped, state } = landuse;

  landuse.paintWith = function (layer, theme, codes) {
    layer.paint({ classes: codes, fills: theme.classes.map(landuse.fillOf) });
  };

  /* The theme that is shown, titled with the share that is: key, title, short, measure, unit, notes, classes, values. */
  landuse.theme = function () {
    const { store } = landuse.page;
    const { theme, value, share } = landuse.state;
    return Object.assign({}, store.themes.get(theme), store.titled(theme, value, share));
  };

  /* What the picture on the map is, for the page and for whatever is printed of it: {title, of, year, other, notes}.
     `of` is its year and variant in brackets; `other` the value where it is not the run's own, blank where it is. */
  landuse.told = function () {
    const { store, facts: head, words } = landuse.page;
    const { state } = landuse;
    const theme = store.themes.get(state.theme);
    const value = store.values.get(store.valueOf(theme.key, state.value));
    const isYear = value.kind === "year";
    const year = isYear ? value.key.slice(5) : String(head.year);
    const notes = [...theme.notes];
    if (isYear) notes.push(landuse.filled(words.note_year, { year: value.label }));
    if (isYear && head.share && theme.key === head.share.theme) notes.push(words.note_year_low);
    if (head.undrawn) notes.push(head.undrawn);
    return {
      title: store.titled(theme.key, state.value, state.share).title,
      of: landuse.filled(value.kind === "variant" ? words.of_variant : words.of_year, { year, variant: value.label }),
      year, other: value.key ? value.label : "", notes,
    };
  };

  /* The class of a parcel as it is shown. */
  landuse.classOf = (row) => landuse.theme().classes[landuse.shown().codes[row]];

  // ------------------------------------------------------------------------------------------ legend

  function legendRow(entry, count, area) {
    const row = make("tr", count ? "" : "lu-none");
    row.dataset.key = entry.key;
    const key = make("td", "lu-key");
    key.appendChild(landuse.swatch(entry));
    const label = make("th", "", entry.label);
    label.scope = "row";
    row.append(key, label, make("td", "lu-n", grouped(count, 0)), make("td", "lu-n", grouped(area, 2)));
    return row;
  }

  function totalRow(title, count, area) {
    const row = make("tr");
    const label = make("th", "", title);
    label.scope = "row";
    row.append(make("td"), label, make("td", "lu-n", grouped(count, 0)), make("td", "lu-n", grouped(area, 2)));
    return row;
  }

  const sum = (numbers) => numbers.reduce((whole, part) => whole + part, 0);

  /* Rows of a legend and its total; counts and areas of what a filter leaves, where one is set. */
  landuse.legendRows = function (theme, found, words) {
    const rows = theme.classes.map((entry, at) => legendRow(entry, found.counts[at], found.areas[at]));
    return { rows, total: totalRow(words.total, sum(found.counts), sum(found.areas)) };
  };

  landuse.legendTitle = function (caption, theme, words, extra) {
    caption.textContent = words.legend + " ";
    const told = [theme.unit ? words.unit + ":" + theme.unit : "", extra].filter(Boolean).join(" · ");
    if (told) caption.appendChild(make("span", "", "(" + told + ")"));
  };

  /* What a filter leaves of each class. */
  landuse.countedIn = function (store, codes, size, mask) {
    const [counts, areas] = [new Array(size).fill(0), new Array(size).fill(0)];
    const mu = store.parcels.column("area_mu");
    for (let row = 0; row < codes.length; row++) {
      if (!mask[row]) continue;
      counts[codes[row]] += 1;
      const area = mu ? mu.numbers[row] : NaN;
      if (!isNaN(area)) areas[codes[row]] += area;
    }
    return { counts, areas };
  };

  // ------------------------------------------------------------------------------------------ the part

  landuse.part(({ store, layer, facts: head, words }) => {
    const years = head.values.filter((value) => value.kind !== "variant");
    const variants = head.values.filter((value) => value.kind === "variant");
    let mask = null;
    let shown = null;

    function drawLegend() {
      const theme = store.themes.get(state.theme);
      const told = landuse.told();
      drawTitle(told);
      landuse.legendTitle(byId("lu-caption"), theme, words, mask ? words.filtered : "");
      const found = mask ? landuse.countedIn(store, shown.codes, theme.classes.length, mask) : shown;
      const { rows, total } = landuse.legendRows(theme, found, words);
      landuse.refill("lu-classes", rows);
      landuse.refill("lu-total", [total]);
      landuse.refill("lu-notes", told.notes.map((note) => make("li", "", note)));
      drawFirms();
      drawSame(theme);
    }

    /* The head says which picture this is: share, year, variant. */
    function drawTitle(told) {
      byId("lu-title").textContent = told.title;
      byId("lu-of").textContent = told.of;
      byId("lu-head-year").textContent = told.year;
      if (head.share) {
        const own = byId("lu-themes").querySelector(`input[value="${head.share.theme}"] + span`);
        own.textContent = store.titled(head.share.theme, state.value, state.share).short;
      }
    }

    /* Beside the sliders: that this theme does not follow them. */
    function drawSame(theme) {
      const same = state.value && store.valueOf(theme.key, state.value) !== state.value;
      byId("lu-same").hidden = !same;
      if (same) byId("lu-same").textContent = landuse.filled(words.note_same, { value: store.values.get(state.value).label });
    }

    /* What the list says of enterprises, beside what the map says of parcels. */
    function drawFirms() {
      const box = byId("lu-firms");
      const told = shown.firms && !mask;
      box.hidden = !told;
      if (told) {
        const [count, area, tax] = shown.firms;
        box.textContent = landuse.filled(words.listed_firms, { count: grouped(count, 0), area: grouped(area, 2), tax: grouped(tax, 2) });
      }
    }

    function repaint() {
      const theme = store.themes.get(state.theme);
      shown = store.classesOf(state.theme, state.value, state.share);
      landuse.paintWith(layer, theme, shown.codes);
      drawLegend();
    }

    // -------------------------------------------------------------------------------- controls

    function drawThemes() {
      const box = byId("lu-themes");
      for (const theme of head.themes) {
        const label = make("label", theme.short.length > (head.lang === "zh" ? 12 : 19) ? "lu-wide" : "");
        const input = make("input");
        Object.assign(input, { type: "radio", name: "lu-theme", value: theme.key, checked: theme.key === state.theme });
        input.addEventListener("change", () => landuse.show(theme.key));
        label.append(input, make("span", "", theme.short));
        box.appendChild(label);
      }
    }

    function drawYears() {
      const box = byId("lu-years");
      const ordered = years.slice().sort((one, other) => yearOf(one) - yearOf(other));
      box.hidden = ordered.length < 2;
      if (box.hidden) return;
      const input = byId("lu-year");
      Object.assign(input, { min: 0, max: ordered.length - 1, step: 1, value: ordered.findIndex((year) => year.kind === "run") });
      const marks = byId("lu-year-marks");
      landuse.refill(marks, ordered.map((year) => make("span", "", String(yearOf(year)))));
      input.addEventListener("input", () => landuse.showValue(ordered[Number(input.value)].key));
      landuse.on("value", () => {
        const at = ordered.findIndex((year) => year.key === state.value);
        input.value = at < 0 ? ordered.findIndex((year) => year.kind === "run") : at;
        input.setAttribute("aria-valuetext", ordered[Number(input.value)].label);
      });
    }

    const yearOf = (value) => (value.kind === "run" ? head.year : Number(value.key.slice(5)));

    function drawVariants() {
      const box = byId("lu-variants");
      box.hidden = !variants.length;
      if (box.hidden) return;
      const select = byId("lu-variant");
      const options = [["", words.variant_none], ...variants.map((variant) => [variant.key, variant.label])];
      landuse.refill(select, options.map(([key, label]) => Object.assign(make("option", "", label), { value: key })));
      select.addEventListener("change", () => landuse.showValue(select.value));
      landuse.on("value", () => { select.value = state.value.startsWith("variant:") ? state.value : ""; });
    }

    function drawShare() {
      const input = byId("lu-share");
      if (!head.share) { byId("lu-shares").hidden = true; return; }
      Object.assign(input, { min: head.share.lowest, max: head.share.highest, step: 1 });
      input.addEventListener("input", () => landuse.showShare(Number(input.value)));
      byId("lu-share-own").addEventListener("click", () => landuse.showShare(null));
      const marks = [head.share.lowest, 10, 15, 20, 25, head.share.highest];
      const span = head.share.highest - head.share.lowest;
      landuse.refill("lu-share-marks", marks.map((percent) => {
        const mark = make("span", "", percent + "%");
        mark.style.left = (100 * (percent - head.share.lowest)) / span + "%";
        return mark;
      }));
      const update = () => {
        byId("lu-shares").hidden = !store.sharing(state.theme, store.valueOf(state.theme, state.value));
        const percent = store.shareOf(head.share.theme, state.value, state.share);
        const own = store.values.get(state.value).share;
        input.value = percent === null ? own || head.share.lowest : percent;
        byId("lu-share-now").textContent = percent === null ? words.share_own : landuse.filled(words.share_now, { share: percent });
        byId("lu-share-own").hidden = state.share === null;
      };
      for (const name of ["theme", "value", "share"]) landuse.on(name, update);
      update();
    }

    // -------------------------------------------------------------------------------- what others call

    landuse.show = function (key) {
      if (!store.themes.has(key)) return;
      state.theme = key;
      for (const input of byId("lu-themes").querySelectorAll("input")) input.checked = input.value === key;
      landuse.emit("theme", key);
    };

    landuse.showValue = function (key) {
      if (!store.values.has(key)) return;
      state.value = key;
      state.share = null;
      landuse.emit("value", key);
    };

    landuse.showShare = function (percent) {
      state.share = percent;
      landuse.emit("share", percent);
    };

    /* What is shown: {codes, counts, areas} of the parcels. */
    landuse.shown = () => shown;

    drawThemes();
    drawYears();
    drawVariants();
    byId("lu-safe").addEventListener("change", (event) => {
      state.safe = event.target.checked;
      landuse.emit("safe", state.safe);
    });
    for (const name of ["theme", "value", "share", "safe"]) landuse.on(name, repaint);
    landuse.on("filter", (found) => {
      mask = found.mask;
      layer.filter(mask);
      drawLegend();
    });
    drawShare();
    repaint();
  });
})(window.landuse = window.landuse || {});
