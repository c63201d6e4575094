// The place of the drawing of tokens: the joiner of a bundle puts mint/browser/drawing's translation of mint.token here.

/**
 * A token as it is drawn: pixels are (9, H, W) palette indices, and `token` is what token.json says.
 *
 * @typedef {object} DrawnToken
 * @property {string} hash in its normal form
 * @property {[number, number]} size height and width
 * @property {Uint8Array} pixels
 * @property {{ palette: string[], features: Record<string, string | number> }} token
 */

/**
 * Draw the token of a hash. Throws an Error with a sentence for people if the hash is malformed.
 *
 * @param {string} text
 * @returns {DrawnToken}
 */
export function drawToken(text) {
  throw new Error(`${text} cannot be drawn: this page was put together without the drawing of tokens.`);
}
