/* The card of a parcel: reason, enterprises with their place and their industry, figures, time line, evidence. ES2019. */
(function (landuse) {
  "use strict";

  const { make, byId, grouped, printed, state } = landuse;
  const FIRM_LINES = ["uscc", "status", "scale", "registry_state", "production_state"];
  const WIDE = 1.5;

  landuse.part(({ store, words }) => {
    const { head, parcels, firms, uses } = store;

    function pair(table, title, text) {
      const line = make("tr");
      const head_ = make("th", "", title);
      head_.scope = "row";
      line.append(head_, make("td", "", text));
      table.appendChild(line);
    }

    function pairs(sheet, heads, names, row, hideBlank) {
      const table = make("table");
      for (const name of names) {
        if (!heads[name] || (hideBlank && landuse.isUnknown(store.raw(sheet, name, row)))) continue;
        pair(table, heads[name].title, store.shown(sheet, name, row));
      }
      return table;
    }

    // -------------------------------------------------------------------------------- enterprises

    function standing(firm) {
      const [rank, n, score, grade] = ["rank", "n_in_group", "score", "grade"].map((name) => store.raw(firms, name, firm));
      if (landuse.isUnknown(score) && landuse.isUnknown(rank)) return null;
      const box = make("div", "lu-standing");
      const line = make("p");
      if (!landuse.isUnknown(score)) line.append(make("span", "", words.score + " "), make("b", "", printed(score, "B")));
      if (!landuse.isUnknown(grade)) line.append(make("span", "lu-grade", landuse.filled(words.grade_is, { grade })));
      box.appendChild(line);
      if (!landuse.isUnknown(rank) && !landuse.isUnknown(n)) {
        const facts = { top: grouped(n + 1 - rank, 0), n: grouped(n, 0), rank: grouped(rank, 0) };
        box.appendChild(make("p", "", landuse.filled(words.standing, facts)));
      }
      return box;
    }

    /* Own value against the base of the group: a bar, the base a line across it. */
    function bar(own, base) {
      const box = make("div", "lu-bar-own");
      const most = Math.max(WIDE * base, own, 0) || 1;
      const fill = make("i", own < base ? "lu-under" : "");
      fill.style.width = (100 * Math.max(0, own)) / most + "%";
      const line = make("u");
      line.style.left = (100 * base) / most + "%";
      box.append(fill, line);
      box.setAttribute("aria-hidden", "true");
      return box;
    }

    function compared(firm) {
      const group = store.raw(firms, "industry_group", firm);
      const [told, known] = [head.industries[group], head.known[group]];
      const box = make("div", "lu-compare-list");
      for (const one of head.compared) {
        const own = store.raw(firms, one.column, firm);
        const base = told ? told.bases[one.name] : undefined;
        if (landuse.isUnknown(own)) continue;
        const line = make("div", "lu-measure");
        const unit = (head.heads.enterprises[one.column] || {}).unit || "";
        const title = make("div", "lu-measure-title", one.title);
        title.append(make("b", "", landuse.withUnit(printed(own, "B"), unit)));
        line.appendChild(title);
        const place = store.raw(firms, "place_" + one.name, firm);
        const parts = [];
        if (base !== undefined) {
          line.appendChild(bar(own, base));
          parts.push(landuse.filled(words.base_is, { base: printed(base, "B") }));
        }
        if (!landuse.isUnknown(place) && known) parts.push(landuse.filled(words.place_is, { place: grouped(place, 0), n: grouped(known[one.name], 0) }));
        if (parts.length) line.appendChild(make("small", "", parts.join(" · ")));
        box.appendChild(line);
      }
      return box.children.length ? box : null;
    }

    function groupName(firm) {
      const code = store.raw(firms, "industry_group", firm);
      if (landuse.isUnknown(code)) return null;
      const told = head.industries[code];
      return told && told.name !== code ? told.name + " (" + code + ")" : code;
    }

    function person({ at, firm }) {
      const box = make("section", "lu-person");
      const name = make("h5", "", printed(store.raw(firms, "name", firm) || store.raw(firms, "uscc", firm), "T"));
      const tenure = store.raw(uses, "tenure", at);
      if (tenure) name.appendChild(make("span", "lu-tag", tenure));
      const others = store.parcelsOf(firm).length;
      box.appendChild(name);
      const table = make("table");
      if (uses.column("land_mu")) pair(table, words.land_here, store.shown(uses, "land_mu", at));
      const group = groupName(firm);
      if (group) pair(table, words.industry_group, group);
      for (const line of [...pairs(firms, head.heads.enterprises, FIRM_LINES, firm, true).rows]) table.appendChild(line);
      const parts = [standing(firm), listed(firm), compared(firm), table];
      box.append(...parts.filter(Boolean));
      const because = store.raw(firms, "because", firm);
      if (because) box.appendChild(make("p", "lu-because", because));
      const links = make("p", "lu-links");
      if (others > 1) links.appendChild(landuse.button(landuse.filled(words.other_parcels, { count: others }), () => landuse.goToFirm(firm), "lu-link"));
      links.append(...pages(store.raw(firms, "uscc", firm)));
      if (links.children.length) box.appendChild(links);
      return box;
    }

    function listed(firm) {
      const own = store.raw(firms, "low_efficiency", firm);
      const shown = store.listedAt(firm, state.value, state.share);
      if (own === null || shown === null) return own === null ? null : make("p", "lu-listed", head.heads.enterprises.low_efficiency.title + ": " + own);
      const percent = store.shareOf(head.share.theme, state.value, state.share);
      const form = shown ? words.listed_yes : words.listed_no;
      return make("p", "lu-listed" + (shown ? " lu-yes" : ""), landuse.filled(form, { share: percent }));
    }

    /* Links to the files beside the map that tell more of a parcel or an enterprise; only names of files in its folder
       or below are followed. */
    function pages(key) {
      const found = Object.prototype.hasOwnProperty.call(head.pages, key) ? head.pages[key] : [];
      return found.filter(([, path]) => path && !/^[a-z][a-z0-9+.-]*:|^[\\/]|(^|[\\/])\.\.([\\/]|$)/i.test(path)).map(([title, path]) => {
        const link = make("a", "lu-link", title || words.page_of);
        link.href = beside(path);
        link.target = "_blank";
        link.rel = "noopener";
        return link;
      });
    }

    /* The address of a file beside this page; beside a copy of the page under another name some folders have other
       names. */
    function beside(path) {
      const copy = Object.keys(head.page_copies).find((name) => location.pathname.endsWith("/" + name));
      const own = copy ? Object.keys(head.page_copies[copy]).find((folder) => path.startsWith(folder)) : "";
      return own ? head.page_copies[copy][own] + path.slice(own.length) : path;
    }

    // -------------------------------------------------------------------------------- the card

    function now(row) {
      const theme = store.themes.get(state.theme);
      const found = store.classesOf(state.theme, state.value, state.share);
      const entry = theme.classes[found.codes[row]];
      const box = make("div", "lu-now");
      const unit = entry.key === "no_data" || !theme.unit ? "" : " " + theme.unit;
      const which = state.value || state.share !== null ? " (" + store.named(state.theme, state.value, state.share) + ")" : "";
      box.append(landuse.swatch(entry), make("span", "", theme.measure + which + ": " + entry.label + unit));
      return box;
    }

    function section(box, title, content) {
      if (content) box.append(make("h4", "", title), content);
    }

    function doubts(row) {
      const list = make("ul", "lu-doubts");
      head.doubts.rows.forEach((of, at) => {
        if (of === row) list.appendChild(make("li", "", head.doubts.words[head.doubts.codes[at]]));
      });
      return list.children.length ? list : null;
    }

    landuse.cardOf = function (row) {
      const box = make("div", "lu-card");
      const top = make("h3", "", store.raw(parcels, "parcel_id", row));
      box.append(top, make("p", "lu-holder", printed(store.raw(parcels, "holder", row), "T")), now(row));
      if (state.value || state.share !== null) box.appendChild(make("p", "lu-same", words.card_of_run));
      const because = store.raw(parcels, "because", row);
      if (because) section(box, words.group_because, make("p", "lu-because", because));
      const people = store.usesOf(row);
      const users = make("div");
      if (people.length) users.append(...people.map(person)); else users.appendChild(make("p", "", words.no_occupant));
      section(box, words.group_occupants + (people.length > 1 ? " (" + people.length + ")" : ""), users);
      section(box, words.clock, landuse.drawClock(store, row));
      for (const group of head.groups) {
        const table = pairs(parcels, head.heads.parcels, group.fields, row, group.blank === "hide");
        if (table.rows.length) section(box, group.title, table);
      }
      section(box, words.doubts, doubts(row));
      const links = make("p", "lu-links");
      links.append(...pages(store.raw(parcels, "parcel_id", row)));
      if (links.children.length) box.appendChild(links);
      return box;
    };

    function draw(keep) {
      const box = byId("lu-card");
      const scroll = keep ? box.scrollTop : 0;
      if (state.chosen < 0) landuse.refill(box, [make("p", "lu-empty", words.card_none)]);
      else landuse.refill(box, [landuse.cardOf(state.chosen)]);
      box.scrollTop = scroll;
    }

    landuse.on("choose", () => draw(false));
    for (const name of ["theme", "value", "share", "safe"]) landuse.on(name, () => draw(true));
    draw(false);
  });
})(window.landuse = window.landuse || {});
