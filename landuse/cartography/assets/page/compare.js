/* Lay two pictures side by side or one over the other behind a sliding edge: any two themes, years, variants. ES2019. */
(function (landuse) {
  "use strict";

  const L = window.L;
  const { make, byId, grouped, state } = landuse;
  const STEP = 0.02;

  landuse.part(({ store, map, words }) => {
    const { head } = store;
    const other = { theme: state.theme, value: defaultValue(), share: null };
    let mode = "off";
    let layer = null;
    let second = null;
    let at = 0.5;

    function defaultValue() {
      const known = head.values.find((value) => value.kind === "year" && value.key in store.themes.get(state.theme).values);
      return known ? known.key : "";
    }

    // -------------------------------------------------------------------------------- the second picture

    function newLayer(pane) {
      return new landuse.ParcelLayer(store.parcels, { pane, markPane: pane + "-marks", interactive: false });
    }

    function paint() {
      if (!layer) return;
      landuse.paintWith(layer, store.themes.get(other.theme), store.classesOf(other.theme, other.value, other.share).codes);
    }

    function legend() {
      const theme = store.themes.get(other.theme);
      const found = store.classesOf(other.theme, other.value, other.share);
      landuse.legendTitle(byId("lu-other-caption"), theme, words, store.named(other.theme, other.value, other.share));
      const { rows, total } = landuse.legendRows(theme, found, words);
      landuse.refill("lu-other-classes", rows);
      landuse.refill("lu-other-total", [total]);
      byId("lu-changes").textContent = changes(found);
      name("lu-name-left", state.theme, state.value, state.share);
      name("lu-name-right", other.theme, other.value, other.share);
    }

    function name(id, theme, value, share) {
      byId(id).textContent = store.titled(theme, value, share).short + " · " + store.named(theme, value, null);
    }

    /* How many parcels fall in another class than on the left, where both sides show one theme. */
    function changes(found) {
      if (other.theme !== state.theme) return "";
      const left = store.classesOf(state.theme, state.value, state.share).codes;
      const mu = store.parcels.column("area_mu");
      let [count, area] = [0, 0];
      for (let row = 0; row < left.length; row++) {
        if (left[row] === found.codes[row]) continue;
        count++;
        if (mu && !isNaN(mu.numbers[row])) area += mu.numbers[row];
      }
      return landuse.filled(words.changes, { count: grouped(count, 0), area: grouped(area, 2) });
    }

    // -------------------------------------------------------------------------------- swipe

    const edge = byId("lu-edge");

    /* Cut the left picture off at the edge and the right one before it; in pixels of the layers, which move with the map. */
    function clip() {
      if (mode !== "swipe") return;
      const size = map.getSize();
      const [nw, se] = [map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(size)];
      const x = nw.x + size.x * at;
      const shape = (from, to) => `polygon(${from}px ${nw.y}px, ${to}px ${nw.y}px, ${to}px ${se.y}px, ${from}px ${se.y}px)`;
      map.getPane("tilePane").style.clipPath = shape(nw.x, x);
      map.getPane("lu-other").style.clipPath = shape(x, se.x);
      edge.style.left = 100 * at + "%";
      edge.setAttribute("aria-valuenow", String(Math.round(100 * at)));
    }

    function move(to) {
      at = Math.min(0.98, Math.max(0.02, to));
      clip();
    }

    function startSwipe() {
      if (!map.getPane("lu-other")) map.createPane("lu-other").style.zIndex = 205;
      layer = newLayer("lu-other").addTo(map);
      map.on("move zoom resize zoomend moveend viewreset", clip);
      clip();
    }

    function endSwipe() {
      map.off("move zoom resize zoomend moveend viewreset", clip);
      map.getPane("tilePane").style.clipPath = "";
      if (layer) layer.remove();
    }

    edge.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      edge.setPointerCapture(event.pointerId);
      edge.focus();
      const drag = (moved) => {
        const box = map.getContainer().getBoundingClientRect();
        move((moved.clientX - box.left) / box.width);
      };
      const ends = ["pointerup", "pointercancel", "lostpointercapture"];
      const end = () => {
        edge.removeEventListener("pointermove", drag);
        for (const name of ends) edge.removeEventListener(name, end);
      };
      edge.addEventListener("pointermove", drag);
      for (const name of ends) edge.addEventListener(name, end);
    });
    edge.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -0.1, PageUp: 0.1 }[event.key];
      const to = step ? at + step : event.key === "Home" ? 0 : event.key === "End" ? 1 : null;
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      move(to);
    });
    L.DomEvent.disableClickPropagation(edge);

    // -------------------------------------------------------------------------------- side by side

    function startBeside() {
      const bounds = map.getBounds().pad(-0.02);
      document.body.classList.add("lu-beside");
      map.invalidateSize({ animate: false });
      map.fitBounds(bounds, { animate: false });
      if (!second) {
        const options = Object.assign({}, map.options, { zoomControl: false, attributionControl: false, layers: [] });
        second = L.map(byId("lu-second"), options);
        byId("lu-second").setAttribute("aria-label", words.compare_right);
        second.setView(map.getCenter(), map.getZoom(), { animate: false });
        landuse.drawSurroundings(second, head);
      }
      second.invalidateSize({ animate: false });
      second.setView(map.getCenter(), map.getZoom(), { animate: false });
      layer = new landuse.ParcelLayer(store.parcels, {}).addTo(second);
      layer.on("parcelclick", (event) => landuse.choose(event.row));
      map.on("move", follow);
      second.on("move", lead);
    }

    function endBeside() {
      map.off("move", follow);
      second.off("move", lead);
      layer.remove();
      const bounds = map.getBounds();
      document.body.classList.remove("lu-beside");
      map.invalidateSize({ animate: false });
      map.fitBounds(bounds, { animate: false });
    }

    let leading = false;
    const together = (from, to) => {
      if (leading) return;
      leading = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      leading = false;
    };
    const follow = () => together(map, second);
    const lead = () => together(second, map);

    // -------------------------------------------------------------------------------- choice

    function set(next) {
      if (next === mode) return;
      if (mode === "swipe") endSwipe();
      if (mode === "beside") endBeside();
      layer = null;
      mode = next;
      document.body.classList.toggle("lu-swipe", mode === "swipe");
      if (mode === "swipe") startSwipe();
      if (mode === "beside") startBeside();
      for (const button of byId("lu-modes").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
      byId("lu-other").hidden = mode === "off";
      update();
      filter(landuse.found ? landuse.found() : null);
      mark();
    }

    function filter(found) {
      if (layer && found) layer.filter(found.mask);
    }

    function mark() {
      if (layer && mode === "beside") layer.mark(state.marked);
    }

    function update() {
      if (mode === "off") return;
      paint();
      legend();
      clip();
    }

    function options(select, list, chosen) {
      landuse.refill(select, list.map(([key, label]) => Object.assign(make("option", "", label), { value: key })));
      select.value = chosen;
    }

    function drawForm() {
      options(byId("lu-other-theme"), head.themes.map((theme) => [theme.key, theme.short]), other.theme);
      drawValues();
    }

    function drawValues() {
      const theme = store.themes.get(other.theme);
      const known = head.values.filter((value) => value.key in theme.values);
      other.value = store.valueOf(other.theme, other.value);
      options(byId("lu-other-value"), known.map((value) => [value.key, value.label]), other.value);
      byId("lu-other-value").disabled = known.length < 2;
      const sharing = store.sharing(other.theme, other.value);
      byId("lu-other-shares").hidden = !sharing;
      if (!sharing) { other.share = null; return; }
      const percent = store.shareOf(other.theme, other.value, other.share);
      const list = [["", words.share_own]];
      for (let share = head.share.lowest; share <= head.share.highest; share++) list.push([String(share), share + "%"]);
      options(byId("lu-other-share"), list, other.share === null ? "" : String(percent));
    }

    byId("lu-other-theme").addEventListener("change", (event) => { other.theme = event.target.value; drawValues(); update(); });
    byId("lu-other-value").addEventListener("change", (event) => { other.value = event.target.value; other.share = null; drawValues(); update(); });
    byId("lu-other-share").addEventListener("change", (event) => { other.share = event.target.value === "" ? null : Number(event.target.value); update(); });
    byId("lu-modes").addEventListener("click", (event) => { if (event.target.dataset.mode) set(event.target.dataset.mode); });
    for (const event of ["theme", "value", "share", "safe"]) landuse.on(event, update);
    landuse.on("filter", filter);
    landuse.on("choose", mark);
    drawForm();
    landuse.compare = { set, move, other, second: () => second, update: () => { drawForm(); update(); } };
  });
})(window.landuse = window.landuse || {});
