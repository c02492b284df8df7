/* Read numbers, codes and texts from packed streams (planes.py, columns.py, texts.py). ES2019, no page needed. */
(function (landuse) {
  "use strict";

  const { breath } = landuse;
  const { DataError, MILLION } = landuse.packed;

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
        const { width, like } = this._head;
        const codes = this._inRows(planes(this._streams[0], this.size, width, new FORMS[width](this.size)), FORMS[width]);
        return like ? landuse.packed.addCodes(codes, this._data.column(like.times[0])) : codes;
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
      return this._once("numbers", () => {
        const { form, like, width } = this._head;
        if (!like) return this._inRows(form === "bits" ? this._bits() : this._scaled(), Float64Array);
        const stored = planes(this._streams[0], this.size, width, new Float64Array(this.size));
        return landuse.packed.addGuess(this._inRows(stored, Float64Array), this._head, (name) => this._data.column(name).numbers);
      });
    }
    /* Columns lie in the order of drawing, or of the table where that takes fewer bytes. */
    _inRows(values, form) {
      const { order } = this._data;
      if (!order || this._head.listed) return values;
      const rows = new form(this.size);
      for (let place = 0; place < this.size; place++) rows[order[place]] = values[place];
      return rows;
    }
    _textSteps() {
      const { form, texts } = this._head;
      return form === "sentences" ? landuse.packed.Sentences.steps(this._head, this._streams, this._data) : Texts.steps(texts, this._streams, this.size);
    }
    get _texts() {
      return this._once("texts", () => atOnce(this._textSteps()));
    }
    /* Read the column before it is asked for, without holding up the page. */
    async warm() {
      if (this.kind === "number") return this.numbers.length;
      if (this.kind === "code") return this.codes.length + this.words.length;
      const steps = this._textSteps();
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

  Object.assign(landuse.packed, { planes, steps, starts, Walk, Texts, Column, atOnce });
})(window.landuse = window.landuse || {});
