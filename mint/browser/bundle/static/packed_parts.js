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
  let bytes;
  try {
    bytes = await decompress(decodeBase64(text));
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
async function decompress(bytes) {
  const { readable, writable } = new DecompressionStream("gzip");
  // Not through a Blob: in a worker of a page that was opened from a file, WebKit cannot read one.
  const writer = writable.getWriter();
  const written = Promise.all([writer.write(bytes), writer.close()]);
  const [buffer] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
