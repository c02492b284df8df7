/* Start the page: unpack, draw the parcels, then build every part around them. */
(function (landuse) {
  "use strict";

  async function start(map) {
    const facts = (landuse.facts = landuse.readJson("lu-data"));
    const { words } = facts;
    landuse.words = words;
    landuse.state.theme = facts.themes[0].key;
    const waiting = landuse.decode(document.getElementById("lu-people-data"));
    waiting.catch(() => {}); // said below, once
    const data = await landuse.decode(document.getElementById("lu-parcels-data"));
    landuse.prepareMap(map, facts);
    landuse.wholeMap(map, data);
    const layer = new landuse.ParcelLayer(data);
    landuse.paintTheme(layer, data);
    layer.once("load", () => window.requestAnimationFrame(() => performance.mark("landuse:picture")));
    layer.addTo(map);
    const parcels = new landuse.Table(data, facts.heads.parcels);
    const people = new landuse.People(await waiting, facts.heads.people, parcels);
    landuse.build({ map, layer, parcels, people, facts, words });
    document.documentElement.dataset.ready = "true";
    landuse.warmed = data.warm().then(() => people.data.warm()); // so that the first search is as quick as the next
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
