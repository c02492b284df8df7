/* Base maps below the parcels: none at first; a folder of tiles beside the page, an image carried by the page, or Tianditu with a
   key that the viewer types in and that this page alone remembers. Tiles in GCJ-02 are shifted, corner by corner, to where their
   content truly lies; parcels never move. What there is to choose comes from the project file. */
(function (landuse) {
  "use strict";
  const { grouped } = landuse;
  const { toGcj, fromGcj, lengthOf } = landuse.tools.geodesy;
  const { projector, edges, mercator } = landuse.tools.sheet;
  const MOST_TILES = 500;

  /* Leaflet tiles whose every corner lies where GCJ-02 says its place truly is. */
  function shiftedLayer(url, options) {
    const Shifted = L.TileLayer.extend({
      _corner(x, y, z) {
        const size = this.getTileSize();
        const gcj = this._map.unproject([x * size.x, y * size.y], z);
        const [lng, lat] = fromGcj([gcj.lng, gcj.lat]);
        return this._map.project([lat, lng], z).round();
      },
      _getTiledPixelBounds(center) {
        const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, center);
        const [lng, lat] = toGcj([center.lng, center.lat]);
        const by = this._map.project([lat, lng], this._tileZoom).subtract(this._map.project(center, this._tileZoom));
        return L.bounds(bounds.min.add(by), bounds.max.add(by));
      },
      _getTilePos(coords) {
        return this._corner(coords.x, coords.y, coords.z).subtract(this._level.origin);
      },
      _addTile(coords, container) {
        L.TileLayer.prototype._addTile.call(this, coords, container);
        const tile = this._tiles[this._tileCoordsToKey(coords)].el;
        const at = this._corner(coords.x, coords.y, coords.z);
        tile.style.width = this._corner(coords.x + 1, coords.y, coords.z).x - at.x + "px";
        tile.style.height = this._corner(coords.x, coords.y + 1, coords.z).y - at.y + "px";
      },
    });
    return new Shifted(url, options);
  }

  function image(address, isShared) {
    return new Promise((settle) => {
      const picture = new Image();
      if (isShared) picture.crossOrigin = "anonymous";
      picture.onload = () => settle(picture);
      picture.onerror = () => settle(null);
      picture.src = address;
    });
  }

  /* Draw tiles on a canvas that shows a view. */
  async function drawTiles(context, view, source) {
    const [west, south, east, north] = edges(view);
    const there = source.gcj ? toGcj : (place) => place;
    const back = source.gcj ? fromGcj : (place) => place;
    const corners = [there([west, north]), there([east, south]), there([west, south]), there([east, north])].map(([lon, lat]) => mercator(lon, lat));
    const range = (part) => [Math.min(...corners.map((c) => c[part])), Math.max(...corners.map((c) => c[part]))];
    let zoom = Math.min(source.max, Math.max(source.min, Math.round(view.zoom - Math.log2(view.ratio || 1) + 0.75)));
    const tilesAt = (z) => {
      const size = Math.pow(2, z);
      return [range(0), range(1)].map(([least, most]) => [Math.floor(least * size), Math.min(size - 1, Math.floor(most * size))]);
    };
    const count = (z) => tilesAt(z).reduce((product, [least, most]) => product * (most - least + 1), 1);
    while (zoom > source.min && count(zoom) > MOST_TILES) zoom -= 1;
    if (count(zoom) > MOST_TILES) return { missing: 0 };
    const [[x0, x1], [y0, y1]] = tilesAt(zoom);
    const place = projector(view);
    const size = Math.pow(2, zoom);
    const corner = (x, y) => {
      const lon = x / size * 360 - 180;
      const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * y / size))) * 180 / Math.PI;
      return place(...back([lon, lat])).map(Math.round);
    };
    let missing = 0;
    const waiting = [];
    for (let x = x0; x <= x1; x++) {
      for (let y = y0; y <= y1; y++) {
        waiting.push(source.tile(x, y, zoom).then((picture) => {
          if (!picture) { missing += 1; return; }
          const [left, top] = corner(x, y);
          const right = corner(x + 1, y)[0];
          context.drawImage(picture, left, top, right - left, corner(x, y + 1)[1] - top);
        }));
      }
    }
    await Promise.all(waiting);
    return { missing };
  }

  landuse.tools.parts.push(function baseTool(kit) {
    const { host, map, words, make, choice, filled, refill } = kit;
    const base = host.facts.base || {};
    const choices = [["none", words.base_none]];
    if (base.tiles) choices.push(["tiles", words.base_tiles]);
    if (base.image) choices.push(["image", words.base_image]);
    for (const key of base.tianditu ? base.tianditu.kinds : []) choices.push([key, words["base_" + key]]);
    if (choices.length === 1) return;

    const pane = map.createPane("lt-base");
    pane.style.zIndex = 120; // below roads and water
    let chosen = "none";
    let layers = [];
    let key = "";
    let strength = 0.75;
    let missing = 0;
    let say = () => {};

    const filledUrl = (url, x, y, z) => filled(url, { x, y, z, s: (x + y) % 8, key: encodeURIComponent(key) });
    const tianditu = (kind) => base.tianditu.layers[kind];
    const shared = (kind) => kind !== "tiles";

    function sources(kind) {
      if (kind === "tiles") {
        const { url, min, max, gcj } = base.tiles;
        const tile = (x, y, z) => image(filledUrl(url, x, y, z)).then((found) => found || image(filledUrl("../" + url, x, y, z)));
        return [{ url, min, max, gcj, tile }];
      }
      return tianditu(kind).map((url) => ({ url, min: 1, max: 18, gcj: false, tile: (x, y, z) => image(filledUrl(url, x, y, z), true) }));
    }

    function layerOf(source, kind) {
      const options = {
        pane: "lt-base", minNativeZoom: source.min, maxNativeZoom: source.max, maxZoom: 24, opacity: 1, attribution: "",
        crossOrigin: shared(kind) ? "anonymous" : false, keepBuffer: 1,
      };
      const layer = source.gcj ? shiftedLayer(source.url, options) : L.tileLayer(source.url, options);
      layer.getTileUrl = (coords) => filledUrl(source.url, coords.x, coords.y, coords.z);
      layer.on("tileerror", (event) => {
        if (kind === "tiles" && !event.tile.dataset.again) {
          event.tile.dataset.again = "1";
          event.tile.src = "../" + filledUrl(source.url, event.coords.x, event.coords.y, event.coords.z);
          return;
        }
        missing += 1;
        say(filled(words.base_missing, { count: missing }), true);
      });
      return layer;
    }

    const credit = () => [
      base.attribution ? words.base_source + ":" + base.attribution : "",
      base.review ? words.base_review + " " + base.review : "",
    ].filter(Boolean).join(" · ");
    const line = make("span", "");
    const escaped = () => { line.textContent = credit(); return line.innerHTML; };
    let credited = "";

    function use(kind) {
      layers.forEach((layer) => layer.remove());
      layers = [];
      missing = 0;
      if (credited) map.attributionControl.removeAttribution(credited);
      credited = "";
      chosen = kind;
      if (kind === "none") return;
      if (kind === "image") layers = [L.imageOverlay(base.image.data, boundsOfImage(), { pane: "lt-base", interactive: false })];
      else layers = sources(kind).map((source) => layerOf(source, kind));
      pane.style.opacity = strength;
      layers.forEach((layer) => layer.addTo(map));
      credited = escaped();
      if (credited) map.attributionControl.addAttribution(credited);
    }

    function boundsOfImage() {
      const [west, south, east, north] = base.image.bounds;
      return [[south, west], [north, east]];
    }

    function choose(kind, body) {
      const isOnline = kind !== "none" && kind !== "tiles" && kind !== "image";
      if (isOnline && !key) { use("none"); show(body, kind); say(words.base_refused, true); return; }
      use(kind);
      show(body, kind);
      if (kind === "tiles" && base.tiles.gcj) {
        const here = [map.getCenter().lng, map.getCenter().lat];
        say(filled(words.base_shifted, { metres: grouped(lengthOf([here, toGcj(here)]), 0) }));
      }
    }

    function keyForm(body, wanted) {
      const form = make("form", "lt-note-form");
      const input = make("input");
      input.type = "password";
      input.autocomplete = "off";
      input.value = key;
      input.maxLength = 80;
      input.setAttribute("aria-label", words.base_key);
      input.placeholder = words.base_key;
      const submit = make("button", "lt-act lt-main", words.base_key_use);
      submit.type = "submit";
      form.append(input, submit, make("p", "lt-soft", words.base_key_note));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        key = input.value.trim();
        choose(wanted, body);
      });
      return form;
    }

    function slider(title, value, act) {
      const label = make("label", "lt-slide");
      const range = make("input");
      Object.assign(range, { type: "range", min: "0.2", max: "1", step: "0.05", value });
      range.addEventListener("input", () => act(Number(range.value)));
      label.append(make("span", "", title), range);
      return label;
    }

    function show(body, wanted) {
      const box = choice("lt-base", choices, wanted, (kind) => choose(kind, body));
      box.classList.add("lt-column");
      refill(body, [box]);
      if (base.tianditu && base.tianditu.kinds.includes(wanted)) body.appendChild(keyForm(body, wanted));
      body.append(
        slider(words.base_opacity, strength, (value) => { strength = value; pane.style.opacity = value; }),
        slider(words.parcel_opacity, host.fade(), host.fade),
      );
      say = kit.status(body);
      if (chosen !== "none" && credit()) body.appendChild(make("p", "lt-soft", credit()));
    }

    kit.add({
      key: "base", label: words.base_short, title: words.base,
      open(body) { show(body, chosen); },
      close() { say = () => {}; },
    });

    landuse.tools.base = {
      credit: () => (chosen === "none" ? "" : credit()),
      chosen: () => chosen,
      /* Draw the base map in force on a canvas that shows a view. */
      async drawOn(context, view) {
        if (chosen === "none") return;
        const layer = document.createElement("canvas");
        [layer.width, layer.height] = [view.width, view.height];
        const own = layer.getContext("2d");
        if (chosen === "image") {
          const [west, south, east, north] = base.image.bounds;
          const place = projector(view);
          const [[left, top], [right, bottom]] = [place(west, north), place(east, south)];
          const picture = await image(base.image.data);
          if (picture) own.drawImage(picture, left, top, right - left, bottom - top);
        } else for (const source of sources(chosen)) await drawTiles(own, view, source);
        context.globalAlpha = strength;
        context.drawImage(layer, 0, 0);
        context.globalAlpha = 1;
      },
    };
  });
})(window.landuse = window.landuse || {});
