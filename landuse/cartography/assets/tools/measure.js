/* Measure lengths and areas on the map, on the ellipsoid; what is measured stays until it is cleared. All of it is 示意. */
(function (landuse) {
  "use strict";
  const { lengthOf, areaOf, crossesItself, lengthText, areaTexts } = landuse.tools.geodesy;
  const COLOUR = "#7a1fa2";
  const CLOSE = 4;
  const EDGE = 130;

  landuse.tools.parts.push(function measureTool(kit) {
    const { map, words, make, button, choice, filled, refill } = kit;
    const renderer = L.svg({ pane: "lt-tools" });
    const done = [];
    let kind = "length";
    let places = [];
    let cursor = null;
    let draft = null;
    let say = () => {};
    let list = null;

    const pair = (latlng) => [latlng.lng, latlng.lat];

    function read(kindOf, points) {
      const ring = points.map(pair);
      if (kindOf === "length") return [lengthText(lengthOf(ring), words)];
      if (crossesItself(ring)) return [words.crosses];
      return areaTexts(areaOf(ring), words);
    }

    function around(points) {
      return filled(words.perimeter, { length: lengthText(lengthOf([...points, points[0]].map(pair)), words) });
    }

    function drawn(kindOf, points, isDraft) {
      const style = {
        renderer, pane: "lt-tools", interactive: false, color: COLOUR, weight: 2.5, opacity: 1,
        dashArray: isDraft ? "6 4" : null, fillColor: COLOUR, fillOpacity: 0.12,
      };
      const group = L.layerGroup();
      const isArea = kindOf === "area" && points.length > 2;
      group.addLayer(isArea ? L.polygon(points, style) : L.polyline(points, style));
      const dot = { renderer, pane: "lt-tools", interactive: false, radius: 3.5, color: COLOUR, weight: 2, fillColor: "#fff", fillOpacity: 1 };
      points.forEach((point) => group.addLayer(L.circleMarker(point, dot)));
      if (points.length > (kindOf === "area" ? 2 : 1)) group.addLayer(label(kindOf, points, isArea));
      return group;
    }

    function label(kindOf, points, isArea) {
      const box = make("div", "");
      read(kindOf, points).slice(0, 2).forEach((text, at) => box.appendChild(make(at ? "small" : "b", "", text)));
      box.appendChild(make("i", "", words.indicative));
      const place = isArea ? middleOf(points) : points[points.length - 1];
      const isLast = map.latLngToContainerPoint(place).x > map.getSize().x - EDGE;
      const direction = isArea ? "center" : isLast ? "left" : "right";
      const offset = { center: [0, 0], left: [-8, 0], right: [8, 0] }[direction];
      const options = { permanent: true, direction, offset, className: "lt-measured", interactive: false, pane: "lt-tool-labels" };
      return L.tooltip(options).setContent(box).setLatLng(place);
    }

    /* The centre of gravity of a ring on the screen; the middle of its box where it has no area. */
    function middleOf(points) {
      const flat = points.map((point) => map.latLngToLayerPoint(point));
      let [twice, x, y] = [0, 0, 0];
      flat.forEach((one, at) => {
        const next = flat[(at + 1) % flat.length];
        const cross = one.x * next.y - next.x * one.y;
        twice += cross;
        x += (one.x + next.x) * cross;
        y += (one.y + next.y) * cross;
      });
      if (Math.abs(twice) < 1) return L.latLngBounds(points).getCenter();
      return map.layerPointToLatLng([x / (3 * twice), y / (3 * twice)]);
    }

    function redraw() {
      if (draft) draft.remove();
      draft = null;
      const shown = cursor && places.length ? [...places, cursor] : places;
      if (shown.length) draft = drawn(kind, shown, true).addTo(map);
    }

    function near(one, other) {
      return map.latLngToContainerPoint(one).distanceTo(map.latLngToContainerPoint(other)) < CLOSE;
    }

    function start() {
      places = [];
      cursor = null;
      redraw();
      kit.listen({ click, move, finish, undo, cancel });
      say(kind === "length" ? words.measure_hint_length : words.measure_hint_area);
    }

    function click(latlng) {
      if (places.length && near(places[places.length - 1], latlng)) return;
      places.push(latlng);
      cursor = null;
      redraw();
      const enough = places.length > (kind === "area" ? 2 : 1);
      if (enough) say(read(kind, places).join(" · ") + words.indicative);
    }

    function move(latlng) {
      if (!places.length) return;
      cursor = latlng;
      redraw();
    }

    function undo() {
      places.pop();
      cursor = null;
      redraw();
    }

    function cancel() {
      if (places.length) start(); else kit.shut();
    }

    function finish() {
      cursor = null;
      const least = kind === "area" ? 3 : 2;
      if (places.length < least) return say(filled(words.too_few, { count: least }), true);
      const group = drawn(kind, places, false).addTo(map);
      done.push({ kind, places, group });
      start();
      listed();
      return undefined;
    }

    function clear() {
      done.splice(0).forEach((one) => one.group.remove());
      if (kit.isOpen(tool)) start();
      listed();
    }

    function listed() {
      if (!list) return;
      refill(list, done.map((one, at) => {
        const item = make("li", "");
        item.append(make("b", "", (one.kind === "length" ? words.length : words.area_measured) + " " + (at + 1)));
        read(one.kind, one.places).forEach((text) => item.appendChild(make("span", "", text)));
        if (one.kind === "area") item.appendChild(make("span", "lt-soft", around(one.places)));
        item.append(make("i", "", words.indicative), button(words.remove, () => {
          one.group.remove();
          done.splice(done.indexOf(one), 1);
          listed();
        }, "lt-link"));
        return item;
      }));
    }

    function open(body) {
      const kinds = [["length", words.length], ["area", words.area_measured]];
      const box = choice("lt-measure", kinds, kind, (key) => { kind = key; start(); });
      box.setAttribute("aria-label", words.measure);
      const acts = make("div", "lt-acts");
      acts.append(button(words.finish, finish), button(words.undo, undo), button(words.clear, clear));
      body.append(box, acts);
      say = kit.status(body);
      list = make("ul", "lt-measures");
      const help = make("details", "lt-soft");
      help.append(make("summary", "", words.help), make("p", "", words.measure_note));
      body.append(list, help);
      listed();
      start();
    }

    const tool = kit.add({
      key: "measure", label: words.measure_short, title: words.measure, open,
      close() { places = []; cursor = null; list = null; say = () => {}; redraw(); },
    });
    landuse.tools.measured = () => done.map((one) => ({
      kind: one.kind, places: one.places.map(pair), middle: pair(middleOf(one.places)), texts: read(one.kind, one.places),
    }));
  });
})(window.landuse = window.landuse || {});
