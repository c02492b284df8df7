/* What every part of the page shares: its state and events, elements, printed numbers, swatches. ES2019.
   Texts of the data enter the page as text nodes only. */
(function (landuse) {
  "use strict";

  const DAY = 86400000;
  const DECIMALS = { A: 2, B: 2, C: 4, N: 0 };

  // ------------------------------------------------------------------------------------------ state and events

  /* theme: key; value: "" = the run, "year:2023", "variant:name"; share: whole percent or null = as the rule says;
     filters: {choices: {key: [codes]}, ranges: {key: [least, most]}}; chosen: row of a parcel or -1; safe: palette. */
  landuse.state = { theme: "", value: "", share: null, filters: { choices: {}, ranges: {} }, chosen: -1, safe: false };

  const heard = {};

  landuse.on = function (name, act) {
    (heard[name] = heard[name] || []).push(act);
  };

  landuse.emit = function (name, what) {
    for (const act of heard[name] || []) act(what);
  };

  // ------------------------------------------------------------------------------------------ elements

  landuse.make = function (tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  };

  landuse.byId = (id) => document.getElementById(id);

  landuse.button = function (text, act, className) {
    const element = landuse.make("button", className || "lu-button", text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };

  landuse.filled = function (text, facts) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  };

  /* Run something at most once a frame, however often it is asked for. */
  landuse.soon = function (act) {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; act(); });
    };
  };

  // ------------------------------------------------------------------------------------------ numbers and days

  /* Round half away from zero, as a spreadsheet shows it. */
  function rounded(number, places) {
    const scale = Math.pow(10, places);
    const whole = Math.floor(Math.abs(number) * scale + 0.5 + 1e-7);
    return ((number < 0 ? -1 : 1) * whole) / scale;
  }

  landuse.grouped = function (number, places) {
    const parts = Math.abs(rounded(number, places)).toFixed(places).split(".");
    const text = parts[0].replace(/\B(?=(\d{3})+$)/g, ",") + (parts[1] ? "." + parts[1] : "");
    return (rounded(number, places) < 0 ? "−" : "") + text;
  };

  landuse.dayText = (day) => new Date(day * DAY).toISOString().slice(0, 10);

  landuse.isUnknown = (value) => value === null || value === undefined || value === "" || (typeof value === "number" && isNaN(value));

  landuse.printed = function (value, fmt) {
    if (landuse.isUnknown(value)) return "—";
    if (typeof value !== "number") return value;
    if (fmt === "D") return landuse.dayText(value);
    if (fmt === "P") return landuse.grouped(value * 100, 1) + "%";
    return fmt in DECIMALS ? landuse.grouped(value, DECIMALS[fmt]) : String(value);
  };

  // ------------------------------------------------------------------------------------------ swatches

  landuse.swatch = function (entry) {
    const canvas = landuse.make("canvas", "lu-swatch");
    const dense = Math.min(3, Math.max(1, window.devicePixelRatio || 1));
    canvas.width = 30 * dense;
    canvas.height = 15 * dense;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.fillStyle = landuse.fillStyleOf(context, landuse.fillOf(entry), dense);
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.strokeStyle = "#6b7280";
    context.lineWidth = dense;
    context.strokeRect(dense / 2, dense / 2, canvas.width - dense, canvas.height - dense);
    return canvas;
  };

  landuse.fillOf = (entry) => ({ colour: landuse.state.safe ? entry.safe : entry.colour, hatch: entry.hatch });
})(window.landuse = window.landuse || {});
