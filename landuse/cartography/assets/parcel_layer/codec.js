/* Unpack what pack.py packed: parcels and their columns, with an index for questions of place. ES2019.
   Rows are those of the Python table; "places" are the order of drawing, known in here only. */
(function (landuse) {
  "use strict";

  const { breath } = landuse;
  const { DataError, MILLION, bytesOf, inflate, planes, steps, starts, Walk, Column } = landuse.packed;
  const MAGIC = "LUPARC01";
  const RADIUS = 6378137;
  const BRANCH = 16;

  class Data {
    constructor(header, streams) {
      this.n = header.rows;
      this.names = header.columns.map((head) => head.name);
      this._columns = new Map();
      let at = header.shapes ? Object.keys(header.shapes.widths).length : 0;
      for (const head of header.columns) {
        this._columns.set(head.name, new Column(head, streams.slice(at, at + head.streams), this));
        at += head.streams;
      }
    }
    column(name) {
      return this._columns.get(name);
    }
    /* From here on the texts of a column are those of another table where `rows` has a row of it (-1 = its own). */
    lend(name, other, rows) {
      this._columns.set(name, new landuse.packed.Lent(this._columns.get(name), other, rows));
    }
    /* Read all columns, one after the other, without holding up the page. */
    async warm() {
      for (const column of this._columns.values()) {
        await column.warm();
        await breath();
      }
    }
    _placeOf(row) {
      return this.places ? this.places[row] : row;
    }
    _rowOf(place) {
      return this.order ? this.order[place] : place;
    }
    // -------------------------------------------------------------------------------- geometry
    async _readShapes(head, streams) {
      const n = this.n;
      const names = Object.keys(head.widths);
      const stream = (name) => streams[names.indexOf(name)];
      const width = (name) => head.widths[name];
      this.west = head.west;
      this.south = head.south;
      this.step = head.step;
      this.order = steps(stream("order"), n, width("order"), new Uint32Array(n));
      this.places = new Uint32Array(n);
      for (let place = 0; place < n; place++) this.places[this.order[place]] = place;
      this.kinds = planes(stream("kinds"), n, width("kinds"), new Uint8Array(n));
      this.partsOf = starts(stream("parts"), n, width("parts"), head.parts);
      this.ringsOf = starts(stream("rings"), head.parts, width("rings"), head.rings);
      this.pointsOf = starts(stream("points"), head.rings, width("points"), head.points);
      await breath();
      const given = planes(stream("given"), head.points, width("given"), new Uint8Array(head.points));
      const size = stream("jumps").length / width("jumps");
      const jumps = planes(stream("jumps"), size, width("jumps"), new Uint32Array(size));
      await breath();
      for (const axis of ["x", "y"]) this[axis] = await new Walk(stream(axis), width(axis), given, jumps).whole();
      this.boxes = new Int32Array(4 * n);
      for (let from = 0; from < n; from += MILLION / 16) {
        this._bound(from, Math.min(n, from + MILLION / 16));
        await breath();
      }
      this._index();
    }
    _firstPoint(place) {
      return this.pointsOf[this.ringsOf[this.partsOf[place]]];
    }
    /* Boxes of the places, four numbers each: west, south, east, north in steps of the grid. */
    _bound(from, to) {
      const { boxes, x, y } = this;
      for (let place = from, point = this._firstPoint(from); place < to; place++) {
        const end = this._firstPoint(place + 1);
        let [west, south, east, north] = [2147483647, 2147483647, -1, -1];
        for (; point < end; point++) {
          if (x[point] < west) west = x[point];
          if (x[point] > east) east = x[point];
          if (y[point] < south) south = y[point];
          if (y[point] > north) north = y[point];
        }
        boxes[4 * place] = west;
        boxes[4 * place + 1] = south;
        boxes[4 * place + 2] = east;
        boxes[4 * place + 3] = north;
      }
    }
    /* A packed tree: neighbours on the curve share a box, sixteen to one, level above level. */
    _index() {
      this._levels = [this.boxes];
      while (this._levels[this._levels.length - 1].length > 4 * BRANCH) {
        const below = this._levels[this._levels.length - 1];
        const size = Math.ceil(below.length / 4 / BRANCH);
        const boxes = new Int32Array(4 * size);
        for (let i = 0; i < size; i++) boxes.set([2147483647, 2147483647, -1, -1], 4 * i);
        for (let i = 0; i < below.length; i += 4) {
          const to = 4 * Math.floor(i / 4 / BRANCH);
          boxes[to] = Math.min(boxes[to], below[i]);
          boxes[to + 1] = Math.min(boxes[to + 1], below[i + 1]);
          boxes[to + 2] = Math.max(boxes[to + 2], below[i + 2]);
          boxes[to + 3] = Math.max(boxes[to + 3], below[i + 3]);
        }
        this._levels.push(boxes);
      }
    }
    /* Give every place whose box meets this one, in the order of drawing. */
    _meeting(west, south, east, north) {
      const found = [];
      const walk = (level, from, to) => {
        const boxes = this._levels[level];
        for (let i = from; i < to; i++) {
          const at = 4 * i;
          if (boxes[at] > east || boxes[at + 2] < west || boxes[at + 1] > north || boxes[at + 3] < south) continue;
          if (level === 0) found.push(i);
          else walk(level - 1, i * BRANCH, Math.min(this._levels[level - 1].length / 4, (i + 1) * BRANCH));
        }
      };
      const top = this._levels.length - 1;
      walk(top, 0, this._levels[top].length / 4);
      return found;
    }
    _toGrid(latlng) {
      const latitude = Math.max(-85.0511287798, Math.min(85.0511287798, latlng.lat));
      const north = RADIUS * Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360));
      return [((latlng.lng * Math.PI) / 180 * RADIUS - this.west) / this.step, (north - this.south) / this.step];
    }
    _toLonLat(x, y) {
      const latitude = 2 * Math.atan(Math.exp((this.south + y * this.step) / RADIUS)) - Math.PI / 2;
      return [((this.west + x * this.step) / RADIUS) * (180 / Math.PI), latitude * (180 / Math.PI)];
    }
    _latLngBounds(box) {
      const [west, south] = this._toLonLat(box[0], box[1]);
      const [east, north] = this._toLonLat(box[2], box[3]);
      return window.L.latLngBounds([south, west], [north, east]);
    }
    /* Bounds of all parcels; not valid (isValid) where none has a shape. */
    bounds() {
      const all = [2147483647, 2147483647, -1, -1];
      const top = this._levels[this._levels.length - 1];
      for (let i = 0; i < top.length; i += 4) {
        all[0] = Math.min(all[0], top[i]);
        all[1] = Math.min(all[1], top[i + 1]);
        all[2] = Math.max(all[2], top[i + 2]);
        all[3] = Math.max(all[3], top[i + 3]);
      }
      return all[2] < 0 ? window.L.latLngBounds([]) : this._latLngBounds(all);
    }
    drawn(row) {
      return this.boxes[4 * this.places[row] + 2] >= 0;
    }
    boundsOf(row) {
      const at = 4 * this.places[row];
      return this.drawn(row) ? this._latLngBounds(this.boxes.subarray(at, at + 4)) : window.L.latLngBounds([]);
    }
    /* GeoJSON geometry of a row in longitude and latitude; null where it has none. */
    shapeOf(row) {
      const place = this.places[row];
      if (this.kinds[place] === 0) return null;
      const parts = [];
      for (let part = this.partsOf[place]; part < this.partsOf[place + 1]; part++) {
        const rings = [];
        for (let ring = this.ringsOf[part]; ring < this.ringsOf[part + 1]; ring++) {
          const points = [];
          for (let i = this.pointsOf[ring]; i < this.pointsOf[ring + 1]; i++) points.push(this._toLonLat(this.x[i], this.y[i]));
          points.push(points[0].slice());
          rings.push(points);
        }
        parts.push(rings);
      }
      if (this.kinds[place] === 2) return { type: "MultiPolygon", coordinates: parts };
      return { type: "Polygon", coordinates: parts[0] || [] };
    }
    _inside(place, x, y) {
      let inside = false;
      for (let ring = this.ringsOf[this.partsOf[place]]; ring < this.ringsOf[this.partsOf[place + 1]]; ring++) {
        const [from, to] = [this.pointsOf[ring], this.pointsOf[ring + 1]];
        for (let one = from, other = to - 1; one < to; other = one++) {
          const [y0, y1] = [this.y[one], this.y[other]];
          if (y0 > y !== y1 > y && x < ((this.x[other] - this.x[one]) * (y - y0)) / (y1 - y0) + this.x[one]) inside = !inside;
        }
      }
      return inside;
    }
    /* Tell every edge of the rings of a place, holes too: (x0, y0, x1, y1); true ends it and is the answer. */
    _anyEdge(place, told) {
      const { x, y, pointsOf } = this;
      for (let ring = this.ringsOf[this.partsOf[place]]; ring < this.ringsOf[this.partsOf[place + 1]]; ring++) {
        const [from, to] = [pointsOf[ring], pointsOf[ring + 1]];
        for (let one = from, other = to - 1; one < to; other = one++) if (told(x[other], y[other], x[one], y[one])) return true;
      }
      return false;
    }
    /* How far a point lies from the outline of a place, in steps of the grid; Infinity where it has none. */
    _away(place, x, y) {
      let least = Infinity;
      this._anyEdge(place, (x0, y0, x1, y1) => {
        const [dx, dy] = [x1 - x0, y1 - y0];
        const along = dx || dy ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy))) : 0;
        least = Math.min(least, Math.hypot(x0 + along * dx - x, y0 + along * dy - y));
      });
      return least;
    }
    /* Whether a place has any land in a rectangle: an edge meets it, or it lies wholly inside the place. */
    _meets(place, west, south, east, north) {
      const at = 4 * place;
      const [left, low, right, high] = this.boxes.subarray(at, at + 4);
      if (left >= west && right <= east && low >= south && high <= north) return true;
      return this._anyEdge(place, (x0, y0, x1, y1) => crosses(x0, y0, x1, y1, west, south, east, north)) || this._inside(place, west, south);
    }
    /* The row of the parcel at a point, the smallest where they overlap, else -1. With pixels and a zoom, the one whose
       outline is nearest within so many pixels counts where none is hit. `shown(row)` may refuse rows. */
    at(latlng, pixels, zoom, shown) {
      const [x, y] = this._toGrid(latlng);
      const reach = pixels ? (pixels * 2 * Math.PI * RADIUS) / (256 * Math.pow(2, zoom)) / this.step : 0;
      const places = this._meeting(x - reach, y - reach, x + reach, y + reach).filter((place) => !shown || shown(this.order[place]));
      let [best, least] = [-1, Infinity];
      for (const place of places) {
        const at = 4 * place;
        const size = (this.boxes[at + 2] - this.boxes[at]) * (this.boxes[at + 3] - this.boxes[at + 1]);
        if (size < least && this._inside(place, x, y)) [best, least] = [place, size];
      }
      if (best >= 0) return this.order[best];
      least = reach;
      for (const place of reach ? places : []) {
        const away = this._away(place, x, y);
        if (away <= least) [best, least] = [place, away];
      }
      return best < 0 ? -1 : this.order[best];
    }
    /* The rows of the parcels with any land within the bounds, ascending. */
    within(bounds) {
      const [west, south] = this._toGrid(bounds.getSouthWest());
      const [east, north] = this._toGrid(bounds.getNorthEast());
      const places = this._meeting(west, south, east, north).filter((place) => this._meets(place, west, south, east, north));
      return Uint32Array.from(places, (place) => this.order[place]).sort();
    }
  }

  /* Whether a line from one point to another has a point in a rectangle. */
  function crosses(x0, y0, x1, y1, west, south, east, north) {
    let [from, to] = [0, 1];
    for (const [start, step, low, high] of [[x0, x1 - x0, west, east], [y0, y1 - y0, south, north]]) {
      if (step === 0) {
        if (start < low || start > high) return false;
      } else {
        const [one, other] = [(low - start) / step, (high - start) / step];
        from = Math.max(from, Math.min(one, other));
        to = Math.min(to, Math.max(one, other));
        if (from > to) return false;
      }
    }
    return true;
  }

  // ------------------------------------------------------------------------------------------ entry

  function headerOf(bytes) {
    const name = String.fromCharCode.apply(null, bytes.subarray(0, MAGIC.length));
    if (name !== MAGIC) throw new DataError("format " + name);
    const size = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length, 4).getUint32(0, true);
    const from = MAGIC.length + 4;
    if (from + size > bytes.length) throw new DataError("header");
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(from, from + size)));
    const streams = [];
    let at = from + size;
    for (const length of header.lengths) {
      streams.push(bytes.subarray(at, at + length));
      at += length;
    }
    if (at !== bytes.length) throw new DataError("length");
    return [header, streams];
  }

  /* Unpack bytes, base64 text or the element that holds it. Rejects with an Error whose message can be shown. */
  landuse.decode = async function (source) {
    try {
      const bytes = await inflate(await bytesOf(source));
      const [header, streams] = headerOf(bytes);
      const data = new Data(header, streams);
      if (header.shapes) await data._readShapes(header.shapes, streams);
      return data;
    } catch (error) {
      throw landuse.asDamaged(error);
    }
  };
})(window.landuse = window.landuse || {});
