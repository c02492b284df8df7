/* The state of the page and the news of it: parts speak through these only. */
(function (landuse) {
  "use strict";

  const listeners = {};
  const parts = [];

  /* theme: key; value: "" = the run, "year:2023", "variant:" and its name; share: bottom share in whole percent, null = as
     the rule says; filters: {choices: {key: [codes]}, ranges: {key: [least, most]}}; chosen: row of the parcel, -1 none;
     firm: the enterprise whose parcels are marked, -1 none; marked: rows outlined; safe: the colour-blind safe palette. */
  landuse.state = {
    theme: "", value: "", share: null, filters: { choices: {}, ranges: {} }, chosen: -1, firm: -1, marked: [], safe: false,
  };

  /* Hear of news: theme, filter, choose, value, share, safe. */
  landuse.on = function (name, listener) {
    (listeners[name] = listeners[name] || []).push(listener);
  };

  landuse.emit = function (name, what) {
    for (const listener of listeners[name] || []) listener(what);
  };

  /* Add a part of the page. It is called once with the page {map, layer, store, facts, words} when all of these
     are there, in the order of the files. */
  landuse.part = function (build) {
    parts.push(build);
  };

  landuse.build = function (page) {
    landuse.page = page;
    for (const build of parts) build(page);
  };
})(window.landuse = window.landuse || {});
