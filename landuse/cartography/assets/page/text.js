/* Elements and numbers in words. Texts enter as text nodes only. */
(function (landuse) {
  "use strict";

  landuse.make = function (tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  /* Put elements in the place of what an element holds; it is given itself, or by its id. */
  landuse.refill = function (element, elements) {
    const box = typeof element === "string" ? document.getElementById(element) : element;
    box.textContent = "";
    box.append(...elements);
  };

  landuse.filled = function (text, facts) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  };

  /* Round half away from zero, as a spreadsheet shows it. */
  const rounded = landuse.rounded = function (number, places) {
    const scale = Math.pow(10, places);
    const whole = Math.floor(Math.abs(number) * scale + 0.5 + 1e-7);
    return ((number < 0 ? -1 : 1) * whole) / scale;
  };

  /* Decimals that a number format prints; a P prints one decimal of a per cent. */
  landuse.PRINTED = { A: 2, B: 2, C: 4, N: 0, P: 3, Y: 0, D: 0 };

  const grouped = landuse.grouped = function (number, places) {
    const near = rounded(number, places);
    const [whole, rest] = Math.abs(near).toFixed(places).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
    return (near < 0 ? "−" : "") + text;
  };

  /* A value in the number format of its column (A, B, C, N, P, Y, D, T); — is unknown. */
  landuse.printed = function (value, fmt) {
    if (value === null || value === undefined || value === "" || Number.isNaN(value)) return "—";
    if (typeof value !== "number") return value;
    if (fmt === "A") return grouped(value, 2);
    if (fmt === "N") return grouped(value, 0);
    if (fmt === "B") return grouped(value, 2);
    if (fmt === "C") return grouped(value, 4);
    if (fmt === "D") return landuse.dayText(value);
    if (fmt === "P") return grouped(value * 100, 1) + "%";
    return String(value);
  };

  /* A printed number and its unit: 6.60 万元/亩; 6.60 × 10,000 yuan/mu, where the unit is itself a number. */
  landuse.withUnit = function (text, unit) {
    return text === "—" || !unit ? text : text + (/^\d/.test(unit) ? " × " : " ") + unit;
  };
})(window.landuse = window.landuse || {});
