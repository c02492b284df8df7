/* Draw the parcels of one Data on canvas tiles: classes, hatches, outlines, filters, marks. ES2019; needs Leaflet.
   What to draw comes in arrays of one number per row; nothing is decided here. */
(function (landuse) {
  "use strict";

  const L = window.L;
  const { canvasOf, pixelsOf, frameOf, tileFrame, middleSide, paintParcels, paintMarks, NOT_DRAWN, TILE } = landuse.painting;
  const SLICE = 7;
  const PLAIN_LINE = { colour: "#4b5563", opacity: 0.9 };
  const MARK = { colour: "#00303f", width: 3.5, halo: "#ffffff", haloWidth: 6.5 };

  // ------------------------------------------------------------------------------------------ work in slices

  const jobs = [];
  let working = false;

  /* Paint waiting tiles, a few milliseconds at a time; reading a pixel makes the browser paint now, not later at once. */
  async function work() {
    if (working) return;
    working = true;
    await landuse.breath(); // never inside the call that asks for a tile: Leaflet knows it only afterwards
    while (jobs.length) {
      const job = jobs[0];
      try {
        if (slice(job)) {
          jobs.splice(jobs.indexOf(job), 1);
          if (!job.dropped) job.finish();
        }
      } catch (error) {
        jobs.splice(jobs.indexOf(job), 1);
        setTimeout(() => { throw error; }); // seen in the console; the other tiles go on
      }
      await landuse.breath();
    }
    working = false;
  }

  /* Work on a job for a slice of time; true when there is nothing left to do. */
  function slice(job) {
    const until = performance.now() + SLICE;
    if (!job.dropped && !job.steps) job.start();
    let done = job.dropped;
    while (!done && performance.now() < until) {
      done = job.steps.next().done;
      if (!done) job.context.getImageData(0, 0, 1, 1);
    }
    return done;
  }

  // ------------------------------------------------------------------------------------------ tiles

  /* Canvas tiles at the zoom of the map itself, halves and quarters too, so that lines stay sharp. */
  const CanvasTiles = L.GridLayer.extend({
    options: { tileSize: TILE, updateWhenZooming: false, updateWhenIdle: false, keepBuffer: 1, noWrap: true, minZoom: 0, maxZoom: 24 },

    createTile(coords, done) {
      const side = Math.round(TILE * Math.min(3, Math.max(1, window.devicePixelRatio || 1)));
      const tile = canvasOf(1, 1);
      tile.side = side;
      this._queue(tile, coords, () => done(null, tile));
      return tile;
    },

    /* True where there is nothing to paint on any tile: they then take neither time nor memory. */
    _empty: () => false,

    _queue(tile, coords, finish) {
      if (tile.job) tile.job.dropped = true;
      tile.job = null;
      if (this._empty()) {
        tile.width = tile.height = 1;
        setTimeout(finish);
        return;
      }
      const job = { layer: this, dropped: false };
      job.start = () => {
        job.context = canvasOf(tile.side, tile.side).getContext("2d", { willReadFrequently: true });
        job.steps = this._paintTile(job.context, tileFrame(this.data, coords, tile.side));
      };
      job.finish = () => {
        tile.width = tile.height = tile.side; // clears it as well
        tile.getContext("2d").drawImage(job.context.canvas, 0, 0);
        tile.job = null;
        finish();
        if (!this._busy()) this.fire("painted");
      };
      tile.job = job;
      jobs.push(job);
      work();
    },

    _busy() {
      return jobs.some((job) => job.layer === this && !job.dropped);
    },

    /* Paint every tile anew in its place: the old picture stays until the new one is ready. */
    repaint() {
      if (!this._map) return this;
      for (const key of Object.keys(this._tiles)) {
        const tile = this._tiles[key];
        const first = !tile.loaded;
        this._queue(tile.el, tile.coords, first ? () => this._tileReady(tile.coords, null, tile.el) : () => {});
      }
      return this;
    },

    _removeTile(key) {
      const tile = this._tiles[key];
      if (tile && tile.el.job) tile.el.job.dropped = true;
      return L.GridLayer.prototype._removeTile.call(this, key);
    },

    _setView(center, zoom, noPrune, noUpdate) {
      const outside = zoom > this.options.maxZoom || zoom < this.options.minZoom;
      if (!noUpdate) {
        this._tileZoom = outside ? undefined : zoom;
        this._updateLevels();
        this._resetGrid();
        if (!outside) this._update(center);
        if (!noPrune) this._pruneTiles();
        this._noPrune = Boolean(noPrune);
        for (const level of Object.keys(this._levels)) this._levels[level].el.style.zIndex = Number(level) === zoom ? 2 : 1;
      }
      this._setZoomTransforms(center, zoom);
    },

    /* Tiles of another zoom stay until those of this one are all there. */
    _pruneTiles() {
      if (!this._map) return;
      if (this._tileZoom === undefined) { this._removeAllTiles(); return; }
      const tiles = Object.keys(this._tiles).map((key) => [key, this._tiles[key]]);
      const waiting = tiles.some(([, tile]) => tile.current && !tile.loaded);
      for (const [key, tile] of tiles) {
        if (!tile.current && (!waiting || tile.coords.z === this._tileZoom)) this._removeTile(key);
      }
    },
  });

  const Marks = CanvasTiles.extend({
    initialize(data, options) {
      L.setOptions(this, options);
      this.data = data;
      this.marks = { places: [], style: MARK };
    },
    _empty() {
      return !this.marks.places.length;
    },
    _paintTile(context, frame) {
      return paintMarks(context, this.data, frame, this.marks);
    },
  });

  // ------------------------------------------------------------------------------------------ the layer

  landuse.ParcelLayer = CanvasTiles.extend({
    options: {
      hiddenColour: null, // colour of parcels a filter hides; null = they are not drawn
      markPane: "landuse-marks", // pane of the marked outlines
      interactive: true, // fires parcelclick and parcelhover; may be switched at any time
      reach: 3, // pixels beside a parcel that still hit it
    },

    initialize(data, options) {
      L.setOptions(this, options);
      this.data = data;
      this._filter = null;
      this._look = { side: middleSide(data), line: PLAIN_LINE, fills: [{ colour: "#9ecae1" }] };
      this._classes = new Uint8Array(data.n);
      this._marks = new Marks(data, { pane: this.options.markPane });
      this._prepare();
    },

    onAdd(map) {
      if (!map.getPane(this.options.markPane)) {
        const pane = map.createPane(this.options.markPane);
        pane.style.zIndex = 410;
        pane.style.pointerEvents = "none";
      }
      L.GridLayer.prototype.onAdd.call(this, map);
      this._marks.addTo(map);
      map.on({ click: this._clicked, mousemove: this._moved }, this);
      L.DomEvent.on(map.getContainer(), "mouseleave", this._left, this); // a canvas of Leaflet keeps mouseout to itself
    },

    onRemove(map) {
      map.off({ click: this._clicked, mousemove: this._moved }, this);
      L.DomEvent.off(map.getContainer(), "mouseleave", this._left, this);
      this._marks.remove();
      L.GridLayer.prototype.onRemove.call(this, map);
    },

    /* Colour the parcels: `classes` one number per row into `fills` ({colour, hatch}; at most 254), 255 and others
       without a fill are not drawn; `line` {colour, width, opacity}, its width following the size of the parcels where
       none is given. */
    paint({ classes, fills, line }) {
      if (classes) this._classes = classes;
      if (fills) this._look.fills = fills;
      if (line) this._look.line = Object.assign({}, PLAIN_LINE, line);
      this._prepare();
      return this.repaint();
    },

    /* Show the rows with 1; null = all. */
    filter(shown) {
      this._filter = shown;
      this._prepare();
      return this.repaint();
    },

    /* Outline rows on top of everything; an empty list ends it. */
    mark(rows, style) {
      const places = Array.from(rows, (row) => this.data.places[row]);
      this._marks.marks = { places, style: Object.assign({}, MARK, style) };
      this._marks.repaint();
      return this;
    },

    /* The row at a point of the map that is drawn and not hidden, else -1. */
    at(latlng, pixels) {
      const { length } = this._look.fills;
      const shown = (row) => this._classes[row] < length && (!this._filter || this._filter[row] !== 0);
      return this.data.at(latlng, pixels, this._map ? this._map.getZoom() : undefined, shown);
    },

    /* Draw the current picture at once: `bounds` onto `size` {x, y} pixels of the page, `ratio` device pixels each. */
    drawOn(context, { bounds, size, ratio, marks }) {
      const dense = ratio || 1;
      const corner = L.CRS.EPSG3857.project(bounds.getNorthWest());
      const other = L.CRS.EPSG3857.project(bounds.getSouthEast());
      const [width, height] = [Math.round(size.x * dense), Math.round(size.y * dense)];
      const frame = frameOf(this.data, corner.x, corner.y, width / (other.x - corner.x), width, height, dense);
      const pictures = [(scratch) => paintParcels(scratch, this.data, frame, this._lookAt(dense))];
      if (marks !== false) pictures.push((scratch) => paintMarks(scratch, this.data, frame, this._marks.marks));
      for (const picture of pictures) {
        const scratch = canvasOf(width, height);
        const steps = picture(scratch.getContext("2d", { willReadFrequently: true }));
        while (!steps.next().done);
        context.drawImage(scratch, 0, 0);
      }
      return this;
    },

    _prepare() {
      const { order, n } = this.data;
      const drawn = new Uint8Array(n);
      const size = this._look.fills.length;
      const hidden = this.options.hiddenColour ? size : NOT_DRAWN;
      for (let place = 0; place < n; place++) {
        const row = order[place];
        const kind = this._classes[row] < size ? this._classes[row] : NOT_DRAWN;
        drawn[place] = kind !== NOT_DRAWN && this._filter && this._filter[row] === 0 ? hidden : kind;
      }
      this._drawn = drawn;
      this._looks = new Map();
    },

    _lookAt(ratio) {
      if (!this._looks.has(ratio)) {
        const fills = this.options.hiddenColour ? this._look.fills.concat([{ colour: this.options.hiddenColour }]) : this._look.fills;
        const pixels = fills.map((fill) => pixelsOf(fill, ratio));
        this._looks.set(ratio, Object.assign({}, this._look, { fills, pixels, drawn: this._drawn }));
      }
      return this._looks.get(ratio);
    },

    _paintTile(context, frame) {
      return paintParcels(context, this.data, frame, this._lookAt(frame.ratio));
    },

    _clicked(event) {
      if (!this.options.interactive) return;
      const row = this.at(event.latlng, this.options.reach);
      if (row >= 0) this.fire("parcelclick", { row, latlng: event.latlng });
    },

    _moved(event) {
      if (!this.options.interactive) return;
      this._pointer = event;
      if (this._waiting) return;
      this._waiting = L.Util.requestAnimFrame(() => {
        this._waiting = null;
        if (this._map && this._pointer) this._hover(this.at(this._pointer.latlng, 0), this._pointer.latlng);
      });
    },

    _left() {
      this._pointer = null;
      if (this._map) this._hover(-1, null);
    },

    _hover(row, latlng) {
      if (row < 0 && !(this._hovered >= 0)) return;
      this._hovered = row;
      this._map.getContainer().style.cursor = row >= 0 ? "pointer" : "";
      this.fire("parcelhover", { row, latlng });
    },
  });
})(window.landuse = window.landuse || {});
