/* Start the page: unpack, draw the parcels, then build every part around them. */
(function (landuse) {
  "use strict";

  const notice = document.getElementById("lu-wait");
  if (notice) landuse.damaged = notice.dataset.damaged;
  const bytesOf = (name) => landuse.decode(document.getElementById("lu-" + name + "-data"));

  async function start(map) {
    const facts = (landuse.facts = landuse.readJson("lu-data"));
    const { words } = facts;
    landuse.words = words;
    landuse.state.theme = facts.themes[0].key;
    const waiting = Promise.all([bytesOf("firms"), bytesOf("uses")]);
    waiting.catch(() => {}); // said below, once
    const data = await bytesOf("parcels");
    landuse.prepareMap(map, facts);
    landuse.wholeMap(map, data);
    const layer = new landuse.ParcelLayer(data);
    const first = facts.themes[0];
    landuse.paintWith(layer, first, data.column(first.values[""].column).codes);
    layer.once("load", () => window.requestAnimationFrame(() => performance.mark("landuse:picture")));
    layer.addTo(map);
    const [firms, uses] = await waiting;
    const store = landuse.openStore(facts, data, firms, uses);
    const parcels = new landuse.Table(data, facts.heads.parcels);
    landuse.build({ map, layer, store, parcels, people: new landuse.People(store), facts, words });
    document.documentElement.dataset.ready = "true";
    landuse.warmed = data.warm().then(() => firms.warm()).then(() => landuse.warmSearch()); // so that the first search is as quick as the next
    landuse.warmed.catch((error) => fail(map.getContainer(), error));
  }

  /* Build the page on a map; `landuse.ready` is kept when it takes clicks. Damaged data is said, not left blank. */
  landuse.start = function (map) {
    landuse.map = map;
    landuse.ready = start(map);
    landuse.ready.catch((error) => fail(map.getContainer(), error));
  };

  function fail(container, error) {
    landuse.say(container, landuse.asDamaged(error).message);
    document.documentElement.dataset.ready = "failed";
  }

  /* A file that was cut off has no start at all. */
  document.addEventListener("DOMContentLoaded", () => {
    if (!landuse.ready) fail(document.body, "the file is cut off");
  });
})(window.landuse = window.landuse || {});
