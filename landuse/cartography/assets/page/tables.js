/* A table of the page: packed columns, with the titles, units and formats of the catalogue. */
(function (landuse) {
  "use strict";

  class Table {
    constructor(data, heads) {
      this.data = data;
      this.heads = heads;
      this.size = data.n;
    }
    has(name) {
      return this.data.column(name) !== undefined;
    }
    title(name) {
      return this.heads[name].title;
    }
    /* The value of a row as it is: number or text; null where unknown or not carried. */
    raw(name, row) {
      const column = this.data.column(name);
      if (!column) return null;
      if (column.kind !== "number") return column.text(row);
      const number = column.number(row);
      return isNaN(number) ? null : number;
    }
    /* The value as it is printed, with its unit. */
    shown(name, row) {
      const head = this.heads[name];
      const text = landuse.printed(this.raw(name, row), head.fmt);
      return text === "—" || !head.unit ? text : text + " " + head.unit;
    }
  }

  /* The occupants of the parcels: line `from(row)` up to, not with, line `from(row + 1)`. */
  class People extends Table {
    constructor(data, heads, parcels) {
      super(data, heads);
      const counts = parcels.data.column("occupants").numbers;
      this.starts = new Uint32Array(parcels.size + 1);
      for (let row = 0; row < parcels.size; row++) this.starts[row + 1] = this.starts[row] + counts[row];
    }
    from(row) {
      return this.starts[row];
    }
    /* The row of the parcel of a line. */
    rowOf(line) {
      let [low, high] = [0, this.starts.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.starts[middle] <= line) low = middle; else high = middle;
      }
      return low;
    }
  }

  landuse.Table = Table;
  landuse.People = People;
})(window.landuse = window.landuse || {});
