// The transitions of a tile, one row of pixels at a time.
//
// These loops write up to a million pixels a frame. Packed colours are signed, because engines keep those as plain integers and not
// as floating-point numbers, and the choice of a transition is made once a row instead of once a pixel.

import { mixPacked } from "./color.js";

/**
 * Write a row of a tile as it is after a share of its change.
 *
 * @callback WriteRow
 * @param {Int32Array} pixels of the canvas, packed colours
 * @param {number} target where the row begins in pixels
 * @param {Int32Array} colors of the palette, packed
 * @param {Uint8Array} indices what the tiles change into
 * @param {number} source where the row begins in indices and startColors
 * @param {number} width of the row
 * @param {Int32Array} startColors what the tiles change from, packed colours
 * @param {number} share from 0 (not changed) to 256 (changed)
 * @param {Uint8Array} thresholds the share at which each pixel of a tile dissolves
 * @param {number} offset where the row begins in thresholds
 * @returns {void}
 */

/** @type {WriteRow} */
export const cutRow = (pixels, target, colors, indices, source, width) => {
  for (let x = 0; x < width; x++) pixels[target + x] = colors[indices[source + x]];
};

/** @type {WriteRow} */
export const fadeRow = (pixels, target, colors, indices, source, width, startColors, share) => {
  for (let x = 0; x < width; x++) pixels[target + x] = mixPacked(startColors[source + x], colors[indices[source + x]], share);
};

/** @type {WriteRow} */
export const dissolveRow = (pixels, target, colors, indices, source, width, startColors, share, thresholds, offset) => {
  for (let x = 0; x < width; x++) {
    pixels[target + x] = thresholds[offset + x] < share ? colors[indices[source + x]] : startColors[source + x];
  }
};

/**
 * Return the numbers 0 to 255 scattered over this many pixels, each about equally often and always in the same order.
 *
 * @param {number} length
 */
export function dissolveThresholds(length) {
  const order = Uint32Array.from({ length }, (_, index) => index);
  let state = 0x9e3779b9;
  for (let last = length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Knuth's and Lewis's generator
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return Uint8Array.from(order, (rank) => Math.floor((rank * 256) / length));
}
