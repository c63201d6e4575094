// The seed of a training: every visitor of a token watches the same one.

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * Return FNV-1a, 32 bits, of a token's hash (http://www.isthe.com/chongo/tech/comp/fnv/).
 *
 * @param {string} token
 */
export function trainingSeed(token) {
  return new TextEncoder().encode(token).reduce((value, byte) => Math.imul(value ^ byte, FNV_PRIME) >>> 0, FNV_OFFSET);
}
