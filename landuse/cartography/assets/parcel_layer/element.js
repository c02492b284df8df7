/* Put the parcels of one script element on a folium map: colours, popups, tooltips. Texts enter as text nodes only. */
(function (landuse) {
  "use strict";

  const L = window.L;

  /* Say something over a map (or any element), instead of leaving it blank. */
  landuse.say = function (container, message) {
    const box = document.createElement("div");
    box.className = "landuse-said";
    box.setAttribute("role", "alert");
    box.textContent = message;
    Object.assign(box.style, {
      position: "absolute", zIndex: 1000, left: "10%", right: "10%", top: "40%", padding: "14px 18px", background: "#fff",
      border: "2px solid #b3261e", color: "#b3261e", font: "15px/1.5 sans-serif", borderRadius: "4px", overflowWrap: "anywhere",
    });
    container.appendChild(box);
    return box;
  };

  function facts(data, names, row) {
    const table = document.createElement("table");
    for (const name of names) {
      const line = table.insertRow();
      const title = document.createElement("th");
      title.textContent = name;
      title.style.textAlign = "left";
      title.style.paddingRight = "8px";
      line.appendChild(title);
      const text = data.column(name).text(row);
      line.insertCell().textContent = text === null ? "—" : text;
    }
    return table;
  }

  /* Give a layer group at once; the parcels join it when they are unpacked. */
  landuse.parcelGroup = function (map, id) {
    const group = L.layerGroup();
    const options = JSON.parse(document.getElementById(id + "-options").textContent);
    landuse.damaged = landuse.damaged || options.damaged;
    group.ready = landuse.decode(document.getElementById(id + "-data")).then((data) => {
      const layer = new landuse.ParcelLayer(data, options.layer);
      layer.paint({ classes: options.classes ? data.column(options.classes).codes : undefined, fills: options.fills, line: options.line });
      group.parcels = layer;
      group.addLayer(layer);
      layer.once("load", () => data.warm()); // so that the first pointer and the first search do not wait
      const popup = L.popup({ maxHeight: 320 });
      const tooltip = L.tooltip({ direction: "top" });
      popup.on("remove", () => layer.mark([]));
      layer.on("parcelclick", (event) => {
        if (!options.popup.length) return;
        popup.setContent(facts(data, options.popup, event.row)).setLatLng(event.latlng).openOn(map);
        layer.mark([event.row]);
      });
      layer.on("parcelhover", (event) => {
        if (event.row < 0 || !options.tooltip.length) { tooltip.remove(); return; }
        map.openTooltip(tooltip.setContent(facts(data, options.tooltip, event.row)).setLatLng(event.latlng));
      });
      return layer;
    });
    group.ready.catch((error) => landuse.say(map.getContainer(), error.message));
    return group;
  };
})(window.landuse = window.landuse || {});
