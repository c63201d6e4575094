// The page of a collection's training: it asks for the progress, draws the tiles that were added, and shows a token's dreams.

/**
 * @typedef {object} State
 * @property {string} name
 * @property {number} tokens
 * @property {number} trained
 * @property {number} setAside
 * @property {number} tokensPerHour
 * @property {number | null} secondsLeft
 * @property {number} tile the side of a tile in pixels
 * @property {number} tiles
 * @property {number} columns
 * @property {number} added how many tiles have been added
 */

const INTERVAL_MS = 1000;
const FAILURES_UNTIL_ENDED = 3;

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page lacks #${id}`);
  return found;
}

const canvas = element("mosaic", HTMLCanvasElement);
const summary = element("summary", HTMLElement);
const details = element("details", HTMLDialogElement);
const context = canvas.getContext("2d");
if (!context) throw new Error("this browser has no canvas");

let numDrawn = 0;
/** @type {State | null} */
let state = null;
let imageUrl = "";

/** @param {string} path */
async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return [hours, minutes, whole % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** @param {State} now */
function show(now) {
  document.title = `${now.trained} of ${now.tokens} · ${now.name}`;
  element("name", HTMLElement).textContent = now.name;
  const bar = element("progress", HTMLProgressElement);
  bar.max = now.tokens;
  bar.value = now.trained;
  const parts = [`${now.trained.toLocaleString("en")} of ${now.tokens.toLocaleString("en")} trained`];
  if (now.setAside) parts.push(`${now.setAside} set aside`);
  if (now.secondsLeft !== null) {
    parts.push(`${Math.round(now.tokensPerHour).toLocaleString("en")} tokens an hour`, `${clock(now.secondsLeft)} left`);
  }
  summary.textContent = parts.join(" · ");
  document.body.dataset.state = "running";
  document.body.dataset.trained = String(now.trained);
}

/** @param {State} now */
function prepareCanvas(now) {
  canvas.width = now.columns * now.tile;
  canvas.height = Math.ceil(now.tiles / now.columns) * now.tile;
}

/** @param {State} now */
async function drawNewTiles(now) {
  const pixelBytes = now.tile * now.tile * 4;
  while (numDrawn < now.added) {
    const data = await (await get(`tiles/${numDrawn}`)).arrayBuffer();
    if (!data.byteLength) return;
    for (let start = 0; start < data.byteLength; start += 4 + pixelBytes) {
      const number = new DataView(data).getUint32(start, true);
      const pixels = new ImageData(new Uint8ClampedArray(data, start + 4, pixelBytes), now.tile, now.tile);
      context?.putImageData(pixels, (number % now.columns) * now.tile, Math.floor(number / now.columns) * now.tile);
      numDrawn += 1;
    }
    document.body.dataset.tiles = String(numDrawn);
  }
}

/** @param {MouseEvent} event */
async function showDreams(event) {
  if (!state) return;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const column = Math.floor(((event.clientX - left) / width) * state.columns);
  const row = Math.floor(((event.clientY - top) / height) * Math.ceil(state.tiles / state.columns));
  const response = await fetch(`dreams/${row * state.columns + column}`);
  if (!response.ok) return;
  URL.revokeObjectURL(imageUrl);
  imageUrl = URL.createObjectURL(await response.blob());
  element("dreams", HTMLImageElement).src = imageUrl;
  element("token", HTMLElement).textContent = `Token ${response.headers.get("x-token")}`;
  details.showModal();
}

async function run() {
  let numFailures = 0;
  while (numFailures < FAILURES_UNTIL_ENDED) {
    try {
      /** @type {State} */
      const now = await (await get("state")).json();
      if (!state) prepareCanvas(now);
      state = now;
      show(now);
      await drawNewTiles(now);
      numFailures = 0;
    } catch {
      numFailures += 1;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, INTERVAL_MS);
    });
  }
  document.body.dataset.state = "ended";
  summary.textContent = `${summary.textContent} · this run has ended`;
}

canvas.addEventListener("click", (event) => void showDreams(event));
void run();
