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
      return landuse.withUnit(landuse.printed(this.raw(name, row), head.fmt), head.unit);
    }
  }

  /* The occupants of the parcels: line `from(row)` up to, not with, line `from(row + 1)`; what is not said of the use
     (tenure, land) is that of the enterprise. */
  class People extends Table {
    constructor(store) {
      super(store.uses, store.head.heads.uses);
      this.store = store;
      this.firms = new Table(store.firms, store.head.heads.enterprises);
    }
    has(name) {
      return super.has(name) || this.firms.has(name);
    }
    title(name) {
      return super.has(name) ? super.title(name) : this.firms.title(name);
    }
    raw(name, line) {
      return super.has(name) ? super.raw(name, line) : this.firms.raw(name, this.store.firmOf(line));
    }
    shown(name, line) {
      return super.has(name) ? super.shown(name, line) : this.firms.shown(name, this.store.firmOf(line));
    }
    from(row) {
      return this.store.from(row);
    }
  }

  landuse.Table = Table;
  landuse.People = People;
})(window.landuse = window.landuse || {});
