/* Small things that every part of the page uses: buttons, swatches, days, work once a frame. ES2019. */
(function (landuse) {
  "use strict";

  const DAY = 86400000;

  landuse.byId = (id) => document.getElementById(id);

  landuse.button = function (text, act, className) {
    const element = landuse.make("button", className || "lu-button", text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
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

  landuse.dayText = (day) => new Date(day * DAY).toISOString().slice(0, 10);

  landuse.isUnknown = (value) => value === null || value === undefined || value === "" || (typeof value === "number" && isNaN(value));

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
