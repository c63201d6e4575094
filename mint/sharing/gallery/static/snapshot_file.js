// A snapshot file, read by exact names: a zip of stored members in one layout, as viewer/snapshot_file writes it. Every length is
// compared with a limit before it is used, and every member with the SHA-256 that the manifest states.

import { crc32 } from "../../../../viewer/static/crc32.js";
import { sha256Hex } from "./digest.js";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const END_BYTES = 22;
const VERSION = 20;
const DATE = 0x21; // 1 January 1980
const MAX_MEMBERS = 512;
const MAX_MANIFEST_BYTES = 2 ** 18;
export const MAX_SNAPSHOT_BYTES = 2 ** 26;

const NAME =
  /^(manifest\.json|signature\.json|token\.json|metadata\.json|sprites\/(sheet-)?(0|[1-9]\d{0,3})\.png|mosaic\.png|models\/(encoder|generator|discriminator)\.onnx|models\/manifest\.json|history\.webp)$/;
const REQUIRED = ["manifest.json", "mosaic.png", "models/generator.onnx", "models/manifest.json"];

/**
 * @typedef {object} SnapshotManifest
 * @property {number} format
 * @property {[number, number]} size height and width of a tile
 * @property {number} colors
 * @property {number} latent_dim
 * @property {Record<string, { bytes: number, sha256: string }>} files
 * @property {{ seed: number, dreams: number, margin_ppm: number }} receipts
 */

/**
 * @typedef {object} Snapshot
 * @property {SnapshotManifest} manifest
 * @property {Uint8Array<ArrayBuffer>} manifestBytes
 * @property {Map<string, Uint8Array<ArrayBuffer>>} members all of them, by name
 */

/**
 * Return the members of a snapshot file. Throws an Error whose text says what is wrong.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export function readMembers(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length > MAX_SNAPSHOT_BYTES) throw new Error("it is too long");
  const end = bytes.length - END_BYTES;
  if (end < 0 || view.getUint32(end, true) !== END) throw new Error("it was cut off, or is not a zip");
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (!count || count > MAX_MEMBERS) throw new Error(`it lists ${count} members`);
  if (start + view.getUint32(end + 12, true) !== end) throw new Error("its directory is not where its end says");
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const members = new Map();
  let offset = 0;
  while (offset < start) {
    const [name, next] = readMember(view, bytes, offset, start);
    if (members.has(name)) throw new Error(`it has the member ${name} twice`);
    members.set(name, bytes.subarray(next.start, next.end));
    offset = next.end;
  }
  if (members.size !== count || view.getUint32(start, true) !== CENTRAL) throw new Error("its directory lists other members");
  for (const name of REQUIRED) if (!members.has(name)) throw new Error(`it lacks ${name}`);
  return members;
}

/**
 * Check the members of a snapshot against its manifest, whose SHA-256 is known. Throws an Error whose text says what is wrong.
 *
 * @param {Map<string, Uint8Array<ArrayBuffer>>} members
 * @param {string} manifestSha256
 * @returns {Promise<Snapshot>}
 */
export async function checkMembers(members, manifestSha256) {
  const manifestBytes = /** @type {Uint8Array<ArrayBuffer>} */ (members.get("manifest.json"));
  if (manifestBytes.length > MAX_MANIFEST_BYTES) throw new Error("its manifest is too long");
  if ((await sha256Hex(manifestBytes)) !== manifestSha256) throw new Error("its manifest is not that of this page");
  /** @type {SnapshotManifest} */
  const manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(manifestBytes));
  if (manifest.format !== 1) throw new Error(`it has format ${manifest.format}, and this page reads format 1`);
  const listed = Object.keys(manifest.files).length;
  const unlisted = ["manifest.json", "signature.json"].filter((name) => members.has(name)).length;
  if (members.size !== listed + unlisted) throw new Error("its manifest lists other members");
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const content = members.get(name);
    if (!content || content.length !== bytes || (await sha256Hex(content)) !== sha256) {
      throw new Error(`it was changed after it was written: ${name} has another SHA-256`);
    }
  }
  return { manifest, manifestBytes, members };
}

/**
 * Return the name of the member at an offset, and where its content starts and ends.
 *
 * @param {DataView} view
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {number} offset
 * @param {number} limit
 * @returns {[name: string, content: { start: number, end: number }]}
 */
function readMember(view, bytes, offset, limit) {
  if (offset + LOCAL_BYTES > limit || view.getUint32(offset, true) !== LOCAL) throw new Error("it has bytes between its members");
  const length = view.getUint32(offset + 22, true);
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true);
  if (start + length > limit) throw new Error("a member is longer than the file");
  const name = String.fromCharCode(...bytes.subarray(offset + LOCAL_BYTES, Math.min(start, offset + LOCAL_BYTES + 64)));
  if (!NAME.test(name)) throw new Error("it has a member that does not belong to a snapshot");
  const isPlain =
    view.getUint16(offset + 4, true) === VERSION &&
    view.getUint32(offset + 6, true) === 0 && // no flags, stored
    view.getUint16(offset + 10, true) === 0 &&
    view.getUint16(offset + 12, true) === DATE &&
    view.getUint32(offset + 18, true) === length &&
    view.getUint16(offset + 28, true) === 0;
  if (!isPlain) throw new Error(`${name} is compressed, encrypted or has further fields`);
  if (crc32(bytes.subarray(start, start + length)) !== view.getUint32(offset + 14, true)) throw new Error(`${name} is damaged`);
  return [name, { start, end: start + length }];
}
