/* Take packed bytes from a page and inflate them, with a message where they are damaged. ES2019, no page needed. */
(function (landuse) {
  "use strict";

  const MILLION = 1 << 20;
  const DAMAGED = "The data of this map is damaged or incomplete and cannot be shown: please get the file again.";

  /* `landuse.damaged` is what the page says of damaged data, in its own words. */
  class DataError extends Error {
    constructor(detail) {
      super((landuse.damaged || DAMAGED) + (detail ? " (" + detail + ")" : ""));
      this.name = "DataError";
      this.detail = detail || "";
    }
  }

  const asDamaged = (error) => (error instanceof DataError ? error : new DataError(String((error && error.message) || error)));

  /* Give the page a breath: what waits (input, painting) comes first, without the pause of a timer. */
  function breath() {
    return new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { channel.port1.close(); done(); };
      channel.port2.postMessage(0);
    });
  }

  async function bytesOf(source) {
    if (source instanceof Uint8Array) return source;
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (!source) throw new DataError("no data");
    const text = (typeof source === "string" ? source : source.textContent).trim();
    try {
      if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
      return await base64(text);
    } catch (error) {
      throw new DataError("base64");
    }
  }

  async function base64(text) {
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    if (text.length % 4) throw new DataError("base64");
    const bytes = new Uint8Array((text.length / 4) * 3 - padding);
    let at = 0;
    for (let from = 0; from < text.length; from += 4 * MILLION) {
      const part = atob(text.slice(from, from + 4 * MILLION));
      for (let i = 0; i < part.length; i++) bytes[at++] = part.charCodeAt(i);
      if (part.length >= MILLION) await breath();
    }
    return bytes;
  }

  async function inflate(packed) {
    if (packed.length < 30 || packed[0] !== 31 || packed[1] !== 139) throw new DataError("gzip");
    const size = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4).getUint32(0, true);
    if (size > packed.length * 1100) throw new DataError("length");
    const bytes = new Uint8Array(size);
    try {
      const got = typeof DecompressionStream === "function" ? await byBrowser(packed, bytes) : await byFflate(packed, bytes);
      if (got !== size) throw new DataError("length");
    } catch (error) {
      throw error instanceof DataError ? error : new DataError("gzip");
    }
    return bytes;
  }

  function adder(bytes) {
    let at = 0;
    return (piece) => {
      if (piece) {
        if (at + piece.length > bytes.length) throw new DataError("length");
        bytes.set(piece, at);
        at += piece.length;
      }
      return at;
    };
  }

  async function byBrowser(packed, bytes) {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    const add = adder(bytes);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return add();
      add(value);
    }
  }

  /* fflate looks at neither the check sum nor the end: both are looked at here. */
  async function byFflate(packed, bytes) {
    const add = adder(bytes);
    const stream = new window.fflate.Gunzip((piece) => { add(piece); });
    const step = MILLION / 4;
    for (let from = 0; from < packed.length; from += step) {
      const to = Math.min(packed.length, from + step);
      stream.push(packed.subarray(from, to), to === packed.length);
      await breath();
    }
    const told = new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 4).getUint32(0, true);
    if (add() === bytes.length && (await checkSum(bytes)) !== told) throw new DataError("check sum");
    return add();
  }

  async function checkSum(bytes) {
    const table = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let rest = i;
      for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
      table[i] = rest;
    }
    let sum = -1;
    for (let i = 0; i < bytes.length; i++) {
      sum = table[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
      if ((i & (4 * MILLION - 1)) === 4 * MILLION - 1) await breath();
    }
    return (sum ^ -1) >>> 0;
  }

  landuse.breath = breath;
  landuse.asDamaged = asDamaged;
  /* What the scripts of this folder share. */
  landuse.packed = { DataError, MILLION, bytesOf, inflate };
})(window.landuse = window.landuse || {});
