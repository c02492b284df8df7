/* Look up what the page carries: columns of parcels and enterprises, who uses what, classes at any value and share.
   Steps and classes were computed before the page was made; here numbers are compared and added up. */
(function (landuse) {
  "use strict";

  const NEVER = 255;

  landuse.openStore = function (head, parcels, firms, uses) {
    const themes = new Map(head.themes.map((theme) => [theme.key, theme]));
    const values = new Map(head.values.map((value) => [value.key, value]));
    const ruleOf = (value) => (value.startsWith("variant:") ? value.slice(8) : "");

    // -------------------------------------------------------------------------------- who uses what

    const starts = new Uint32Array(parcels.n + 1);
    const counts = parcels.column("occupants");
    for (let row = 0; row < parcels.n; row++) starts[row + 1] = starts[row] + (counts ? counts.numbers[row] : 0);
    const firmOf = uses.column("firm") ? Int32Array.from(uses.column("firm").numbers) : new Int32Array(0);
    let byFirm = null;

    /* A holder that uses the parcel is said by its place among the users. */
    const place = parcels.column("holder_place");
    if (place) parcels.lend("holder", firms.column("name"), Int32Array.from(place.numbers, (one, row) => (one ? firmOf[starts[row] + one - 1] : -1)));

    function parcelsOf(firm) {
      if (!byFirm) {
        byFirm = new Map();
        for (let row = 0; row < parcels.n; row++) {
          for (let at = starts[row]; at < starts[row + 1]; at++) {
            const known = byFirm.get(firmOf[at]);
            if (known) known.push(row); else byFirm.set(firmOf[at], [row]);
          }
        }
      }
      return byFirm.get(firm) || [];
    }

    // -------------------------------------------------------------------------------- columns

    function raw(sheet, name, row) {
      const column = sheet.column(name);
      if (!column) return null;
      return column.kind === "number" ? column.numbers[row] : column.text(row);
    }

    function shown(sheet, name, row) {
      const told = (sheet === parcels ? head.heads.parcels : sheet === firms ? head.heads.enterprises : head.heads.uses)[name] || {};
      return landuse.withUnit(landuse.printed(raw(sheet, name, row), told.fmt), told.unit);
    }

    const bytes = new Map();

    /* Steps as bytes: 255 where there is none. */
    function steps(sheet, name) {
      const key = (sheet === firms ? "firm " : "") + name;
      if (!bytes.has(key)) bytes.set(key, Uint8Array.from(sheet.column(name).numbers, (step) => (isNaN(step) ? NEVER : step)));
      return bytes.get(key);
    }

    // -------------------------------------------------------------------------------- classes

    /* The value a theme shows where it has nothing for the one asked: the run. */
    const valueOf = (theme, value) => (value in themes.get(theme).values ? value : "");

    /* Whether a share may be chosen for a theme at a value. */
    function sharing(theme, value) {
      const shares = head.share;
      return Boolean(shares && shares.theme === theme && !value.startsWith("year:") && ruleOf(value) in shares.rules);
    }

    /* The share in whole percent of what is shown; null where the rule's own is none. */
    function shareOf(theme, value, share) {
      if (!sharing(theme, value)) return null;
      if (share !== null && share !== undefined) return share;
      const own = values.get(value).share;
      return own !== null && own >= head.share.lowest && own <= head.share.highest ? own : null;
    }

    /* Class of every parcel, with parcels and mu of each class: {codes, counts, areas, firms}. */
    function classesOf(theme, value, share) {
      const known = valueOf(theme, value);
      const slice = themes.get(theme).values[known];
      const percent = shareOf(theme, known, share);
      if (percent === null) return { codes: parcels.column(slice.column).codes, counts: slice.counts, areas: slice.areas, firms: null };
      const rule = head.share.rules[ruleOf(known)];
      const at = percent - head.share.lowest;
      const found = { counts: rule.counts[at], areas: rule.areas[at], firms: rule.firms[at] };
      if (share === null || share === undefined) return Object.assign(found, { codes: parcels.column(slice.column).codes });
      const low = steps(parcels, rule.columns.low);
      const partly = steps(parcels, rule.columns.partly);
      const otherwise = parcels.column(rule.columns.otherwise).codes;
      const codes = new Uint8Array(parcels.n);
      for (let row = 0; row < parcels.n; row++) {
        codes[row] = low[row] <= percent ? head.share.low : partly[row] <= percent ? head.share.partly : otherwise[row];
      }
      return Object.assign(found, { codes });
    }

    /* Whether an enterprise is listed by what is shown; null where no share decides. */
    function listedAt(firm, value, share) {
      const percent = head.share ? shareOf(head.share.theme, value, share) : null;
      if (percent === null) return null;
      return steps(firms, head.share.rules[ruleOf(value)].from)[firm] <= percent;
    }

    /* How a value and a share are called: 2023年; 末位10%, 12%. */
    function named(theme, value, share) {
      const known = valueOf(theme, value);
      const chosen = sharing(theme, known) && share !== null && share !== undefined;
      return values.get(known).label + (chosen ? " · " + landuse.filled(head.words.share_at, { share }) : "");
    }

    /* Title and short name of a theme, with the share that is shown. */
    function titled(theme, value, share) {
      const [entry, percent] = [themes.get(theme), shareOf(theme, valueOf(theme, value), share)];
      if (percent === null) return { title: entry.title, short: entry.short };
      return { title: landuse.filled(entry.title_at, { share: percent }), short: landuse.filled(entry.short_at, { share: percent }) };
    }

    function usesOf(row) {
      const found = [];
      for (let at = starts[row]; at < starts[row + 1]; at++) found.push({ at, firm: firmOf[at] });
      return found;
    }

    /* The enterprises that use any of the rows with 1. */
    function firmsOn(mask) {
      const there = new Uint8Array(firms.n);
      for (let row = 0; row < mask.length; row++) {
        if (mask[row]) for (let at = starts[row]; at < starts[row + 1]; at++) there[firmOf[at]] = 1;
      }
      return there;
    }

    const from = (row) => starts[row];
    const firmsOf = (row) => firmOf.subarray(starts[row], starts[row + 1]);
    return {
      head, parcels, firms, uses, themes, values, raw, shown, classesOf, valueOf, sharing, shareOf, listedAt, named, titled, usesOf, firmsOf, parcelsOf,
      from, firmsOn, firmOf: (line) => firmOf[line],
    };
  };
})(window.landuse = window.landuse || {});
