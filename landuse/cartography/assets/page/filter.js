/* Filter parcels and enterprises by choices and ranges, joined by "and"; tell how many are left, of how much. ES2019. */
(function (landuse) {
  "use strict";

  const { make, byId, grouped, state } = landuse;

  /* Rows of one sheet that meet the conditions given: a column and codes of it, or codes by themselves; or the least and
     most of its numbers as they are printed. */
  function passing(sheet, tests) {
    const mask = new Uint8Array(sheet.n).fill(1);
    for (const test of tests) {
      if (test.wanted) {
        const codes = test.codes || sheet.column(test.column).codes;
        const wanted = new Uint8Array(65536);
        for (const code of test.wanted) wanted[code] = 1;
        for (let row = 0; row < mask.length; row++) if (!wanted[codes[row]]) mask[row] = 0;
      } else {
        const { numbers } = sheet.column(test.column);
        const { least, most, places } = test;
        const step = places === undefined ? 0 : Math.pow(10, -places);
        const [low, lower, high, higher] = [least - step, least + step, most + step, most - step];
        // rounding moves a number by less than a step: it is rounded near a bound only; an unknown one meets no bound
        for (let row = 0; row < mask.length; row++) {
          if (!mask[row]) continue;
          const number = numbers[row];
          if (number >= lower && number <= higher) continue;
          if (!(number >= low && number <= high)) { mask[row] = 0; continue; }
          const printed = step ? landuse.rounded(number, places) : number;
          if (!(printed >= least && printed <= most)) mask[row] = 0;
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

  /* What the codes of a choice stand for. */
  function keysOf(store, choice) {
    return choice.theme ? store.themes.get(choice.theme).classes.map((entry) => entry.key) : store.parcels.column(choice.column).words;
  }

  /* Codes of a column of the enterprises that stand for one of some keys: its legend may be another one. */
  const codesOf = (column, keys) => column.words.map((word, code) => code).filter((code) => keys.includes(column.words[code]));

  /* Apply filters to what is shown, a value and a share: {mask, firms, parcels, enterprises}; masks are null where no
     filter is set. An enterprise passes by what is said of itself (`firm`: grade, industry, measures), and by one parcel
     it uses that meets all the other conditions. */
  landuse.sift = function (store, filters, value, share) {
    const { parcels, firms } = store;
    const { heads } = store.head;
    const [own, land, people] = [[], [], []];
    for (const choice of store.head.filters.choices) {
      const codes = filters.choices[choice.key];
      if (!codes || !codes.length) continue;
      const test = { column: choice.column, wanted: codes };
      if (choice.theme) test.codes = store.classesOf(choice.theme, value || "", share).codes;
      own.push(test);
      if (!choice.firm) { land.push(test); continue; }
      const keys = keysOf(store, choice);
      people.push({ column: choice.firm, wanted: codesOf(firms.column(choice.firm), codes.map((code) => keys[code])) });
    }
    for (const range of store.head.filters.ranges) {
      const bounds = filters.ranges[range.key];
      if (!bounds || (bounds[0] === null && bounds[1] === null)) continue;
      const test = { least: bounds[0] === null ? -Infinity : bounds[0], most: bounds[1] === null ? Infinity : bounds[1] };
      const there = Object.assign({ column: range.key, places: landuse.PRINTED[heads.parcels[range.key].fmt] }, test);
      own.push(there);
      if (!range.firm) land.push(there);
      else people.push(Object.assign({ column: range.firm, places: landuse.PRINTED[heads.enterprises[range.firm].fmt] }, test));
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
      found = landuse.sift(store, state.filters, state.value, state.share);
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

    /* Parcels of each code, by what is shown. */
    function countsOf(choice) {
      if (choice.theme) return store.classesOf(choice.theme, state.value, state.share).counts;
      const { codes, words: known } = store.parcels.column(choice.column);
      const counts = new Array(known.length + 1).fill(0);
      for (let row = 0; row < codes.length; row++) counts[Math.min(codes[row], known.length)]++;
      return counts;
    }

    /* Whether a class has a parcel at any value and share. */
    function occurs(choice, code) {
      const theme = store.themes.get(choice.theme);
      const rules = head.share && head.share.theme === choice.theme ? Object.values(head.share.rules) : [];
      return Object.values(theme.values).some((value) => value.counts[code]) || rules.some((rule) => rule.counts.some((counts) => counts[code]));
    }

    const recounts = [];

    function drawChoice(choice) {
      const labels = labelsOf(choice);
      const box = make("details", "lu-choice");
      const summary = make("summary", "", choice.title);
      const mark = make("b", "lu-badge");
      summary.appendChild(mark);
      box.appendChild(summary);
      const first = countsOf(choice);
      const places = labels.map((label, code) => code).filter((code) => (choice.theme ? occurs(choice, code) : first[code]));
      if (!choice.theme) places.sort((one, other) => labels[one].localeCompare(labels[other], head.lang === "zh" ? "zh-CN" : "en"));
      const lines = places.map((code) => {
        const label = make("label");
        const input = make("input");
        Object.assign(input, { type: "checkbox", value: code });
        input.addEventListener("change", () => {
          const picked = Array.from(box.querySelectorAll("input:checked"), (one) => Number(one.value));
          if (picked.length) state.filters.choices[choice.key] = picked; else delete state.filters.choices[choice.key];
          mark.textContent = picked.length || "";
          soon();
        });
        const count = make("small", "", grouped(first[code], 0));
        label.append(input, make("span", "", labels[code]), count);
        return { code, label, count };
      });
      box.append(...lines.map((line) => line.label));
      if (choice.theme) {
        recounts.push(() => {
          const counts = countsOf(choice);
          for (const line of lines) line.count.textContent = grouped(counts[line.code], 0);
        });
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
    for (const name of ["value", "share"]) {
      landuse.on(name, () => {
        recounts.forEach((recount) => recount());
        // classes are those that are shown; numbers and places are of the run
        if (head.filters.choices.some((choice) => choice.theme && state.filters.choices[choice.key])) apply();
      });
    }
    apply();
  });
})(window.landuse = window.landuse || {});
