// The page of a work: its dreams on the stage, their controls, and what the worker has found out about the snapshot.

import { findElement } from "../../../../viewer/static/elements.js";
import { setIcon, setIcons } from "../../../../viewer/static/icons.js";
import { DreamClient } from "./dream_client.js";
import { DreamStage } from "./dream_stage.js";
import { showComparison, showFilm, showSignature } from "./findings.js";

/** @import { Finding } from "./dream_client.js" */

const COUNTS = [1, 4, 9, 16, 25, 36, 49, 64];
const START_COUNT = 16;
const LARGE_START_COUNT = 4; // of pictures with more pixels than this
const LARGE_AREA = 48 * 48;
const MAX_SEED = 2 ** 32;

const main = findElement("main", HTMLElement);
const { snapshot = "", bytes = "0", manifest = "", key = "" } = main.dataset;
const state = findElement("#state", HTMLElement);
const dream = findElement("#dream", HTMLElement);
const canvas = findElement("#mosaic", HTMLCanvasElement);
const run = findElement("#run", HTMLButtonElement);
const walk = findElement("#walk", HTMLButtonElement);
const fewer = findElement("#fewer", HTMLButtonElement);
const more = findElement("#more", HTMLButtonElement);
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

const script = /** @type {HTMLScriptElement} */ (document.currentScript).src;
const client = new DreamClient(new URL("dream_worker.js", script), handle);
const stage = new DreamStage(findElement("#stage", HTMLElement), { draw: (seed, points) => client.draw(seed, points), isStill });

/** @param {Finding} finding */
function handle(finding) {
  if (finding.kind === "checked") {
    show(finding);
    showSignature(finding.signature, manifest, key);
    if (finding.hasFilm) showFilm(() => client.send({ kind: "film" }));
    state.textContent = "Starting the network…";
  } else if (finding.kind === "ready") void start();
  else if (finding.kind === "compared") showComparison(finding);
  else if (finding.kind === "film") showFilm(finding.film);
  else fail(finding.text);
}

/**
 * Show the dreams of the mosaic, which need no network.
 *
 * @param {Finding & { kind: "checked" }} finding
 */
function show({ palette, size, receipts }) {
  canvas.hidden = false;
  stage.open(palette, size, receipts, size[0] * size[1] > LARGE_AREA ? LARGE_START_COUNT : START_COUNT);
  findElement("#still", HTMLImageElement).hidden = true;
  showSeed();
}

async function start() {
  const seed = seedOfAddress();
  if (seed !== null && seed !== stage.seed) await stage.setSeed(seed);
  setIcons(document);
  findElement("#controls", HTMLElement).dataset.ready = "";
  setRunning(!isStill);
  showCount();
  showSeed();
  state.textContent = "";
  document.body.dataset.state = "dreaming";
  client.send({ kind: "compare" });
}

/** @param {string} text */
function fail(text) {
  stage.setRunning(false);
  delete findElement("#controls", HTMLElement).dataset.ready;
  state.textContent = text;
  document.body.dataset.state = "failed";
}

/** @param {boolean} isRunning */
function setRunning(isRunning) {
  stage.setRunning(isRunning);
  setIcon(run, isRunning ? "pause" : "play");
  run.setAttribute("aria-label", isRunning ? "Pause" : "Play");
}

function showCount() {
  findElement("#tiles", HTMLOutputElement).textContent = stage.count === 1 ? "1 dream" : `${stage.count} dreams`;
  fewer.disabled = stage.count === COUNTS[0];
  more.disabled = stage.count === COUNTS[COUNTS.length - 1];
}

/** @param {number} change */
function changeCount(change) {
  stage.setCount(COUNTS[Math.max(0, Math.min(COUNTS.length - 1, COUNTS.indexOf(stage.count) + change))]);
  showCount();
}

function showSeed() {
  dream.textContent = `Seed ${stage.seed}`;
}

/** Return the seed that the address asks for, as in #seed=7. */
function seedOfAddress() {
  const found = /^#seed=(\d{1,15})$/.exec(location.hash);
  return found ? Number(found[1]) : null;
}

run.addEventListener("click", () => setRunning(!stage.isRunning));
walk.addEventListener("click", () => {
  stage.setMode(stage.mode === "walk" ? "refresh" : "walk");
  walk.setAttribute("aria-pressed", String(stage.mode === "walk"));
  if (stage.mode === "walk") setRunning(true);
});
fewer.addEventListener("click", () => changeCount(-1));
more.addEventListener("click", () => changeCount(1));
findElement("#other", HTMLButtonElement).addEventListener("click", () => {
  history.replaceState(null, "", `#seed=${Math.floor(Math.random() * MAX_SEED)}`);
  openSeedOfAddress();
});
addEventListener("hashchange", openSeedOfAddress);

function openSeedOfAddress() {
  const seed = seedOfAddress();
  if (seed === null || document.body.dataset.state !== "dreaming") return;
  void stage.setSeed(seed);
  showSeed();
}

canvas.addEventListener("pointermove", (event) => {
  const numbers = stage.numbersAt(event.offsetX / canvas.clientWidth, event.offsetY / canvas.clientHeight);
  const of = numbers.length === 2 ? `Between the dreams ${numbers[0]} and ${numbers[1]}` : `Dream ${numbers[0]}`;
  if (numbers.length) dream.textContent = `${of} of seed ${stage.seed}`;
});
canvas.addEventListener("pointerleave", showSeed);

state.textContent = "Fetching the network…";
client.send({ kind: "open", snapshot: new URL(snapshot, document.baseURI).href, numBytes: Number(bytes), manifestSha256: manifest });
