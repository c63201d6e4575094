// Zip archives of files that are stored as they are: networks hardly become smaller. All have the same date, so equal files make equal
// archives.
//
// APPNOTE.TXT, version 6.3: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import { crc32 } from "../../../../viewer/static/crc32.js";

const VERSION = 20;
const DATE = 0x21; // 1 January 1980, the earliest that the format has
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/**
 * @param {Iterable<[name: string, content: Uint8Array<ArrayBuffer>]>} files with names in ASCII
 * @returns {Blob}
 */
export function zipFiles(files) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let offset = 0;
  for (const [name, content] of files) {
    const encoded = new TextEncoder().encode(name);
    const local = header(0x04034b50, LOCAL_BYTES, encoded, 4, content);
    const central = header(0x02014b50, CENTRAL_BYTES, encoded, 6, content);
    new DataView(central.buffer).setUint16(4, VERSION, true);
    new DataView(central.buffer).setUint32(42, offset, true);
    parts.push(local, content);
    directory.push(central);
    offset += local.length + content.length;
  }
  const end = new DataView(new ArrayBuffer(END_BYTES));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, directory.length, true);
  end.setUint16(10, directory.length, true);
  end.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  end.setUint32(16, offset, true);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/**
 * Return a header and the name after it. Both kinds have the same fields, from a version at `start` on.
 *
 * @param {number} signature
 * @param {number} length without the name
 * @param {Uint8Array} name
 * @param {number} start
 * @param {Uint8Array} content
 */
function header(signature, length, name, start, content) {
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  view.setUint16(start, VERSION, true);
  view.setUint16(start + 8, DATE, true);
  view.setUint32(start + 10, crc32(content), true);
  view.setUint32(start + 14, content.length, true);
  view.setUint32(start + 18, content.length, true);
  view.setUint16(start + 22, name.length, true);
  bytes.set(name, length);
  return bytes;
}
