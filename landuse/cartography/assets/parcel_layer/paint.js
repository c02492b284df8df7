/* Paint one picture of parcels on any canvas, in steps: fills with hatches, outlines, marks. ES2019.
   What to draw comes in arrays of one number per place; nothing is decided here. */
(function (landuse) {
  "use strict";

  const RADIUS = 6378137;
  const HALF = Math.PI * RADIUS;
  const NOT_DRAWN = 255;
  const HATCH_SIDE = 7;
  const TINY = 3; // pixels: up to here a box is as good as the shape
  const SMALL = 12; // pixels: up to here shapes are filled pixel by pixel where there are many
  const MANY = 20000;
  const BATCH = 96;
  const TILE = 512;

  function canvasOf(width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    return canvas;
  }

  // ------------------------------------------------------------------------------------------ fills

  function isDark(colour) {
    const part = (at) => parseInt(colour.slice(at, at + 2), 16);
    return 0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5) < 110;
  }

  function hatchLines(context, hatch, side, colour) {
    context.strokeStyle = isDark(colour) ? "rgba(255,255,255,.8)" : "rgba(60,60,60,.62)";
    context.fillStyle = context.strokeStyle;
    context.lineWidth = side / HATCH_SIDE;
    const line = (x0, y0, x1, y1) => { context.moveTo(x0, y0); context.lineTo(x1, y1); };
    context.beginPath();
    if (hatch === "diagonal" || hatch === "cross") {
      line(-1, 1, 1, -1);
      line(0, side, side, 0);
      line(side - 1, side + 1, side + 1, side - 1);
    }
    if (hatch === "back" || hatch === "cross") {
      line(-1, side - 1, 1, side + 1);
      line(0, 0, side, side);
      line(side - 1, -1, side + 1, 1);
    }
    if (hatch === "horizontal") line(0, side / 2, side, side / 2);
    if (hatch === "vertical") line(side / 2, 0, side / 2, side);
    context.stroke();
    if (hatch === "dots") {
      context.beginPath();
      context.arc(side / 2, side / 2, (1.2 * side) / HATCH_SIDE, 0, 7);
      context.fill();
    }
  }

  /* The swatch that repeats: a canvas of the colour with its hatch, `ratio` device pixels to one of the page. */
  landuse.swatchOf = function (fill, ratio) {
    const hatched = fill.hatch && fill.hatch !== "none";
    const side = hatched ? Math.max(4, Math.round(HATCH_SIDE * (ratio || 1))) : 1;
    const canvas = canvasOf(side, side);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = fill.colour;
    context.fillRect(0, 0, side, side);
    if (hatched) hatchLines(context, fill.hatch, side, fill.colour);
    return canvas;
  };

  /* A fill for any 2d context: a colour, or a pattern with the hatch. */
  landuse.fillStyleOf = function (context, fill, ratio) {
    const hatched = fill.hatch && fill.hatch !== "none";
    return hatched ? context.createPattern(landuse.swatchOf(fill, ratio), "repeat") : fill.colour;
  };

  function pixelsOf(fill, ratio) {
    const canvas = landuse.swatchOf(fill, ratio);
    const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return { side: canvas.width, pixels: new Uint32Array(image.data.buffer) };
  }

  // ------------------------------------------------------------------------------------------ one picture

  /* Where a picture lies: device pixels of the grid's zero and of one step, its size, and pixels to one of the page. */
  function frameOf(data, west, north, scale, width, height, ratio) {
    return {
      scale: data.step * scale,
      left: (data.west - west) * scale,
      top: (north - data.south) * scale,
      width, height, ratio, shiftX: 0, shiftY: 0,
    };
  }

  function tileFrame(data, coords, side) {
    const scale = (side / TILE) * 256 * Math.pow(2, coords.z) / (2 * HALF);
    const frame = frameOf(data, (coords.x * side) / scale - HALF, HALF - (coords.y * side) / scale, scale, side, side, side / TILE);
    const period = Math.max(4, Math.round(HATCH_SIDE * frame.ratio));
    frame.shiftX = -((((coords.x * side) % period) + period) % period);
    frame.shiftY = -((((coords.y * side) % period) + period) % period);
    return frame;
  }

  function placesIn(data, frame, pad) {
    const x = (pixel) => (pixel - frame.left) / frame.scale;
    const y = (pixel) => (frame.top - pixel) / frame.scale;
    return data._meeting(x(-pad), y(frame.height + pad), x(frame.width + pad), y(-pad));
  }

  /* Trace the rings of a place; vertices nearer than most of a pixel to the last one are left out. */
  function trace(path, data, place, frame, least) {
    const { scale } = frame;
    const [left, top] = [frame.left - frame.shiftX, frame.top - frame.shiftY];
    const { x, y, pointsOf } = data;
    for (let ring = data.ringsOf[data.partsOf[place]]; ring < data.ringsOf[data.partsOf[place + 1]]; ring++) {
      const [from, to] = [pointsOf[ring], pointsOf[ring + 1]];
      let lastX = x[from] * scale + left;
      let lastY = top - y[from] * scale;
      path.moveTo(lastX, lastY);
      for (let point = from + 1; point < to; point++) {
        const nextX = x[point] * scale + left;
        const nextY = top - y[point] * scale;
        if (Math.abs(nextX - lastX) + Math.abs(nextY - lastY) < least) continue;
        path.lineTo(nextX, nextY);
        lastX = nextX;
        lastY = nextY;
      }
      path.closePath();
    }
  }

  function middleSide(data) {
    const step = Math.max(1, Math.floor(data.n / 400));
    const sides = [];
    for (let place = 0; place < data.n; place += step) {
      const at = 4 * place;
      const side = Math.max(data.boxes[at + 2] - data.boxes[at], data.boxes[at + 3] - data.boxes[at + 1]);
      if (data.boxes[at + 2] >= 0) sides.push(side);
    }
    return sides.sort((one, other) => one - other)[sides.length >> 1] || 0;
  }

  /* Fills pixels of a picture by hand: tens of thousands of small parcels in the time of a few hundred paths. */
  class Pixels {
    constructor(data, frame, look) {
      this.data = data;
      this.frame = frame;
      this.look = look;
      this.image = new ImageData(frame.width, frame.height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.x = new Float64Array(64);
      this.y = new Float64Array(64);
      this.ends = new Uint32Array(64);
    }

    /* A row of pixels from x0 up to, not with, x1. */
    row(fill, y, x0, x1) {
      const { width, shiftX, shiftY } = this.frame;
      const from = y * width + Math.max(0, x0);
      const to = y * width + Math.min(width, x1);
      if (fill.side === 1) {
        for (let at = from; at < to; at++) this.pixels[at] = fill.pixels[0];
        return;
      }
      const line = ((y - shiftY) % fill.side) * fill.side;
      for (let at = from, x = Math.max(0, x0) - shiftX; at < to; at++, x++) this.pixels[at] = fill.pixels[line + (x % fill.side)];
    }

    /* The box of a place, one pixel at least. */
    box(place) {
      const { scale, left, top, height } = this.frame;
      const { boxes } = this.data;
      const at = 4 * place;
      const fill = this.look.pixels[this.look.drawn[place]];
      const x0 = Math.round(boxes[at] * scale + left);
      const y0 = Math.round(top - boxes[at + 3] * scale);
      const x1 = Math.max(x0 + 1, Math.round(boxes[at + 2] * scale + left));
      const y1 = Math.min(height, Math.max(y0 + 1, Math.round(top - boxes[at + 1] * scale)));
      for (let y = Math.max(0, y0); y < y1; y++) this.row(fill, y, x0, x1);
    }

    /* The shape of a place: pixels whose middle lies inside, one at least. */
    shape(place) {
      const fill = this.look.pixels[this.look.drawn[place]];
      const rings = this.project(place);
      let [low, high] = [Infinity, -Infinity];
      for (let i = 0; i < this.ends[rings - 1]; i++) {
        if (this.y[i] < low) low = this.y[i];
        if (this.y[i] > high) high = this.y[i];
      }
      let filled = false;
      const last = Math.min(this.frame.height - 1, Math.floor(high - 0.5));
      for (let y = Math.max(0, Math.ceil(low - 0.5)); y <= last; y++) {
        const cuts = this.cuts(rings, y + 0.5);
        for (let i = 0; i + 1 < cuts.length; i += 2) {
          const [x0, x1] = [Math.ceil(cuts[i] - 0.5), Math.ceil(cuts[i + 1] - 0.5)];
          if (x1 > x0) filled = true;
          this.row(fill, y, x0, x1);
        }
      }
      const [x, y] = [Math.floor(this.x[0]), Math.floor(this.y[0])];
      if (!filled && y >= 0 && y < this.frame.height) this.row(fill, y, x, x + 1);
    }

    project(place) {
      const { data, frame } = this;
      const [first, end] = [data.ringsOf[data.partsOf[place]], data.ringsOf[data.partsOf[place + 1]]];
      const [from, to] = [data.pointsOf[first], data.pointsOf[end]];
      if (to - from > this.x.length) [this.x, this.y] = [new Float64Array(2 * (to - from)), new Float64Array(2 * (to - from))];
      if (end - first > this.ends.length) this.ends = new Uint32Array(2 * (end - first));
      for (let i = from; i < to; i++) {
        this.x[i - from] = data.x[i] * frame.scale + frame.left;
        this.y[i - from] = frame.top - data.y[i] * frame.scale;
      }
      for (let ring = first; ring < end; ring++) this.ends[ring - first] = data.pointsOf[ring + 1] - from;
      return end - first;
    }

    /* Where the rings cross a height, from left to right. */
    cuts(rings, height) {
      const cuts = [];
      for (let ring = 0, from = 0; ring < rings; from = this.ends[ring++]) {
        const to = this.ends[ring];
        for (let i = from, before = to - 1; i < to; before = i++) {
          const [y0, y1] = [this.y[before], this.y[i]];
          if (y0 <= height === y1 <= height) continue;
          const cut = this.x[before] + ((height - y0) / (y1 - y0)) * (this.x[i] - this.x[before]);
          let at = cuts.length;
          while (at > 0 && cuts[at - 1] > cut) at--;
          cuts.splice(at, 0, cut);
        }
      }
      return cuts;
    }
  }

  /* Paint a picture in steps: yields often, so that the page may breathe in between. */
  function* paintParcels(context, data, frame, look) {
    const small = [];
    const large = look.pixels.map(() => []);
    const { boxes } = data;
    const tiny = TINY / frame.scale;
    const width = outlineWidth(data, frame, look);
    const least = data.n > MANY && !width ? SMALL / frame.scale : tiny;
    for (const place of placesIn(data, frame, 2 * frame.ratio)) {
      const kind = look.drawn[place];
      if (kind === NOT_DRAWN) continue;
      const at = 4 * place;
      if (boxes[at + 2] - boxes[at] < least && boxes[at + 3] - boxes[at + 1] < least) small.push(place);
      else large[kind].push(place);
    }
    yield;
    if (small.length) {
      const pixels = new Pixels(data, frame, look);
      for (let i = 0; i < small.length; i++) {
        const at = 4 * small[i];
        if (boxes[at + 2] - boxes[at] < tiny && boxes[at + 3] - boxes[at + 1] < tiny) pixels.box(small[i]);
        else pixels.shape(small[i]);
        if (i % 512 === 511) yield;
      }
      context.putImageData(pixels.image, 0, 0);
    }
    yield* paintLarge(context, data, frame, large, look, width);
  }

  /* Small parcels get thin outlines, so that the colour and not the line is seen; where there are many, none at all. */
  function outlineWidth(data, frame, look) {
    if (look.line.width !== undefined) return look.line.width;
    const side = (look.side * frame.scale) / frame.ratio;
    if (side < (data.n > MANY ? 14 : 5)) return 0;
    return side < 8 ? 0.15 : side < 16 ? 0.3 : side < 30 ? 0.5 : 0.8;
  }

  function* paintLarge(context, data, frame, large, look, width) {
    const outlines = [];
    context.setTransform(1, 0, 0, 1, frame.shiftX, frame.shiftY);
    for (let kind = 0; kind < large.length; kind++) {
      if (!large[kind].length) continue;
      context.fillStyle = landuse.fillStyleOf(context, look.fills[kind], frame.ratio);
      for (let from = 0; from < large[kind].length; from += BATCH) {
        const path = new Path2D();
        for (const place of large[kind].slice(from, from + BATCH)) trace(path, data, place, frame, 0.6);
        context.fill(path);
        if (width) outlines.push(path);
        yield;
      }
    }
    context.strokeStyle = look.line.colour;
    context.globalAlpha = look.line.opacity === undefined ? 1 : look.line.opacity;
    context.lineWidth = width * frame.ratio;
    context.lineJoin = "round";
    for (const path of outlines) {
      context.stroke(path);
      yield;
    }
    context.globalAlpha = 1;
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  function* paintMarks(context, data, frame, marks) {
    if (!marks.places.length) return;
    const style = marks.style;
    const pad = Math.max(style.width, style.haloWidth || 0) * frame.ratio;
    const path = new Path2D();
    const inside = new Set(marks.places.length > 2000 ? placesIn(data, frame, pad) : []);
    let count = 0;
    for (const place of marks.places) {
      if (inside.size ? !inside.has(place) : !meets(data, place, frame, pad)) continue;
      trace(path, data, place, frame, 0.6);
      if (++count % BATCH === 0) yield;
    }
    context.setTransform(1, 0, 0, 1, frame.shiftX, frame.shiftY);
    context.lineJoin = "round";
    for (const [colour, width] of [[style.halo, style.haloWidth], [style.colour, style.width]]) {
      if (!colour || !width || !count) continue;
      context.strokeStyle = colour;
      context.lineWidth = width * frame.ratio;
      context.stroke(path);
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  function meets(data, place, frame, pad) {
    const at = 4 * place;
    const x = (step) => step * frame.scale + frame.left;
    const y = (step) => frame.top - step * frame.scale;
    const box = data.boxes;
    return box[at + 2] >= 0 && x(box[at + 2]) >= -pad && x(box[at]) <= frame.width + pad && y(box[at + 1]) >= -pad && y(box[at + 3]) <= frame.height + pad;
  }

  landuse.painting = { canvasOf, pixelsOf, frameOf, tileFrame, middleSide, paintParcels, paintMarks, NOT_DRAWN, TILE };
})(window.landuse = window.landuse || {});
