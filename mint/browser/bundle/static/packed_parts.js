// The parts of the file that are compressed inside the page.

import { decodeBase64 } from "./base64.js";

/** @import { PackedPart } from "./engine_messages.js" */

/**
 * Return the bytes of a part. Throws an Error if the file is damaged.
 *
 * @param {PackedPart} part
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function unpack({ text, sha256 }) {
  const stream = new Blob([decodeBase64(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  let bytes;
  try {
    bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Error("This file is damaged, so nothing can be trained; download it again.");
  }
  // Only pages from a secure address, which a file and a sandboxed frame of one are, can compute hashes. The gzip stream has a CRC-32 too.
  if (globalThis.crypto?.subtle && (await digest(bytes)) !== sha256) {
    throw new Error("This file is damaged, so nothing can be trained; download it again.");
  }
  return bytes;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
