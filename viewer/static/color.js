// Colours: parsed, laid over a background, packed as a canvas stores them.

/** @typedef {[red: number, green: number, blue: number, alpha: number]} Rgba each from 0 to 255 */

/**
 * Return the channels of "#rrggbb" or "#rrggbbaa".
 *
 * @param {string} text
 * @returns {Rgba}
 */
export function parseColor(text) {
  const digits = text.slice(1).padEnd(8, "f");
  /** @param {number} start */
  const channel = (start) => Number.parseInt(digits.slice(start, start + 2), 16);
  return [channel(0), channel(2), channel(4), channel(6)];
}

/**
 * Return a colour laid over an opaque background.
 *
 * @param {Rgba} color
 * @param {Rgba} background
 * @returns {Rgba}
 */
export function composite([red, green, blue, alpha], background) {
  /** @param {number} value @param {number} below */
  const blend = (value, below) => Math.round((value * alpha + below * (255 - alpha)) / 255);
  return [blend(red, background[0]), blend(green, background[1]), blend(blue, background[2]), 255];
}

const packed = new Int32Array(1);
const channels = new Uint8Array(packed.buffer);

/**
 * Return an opaque colour as one number, in the machine's own byte order, as a canvas stores it.
 *
 * @param {Rgba} color
 */
export function packColor([red, green, blue]) {
  channels.set([red, green, blue, 255]);
  return packed[0];
}

/**
 * Return the mixture of two packed colours, share (0 to 256) of the second. Computes two channels at a time.
 *
 * @param {number} first
 * @param {number} second
 * @param {number} share
 */
export function mixPacked(first, second, share) {
  const rest = 256 - share;
  const even = ((Math.imul(first & 0xff00ff, rest) + Math.imul(second & 0xff00ff, share)) >>> 8) & 0xff00ff;
  const odd = (Math.imul((first >>> 8) & 0xff, rest) + Math.imul((second >>> 8) & 0xff, share)) & 0xff00;
  return 0xff000000 | even | odd;
}

/**
 * Return the index of the darkest colour.
 *
 * @param {Rgba[]} palette
 */
export function darkest(palette) {
  /** @param {Rgba} color */
  const luma = ([red, green, blue]) => 299 * red + 587 * green + 114 * blue;
  return palette.reduce((best, color, index) => (luma(color) < luma(palette[best]) ? index : best), 0);
}
