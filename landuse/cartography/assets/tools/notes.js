/* Notes on parcels and places: written, listed, edited, deleted, saved as landuse.notes/1 and loaded again.

   A note keeps its id for good and counts its revisions; a deleted note stays in the file as a revision without text, so that
   whoever loads the file, or applies it to the project, learns of the deletion. Two different texts under one revision are a
   conflict: both stay, the one from the file under an id of its own. */
(function (landuse) {
  "use strict";
  const FORMAT = "landuse.notes/1";
  const MOST_BYTES = 5e6;
  const MOST_SIGNS = 2000;
  const MOST_WHO = 60;
  const ID = /^[0-9a-z]{6,32}$/;
  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  function newId() {
    const bytes = new Uint8Array(6);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /* A day that the calendar has, as 2026-06-30. */
  function isDay(text) {
    if (typeof text !== "string" || !DAY.test(text)) return false;
    const day = new Date(text + "T00:00:00Z");
    return !isNaN(day) && day.toISOString().slice(0, 10) === text;
  }

  const LINES = /\r\n|[\r\u2028\u2029]/g;
  const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\ufeff]/g;

  /* What may stand in a note, as `landuse apply` takes it: no sign that a table drops, no half of a sign of four bytes at the end. */
  const clean = (text, most) => text.replace(LINES, "\n").replace(CONTROL, "").trim().slice(0, most).replace(/[\ud800-\udbff]$/, "");

  const isText = (value, most) => typeof value === "string" && value.length <= most;

  /* What is wrong with a note of a file; blank = nothing. */
  function faultOf(note) {
    if (typeof note !== "object" || note === null || Array.isArray(note)) return "note";
    if (!isText(note.id, 32) || !ID.test(note.id)) return "id";
    if (!Number.isInteger(note.revision) || note.revision < 1) return "revision";
    if (note.parcel_id !== null && !(isText(note.parcel_id, 200) && note.parcel_id)) return "parcel_id";
    if (!(Number.isFinite(note.lon) && Math.abs(note.lon) <= 180)) return "lon";
    if (!(Number.isFinite(note.lat) && Math.abs(note.lat) <= 90)) return "lat";
    if (!isText(note.text, MOST_SIGNS)) return "text";
    if (!isText(note.who, MOST_WHO)) return "who";
    return isDay(note.day) ? "" : "day";
  }

  /* A text as it is compared, by the rule of the register: line breaks become spaces there, so white space and the width of signs do not count. */
  const narrow = (text) => text.replace(CONTROL, "").normalize("NFKC").replace(/[\s\u0085]/g, "");
  const same = (one, other) => one.parcel_id === other.parcel_id && narrow(one.text) === narrow(other.text);
  const plain = ({ id, revision, parcel_id, lon, lat, text, who, day }) => ({ id, revision, parcel_id, lon, lat, text, who, day });

  /* Lay notes of a file over those at hand; say how many came, how many were known, how many conflict. */
  function merged(notes, coming) {
    const held = new Map(notes.map((note) => [note.id, note]));
    const count = { added: 0, known: 0, changed: 0, conflicts: 0 };
    for (const note of coming) {
      const own = held.get(note.id);
      if (!own) { held.set(note.id, note); count.added += 1; }
      else if (note.revision > own.revision) { held.set(note.id, note); count.changed += 1; }
      else if (note.revision < own.revision || same(note, own)) count.known += 1;
      else if (notes.some((other) => other.id.startsWith(note.id) && same(other, note))) count.known += 1;
      else {
        const id = note.id.slice(0, 20) + newId();
        held.set(id, { ...note, id });
        count.conflicts += 1;
      }
    }
    return { notes: [...held.values()], count };
  }

  function parsed(text) {
    let content;
    try { content = JSON.parse(text); } catch (error) { return { fault: "json" }; }
    if (!content || content.format !== FORMAT || !Array.isArray(content.notes)) return { fault: "format" };
    for (let at = 0; at < content.notes.length; at++) {
      const fault = faultOf(content.notes[at]);
      if (fault) return { fault, at: at + 1 };
    }
    return { content };
  }

  landuse.tools.notesFile = { parsed, merged, faultOf, FORMAT };

  landuse.tools.parts.push(function notesTool(kit) {
    const { host, map, words, make, button, filled, refill } = kit;
    let notes = (host.facts.notes || []).map(plain);
    let isSaved = true;
    let writing = null;
    let who = "";
    let say = () => {};
    let body = null;
    const pins = L.layerGroup().addTo(map);

    const living = () => notes.filter((note) => note.text);
    const numbered = () => new Map(living().map((note, at) => [note.id, at + 1]));

    function target(note) {
      if (note.parcel_id === null) return filled(words.note_point, { lon: note.lon.toFixed(6), lat: note.lat.toFixed(6) });
      const known = host.rowOf(note.parcel_id) >= 0;
      return filled(known ? words.note_parcel : words.note_unknown, { parcel: note.parcel_id });
    }

    function drawPins() {
      pins.clearLayers();
      const numbers = numbered();
      for (const note of living()) {
        const icon = L.divIcon({ className: "lt-pin", html: "", iconSize: [24, 24], iconAnchor: [12, 23] });
        const name = filled(words.note_title, { number: numbers.get(note.id) }) + ": " + note.text;
        const marker = L.marker([note.lat, note.lon], { icon, pane: "lt-tools", alt: name, keyboard: true });
        marker.on("add", () => {
          const element = marker.getElement();
          refill(element, [make("span", "", String(numbers.get(note.id)))]);
          element.setAttribute("aria-label", name);
          element.title = note.text.slice(0, 300);
        });
        marker.on("click keypress", () => { if (!kit.isOpen(tool)) kit.show(tool); goTo(note); });
        pins.addLayer(marker);
      }
    }

    function goTo(note) {
      map.setView([note.lat, note.lon], Math.max(map.getZoom(), 15), { animate: false });
      const item = body && body.querySelector('[data-note="' + note.id + '"]');
      if (item) { item.scrollIntoView({ block: "nearest" }); item.focus(); }
    }

    function changed() {
      isSaved = false;
      drawPins();
      show();
    }

    function store(note, text) {
      const next = { ...note, text: clean(text, MOST_SIGNS), who, day: kit.today() };
      const at = notes.findIndex((one) => one.id === note.id);
      if (at < 0) notes.push({ ...next, revision: 1 });
      else notes[at] = { ...next, revision: notes[at].revision + 1 };
      writing = null;
      changed();
    }

    function drop(note) {
      const at = notes.findIndex((one) => one.id === note.id);
      notes[at] = { ...note, text: "", day: kit.today(), revision: note.revision + 1 };
      changed();
      say(words.note_deleted);
    }

    function place(latlng) {
      const row = host.at(latlng);
      writing = {
        id: newId(), revision: 0, parcel_id: row < 0 ? null : host.id(row), text: "", who, day: "",
        lon: Number(latlng.lng.toFixed(7)), lat: Number(latlng.lat.toFixed(7)),
      };
      kit.listen(null);
      show();
      body.querySelector("textarea").focus();
    }

    function wait() {
      writing = null;
      show();
      kit.listen({ click: place, cancel: () => { kit.listen(null); show(); } });
      say(words.note_hint);
      map.getContainer().focus({ preventScroll: true });
    }

    function form(note) {
      const box = make("form", "lt-note-form");
      const text = make("textarea");
      text.maxLength = MOST_SIGNS;
      text.rows = 4;
      text.value = note.text;
      text.setAttribute("aria-label", words.note_text);
      text.placeholder = words.note_text;
      const name = make("input");
      name.maxLength = MOST_WHO;
      name.value = note.who || who;
      name.placeholder = words.note_who;
      name.setAttribute("aria-label", words.note_who);
      name.autocomplete = "off";
      const acts = make("div", "lt-acts");
      const keep = make("button", "lt-act lt-main", words.note_keep);
      keep.type = "submit";
      acts.append(keep, button(words.cancel, () => { writing = null; show(); }));
      box.append(make("p", "lt-note-target", target(note)), text, name, acts);
      box.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!clean(text.value, MOST_SIGNS)) { text.focus(); return say(words.note_empty, true); }
        who = clean(name.value, MOST_WHO);
        return store(note, text.value);
      });
      return box;
    }

    function itemOf(note, number) {
      const item = make("li", "lt-note");
      item.dataset.note = note.id;
      item.tabIndex = -1;
      const head = button(filled(words.note_title, { number }) + " · " + target(note), () => goTo(note), "lt-link lt-note-head");
      const by = [note.who, note.day].filter(Boolean).join(" · ");
      const acts = make("span", "lt-note-acts");
      acts.append(button(words.edit, () => { writing = note; show(); }, "lt-link"), button(words.remove, () => drop(note), "lt-link"));
      item.append(head, make("p", "", note.text), make("span", "lt-soft", by), acts);
      return item;
    }

    function show() {
      if (!body) return;
      const acts = make("div", "lt-acts");
      const file = make("input");
      file.type = "file";
      file.accept = ".json,application/json";
      file.hidden = true;
      file.addEventListener("change", () => { if (file.files[0]) load(file.files[0]); });
      acts.append(
        button(words.note_add, wait, "lt-act lt-main"), button(words.note_save, save),
        button(words.note_load, () => file.click()), file,
      );
      const list = make("ul", "lt-notes-list");
      const numbers = numbered();
      living().forEach((note) => list.appendChild(itemOf(note, numbers.get(note.id))));
      const count = filled(words.note_count, { count: living().length }) + (isSaved ? "" : " · " + words.note_unsaved);
      refill(body, [acts]);
      if (writing) body.appendChild(form(writing));
      say = kit.status(body);
      body.append(make("p", "lt-soft", count), list, make("p", "lt-soft", words.note_note));
    }

    function fileText() {
      const { name, year, run } = host.facts;
      return JSON.stringify({ format: FORMAT, project: name, year, run, notes: notes.map(plain) }, null, 1) + "\n";
    }

    function save() {
      kit.download(kit.fileName([words.note_file, host.facts.name, kit.today()], "json"), new Blob([fileText()], { type: "application/json" }));
      isSaved = true;
      show();
      say(words.note_saved);
    }

    function load(file) {
      if (file.size > MOST_BYTES) return say(filled(words.note_bad, { what: file.name, why: words.note_too_large }), true);
      const reader = new FileReader();
      reader.onload = () => take(String(reader.result).replace(/^\ufeff/, ""), file.name);
      reader.onerror = () => say(filled(words.note_bad, { what: file.name, why: "—" }), true);
      return reader.readAsText(file, "utf-8");
    }

    function take(text, name) {
      const read = parsed(text);
      if (read.fault) {
        const why = read.at ? filled(words.note_bad_entry, { number: read.at, field: read.fault }) : words["note_bad_" + read.fault];
        return say(filled(words.note_bad, { what: name, why }), true);
      }
      const { notes: all, count } = merged(notes, read.content.notes.map(plain));
      const lost = read.content.notes.filter((note) => note.text && note.parcel_id !== null && host.rowOf(note.parcel_id) < 0).length;
      notes = all;
      if (count.added + count.changed + count.conflicts) isSaved = false;
      drawPins();
      show();
      const told = [filled(words.note_loaded, count)];
      if (read.content.run !== host.facts.run) told.push(words.note_other_run);
      if (lost) told.push(filled(words.note_lost, { count: lost }));
      if (count.conflicts) told.push(filled(words.note_conflicts, { count: count.conflicts }));
      return say(told.join(" "), Boolean(count.conflicts || lost));
    }

    const tool = kit.add({
      key: "notes", label: words.notes_short, title: words.notes,
      open(box) { body = box; writing = null; show(); },
      close() { body = null; writing = null; say = () => {}; },
    });
    window.addEventListener("beforeunload", (event) => {
      if (!isSaved) { event.preventDefault(); event.returnValue = ""; }
    });
    drawPins();
    landuse.tools.notes = { list: living, text: fileText, take };
  });
})(window.landuse = window.landuse || {});
