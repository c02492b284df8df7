/* Filter parcels and enterprises by choices and ranges, joined by "and"; tell how many are left, of how much. ES2019. */
(function (landuse) {
  "use strict";

  const { make, byId, grouped, state } = landuse;

  /* Rows of one sheet that meet the conditions given: [column, test on its value]. */
  function passing(sheet, tests) {
    const mask = new Uint8Array(sheet.n).fill(1);
    for (const test of tests) {
      const column = sheet.column(test.column);
      if (test.codes) {
        const { codes } = column;
        const wanted = new Uint8Array(65536);
        for (const code of test.codes) wanted[code] = 1;
        for (let row = 0; row < mask.length; row++) if (!wanted[codes[row]]) mask[row] = 0;
      } else {
        const { numbers } = column;
        // an unknown number meets no bound: every comparison with it is false
        for (let row = 0; row < mask.length; row++) {
          if (mask[row] && !(numbers[row] >= test.least && numbers[row] <= test.most)) mask[row] = 0;
        }
      }
    }
    return mask;
  }

  function total(sheet, mask, names) {
    const sums = { count: 0 };
    if (!mask) sums.count = sheet.n; else for (let row = 0; row < mask.length; row++) sums.count += mask[row];
    for (const name of names) {
      const column = sheet.column(name);
      const numbers = column ? column.numbers : [];
      let [sum, known] = [0, 0];
      for (let row = 0; row < numbers.length; row++) {
        if (mask && !mask[row]) continue;
        const number = numbers[row];
        if (number === number) { sum += number; known++; } // NaN is unknown and equals nothing
      }
      sums[name] = known ? sum : NaN;
    }
    return sums;
  }

  /* Apply filters: {mask, firms, parcels, enterprises}; masks are null where no filter is set. */
  landuse.sift = function (store, filters) {
    const { parcels, firms } = store;
    const [own, land, people] = [[], [], []];
    for (const choice of store.head.filters.choices) {
      const codes = filters.choices[choice.key];
      if (!codes || !codes.length) continue;
      own.push({ column: choice.column, codes });
      if (choice.firm) people.push({ column: choice.firm, codes }); else land.push({ column: choice.column, codes });
    }
    for (const range of store.head.filters.ranges) {
      const bounds = filters.ranges[range.key];
      if (!bounds || (bounds[0] === null && bounds[1] === null)) continue;
      const test = { least: bounds[0] === null ? -Infinity : bounds[0], most: bounds[1] === null ? Infinity : bounds[1] };
      own.push(Object.assign({ column: range.key }, test));
      if (range.firm) people.push(Object.assign({ column: range.firm }, test)); else land.push(Object.assign({ column: range.key }, test));
    }
    const mask = own.length ? passing(parcels, own) : null;
    let found = null;
    if (own.length) {
      found = passing(firms, people);
      if (land.length) {
        const there = store.firmsOn(passing(parcels, land));
        for (let firm = 0; firm < found.length; firm++) found[firm] = found[firm] && there[firm];
      }
    }
    const names = ["area_mu", "tax_wan"];
    return { mask, firms: found, parcels: total(parcels, mask, names), enterprises: total(firms, found, names) };
  };

  landuse.part(({ store, words }) => {
    const { head } = store;
    let found = null;

    function told(sums, whole, form) {
      const parts = [landuse.filled(form, { count: grouped(sums.count, 0), whole: grouped(whole, 0) })];
      if (!isNaN(sums.area_mu)) parts.push(landuse.withUnit(grouped(sums.area_mu, 2), words.mu));
      if (!isNaN(sums.tax_wan)) parts.push(words.tax + " " + landuse.withUnit(grouped(sums.tax_wan, 2), words.wan));
      return parts.join(" · ");
    }

    function apply() {
      found = landuse.sift(store, state.filters);
      const sum = byId("lu-sum");
      landuse.refill(sum, [
        make("span", found.mask ? "lu-on" : "", told(found.parcels, head.total.parcels, words.sum_parcels)),
        make("span", found.mask ? "lu-on" : "", told(found.enterprises, head.total.enterprises, words.sum_enterprises)),
      ]);
      sum.title = words.sum_hint;
      const set = Object.keys(state.filters.choices).length + Object.keys(state.filters.ranges).length;
      byId("lu-filter-count").textContent = set ? String(set) : "";
      byId("lu-filter-none").disabled = !set;
      landuse.emit("filter", found);
    }
    const soon = landuse.soon(apply);

    // -------------------------------------------------------------------------------- form

    function labelsOf(choice) {
      if (choice.theme) return store.themes.get(choice.theme).classes.map((entry) => entry.label);
      return store.parcels.column(choice.column).words;
    }

    function countsOf(choice, size) {
      const counts = new Array(size + 1).fill(0);
      const { codes } = store.parcels.column(choice.column);
      for (let row = 0; row < codes.length; row++) counts[Math.min(codes[row], size)]++;
      return counts;
    }

    function drawChoice(choice) {
      const labels = labelsOf(choice);
      const counts = countsOf(choice, labels.length);
      const box = make("details", "lu-choice");
      const summary = make("summary", "", choice.title);
      const mark = make("b", "lu-badge");
      summary.appendChild(mark);
      box.appendChild(summary);
      const places = labels.map((label, code) => code).filter((code) => counts[code]);
      if (!choice.theme) places.sort((one, other) => labels[one].localeCompare(labels[other], head.lang === "zh" ? "zh-CN" : "en"));
      for (const code of places) {
        const label = make("label");
        const input = make("input");
        Object.assign(input, { type: "checkbox", value: code });
        input.addEventListener("change", () => {
          const picked = Array.from(box.querySelectorAll("input:checked"), (one) => Number(one.value));
          if (picked.length) state.filters.choices[choice.key] = picked; else delete state.filters.choices[choice.key];
          mark.textContent = picked.length || "";
          soon();
        });
        label.append(input, make("span", "", labels[code]), make("small", "", grouped(counts[code], 0)));
        box.appendChild(label);
      }
      return box;
    }

    function drawRange(range) {
      const row = make("div", "lu-range");
      const title = make("span", "", range.title);
      if (range.unit) title.appendChild(make("small", "", " " + range.unit));
      row.appendChild(title);
      const inputs = [words.least, words.most].map((word) => {
        const input = make("input");
        Object.assign(input, { type: "number", step: "any", inputMode: "decimal", placeholder: word });
        input.setAttribute("aria-label", range.title + " " + word);
        input.addEventListener("input", () => {
          const bounds = inputs.map((one) => (one.value === "" || isNaN(Number(one.value)) ? null : Number(one.value)));
          if (bounds[0] === null && bounds[1] === null) delete state.filters.ranges[range.key];
          else state.filters.ranges[range.key] = bounds;
          soon();
        });
        return input;
      });
      row.append(inputs[0], make("span", "lu-to", "–"), inputs[1]);
      return row;
    }

    landuse.clearFilters = function () {
      state.filters = { choices: {}, ranges: {} };
      for (const input of byId("lu-filter").querySelectorAll("input")) {
        if (input.type === "checkbox") input.checked = false; else input.value = "";
      }
      for (const mark of byId("lu-filter").querySelectorAll(".lu-badge")) mark.textContent = "";
      apply();
    };

    const box = byId("lu-filter-form");
    box.append(...head.filters.choices.map(drawChoice));
    if (head.filters.ranges.length) box.append(make("h4", "", words.ranges), ...head.filters.ranges.map(drawRange));
    byId("lu-filter-none").addEventListener("click", landuse.clearFilters);
    landuse.setFilters = function (filters) {
      state.filters = { choices: Object.assign({}, filters.choices), ranges: Object.assign({}, filters.ranges) };
      apply();
    };
    landuse.found = () => found;
    apply();
  });
})(window.landuse = window.landuse || {});
