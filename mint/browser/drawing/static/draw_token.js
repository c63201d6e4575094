/** The entry of the module: a text becomes a token. */

import { Dict } from "./containers.js";

/** @typedef {any} Value */
/**
 * @typedef {object} DrawnToken
 * @property {string} hash in its normal form
 * @property {string} scheme fxhash-tezos, evm or text
 * @property {[number, number]} size height and width of a sprite
 * @property {Uint8Array} palette RGBA of each colour
 * @property {Uint8Array} pixels of the nine sprites, indices into the palette
 * @property {Value} token the content of token.json
 * @property {Value} metadata the content of metadata.json
 * @property {Record<string, string | number>} features by name, as ``$fx.features`` takes them
 */

/**
 * Return a value of Python as JSON.parse would return it.
 * @param {Value} value
 * @returns {Value}
 */
function plainValue(value) {
  if (value instanceof Dict) {
    return Object.fromEntries(value.items().map(([key, item]) => [key, plainValue(item)]));
  }
  return Array.isArray(value) ? Array.from(value, plainValue) : value;
}

/**
 * Return the function that draws the token of a text, from the modules of Python that it consists of. It throws an Error with the
 * sentence of Python's HashError for a text that is no token hash.
 * @param {Record<string, Value>} modules
 */
export const tokenDrawer = (modules) => (/** @type {string} */ text) => {
  const hash = modules.hash.parse_hash(text);
  modules.hash.check_drawable(hash);
  const drawn = modules.token.draw_token(hash);
  const { pixels, traits, palette } = drawn;
  /** @type {DrawnToken} */
  const token = {
    hash: hash.text,
    scheme: hash.scheme,
    size: [pixels.shape[1], pixels.shape[2]],
    palette: palette.rgba.elements().slice(),
    pixels: pixels.elements().slice(),
    token: plainValue(modules.record.token_record(drawn)),
    metadata: plainValue(modules.metadata.opensea(traits)),
    features: plainValue(modules.metadata.fxhash(traits)),
  };
  return token;
};
