/* What is open: the column on the left (card, filter, comparison) and the table under the map. ES2019. */
(function (landuse) {
  "use strict";

  const { byId } = landuse;
  const TABS = ["card", "filter", "compare"];
  const PICKED = ["radio", "checkbox", "range", "button"];

  /* Whether an element takes keys of its own: fields that are typed into, and lists that open. */
  const typed = (element) => /^(SELECT|TEXTAREA)$/.test(element.tagName) || (element.tagName === "INPUT" && !PICKED.includes(element.type));

  landuse.part(({ map, words }) => {
    const { body } = document;
    let open = "";

    function resized() {
      map.invalidateSize({ animate: false }); // keeps the middle where it was
      landuse.emit("drawer");
    }

    /* Open a tab of the left column; blank closes it. */
    landuse.openDock = function (tab) {
      open = tab;
      for (const name of TABS) {
        byId("lu-tab-" + name).setAttribute("aria-selected", String(name === tab));
        byId("lu-" + name + "-tab").hidden = name !== tab;
        const button = byId("lu-open-" + name);
        if (button) button.setAttribute("aria-expanded", String(name === tab));
      }
      const wide = body.classList.contains("lu-docked");
      body.classList.toggle("lu-docked", Boolean(tab));
      byId("lu-dock").hidden = !tab;
      if (wide !== Boolean(tab)) resized();
    };

    landuse.openTable = function (wanted) {
      body.classList.toggle("lu-drawn", wanted);
      byId("lu-drawer").hidden = !wanted;
      byId("lu-open-table").setAttribute("aria-expanded", String(wanted));
      resized();
    };

    /* Say something for a moment, at the foot of the map. */
    let fading = null;
    landuse.hint = function (text) {
      const box = byId("lu-hint");
      box.textContent = text;
      box.hidden = false;
      window.clearTimeout(fading);
      fading = window.setTimeout(() => { box.hidden = true; }, 4000);
    };

    for (const name of TABS) {
      byId("lu-tab-" + name).addEventListener("click", () => landuse.openDock(name));
      const button = byId("lu-open-" + name);
      if (button) button.addEventListener("click", () => landuse.openDock(open === name ? "" : name));
    }
    byId("lu-dock-close").addEventListener("click", () => {
      if (open === "card") landuse.choose(-1); // who closes the card is done with the parcel
      landuse.openDock("");
    });
    byId("lu-open-table").addEventListener("click", () => landuse.openTable(byId("lu-drawer").hidden));
    byId("lu-drawer-close").addEventListener("click", () => landuse.openTable(false));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || typed(event.target)) return;
      if (landuse.state.chosen >= 0 || landuse.state.firm >= 0) landuse.choose(-1); else landuse.openDock("");
    });
    byId("lu-dock").setAttribute("aria-label", words.details);
  });
})(window.landuse = window.landuse || {});
