/* Add what differs to what other columns tell (likeness.py), and put numbers back into sentences (sentences.py). ES2019.
   Nothing is judged here: the packer wrote every value, as a difference where that is shorter. */
(function (landuse) {
  "use strict";

  const { DataError, planes, Texts, atOnce } = landuse.packed;
  const LARGEST = Math.pow(2, 51);
  const ALMOST = 1e-9;
  const FIRST = 0xe000;
  const PADDED = 16;
  const DAY = 32;

  /* A number times a scale as a whole one, half away from zero; NaN where it is unknown or too large. */
  function scaledUp(number, scale) {
    const scaled = Math.abs(number) * scale;
    if (!(scaled < LARGEST)) return NaN;
    const size = Math.floor(scaled + 0.5 + ALMOST);
    return number < 0 ? -size : size;
  }

  const unzigzag = (stored) => (stored % 2 ? -(stored + 1) / 2 : stored / 2);

  /* Numbers from what is stored beside a guess, row by row, in the place of what is stored. */
  function addGuess(stored, head, numbersOf) {
    const scale = Math.pow(10, head.decimals);
    const [times, per] = [head.like.times.map(numbersOf), head.like.per.map(numbersOf)];
    for (let row = 0; row < stored.length; row++) {
      let made = 1;
      for (const numbers of times) made *= numbers[row];
      for (const numbers of per) made /= numbers[row];
      const [guess, told] = [scaledUp(made, scale), stored[row]];
      if (isNaN(guess)) stored[row] = told < 2 ? NaN : unzigzag(told - 2) / scale;
      else stored[row] = told === 0 ? NaN : (guess + unzigzag(told - 1)) / scale;
    }
    return stored;
  }

  /* Codes from what is to be added to those of another column; an array of whole numbers goes around at its end. */
  function addCodes(stored, column) {
    const { codes } = column;
    const unknown = Math.pow(256, codes.BYTES_PER_ELEMENT) - 1;
    for (let row = 0; row < stored.length; row++) stored[row] += codes[row] === unknown ? -1 : codes[row];
    return stored;
  }

  /* A number as it is printed in a sentence. */
  function printed(number, form) {
    if (form === DAY) return new Date(number * 86400000).toISOString().slice(0, 10);
    if (form >= PADDED) return String(number).padStart(form - PADDED, "0");
    const digits = String(number).padStart(form + 1, "0");
    return form ? digits.slice(0, -form) + "." + digits.slice(-form) : digits;
  }

  class Sentences {
    constructor(codes, patterns, numbers, columns) {
      Object.assign(this, { codes, patterns, numbers, columns });
    }
    static* steps(head, streams, data) {
      const codes = planes(streams[0], data.n, head.width, new Uint32Array(data.n));
      const words = atOnce(Texts.steps(head.texts, streams.slice(1, 4), head.patterns));
      const patterns = head.sources.map((sources, at) => cut(words.at(at), sources));
      yield;
      const numbers = [];
      for (let at = 0; at < head.widths.length; at++) {
        const size = streams[4 + at].length / head.widths[at];
        const told = planes(streams[4 + at], size, head.widths[at], new Float64Array(size));
        const found = new Float64Array(data.n);
        let next = 0;
        for (let row = 0; row < data.n; row++) if (codes[row] && patterns[codes[row] - 1].own > at) found[row] = told[next++];
        if (next !== size) throw new DataError("sentences");
        numbers.push(found);
        yield;
      }
      return new Sentences(codes, patterns, numbers, head.columns.map((name) => data.column(name)));
    }
    at(row) {
      if (!this.codes[row]) return null;
      const { pieces, forms, sources } = this.patterns[this.codes[row] - 1];
      let [made, own] = [pieces[0], 0];
      for (let at = 0; at < forms.length; at++) {
        const source = sources[at];
        const number = source ? this.told(row, source, forms[at]) : this.numbers[own++][row];
        made += printed(number, forms[at]) + pieces[at + 1];
      }
      return made;
    }
    told(row, source, form) {
      const number = scaledUp(this.columns[source[0]].numbers[row], Math.pow(10, (form < PADDED ? form : 0) + source[1]));
      return source.length > 2 ? source[2] - number : number;
    }
    holding(wanted, tell) {
      for (let row = 0; row < this.codes.length; row++) if (this.codes[row] && this.at(row).toLowerCase().includes(wanted)) tell(row);
    }
  }

  /* A pattern in pieces between its marks. */
  function cut(text, sources) {
    const [pieces, forms] = [[""], []];
    for (let i = 0; i < text.length; i++) {
      const form = text.charCodeAt(i) - FIRST;
      if (form >= 0 && form <= DAY) {
        forms.push(form);
        pieces.push("");
      } else pieces[pieces.length - 1] += text[i];
    }
    if (forms.length !== sources.length) throw new DataError("sentences");
    return { pieces, forms, sources, own: sources.filter((source) => !source).length };
  }

  /* Texts that another table holds, row by row, beside texts of its own: `rows[row]` is the row there, -1 = its own. */
  class Lent {
    constructor(own, other, rows) {
      Object.assign(this, { name: own.name, kind: "text", size: own.size, _own: own, _other: other, _rows: rows });
    }
    text(row) {
      return this._rows[row] < 0 ? this._own.text(row) : this._other.text(this._rows[row]);
    }
    number() {
      return NaN;
    }
    find(wanted, found) {
      if (!wanted) return found;
      const there = this._other.find(wanted, new Uint8Array(this._other.size));
      this._own.find(wanted, found);
      for (let row = 0; row < this.size; row++) if (this._rows[row] >= 0 && there[this._rows[row]]) found[row] = 1;
      return found;
    }
    async warm() {
      await this._own.warm();
      return this._other.warm();
    }
  }

  Object.assign(landuse.packed, { addGuess, addCodes, Sentences, Lent });
})(window.landuse = window.landuse || {});
