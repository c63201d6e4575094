// Indexed PNG files with text chunks, written here because a canvas loses both the palette and the provenance of a picture.
//
// PNG, Third Edition: https://www.w3.org/TR/png-3/

import { crc32 } from "./crc32.js";

/** @import { Rgba } from "./color.js" */

/**
 * @typedef {object} IndexedPicture
 * @property {Uint8Array} indices row by row
 * @property {number} width
 * @property {number} height
 * @property {Rgba[]} palette
 */

/**
 * Return a picture as PNG, each of its pixels scale x scale large.
 *
 * @param {IndexedPicture} picture
 * @param {Record<string, string>} texts by keyword
 * @param {number} scale
 */
export async function encodePng({ indices, width, height, palette }, texts, scale = 1) {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width * scale);
  header.setUint32(4, height * scale);
  header.setUint8(8, 8); // bits per index
  header.setUint8(9, 3); // indexed colour; compression, filter and interlace stay 0
  const chunks = [
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("PLTE", Uint8Array.from(palette.flatMap((color) => color.slice(0, 3)))),
  ];
  if (palette.some((color) => color[3] < 255)) chunks.push(chunk("tRNS", Uint8Array.from(palette, (color) => color[3])));
  for (const [keyword, text] of Object.entries(texts)) chunks.push(textChunk(keyword, text));
  chunks.push(chunk("IDAT", await deflate(scanlines(indices, width, height, scale))), chunk("IEND", new Uint8Array(0)));
  return new Blob([Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), ...chunks], { type: "image/png" });
}

/**
 * @param {Uint8Array} indices
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 */
function scanlines(indices, width, height, scale) {
  const length = 1 + width * scale; // each line begins with its filter type, 0 for none
  const lines = new Uint8Array(length * height * scale);
  for (let y = 0; y < height; y++) {
    const start = y * scale * length;
    for (let x = 0; x < width; x++) {
      lines.fill(indices[y * width + x], start + 1 + x * scale, start + 1 + (x + 1) * scale);
    }
    for (let copy = 1; copy < scale; copy++) lines.copyWithin(start + copy * length, start, start + length);
  }
  return lines;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} keyword
 * @param {string} text
 */
function textChunk(keyword, text) {
  // iTXt: keyword, 0, not compressed 0 0, no language 0, no translation 0, UTF-8.
  return chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`));
}

/**
 * @param {string} type
 * @param {Uint8Array} content
 */
function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}
