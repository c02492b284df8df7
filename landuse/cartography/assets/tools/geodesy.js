/* Lengths and areas on the ellipsoid of CGCS2000, the shift of GCJ-02, and how measures are worded.

   Length: inverse problem of Vincenty (1975), a millimetre anywhere in a county.
   Area: the points are brought to the authalic sphere of the ellipsoid (Snyder 1987, 3-11 to 3-12) and to its equal-area azimuthal
   plane about the middle of the figure (24-2 to 24-4), where edges are straight: within 1e-6 of the geodesic polygon up to 10 km, 1e-5 up to 30 km.
   GCJ-02: the published series; its inverse by iteration, to a tenth of a millimetre of the series.
   Places are [longitude, latitude] in degrees. */
(function (landuse) {
  "use strict";
  const { grouped } = landuse;
  landuse.tools = { parts: [] };
  const A = 6378137;
  const F = 1 / 298.257222101;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const RAD = Math.PI / 180;
  const MU_M2 = 2000 / 3;

  function vincenty(one, other) {
    const reduced = (lat) => Math.atan((1 - F) * Math.tan(lat * RAD));
    const [u1, u2] = [reduced(one[1]), reduced(other[1])];
    const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    const apart = (other[0] - one[0]) * RAD;
    let lambda = apart;
    for (let round = 0; round < 100; round++) {
      const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
      const sine = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
      if (sine === 0) return 0;
      const cosine = s1 * s2 + c1 * c2 * cl;
      const sigma = Math.atan2(sine, cosine);
      const alpha = c1 * c2 * sl / sine;
      const square = 1 - alpha * alpha;
      const middle = square === 0 ? 0 : cosine - 2 * s1 * s2 / square;
      const c = F / 16 * square * (4 + F * (4 - 3 * square));
      const before = lambda;
      lambda = apart + (1 - c) * F * alpha * (sigma + c * sine * (middle + c * cosine * (2 * middle * middle - 1)));
      if (Math.abs(lambda - before) > 1e-12) continue;
      const u = square * (A * A - B * B) / (B * B);
      const k = 1 + u / 16384 * (4096 + u * (u * (320 - 175 * u) - 768));
      const m = u / 1024 * (256 + u * (u * (74 - 47 * u) - 128));
      const outer = cosine * (2 * middle * middle - 1) - m / 6 * middle * (4 * sine * sine - 3) * (4 * middle * middle - 3);
      return B * k * (sigma - m * sine * (middle + m / 4 * outer));
    }
    return NaN;
  }

  /* Metres along a line of places. */
  function lengthOf(places) {
    let sum = 0;
    for (let at = 1; at < places.length; at++) sum += vincenty(places[at - 1], places[at]);
    return sum;
  }

  function authalic(lat) {
    const sine = Math.sin(lat * RAD);
    return (1 - E2) * (sine / (1 - E2 * sine * sine) + Math.atanh(E * sine) / E);
  }
  const POLE = authalic(90);
  const RADIUS = A * Math.sqrt(POLE / 2);

  /* Square metres inside a ring of places; the ring closes itself. */
  function areaOf(places) {
    if (places.length < 3) return 0;
    const middleOf = (part) => (Math.min(...places.map((p) => p[part])) + Math.max(...places.map((p) => p[part]))) / 2;
    const [lon0, beta0] = [middleOf(0), Math.asin(authalic(middleOf(1)) / POLE)];
    const [s0, c0] = [Math.sin(beta0), Math.cos(beta0)];
    const flat = places.map(([lon, lat]) => {
      const s = authalic(lat) / POLE;
      const c = Math.sqrt(1 - s * s);
      const [sl, cl] = [Math.sin((lon - lon0) * RAD), Math.cos((lon - lon0) * RAD)];
      const k = RADIUS * Math.sqrt(2 / (1 + s0 * s + c0 * c * cl));
      return [k * c * sl, k * (c0 * s - s0 * c * cl)];
    });
    let twice = 0;
    flat.forEach(([x, y], at) => {
      const [nextX, nextY] = flat[(at + 1) % flat.length];
      twice += x * nextY - nextX * y;
    });
    return Math.abs(twice) / 2;
  }

  /* Whether two edges of a ring cross: its area would be that of no figure. */
  function crossesItself(places) {
    const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
    const size = places.length;
    for (let one = 0; one < size; one++) {
      for (let other = one + 2; other < size; other++) {
        if (one === 0 && other === size - 1) continue;
        const [a, b, c, d] = [places[one], places[one + 1], places[other], places[(other + 1) % size]];
        if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
      }
    }
    return false;
  }

  /* Metres on the ground of a degree of longitude and of latitude at a latitude. */
  function degreeAt(lat) {
    const sine = Math.sin(lat * RAD);
    const w = 1 - E2 * sine * sine;
    return [A / Math.sqrt(w) * Math.cos(lat * RAD) * RAD, A * (1 - E2) / Math.pow(w, 1.5) * RAD];
  }

  // ------------------------------------------------------------------------------------------ GCJ-02

  const GCJ_A = 6378245;
  const GCJ_E2 = 0.00669342162296594323;

  function waves(value, terms) {
    return terms.reduce((sum, [size, pace]) => sum + size * Math.sin(value * pace * Math.PI), 0) * 2 / 3;
  }

  function driftOf(lon, lat) {
    const [x, y] = [lon - 105, lat - 35];
    const root = Math.sqrt(Math.abs(x));
    const shared = waves(x, [[20, 6], [20, 2]]);
    const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
      + shared + waves(y, [[20, 1], [40, 1 / 3]]) + waves(y, [[160, 1 / 12], [320, 1 / 30]]);
    const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
      + shared + waves(x, [[20, 1], [40, 1 / 3]]) + waves(x, [[150, 1 / 12], [300, 1 / 30]]);
    const sine = Math.sin(lat * RAD);
    const w = 1 - GCJ_E2 * sine * sine;
    return [
      east / (GCJ_A / Math.sqrt(w) * Math.cos(lat * RAD) * RAD),
      north / (GCJ_A * (1 - GCJ_E2) / Math.pow(w, 1.5) * RAD),
    ];
  }

  const isOutside = (lon, lat) => lon < 72.004 || lon > 137.8347 || lat < 0.8293 || lat > 55.8271;

  /* Where GCJ-02 puts a true place; outside China it shifts nothing. */
  function toGcj([lon, lat]) {
    if (isOutside(lon, lat)) return [lon, lat];
    const [east, north] = driftOf(lon, lat);
    return [lon + east, lat + north];
  }

  /* The true place of a place of GCJ-02. */
  function fromGcj([lon, lat]) {
    let [trueLon, trueLat] = [lon, lat];
    for (let round = 0; round < 6; round++) {
      const [gcjLon, gcjLat] = toGcj([trueLon, trueLat]);
      trueLon += lon - gcjLon;
      trueLat += lat - gcjLat;
    }
    return [trueLon, trueLat];
  }

  // ------------------------------------------------------------------------------------------ wording

  /* "356.2 m" below a kilometre, "1.236 km" from it on. */
  function lengthText(metres, words) {
    return metres < 999.95 ? grouped(metres, 1) + " " + words.metre : grouped(metres / 1000, 3) + " " + words.kilometre;
  }

  /* Square metres, mu and hectares, as a list of texts. */
  function areaTexts(m2, words) {
    return [
      grouped(m2, m2 < 100 ? 1 : 0) + " " + words.m2,
      grouped(m2 / MU_M2, 2) + " " + words.mu,
      grouped(m2 / 10000, 4) + " " + words.hectare,
    ];
  }

  landuse.tools.geodesy = { lengthOf, areaOf, crossesItself, degreeAt, toGcj, fromGcj, lengthText, areaTexts };
})(window.landuse = window.landuse || {});
