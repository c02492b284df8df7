/* Print the map on A4 or A3 at a round scale, save the current view as a picture, save each theme for a meeting (16:9). */
(function (landuse) {
  "use strict";
  const { sheet } = landuse.tools;
  const PAPERS = { A4: [297, 210], A3: [420, 297] };
  const PIXELS = 12;
  const WIDE = { width: 384, height: 216, pixels: 10 };
  const SCREEN = 25.4 / 96;
  const SCALES = [500, 1000, 2000, 5000, 10000, 20000, 25000, 50000, 100000];
  const MEASURED = "#7a1fa2";

  landuse.tools.parts.push(function printTool(kit) {
    const { host, map, words, make, button, filled } = kit;
    const wish = { paper: "A4", turned: false, extent: "view", scale: 0 };
    let say = () => {};

    // -------------------------------------------------------------------------------------- the map itself

    function drawMeasured(context, view) {
      const place = sheet.projector(view);
      const unit = view.ratio;
      for (const one of landuse.tools.measured ? landuse.tools.measured() : []) {
        const points = one.places.map(([lon, lat]) => place(lon, lat));
        context.beginPath();
        points.forEach(([x, y], at) => { if (at) context.lineTo(x, y); else context.moveTo(x, y); });
        if (one.kind === "area") { context.closePath(); context.fillStyle = "rgba(122,31,162,.14)"; context.fill(); }
        context.strokeStyle = MEASURED;
        context.lineWidth = 2.2 * unit;
        context.stroke();
        const isArea = one.kind === "area";
        const [x, y] = isArea ? place(...one.middle) : points[points.length - 1];
        const lines = [...one.texts.slice(0, 2), words.indicative.trim()];
        lines.forEach((line, at) => haloed(context, line, x + (isArea ? 0 : 8 * unit), y + (at - (lines.length - 1) / 2) * 15 * unit, 12 * unit, { colour: MEASURED, align: isArea ? "center" : "left" }));
      }
    }

    function haloed(context, text, x, y, size, { colour, align, weight }) {
      context.font = (weight || 700) + " " + size + "px " + sheet.FONT;
      context.textAlign = align;
      context.textBaseline = "middle";
      context.lineJoin = "round";
      context.strokeStyle = "rgba(255,255,255,.9)";
      context.lineWidth = size * 0.3;
      context.strokeText(text, x, y);
      context.fillStyle = colour;
      context.fillText(text, x, y);
      context.textBaseline = "alphabetic";
    }

    function drawPins(context, view) {
      const place = sheet.projector(view);
      const unit = view.ratio;
      (landuse.tools.notes ? landuse.tools.notes.list() : []).forEach((note, at) => {
        const [x, y] = place(note.lon, note.lat);
        context.beginPath();
        context.arc(x, y, 9 * unit, 0, 7);
        context.fillStyle = "#b45309";
        context.fill();
        context.strokeStyle = "#ffffff";
        context.lineWidth = 1.5 * unit;
        context.stroke();
        context.fillStyle = "#ffffff";
        context.font = "700 " + 11 * unit + "px " + sheet.FONT;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillText(String(at + 1), x, y);
        context.textBaseline = "alphabetic";
      });
    }

    function emptyPicture(view) {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [view.width, view.height];
      const context = canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, view.width, view.height);
      return [canvas, context];
    }

    function drawMap(context, view) {
      host.drawOn(context, view);
      if (view.isBare) return;
      drawMeasured(context, view);
      drawPins(context, view);
    }

    async function mapPicture(view, withBase) {
      const [canvas, context] = emptyPicture(view);
      if (withBase && landuse.tools.base) await landuse.tools.base.drawOn(context, view);
      drawMap(context, view);
      return canvas;
    }

    // -------------------------------------------------------------------------------------- what a sheet says

    function described(size) {
      const { facts } = host;
      const legend = host.legend();
      const base = landuse.tools.base ? landuse.tools.base.credit() : "";
      const filter = host.filterText ? host.filterText() : "";
      return {
        title: [facts.name, legend.title, legend.of].filter(Boolean),
        subtitle: [words.year + ": " + legend.year, facts.facts, filter].filter(Boolean).join(" · "), notice: facts.notice, audience: facts.audience, stamp: facts.stamp,
        legend, words,
        foot: [
          [facts.crs, words.drawn_on + " " + kit.today(), words.run_short + " " + facts.run.slice(0, 12)].filter(Boolean).join(" · "),
          [facts.attribution, base].filter(Boolean).join(" · "),
        ],
        ...size,
      };
    }

    function centreAndZoom(frame, pixels, extent) {
      const size = [Math.round(frame.width * pixels), Math.round(frame.height * pixels)];
      const bounds = extent === "whole" ? host.wholeBounds() : map.getBounds();
      const [west, north] = sheet.mercator(bounds.getWest(), bounds.getNorth());
      const [east, south] = sheet.mercator(bounds.getEast(), bounds.getSouth());
      const room = extent === "whole" ? 0.94 : 1;
      const zoom = Math.log2(Math.min(size[0] * room / (east - west), size[1] * room / (south - north)) / 256);
      const middle = (north + south) / 2;
      const lat = Math.atan(Math.sinh(Math.PI * (1 - 2 * middle))) * 180 / Math.PI;
      return { lat, lng: ((west + east) / 2 - 0.5) * 360, zoom: Math.min(zoom, 24), width: size[0], height: size[1] };
    }

    /* The sheet with its view: on paper the scale is round, elsewhere the extent fills the frame. */
    function composed(size, { pixels, extent, scale, ...look }) {
      const spec = described(size);
      const laid = sheet.plan(spec);
      const view = { ...centreAndZoom(laid.frame, pixels, extent), ...look };
      if (scale !== undefined) {
        const fitting = sheet.metresOf(view) * pixels * 1000;
        spec.scale = scale || sheet.roundScale(fitting);
        view.zoom = sheet.zoomFor(spec.scale / 1000 / pixels, view.lat);
      }
      const items = [sheet.frameItem(laid, spec.unit), ...laid.items, ...sheet.scaleItems(laid, sheet.metresOf(view) * pixels, spec), ...sheet.northItems(laid, spec)];
      return { spec, laid, view, items };
    }

    // -------------------------------------------------------------------------------------- pictures

    async function picture(size, options) {
      const made = composed(size, options);
      const attempt = async (withBase) => {
        const inside = await mapPicture(made.view, withBase);
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(made.laid.width * options.pixels);
        canvas.height = Math.round(made.laid.height * options.pixels);
        const context = canvas.getContext("2d");
        context.fillStyle = "#ffffff";
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(inside, Math.round(made.laid.frame.x * options.pixels), Math.round(made.laid.frame.y * options.pixels));
        context.scale(options.pixels, options.pixels);
        sheet.onCanvas(context, made.items, host.swatch);
        return new Promise((settle, fail) => {
          canvas.toBlob((blob) => (blob ? settle(blob) : fail(new Error("PNG"))), "image/png");
        });
      };
      try { return { blob: await attempt(true), hasBase: true }; } catch (error) {
        if (error.name !== "SecurityError") throw error;
        return { blob: await attempt(false), hasBase: false };
      }
    }

    function nameOf(ending) {
      const { title, other } = host.legend();
      return kit.fileName([host.facts.name, title, other, ending], "png");
    }

    async function working(act) {
      say(words.working);
      await new Promise((settle) => setTimeout(settle, 30));
      try { await act(); } catch (error) { say(filled(words.not_drawn, { why: error.message }), true); }
    }

    function savePicture() {
      return working(async () => {
        const box = map.getSize();
        const frame = { width: box.x * SCREEN, height: box.y * SCREEN };
        const size = { frame, margin: 6, unit: Math.max(0.8, Math.min(1.25, frame.height / 170)) };
        const ratio = 2;
        const { blob, hasBase } = await picture(size, { pixels: ratio / SCREEN, extent: "view", ratio });
        const name = nameOf(kit.today());
        kit.download(name, blob);
        say(filled(words.drawn, { name }) + (hasBase ? "" : " " + words.no_base), !hasBase);
      });
    }

    function wide() {
      const size = { width: WIDE.width, height: WIDE.height, margin: 8, unit: 1.78 };
      return picture(size, { pixels: WIDE.pixels, extent: "whole", ratio: 2.6, letters: 1.6, isBare: true });
    }

    function saveWide() {
      return working(async () => {
        const { blob, hasBase } = await wide();
        const name = nameOf("16x9");
        kit.download(name, blob);
        say(filled(words.drawn, { name }) + (hasBase ? "" : " " + words.no_base), !hasBase);
      });
    }

    function saveAllWide() {
      return working(async () => {
        const before = host.theme();
        const themes = host.themes();
        try {
          for (const theme of themes) {
            host.show(theme.key);
            say(words.working + " " + theme.short);
            const { blob } = await wide();
            kit.download(nameOf("16x9"), blob);
            await new Promise((settle) => setTimeout(settle, 250));
          }
        } finally { host.show(before); }
        say(filled(words.all_drawn, { count: themes.length }));
      });
    }

    // -------------------------------------------------------------------------------------- paper

    function paperSpec() {
      const [long, short] = PAPERS[wish.paper];
      const isTall = wish.turned;
      return {
        width: isTall ? short : long, height: isTall ? long : short, margin: 10, below: isTall,
        unit: (wish.paper === "A3" ? 1.25 : 1) * (isTall ? 0.95 : 0.92),
      };
    }

    const onPaper = () => composed(paperSpec(), { pixels: PIXELS, extent: wish.extent, scale: wish.scale, ratio: PIXELS * SCREEN });

    function openPreview() {
      return working(async () => {
        const made = onPaper();
        const inside = await mapPicture(made.view, true);
        say("");
        preview(made, inside, paperSpec());
      });
    }

    /* Printing from the menu of the browser gives the same sheet, without a base map: there is no time to fetch one. */
    let once = null;
    window.addEventListener("beforeprint", () => {
      if (document.querySelector(".lt-print")) return;
      const made = onPaper();
      const [inside, context] = emptyPicture(made.view);
      drawMap(context, made.view);
      once = preview(made, inside, paperSpec());
    });
    window.addEventListener("afterprint", () => { if (once) once(); once = null; });

    function preview(made, inside, size) {
      const back = document.activeElement;
      const page = make("div", "lt-print");
      page.setAttribute("role", "dialog");
      page.setAttribute("aria-modal", "true");
      page.setAttribute("aria-label", words.print);
      const rule = make("style", "", "@page { size: " + size.width + "mm " + size.height + "mm; margin: 0 }");
      const close = () => { page.remove(); rule.remove(); document.body.classList.remove("lt-printing"); if (back) back.focus(); };
      const acts = make("div", "lt-print-acts");
      acts.append(button(words.print_now, () => window.print(), "lt-act lt-main"), button(words.close, close));
      const paper = make("div", "lt-sheet");
      paper.style.width = size.width + "mm";
      paper.style.height = size.height + "mm";
      const { frame } = made.laid;
      inside.className = "lt-sheet-map";
      Object.assign(inside.style, { left: frame.x + "mm", top: frame.y + "mm", width: frame.width + "mm", height: frame.height + "mm" });
      paper.append(inside, sheet.asSvg(made.laid, made.items, host.swatch));
      page.append(acts, paper);
      page.addEventListener("keydown", (event) => {
        if (event.key === "Escape") { event.stopPropagation(); close(); }
        if (event.key === "Tab") {
          const stops = [...acts.children];
          event.preventDefault();
          stops[(stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1) + stops.length) % stops.length].focus();
        }
      });
      document.body.append(rule, page);
      document.body.classList.add("lt-printing");
      const room = Math.min(1, (window.innerWidth - 40) * SCREEN / size.width, (window.innerHeight - 90) * SCREEN / size.height);
      paper.style.setProperty("--zoom", room);
      page.style.setProperty("--wide", size.width * room + "mm");
      page.style.setProperty("--tall", size.height * room + "mm");
      acts.firstChild.focus();
      return close;
    }

    // -------------------------------------------------------------------------------------- panel

    function select(title, options, value, act) {
      const label = make("label", "lt-pick");
      const input = make("select");
      for (const [key, text] of options) {
        const option = make("option", "", text);
        option.value = key;
        option.selected = String(key) === String(value);
        input.appendChild(option);
      }
      input.addEventListener("change", () => act(input.value));
      label.append(make("span", "", title), input);
      return label;
    }

    kit.add({
      key: "print", label: words.print_short, title: words.print,
      open(body) {
        const papers = [];
        for (const paper of ["A4", "A3"]) for (const turned of [false, true]) papers.push([paper + (turned ? "-" : "+"), paper + " " + (turned ? words.portrait : words.landscape)]);
        const scales = [[0, words.scale_fit], ...SCALES.map((scale) => [scale, "1:" + landuse.grouped(scale, 0)])];
        const acts = make("div", "lt-acts");
        acts.append(button(words.preview, openPreview, "lt-act lt-main"));
        const more = make("div", "lt-acts lt-stack");
        more.append(button(words.png, savePicture), button(words.wide_one, saveWide), button(words.wide_all, saveAllWide));
        body.append(
          select(words.paper, papers, wish.paper + (wish.turned ? "-" : "+"), (value) => { wish.paper = value.slice(0, 2); wish.turned = value.endsWith("-"); }),
          select(words.extent, [["view", words.extent_view], ["whole", words.extent_whole]], wish.extent, (value) => { wish.extent = value; }),
          select(words.scale, scales, wish.scale, (value) => { wish.scale = Number(value); }),
          acts, more,
        );
        say = kit.status(body);
        body.appendChild(make("p", "lt-soft", words.print_note));
      },
      close() { say = () => {}; },
    });
    landuse.tools.print = { composed, paperSpec, wish, wide };
  });
})(window.landuse = window.landuse || {});
