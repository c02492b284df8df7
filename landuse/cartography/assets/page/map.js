/* The map itself: its controls, the parcels painted by the theme, and what lies around them. */
(function (landuse) {
  "use strict";

  const L = window.L;
  const { make } = landuse;

  landuse.readJson = (id) => JSON.parse(landuse.readText(id));

  /* Zoom to all parcels. */
  landuse.wholeMap = function (map, data) {
    const bounds = data.bounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], animate: false, maxZoom: 19 });
  };

  /* Set up the map before its parcels are drawn. */
  landuse.prepareMap = function (map, facts) {
    const { words } = facts;
    map.attributionControl.setPrefix(false);
    if (facts.attribution) map.attributionControl.addAttribution(facts.attribution);
    map.getContainer().setAttribute("aria-label", words.map);
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
    map.on("popupopen", () => {
      const close = map.getContainer().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", words.close);
    });
  };

  landuse.part(({ map, parcels, words }) => {
    const home = L.control({ position: "topleft" });
    home.onAdd = () => {
      const box = make("div", "leaflet-bar");
      const button = make("button", "lu-whole", "⤢");
      button.type = "button";
      button.title = words.whole;
      button.setAttribute("aria-label", words.whole);
      button.addEventListener("click", () => landuse.wholeMap(map, parcels.data));
      L.DomEvent.disableClickPropagation(box);
      box.appendChild(button);
      return box;
    };
    home.addTo(map);
  });

  function switched(id, map, group) {
    const box = document.getElementById(id);
    const follow = () => { if (box.checked) group.addTo(map); else group.remove(); };
    box.addEventListener("change", follow);
    follow();
  }

  function drawAround(map, facts) {
    const around = landuse.readJson("lu-context");
    if (!around.features.length) return;
    map.createPane("around").style.zIndex = 150;
    const renderer = L.canvas({ pane: "around", padding: 0.3 });
    const group = L.layerGroup();
    const styleOf = (feature) => facts.context_styles[feature.properties.style];
    L.geoJSON(around, {
      interactive: false, pane: "around", renderer,
      style: (feature) => {
        const style = styleOf(feature);
        return {
          stroke: Boolean(style.line), color: style.line, weight: style.weight, dashArray: style.dash || null, opacity: 1,
          fill: Boolean(style.fill), fillColor: style.fill, fillOpacity: 1,
        };
      },
      onEachFeature: (feature, layer) => {
        group.addLayer(layer);
        const colour = styleOf(feature).label;
        if (!feature.properties.name) return;
        const text = make("span", "", feature.properties.name);
        text.style.color = colour;
        const options = { permanent: true, direction: "center", className: "lu-place", interactive: false };
        group.addLayer(L.tooltip(options).setContent(text).setLatLng(feature.properties.at));
      },
    });
    switched("lu-around", map, group);
  }

  function drawParks(map) {
    const areas = landuse.readJson("lu-park-shapes");
    if (!areas.features.length) return;
    const group = L.layerGroup();
    L.geoJSON(areas, {
      interactive: false,
      style: { color: "#22543d", weight: 2, dashArray: "8 5", opacity: 0.9, fill: false },
      onEachFeature: (feature, layer) => {
        group.addLayer(layer);
        if (!feature.properties.park) return;
        const bounds = layer.getBounds();
        const options = { permanent: true, direction: "top", className: "lu-park", interactive: false };
        const label = L.tooltip(options).setContent(make("span", "", feature.properties.park));
        group.addLayer(label.setLatLng([bounds.getNorth(), bounds.getCenter().lng]));
      },
    });
    switched("lu-parks", map, group);
  }

  /* Hide names that would cover another: parks come first. */
  function thin(map) {
    const pane = map.getPane("tooltipPane");
    const kept = [];
    const far = 2;
    for (const label of [...pane.querySelectorAll(".lu-park"), ...pane.querySelectorAll(".lu-place")]) {
      const box = label.getBoundingClientRect();
      const covers = (one) => box.left < one.right + far && box.right > one.left - far && box.top < one.bottom + far && box.bottom > one.top - far;
      const hidden = kept.some(covers);
      label.style.visibility = hidden ? "hidden" : "";
      if (!hidden) kept.push(box);
    }
  }

  /* Draw what lies around the parcels on a map: roads and water below them, the outlines of the parks above. */
  landuse.drawSurroundings = function (map, facts) {
    drawAround(map, facts);
    drawParks(map);
    map.on("zoomend moveend layeradd layerremove", landuse.soon(() => thin(map)));
    thin(map);
  };

  landuse.part(({ map, facts }) => landuse.drawSurroundings(map, facts));
})(window.landuse = window.landuse || {});
