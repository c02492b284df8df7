/* Unpack what pack.py packed: parcels and their columns, with an index for questions of place. ES2019, no page needed.
   Rows are those of the Python table; "places" are the order of drawing, known in here only. */
(function (landuse) {
  "use strict";

  const MAGIC = "LUPARC01";
  const RADIUS = 6378137;
  const BRANCH = 16;
  const MILLION = 1 << 20;
  const DAMAGED =
    "地图数据已损坏或不完整,无法显示;请重新取得本文件。 / The data of this map is damaged or incomplete and cannot be shown: please get the file again.";

  class DataError extends Error {
    constructor(detail) {
      super(((landuse.words && landuse.words.damaged) || DAMAGED) + (detail ? " (" + detail + ")" : ""));
      this.name = "DataError";
      this.detail = detail || "";
    }
  }

  const asDamaged = (error) => (error instanceof DataError ? error : new DataError(String((error && error.message) || error)));

  /* Give the page a breath: what waits (input, painting) comes first, without the pause of a timer. */
  function breath() {
    return new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { channel.port1.close(); done(); };
      channel.port2.postMessage(0);
    });
  }

  // ------------------------------------------------------------------------------------------ bytes

  async function bytesOf(source) {
    if (source instanceof Uint8Array) return source;
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (!source) throw new DataError("no data");
    const text = (typeof source === "string" ? source : source.textContent).trim();
    try {
      if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
      return await base64(text);
    } catch (error) {
      throw new DataError("base64");
    }
  }

  async function base64(text) {
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    if (text.length % 4) throw new DataError("base64");
    const bytes = new Uint8Array((text.length / 4) * 3 - padding);
    let at = 0;
    for (let from = 0; from < text.length; from += 4 * MILLION) {
      const part = atob(text.slice(from, from + 4 * MILLION));
      for (let i = 0; i < part.length; i++) bytes[at++] = part.charCodeAt(i);
      if (part.length >= MILLION) await breath();
    }
    return bytes;
  }

  async function inflate(packed) {
    if (packed.length < 30 || packed[0] !== 31 || packed[1] !== 139) throw new DataError("gzip");
    const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
    if (size > packed.length * 1100) throw new DataError("length");
    const bytes = new Uint8Array(size);
    try {
      const got = typeof DecompressionStream === "function" ? await byBrowser(packed, bytes) : await byFflate(packed, bytes);
      if (got !== size) throw new DataError("length");
    } catch (error) {
      throw error instanceof DataError ? error : new DataError("gzip");
    }
    return bytes;
  }

  function adder(bytes) {
    let at = 0;
    return (piece) => {
      if (piece) {
        if (at + piece.length > bytes.length) throw new DataError("length");
        bytes.set(piece, at);
        at += piece.length;
      }
      return at;
    };
  }

  async function byBrowser(packed, bytes) {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    const add = adder(bytes);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return add();
      add(value);
    }
  }

  /* fflate looks at neither the check sum nor the end: both are looked at here. */
  async function byFflate(packed, bytes) {
    const add = adder(bytes);
    const stream = new window.fflate.Gunzip((piece) => { add(piece); });
    const step = MILLION / 4;
    for (let from = 0; from < packed.length; from += step) {
      const to = Math.min(packed.length, from + step);
      stream.push(packed.subarray(from, to), to === packed.length);
      await breath();
    }
    const told = new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 4).getUint32(0, true);
    if (add() === bytes.length && (await checkSum(bytes)) !== told) throw new DataError("check sum");
    return add();
  }

  async function checkSum(bytes) {
    const table = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let rest = i;
      for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
      table[i] = rest;
    }
    let sum = -1;
    for (let i = 0; i < bytes.length; i++) {
      sum = table[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
      if ((i & (4 * MILLION - 1)) === 4 * MILLION - 1) await breath();
    }
    return (sum ^ -1) >>> 0;
  }

  // ------------------------------------------------------------------------------------------ streams

  /* Read n numbers written as byte planes, the lowest first. */
  function planes(bytes, n, width, numbers) {
    if (bytes.length !== n * width) throw new DataError("stream");
    numbers.set(n === bytes.length ? bytes : bytes.subarray(0, n));
    let weight = 256;
    for (let plane = 1; plane < width; plane++, weight *= 256) {
      const base = plane * n;
      for (let i = 0; i < n; i++) if (bytes[base + i]) numbers[i] += bytes[base + i] * weight;
    }
    return numbers;
  }

  /* Read numbers written as zigzag steps from the one before. */
  function steps(bytes, n, width, numbers) {
    if (bytes.length !== n * width) throw new DataError("stream");
    const second = width > 1 ? n : -1;
    let last = 0;
    for (let i = 0; i < n; i++) {
      let step = bytes[i];
      if (second > 0) step |= bytes[second + i] << 8;
      if (width > 2) step |= bytes[2 * n + i] << 16;
      if (width > 3) step |= bytes[3 * n + i] << 24;
      last += (step >>> 1) ^ -(step & 1);
      numbers[i] = last;
    }
    return numbers;
  }

  /* Walk along the vertices of one axis: a step from the last, or a copy of one so many back, or of the one before the
     one that was copied last (borders.py). */
  class Walk {
    constructor(bytes, width, given, jumps) {
      Object.assign(this, { bytes, width, given, jumps, moves: bytes.length / width });
      this.numbers = new Int32Array(given.length);
      [this.move, this.jump, this.source, this.last] = [0, 0, 0, 0];
    }
    to(end, from) {
      const { bytes, width, given, jumps, moves, numbers } = this;
      let { move, jump, source, last } = this;
      for (let i = from; i < end; i++) {
        if (given[i] === 0) {
          let step = bytes[move];
          if (width > 1) step |= bytes[moves + move] << 8;
          if (width > 2) step |= bytes[2 * moves + move] << 16;
          if (width > 3) step |= bytes[3 * moves + move] << 24;
          move++;
          last += (step >>> 1) ^ -(step & 1);
        } else {
          source = given[i] === 1 ? source - 1 : i - jumps[jump++];
          last = numbers[source];
        }
        numbers[i] = last;
      }
      Object.assign(this, { move, jump, source, last });
    }
    async whole() {
      const size = this.numbers.length;
      for (let from = 0; from < size; from += MILLION) {
        this.to(Math.min(size, from + MILLION), from);
        await breath();
      }
      if (this.move !== this.moves || this.jump !== this.jumps.length) throw new DataError("borders");
      return this.numbers;
    }
  }

  function starts(bytes, n, width, total) {
    const numbers = new Uint32Array(n + 1);
    planes(bytes, n, width, numbers.subarray(1));
    for (let i = 1; i <= n; i++) numbers[i] += numbers[i - 1];
    if (numbers[n] !== total) throw new DataError("counts");
    return numbers;
  }

  // ------------------------------------------------------------------------------------------ columns

  /* Texts in one string, cut where they are asked for. */
  class Texts {
    constructor(ends, known, all) {
      this.ends = ends;
      this.known = known;
      this.all = all;
    }
    /* Read the texts in steps: yields often, so that a page may breathe in between. */
    static* steps(head, streams, n) {
      const ends = new Uint32Array(n + 1);
      const known = new Uint8Array(n);
      const numbers = planes(streams[0], n, head.lengths, new Uint32Array(n));
      for (let i = 0; i < n; i++) {
        known[i] = numbers[i] ? 1 : 0;
        ends[i + 1] = ends[i] + (numbers[i] ? numbers[i] - 1 : 0);
      }
      yield;
      const size = ends[n];
      const letters = planes(streams[1], head.letters, 2, new Uint16Array(head.letters));
      const places = streams[2];
      if (places.length !== size * head.width) throw new DataError("texts");
      const texts = head.even ? size / head.even : 0;
      const units = new Uint16Array(size);
      for (let from = 0; from < size; from += MILLION) {
        const to = Math.min(size, from + MILLION);
        for (let i = from; i < to; i++) {
          const letter = letters[head.width > 1 ? places[i] | (places[size + i] << 8) : places[i]];
          if (texts) units[(i % texts) * head.even + Math.floor(i / texts)] = letter; else units[i] = letter;
        }
        yield;
      }
      const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });
      const made = new Texts(ends, known, decoder.decode(units));
      if (made.all.length !== size) throw new DataError("texts");
      yield;
      made.small = made.all.toLowerCase();
      return made;
    }
    at(place) {
      return this.known[place] ? this.all.slice(this.ends[place], this.ends[place + 1]) : null;
    }
    /* Tell each place whose text holds `wanted` (in small letters), whatever the case there. */
    holding(wanted, tell) {
      if (this.small.length !== this.all.length) { // a letter that is longer in small: one text after the other
        for (let place = 0; place < this.known.length; place++) if (this.known[place] && this.at(place).toLowerCase().includes(wanted)) tell(place);
        return;
      }
      let place = 0;
      for (let at = this.small.indexOf(wanted); at >= 0;) {
        place = this.placeAt(at, place);
        const inside = at + wanted.length <= this.ends[place + 1];
        if (inside) tell(place);
        at = this.small.indexOf(wanted, inside ? this.ends[place + 1] : at + 1);
      }
    }
    placeAt(at, from) {
      let [low, high] = [from, this.known.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.ends[middle] <= at) low = middle; else high = middle;
      }
      return low;
    }
  }

  function atOnce(steps) {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  const FORMS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array };

  class Column {
    constructor(head, streams, data) {
      this.name = head.name;
      this.kind = head.kind;
      this.size = data.n;
      this.decimals = head.decimals;
      this._head = head;
      this._streams = streams;
      this._data = data;
      this._made = {};
    }
    _once(name, make) {
      if (!(name in this._made)) this._made[name] = make();
      return this._made[name];
    }
    /* Codes of kind "code" in the order of the rows; the highest value of the array is unknown. */
    get codes() {
      if (this.kind !== "code") return undefined;
      return this._once("codes", () => {
        const form = FORMS[this._head.width];
        return this._inRows(planes(this._streams[0], this.size, this._head.width, new form(this.size)), form);
      });
    }
    get words() {
      if (this.kind !== "code") return undefined;
      return this._once("words", () => {
        const size = this._head.words;
        const texts = atOnce(Texts.steps(this._head.texts, this._streams.slice(1), size));
        return Array.from({ length: size }, (_, at) => texts.at(at));
      });
    }
    get numbers() {
      if (this.kind !== "number") return undefined;
      return this._once("numbers", () => this._inRows(this._head.form === "bits" ? this._bits() : this._scaled(), Float64Array));
    }
    /* Columns lie in the order of drawing, or of the table where that takes fewer bytes. */
    _inRows(values, form) {
      const { order } = this._data;
      if (!order || this._head.listed) return values;
      const rows = new form(this.size);
      for (let place = 0; place < this.size; place++) rows[order[place]] = values[place];
      return rows;
    }
    get _texts() {
      return this._once("texts", () => atOnce(Texts.steps(this._head.texts, this._streams, this.size)));
    }
    /* Read the column before it is asked for, without holding up the page. */
    async warm() {
      if (this.kind === "number") return this.numbers.length;
      if (this.kind === "code") return this.codes.length + this.words.length;
      const steps = Texts.steps(this._head.texts, this._streams, this.size);
      for (;;) {
        const { done, value } = steps.next();
        if (done) return this._once("texts", () => value);
        await breath();
      }
    }
    _scaled() {
      const { width, lowest, decimals } = this._head;
      const numbers = planes(this._streams[0], this.size, width, new Float64Array(this.size));
      const scale = Math.pow(10, decimals);
      for (let i = 0; i < this.size; i++) numbers[i] = numbers[i] ? (numbers[i] - 1 + lowest) / scale : NaN;
      return numbers;
    }
    _bits() {
      const [bytes, n] = [this._streams[0], this.size];
      const made = new Uint8Array(8 * n);
      for (let plane = 0; plane < 8; plane++) for (let i = 0; i < n; i++) made[8 * i + plane] = bytes[plane * n + i];
      return new Float64Array(made.buffer);
    }
    /* Set `found[row]` to 1 where the text of the row holds `wanted`, given in small letters. */
    find(wanted, found) {
      if (!wanted || this.kind === "number") return found;
      if (this.kind === "text") {
        this._texts.holding(wanted, (place) => { found[this._head.listed ? place : this._data._rowOf(place)] = 1; });
        return found;
      }
      const hit = new Set();
      this.words.forEach((word, code) => { if (word.toLowerCase().includes(wanted)) hit.add(code); });
      const { codes } = this;
      if (hit.size) for (let row = 0; row < this.size; row++) if (hit.has(codes[row])) found[row] = 1;
      return found;
    }
    /* The number of a row; NaN where it is unknown, or the column holds none. */
    number(row) {
      return this.kind === "number" ? this.numbers[row] : NaN;
    }
    /* The text of a row; null where it is unknown. Numbers are given in full, as JavaScript prints them. */
    text(row) {
      if (this.kind === "text") return this._texts.at(this._head.listed ? row : this._data._placeOf(row));
      if (this.kind === "code") {
        const word = this.words[this.codes[row]];
        return word === undefined ? null : word;
      }
      const number = this.numbers[row];
      return isNaN(number) ? null : String(number);
    }
  }

  // ------------------------------------------------------------------------------------------ data

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
    /* The row of the parcel at a point, the smallest where they overlap, else -1. With pixels and a zoom, the nearest
       within so many pixels counts where none is hit. `shown(row)` may refuse rows. */
    at(latlng, pixels, zoom, shown) {
      const [x, y] = this._toGrid(latlng);
      const reach = pixels ? (pixels * 2 * Math.PI * RADIUS) / (256 * Math.pow(2, zoom)) / this.step : 0;
      let [best, least] = [-1, Infinity];
      let [near, distance] = [-1, reach];
      for (const place of this._meeting(x - reach, y - reach, x + reach, y + reach)) {
        if (shown && !shown(this.order[place])) continue;
        const at = 4 * place;
        const size = (this.boxes[at + 2] - this.boxes[at]) * (this.boxes[at + 3] - this.boxes[at + 1]);
        if (size < least && this._inside(place, x, y)) [best, least] = [place, size];
        if (!reach || best >= 0) continue;
        const away = Math.hypot(
          Math.max(this.boxes[at] - x, 0, x - this.boxes[at + 2]), Math.max(this.boxes[at + 1] - y, 0, y - this.boxes[at + 3]));
        if (away <= distance) [near, distance] = [place, away];
      }
      const place = best >= 0 ? best : near;
      return place < 0 ? -1 : this.order[place];
    }
    /* The rows whose boxes meet the bounds, ascending. */
    within(bounds) {
      const [west, south] = this._toGrid(bounds.getSouthWest());
      const [east, north] = this._toGrid(bounds.getNorthEast());
      return Uint32Array.from(this._meeting(west, south, east, north), (place) => this.order[place]).sort();
    }
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
      throw asDamaged(error);
    }
  };
  landuse.breath = breath;
  landuse.asDamaged = asDamaged;
})(window.landuse = window.landuse || {});
