// The page of a collection's training: it asks for the progress, draws the tiles that were added, and shows a token's dreams.

import { findElement } from "../../../../viewer/static/elements.js";
import { formatDuration } from "../../../../viewer/static/numbers.js";
import { TrainingMosaic } from "./mosaic.js";

/** @import { MosaicFormat } from "./mosaic.js" */

/**
 * @typedef {object} Progress
 * @property {string} name of the collection
 * @property {number} tokens
 * @property {number} trained
 * @property {number} setAside
 * @property {number} tokensPerHour
 * @property {number | null} secondsLeft
 * @property {number} added how many tiles have been added to the mosaic
 */

const INTERVAL_MS = 1000;
const FAILURES_UNTIL_ENDED = 3;

const name = findElement("#name", HTMLElement);
const summary = findElement("#summary", HTMLElement);
const bar = findElement("#progress", HTMLProgressElement);
const pointed = findElement("#pointed", HTMLElement);
const notice = findElement("#notice", HTMLElement);
const details = findElement("#details", HTMLDialogElement);
const dreams = findElement("#dreams", HTMLImageElement);

/** @type {TrainingMosaic | null} */
let mosaic = null;
let numDrawn = 0;

void run();

async function run() {
  for (let numFailures = 0; numFailures < FAILURES_UNTIL_ENDED; ) {
    try {
      /** @type {Progress & MosaicFormat} */
      const progress = await (await get("state")).json();
      mosaic ??= new TrainingMosaic(progress, { onPoint: showPointed, onOpen: (tile) => void showDreams(tile) });
      showProgress(progress);
      await drawNewTiles(mosaic, progress);
      numFailures = 0;
    } catch {
      numFailures += 1;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, INTERVAL_MS);
    });
  }
  document.body.dataset.state = "ended";
  notice.textContent = "This run has ended; its terminal tells how.";
}

/** @param {string} path */
async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** @param {Progress} progress */
function showProgress({ name: collection, tokens, trained, setAside, tokensPerHour, secondsLeft }) {
  document.title = `${trained} of ${tokens} · ${collection}`;
  name.textContent = collection;
  bar.max = tokens;
  bar.value = trained;
  const parts = [`${trained.toLocaleString("en")} of ${tokens.toLocaleString("en")} trained`];
  if (setAside) parts.push(`${setAside.toLocaleString("en")} set aside`);
  if (secondsLeft !== null) {
    parts.push(`${Math.round(tokensPerHour).toLocaleString("en")} tokens an hour`);
    if (trained + setAside < tokens) parts.push(`${formatDuration(secondsLeft)} left`);
  }
  summary.textContent = parts.join(" · ");
  document.body.dataset.state = "running";
  document.body.dataset.trained = String(trained);
}

/**
 * Draw the tiles that were added since the last time: each its number, 4 bytes, and its pixels, RGBA.
 *
 * @param {TrainingMosaic} target
 * @param {Progress & MosaicFormat} progress
 */
async function drawNewTiles(target, { tile: side, added }) {
  const pixelBytes = 4 * side * side;
  while (numDrawn < added) {
    const data = await (await get(`tiles/${numDrawn}`)).arrayBuffer();
    if (!data.byteLength) return;
    for (let start = 0; start < data.byteLength; start += 4 + pixelBytes) {
      const tile = new DataView(data).getUint32(start, true);
      target.draw(tile, new ImageData(new Uint8ClampedArray(data, start + 4, pixelBytes), side, side));
      numDrawn += 1;
    }
    document.body.dataset.tiles = String(numDrawn);
  }
}

/** @param {number | null} tile */
function showPointed(tile) {
  if (!mosaic || tile === null) {
    pointed.textContent = "";
    return;
  }
  const text = `Token ${mosaic.tokenNumber(tile)}${mosaic.isDrawn(tile) ? "" : ", not trained yet"}`;
  pointed.textContent = text;
  mosaic.describe(text);
}

/** @param {number} tile */
async function showDreams(tile) {
  if (!mosaic?.isDrawn(tile)) return;
  try {
    const response = await get(`dreams/${tile}`);
    const picture = URL.createObjectURL(await response.blob());
    URL.revokeObjectURL(dreams.src);
    dreams.src = picture;
    findElement("#token", HTMLElement).textContent = `Token ${response.headers.get("x-token")}`;
    if (!details.open) details.showModal();
  } catch {
    notice.textContent = `The dreams of token ${mosaic.tokenNumber(tile)} cannot be fetched.`;
  }
}
