// The worker of a work's page: it fetches the snapshot, checks it, and draws its dreams.

import { sha256Hex } from "./digest.js";
import { DreamModel } from "./dream_model.js";
import { readIndexedPng } from "./indexed_png.js";
import { checkSignature } from "./signature.js";
import { MAX_SNAPSHOT_BYTES, checkMembers, readMembers } from "./snapshot_file.js";

/** @import { DreamCommand, DreamReport } from "./dream_messages.js" */
/** @import { Snapshot } from "./snapshot_file.js" */

const MOSAIC_COLUMNS = 8;
const COMPARED_AT_ONCE = 8; // dreams, between two other commands

/**
 * Serve the page that started this worker.
 *
 * @param {any} ort the exports of onnxruntime-web
 * @param {string} wasm the name of its WebAssembly module beside this script, as a gzip stream
 * @param {string} wasmSha256 of the module
 */
export function serve(ort, wasm, wasmSha256) {
  /** @type {Promise<{ snapshot: Snapshot, model: DreamModel }> | null} */
  let opened = null;
  const report = (/** @type {DreamReport} */ message) => globalThis.postMessage(message);
  /** @param {DreamCommand} command */
  const handle = async (command) => {
    if (command.kind === "open") opened = open(command);
    const { snapshot, model } = await /** @type {NonNullable<typeof opened>} */ (opened);
    if (command.kind === "draw") {
      const pixels = await model.draw(command.seed, command.points);
      globalThis.postMessage({ kind: "drawn", pixels }, { transfer: [pixels.buffer] });
    } else if (command.kind === "compare") report(await compareReceipts(snapshot, model));
    else if (command.kind === "film") report({ kind: "film", film: filmOf(snapshot) });
    else report({ kind: "ready" });
  };
  globalThis.onmessage = ({ data }) => {
    handle(data).catch((error) => report({ kind: "failed", text: error instanceof Error ? error.message : String(error) }));
  };

  /** @param {DreamCommand & { kind: "open" }} command */
  async function open({ snapshot: address, numBytes, manifestSha256 }) {
    const engine = fetchWasm(new URL(wasm, globalThis.location.href).href, wasmSha256);
    engine.catch(() => undefined); // until it is awaited
    const bytes = await fetchBytes(address, Math.min(numBytes, MAX_SNAPSHOT_BYTES));
    const snapshot = await readSnapshot(bytes, manifestSha256);
    const { manifest, manifestBytes, members } = snapshot;
    const { palette, labels = [] } = JSON.parse(text(members, "models/manifest.json"));
    const signature = await checkSignature(members.get("signature.json"), manifestBytes);
    const { size } = manifest;
    const receipts = await readReceipts(snapshot);
    report({ kind: "checked", palette, size, receipts, signature, hasFilm: members.has("history.webp") });
    const format = { size, palette, latentDim: manifest.latent_dim, numLabels: labels.length };
    const graph = /** @type {Uint8Array<ArrayBuffer>} */ (members.get("models/generator.onnx"));
    return { snapshot, model: await DreamModel.create(ort, await engine, graph, format) };
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} manifestSha256
 */
async function readSnapshot(bytes, manifestSha256) {
  try {
    return await checkMembers(readMembers(bytes), manifestSha256);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The snapshot on this site is not what the gallery was made of: ${reason}.`, { cause: error });
  }
}

/**
 * Return the dreams of the mosaic, one after another, as palette indices.
 *
 * @param {Snapshot} snapshot
 */
async function readReceipts({ manifest, members }) {
  const [height, width] = manifest.size;
  const { seed, dreams } = manifest.receipts;
  const rowWidth = MOSAIC_COLUMNS * width;
  const png = /** @type {Uint8Array<ArrayBuffer>} */ (members.get("mosaic.png"));
  const mosaic = await readIndexedPng(png, rowWidth, (dreams / MOSAIC_COLUMNS) * height);
  const pixels = new Uint8Array(mosaic.length);
  for (let line = 0; line < dreams * height; line++) {
    const [number, y] = [Math.floor(line / height), line % height];
    const start = (Math.floor(number / MOSAIC_COLUMNS) * height + y) * rowWidth + (number % MOSAIC_COLUMNS) * width;
    pixels.set(mosaic.subarray(start, start + width), line * width);
  }
  return { seed, pixels };
}

/**
 * Draw the dreams of the mosaic again.
 *
 * @param {Snapshot} snapshot
 * @param {DreamModel} model
 * @returns {Promise<DreamReport>}
 */
async function compareReceipts(snapshot, model) {
  const { dreams, margin_ppm: marginPpm } = snapshot.manifest.receipts;
  const { seed, pixels } = await readReceipts(snapshot);
  const area = pixels.length / dreams;
  let numEqual = 0;
  for (let first = 0; first < dreams; first += COMPARED_AT_ONCE) {
    const points = Array.from({ length: COMPARED_AT_ONCE }, (_, index) => dreamOf(first + index));
    const drawn = await model.draw(seed, points);
    numEqual += drawn.reduce((sum, index, place) => sum + Number(index === pixels[first * area + place]), 0);
  }
  return { kind: "compared", numPixels: pixels.length, numEqual, margin: marginPpm / 1e6 };
}

/** @param {number} number */
const dreamOf = (number) => ({ numbers: /** @type {[number, number, number, number]} */ ([number, number, number, number]), t: 0 });

/** @param {Snapshot} snapshot */
function filmOf({ members }) {
  const film = members.get("history.webp");
  if (!film) throw new Error("this snapshot has no film");
  return new Blob([film], { type: "image/webp" });
}

/**
 * @param {Map<string, Uint8Array>} members
 * @param {string} name
 */
const text = (members, name) => new TextDecoder().decode(members.get(name));

/**
 * Fetch the WebAssembly module and unpack it. Throws an Error if it is not the one that this script was made with.
 *
 * @param {string} address
 * @param {string} sha256
 */
async function fetchWasm(address, sha256) {
  const response = await fetchResponse(address);
  const stream = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body);
  const unpacked = new Response(stream.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const bytes = new Uint8Array(await unpacked.catch(refuseConnection));
  if ((await sha256Hex(bytes)) !== sha256) throw new Error("The engine of this site was changed, so nothing is drawn with it.");
  return bytes;
}

/**
 * Fetch a file of at most this many bytes.
 *
 * @param {string} address
 * @param {number} maxBytes
 */
async function fetchBytes(address, maxBytes) {
  const response = await fetchResponse(address);
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  const bytes = new Uint8Array(maxBytes);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(refuseConnection);
    if (done) return bytes.subarray(0, length);
    if (length + value.length > maxBytes) {
      await reader.cancel();
      throw new Error("The snapshot on this site is not what the gallery was made of: it is longer.");
    }
    bytes.set(value, length);
    length += value.length;
  }
}

/**
 * Fetch a file. Throws an Error if the site does not answer or does not have it.
 *
 * @param {string} address
 */
async function fetchResponse(address) {
  const response = await fetch(address).catch(refuseConnection);
  // HTTP/2 has no words for a status.
  if (!response.ok || !response.body) throw new Error(`${address} cannot be fetched: ${`${response.status} ${response.statusText}`.trim()}.`);
  return response;
}

/**
 * Say in a sentence that a transfer has failed, of which browsers tell no more, each in its own words.
 *
 * @param {unknown} cause
 * @returns {never}
 */
function refuseConnection(cause) {
  throw new Error("The site does not answer, or not to the end; check your connection, and reload the page.", { cause });
}
