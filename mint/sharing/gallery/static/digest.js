// SHA-256. A page that did not come over HTTPS has no crypto.subtle, and computes it itself.

import { hexadecimal, sha256 } from "../../../browser/drawing/static/sha256.js";

/**
 * Return the SHA-256 of bytes in lower case hex.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function sha256Hex(bytes) {
  const subtle = globalThis.crypto?.subtle;
  return hexadecimal(subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(bytes));
}

/**
 * Return the bytes of hexadecimal digits.
 *
 * @param {string} text
 */
export function hexBytes(text) {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(2 * index, 2 * index + 2), 16));
}
