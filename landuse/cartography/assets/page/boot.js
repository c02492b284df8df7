/* Unpack the code of the page (Leaflet and its own parts, gzip in base64) and run it before anything that follows.
   What is packed is in the repository as it stands here. ES2019; needs fflate. */
(function (landuse) {
  "use strict";

  /* The text of a script element, unpacked where it is gzip in base64. */
  landuse.readText = function (id) {
    const text = document.getElementById(id).textContent.trim();
    if (!text.startsWith("H4sI")) return text;
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(window.fflate.gunzipSync(packed));
  };

  try {
    const script = document.createElement("script");
    script.textContent = landuse.readText("lu-code");
    document.head.appendChild(script);
    script.remove();
  } catch (error) {
    const said = document.getElementById("lu-wait");
    said.textContent = said.dataset.damaged;
    said.className += " landuse-said";
  }
})(window.landuse = window.landuse || {});
