// Where the engine runs: in a worker, or in the page where the browser allows no worker of a blob, as older Safari does in a sandboxed
// frame.

import { unpack } from "./packed_parts.js";
import { takePackedParts } from "./page_parts.js";

/** @import { EngineCommand, EngineReport } from "./engine_messages.js" */
/** @import { Artwork } from "./training_source.js" */

/** @typedef {(message: EngineCommand, transfer?: Transferable[]) => void} Command */
/** @typedef {(message: EngineReport) => void} Report */

// What the engine's script leaves in a page that runs it itself.
const PAGE_ENGINE = "pixelmintEngine";

/**
 * Start the engine, and return a function that passes on a command; commands wait until it has started.
 *
 * @param {Artwork} artwork
 * @param {Report} report
 * @returns {(message: EngineCommand) => void}
 */
export function connectEngine(artwork, report) {
  /** @type {EngineCommand[]} */
  const waiting = [];
  /** @type {Command | null} */
  let command = null;
  void open().catch((error) => report({ kind: "failed", text: error instanceof Error ? error.message : String(error) }));
  return (message) => {
    if (command) command(message);
    else waiting.push(message);
  };

  async function open() {
    await afterPainting(); // the sprites first
    await untilParsed(); // the parts stand at the end of the page
    const { code, ...parts } = takePackedParts();
    const url = URL.createObjectURL(new Blob([await unpack(code)], { type: "text/javascript" }));
    const isWorkerAllowed = !new URLSearchParams(location.search).has("slices");
    command = (isWorkerAllowed && (await openWorker(url, report))) || (await openInPage(url, report));
    const { token, name, palette, pixels, size, seed, key, recipe, generatorVersion } = artwork;
    command({ kind: "start", parts, token, name, palette, pixels, size, seed, key, recipe, generatorVersion });
    for (const message of waiting) command(message);
  }
}

/**
 * Start the engine in a worker; null where the browser refuses.
 *
 * @param {string} url
 * @param {Report} report
 * @returns {Promise<Command | null>}
 */
async function openWorker(url, report) {
  try {
    const worker = new Worker(url);
    await new Promise((resolve, reject) => {
      worker.onmessage = resolve; // it says that it has loaded
      worker.onerror = reject;
    });
    worker.onmessage = ({ data }) => report(data);
    worker.onerror = ({ message }) => report({ kind: "failed", text: `The training has ended: ${message}; reload the page.` });
    return (message) => worker.postMessage(message);
  } catch {
    return null;
  }
}

/**
 * Start the engine in the page, where it makes a step at a time.
 *
 * @param {string} url
 * @param {Report} report
 * @returns {Promise<Command>}
 */
async function openInPage(url, report) {
  const script = document.createElement("script");
  await new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error("This browser refuses to run the training here; open the file in a window of its own."));
    script.src = url;
    document.head.append(script);
  });
  /** @type {(report: Report) => Command} */
  const start = Reflect.get(globalThis, PAGE_ENGINE);
  return start(report);
}

function afterPainting() {
  return new Promise((resolve) => {
    if (document.hidden) setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}

function untilParsed() {
  return new Promise((resolve) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
    else resolve(undefined);
  });
}
