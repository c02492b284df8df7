/* The tools at the edge of the map: one bar, one panel, one tool open at a time; the map listens to the open tool first.

   landuse.tools.add(host) builds the bar from landuse.tools.parts, functions of the files beside this one. What a host is:
     map, words, lang, facts        the Leaflet map, words of the page, zh or en, texts of the head and foot (plain values)
     size, id(row), rowOf(id)       parcels, the code of one, the row of a code (-1 = none)
     area(row), at(latlng)          mu of a parcel (NaN unknown); the row at a place (-1 = none)
     boundsOf(row), within(bounds)  L.LatLngBounds of a parcel; rows that a rectangle touches
     mark(rows), fade(strength)     outline these rows; make the parcels paler (0.2 to 1), tell how strong they are
     chosenRows()                   rows of the filter in force; null = no filter
     columns()                      [{title, unit, kind: number | day | text, value(row)}]: a table of the selection
     themes(), theme(), show(key)   [{key, short}], the key on the map, switch to another
     legend()                       {title, of, year, other, unit, classes: [{key, label, colour, hatch, count, area}], area, notes}:
                                    the picture as it is shown; title, of, year, other, notes as landuse.told gives them
     overlaid()                     pixels at the upper edge of the map that a panel has to leave free; may be missing
     drawOn(context, view)          draw the parcels with what lies around them on a canvas; the view as sheet.projector takes it */
(function (landuse) {
  "use strict";
  const FAR = 6;
  const TALL = 420;

  const { make, refill, filled } = landuse;
  const button = (text, act, className) => landuse.button(text, act, className || "lt-act");

  /* A choice of one: a radio button for each [key, text]; act is called with the key that is taken. */
  function choice(name, entries, chosen, act) {
    const box = make("div", "lt-choice");
    box.setAttribute("role", "radiogroup");
    for (const [key, text] of entries) {
      const line = make("label", "");
      const input = make("input");
      Object.assign(input, { type: "radio", name, value: key, checked: key === chosen });
      input.addEventListener("change", () => act(key));
      line.append(input, make("span", "", text));
      box.appendChild(line);
    }
    return box;
  }

  /* Today on the viewer's machine, as 2026-06-30. */
  function today() {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate());
  }

  /* A name that every file system takes. */
  function fileName(parts, ending) {
    const bare = parts.filter(Boolean).join("_").replace(/[\\/:*?"<>|\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/g, "").trim();
    return (bare.slice(0, 120) || "landuse") + "." + ending;
  }

  function download(name, blob) {
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /* What the open tool hears before the map does: clicks, moves and keys. Dragging and zooming stay with the map. */
  function listening(map) {
    const box = map.getContainer();
    let tool = null;
    let down = null;
    const cross = make("div", "lt-cross");
    cross.hidden = true;
    box.appendChild(cross);
    const onMap = (event) => !event.target.closest(".leaflet-control, .leaflet-popup, .lt-pin");
    const placeOf = (event) => map.mouseEventToLatLng(event);

    box.addEventListener("pointerdown", (event) => {
      down = tool && onMap(event) ? { x: event.clientX, y: event.clientY } : null;
      cross.hidden = true;
    }, true);
    box.addEventListener("click", (event) => {
      if (!tool || !onMap(event)) return;
      event.stopPropagation();
      if (down && Math.hypot(event.clientX - down.x, event.clientY - down.y) > FAR) return;
      tool.click(placeOf(event));
    }, true);
    box.addEventListener("dblclick", (event) => {
      if (!tool || !onMap(event)) return;
      event.stopPropagation();
      event.preventDefault();
      if (tool.finish) tool.finish();
    }, true);
    box.addEventListener("pointermove", (event) => {
      if (tool && tool.move && event.pointerType !== "touch" && onMap(event)) tool.move(placeOf(event));
    });
    box.addEventListener("keydown", (event) => {
      if (!tool || event.target !== box) return;
      const keys = { " ": "centre", Enter: "finish", Backspace: "undo", Escape: "cancel" };
      const what = keys[event.key];
      if (event.key.startsWith("Arrow") || what) cross.hidden = false;
      if (!what) return;
      event.preventDefault();
      event.stopPropagation();
      if (what === "centre") tool.click(map.getCenter());
      else if (tool[what]) tool[what]();
    }, true);

    return (wanted) => {
      tool = wanted;
      cross.hidden = true;
      box.classList.toggle("lt-drawing", Boolean(tool));
    };
  }

  landuse.tools.add = function (host) {
    const { map, words } = host;
    const listen = listening(map);
    const tools = [];
    let open = null;

    const control = L.control({ position: "topleft" });
    const bar = make("div", "lt-tools leaflet-bar");
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-orientation", "vertical");
    bar.setAttribute("aria-label", words.tools);
    const panel = make("section", "lt-tool");
    panel.hidden = true;
    control.onAdd = () => {
      const box = make("div", "lt-toolbox");
      box.append(bar, panel);
      L.DomEvent.disableClickPropagation(box);
      box.addEventListener("click", (event) => event.stopPropagation()); // a button may be gone by the time the map looks for it
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);

    map.createPane("lt-tools").style.zIndex = 620;
    map.createPane("lt-tool-labels").style.zIndex = 625;

    /* Keep the panel inside the map: beside the bar, or higher where the map is low. */
    function fit() {
      const [whole, own] = [map.getContainer().getBoundingClientRect(), bar.getBoundingClientRect()];
      const above = own.top - whole.top - 8 - (host.overlaid ? host.overlaid() : 0);
      const below = whole.bottom - own.top - 10;
      const lift = Math.max(0, Math.min(above, TALL - below));
      panel.style.top = -lift + "px";
      panel.style.maxHeight = below + lift + "px";
      panel.style.maxWidth = whole.right - own.right - 20 + "px"; // two maps side by side leave half the width
    }
    map.on("resize", () => { if (open) fit(); });

    function shut() {
      if (!open) return;
      const tool = open;
      open = null;
      listen(null);
      tool.button.setAttribute("aria-pressed", "false");
      panel.hidden = true;
      refill(panel, []);
      if (tool.close) tool.close();
    }

    function show(tool) {
      const again = open === tool;
      shut();
      if (again) return;
      open = tool;
      tool.button.setAttribute("aria-pressed", "true");
      panel.setAttribute("aria-label", tool.title);
      const head = make("div", "lt-tool-head");
      const close = button("×", () => { shut(); tool.button.focus(); }, "lt-tool-close");
      close.setAttribute("aria-label", words.close);
      close.title = words.close;
      head.append(make("h2", "", tool.title), close);
      const body = make("div", "lt-tool-body");
      refill(panel, [head, body]);
      panel.hidden = false;
      fit();
      tool.open(body);
    }

    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !open) return;
      const tool = open;
      event.stopPropagation();
      shut();
      tool.button.focus();
    });
    bar.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const at = tools.findIndex((tool) => tool.button === document.activeElement);
      tools[(at + step + tools.length) % tools.length].button.focus();
    });

    const kit = {
      host, map, words, make, button, choice, filled, refill, today, fileName, download, listen, shut,
      /* Add a tool: {key, label, title, open(body), close()}. */
      add(tool) {
        tool.button = button(tool.label, () => show(tool), "lt-tool-button");
        tool.button.title = tool.title;
        tool.button.dataset.tool = tool.key;
        tool.button.setAttribute("aria-pressed", "false");
        bar.appendChild(tool.button);
        tools.push(tool);
        return tool;
      },
      isOpen: (tool) => open === tool,
      /* Lay the open panel anew, after what lies over the map has changed. */
      fit() { if (open) fit(); },
      show,
      /* A line that says what happened; read out by a screen reader. */
      status(body) {
        const line = make("p", "lt-tool-status");
        line.setAttribute("role", "status");
        body.appendChild(line);
        return (text, isBad) => { line.textContent = text; line.classList.toggle("lt-bad", Boolean(isBad)); };
      },
    };
    for (const part of landuse.tools.parts) part(kit);
    return kit;
  };
})(window.landuse = window.landuse || {});
