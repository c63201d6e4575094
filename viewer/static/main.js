// The page: joins the connection, the mosaic, the controls and the statistics, and tells its state on <body>.

import { AnimationLoop } from "./animation.js";
import { closeSentence, isKnownReason } from "./close_reasons.js";
import { Connection } from "./connection.js";
import { Controls } from "./controls.js";
import { downloadExport, saveFile } from "./download.js";
import { findElement } from "./elements.js";
import { Fullscreen } from "./fullscreen.js";
import { Header } from "./header.js";
import { HelpDialog } from "./help.js";
import { HistorySlider } from "./history.js";
import { setIcons } from "./icons.js";
import { Input } from "./input.js";
import { LabelSwitches } from "./labels.js";
import { Mosaic } from "./mosaic.js";
import { Notice } from "./notice.js";
import { Originals } from "./originals.js";
import { RECONSTRUCTIONS, TILES, VERSION, formatMessage } from "./protocol.js";
import { encodeSnapshot } from "./snapshot.js";
import { StatisticsPanel } from "./statistics.js";
import { Stepper, fewerTiles, higherRate, lowerRate, moreTiles } from "./steps.js";

/** @import { Action } from "./input.js" */
/** @import { HelloMessage, ModelMessage, State, StateMessage, TileFrame } from "./protocol.js" */

// How long a tile changes. After a pause begins, the tiles soon stand still.
const CHANGE_MS = 700;
const REDUCED_MOTION_CHANGE_MS = 2400;
const PAUSED_CHANGE_MS = 30;

// A few tiles that change slowly do not need sixty frames a second: without a GPU, each frame takes 2 ms of a core from the
// training. About twelve a second are nine steps for each change.
const SPARSE_TILES = 32;
const SLOW_CHANGE_MS = 300;
const SPARSE_PAUSE_MS = 70;

/** @typedef {Omit<StateMessage, "state"> & { state: State | "disconnected" }} PageState */

/** @type {HelloMessage | null} */
let hello = null;
/** @type {ModelMessage | null} */
let model = null;
/** @type {PageState} */
let state = {
  state: "waiting",
  tiles: 1,
  rate: 1,
  mode: "refresh",
  transition: "fade",
  step: 0,
  text: "",
  compare: false,
};
/** @type {string[]} */
const seeds = []; // of the tiles, as `seed` or `seed@position`
/** @type {number | null} */
let unacknowledged = null; // the number of the newest frame that is not drawn yet
let numRefreshed = 0; // tiles, since the last second began
let numFrames = 0; // of the browser, since the last second began

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const stage = findElement("#stage", HTMLElement);
const placeholder = findElement("#empty", HTMLElement);
const mosaic = new Mosaic(stage, { isCentered: true });
const originals = new Originals(findElement("#originals", HTMLElement));
const notice = new Notice(findElement("#notice", HTMLElement));
const statistics = new StatisticsPanel(findElement("#panel", HTMLElement));
const header = new Header();
const controls = new Controls({
  onMode: (mode) => connection.send("mode", { mode }),
  onTransition: (transition) => connection.send("transition", { transition }),
});
const input = new Input(stage, perform);
const help = new HelpDialog(findElement("#help-dialog", HTMLDialogElement), input, () => void downloadExport(connection, notice));
const fullscreen = new Fullscreen({
  isKiosk: new URLSearchParams(location.search).has("kiosk"),
  onChange: (isActive) => controls.showFullscreen(isActive),
});
const labels = new LabelSwitches(findElement("#labels", HTMLElement), (label, value) => connection.send("ask", { label, value }));
const history = new HistorySlider(findElement("#history", HTMLElement), (step) => connection.send("past", { step }));
const [tilesStepper, rateStepper] = [new Stepper(), new Stepper()];
const animation = new AnimationLoop(drawFrame);

const connection = new Connection({
  firstMessage: () => formatMessage("ready", { version: VERSION, reduced_motion: reducedMotion.matches }),
  onMessage: {
    hello: showHello,
    model: showModel,
    state: showState,
    curves: (message) => statistics.setCurves(message),
    stats: (message) => statistics.setStats(message),
    history: ({ steps, chosen }) => {
      history.show(steps, chosen);
      mosaic.updateLayout();
    },
    problem: ({ text }) => notice.show(text, 8),
  },
  onFrame: receiveFrame,
  onClose: showClosed,
});

/**
 * Perform an action. Before the server has said what it offers, only full screen and help do anything.
 *
 * @param {Action} action
 */
function perform(action) {
  if (action === "fullscreen") void fullscreen.toggle();
  else if (action === "help") help.toggle();
  else if (hello) performOffered(action, hello);
}

/**
 * @param {Exclude<Action, "fullscreen" | "help">} action
 * @param {HelloMessage} limits
 */
function performOffered(action, { max_tiles, max_rate }) {
  if (action === "run") connection.send("run", { running: state.state === "paused" });
  else if (action === "fewer") connection.send("tiles", { tiles: tilesStepper.step(state.tiles, fewerTiles) });
  else if (action === "more") connection.send("tiles", { tiles: tilesStepper.step(state.tiles, moreTiles, max_tiles) });
  else if (action === "slower") connection.send("rate", { rate: rateStepper.step(state.rate, lowerRate) });
  else if (action === "faster") connection.send("rate", { rate: rateStepper.step(state.rate, higherRate, max_rate) });
  else if (action === "next") connection.send("skip", { models: 1 });
  else if (action === "previous") connection.send("skip", { models: -1 });
  else if (action === "compare") connection.send("compare", { compare: !state.compare });
  else if (action === "stats") toggleStatistics();
  else if (action === "save") void saveSnapshot();
}

/** @param {TileFrame} received */
function receiveFrame({ frame, generation, kind, tiles }) {
  const now = performance.now();
  if (generation === model?.generation && kind !== TILES) originals.setTiles(kind === RECONSTRUCTIONS, tiles, now);
  else if (generation === model?.generation) {
    for (const { number, seed, position, pixels } of tiles) {
      if (!mosaic.isBlank(number)) numRefreshed++;
      mosaic.setTile(number, pixels, now);
      seeds[number] = position ? `${seed}@${position}` : `${seed}`;
    }
    placeholder.hidden = true;
  }
  unacknowledged = frame;
  animation.start();
  // A hidden page gets no animation frames. Without an acknowledgement the server would take it for stalled.
  if (document.hidden) {
    mosaic.finishChanges();
    acknowledge();
  }
}

function acknowledge() {
  if (unacknowledged === null) return;
  connection.send("ack", { frame: unacknowledged });
  unacknowledged = null;
}

/**
 * Draw one frame, and return the pause before the next one; null if nothing changes and no frames are counted.
 *
 * @param {number} now
 */
function drawFrame(now) {
  numFrames++;
  mosaic.draw(now);
  originals.draw(now);
  acknowledge();
  if (!mosaic.isChanging && !originals.isChanging && !statistics.isVisible) return null;
  const isSparse = mosaic.numChanging <= SPARSE_TILES && mosaic.durationMs >= SLOW_CHANGE_MS && !statistics.isVisible;
  return isSparse ? SPARSE_PAUSE_MS : 0;
}

/** @param {HelloMessage} message */
function showHello(message) {
  hello = message;
  statistics.offer(hello.abilities);
  help.offer(hello.abilities);
  controls.offer(hello);
  if (hello.kiosk) fullscreen.startKiosk();
}

/** @param {ModelMessage} message */
function showModel(message) {
  model = message;
  const { name, token, features, recipe, palette, size, device, note, photographs, credits } = model;
  mosaic.setFormat(palette, size);
  originals.setFormat(palette, size, photographs);
  controls.showCompared(photographs);
  header.showModel(model);
  document.body.dataset.device = device;
  labels.show(model.labels, model.asked);
  mosaic.updateLayout();
  help.describe([
    ...Object.entries({ Title: credits.title, Author: credits.author, Licence: credits.licence }).filter(([, text]) => text),
    ["Token", token],
    ["Folder", name],
    ["Recipe", recipe],
    ["Tile", `${size[1]} × ${size[0]} pixels, ${palette.length} colours`],
    ["Computed by", note ? `${device} (${note})` : device],
    ...Object.entries(features),
  ], Boolean(photographs));
}

/** @param {StateMessage} message */
function showState(message) {
  if (!hello) return; // the protocol sends it first
  const hadText = state.text || state.state === "disconnected";
  state = message;
  const { tiles, rate, mode, transition, step, compare, text } = state;
  mosaic.setCount(tiles);
  // A walk is smooth by itself: each picture replaces the one before.
  mosaic.transition = mode === "walk" ? "cut" : transition;
  const isPaused = state.state === "paused";
  const longestMs = reducedMotion.matches ? REDUCED_MOTION_CHANGE_MS : CHANGE_MS;
  mosaic.durationMs = isPaused ? PAUSED_CHANGE_MS : Math.min(longestMs, (800 * tiles) / rate);
  if (isPaused) mosaic.restartChanges(performance.now());
  tellState({ state: state.state, tiles, rate, step });
  header.showStep(step);
  controls.showState(message, hello);
  originals.show(compare);
  if (text) notice.show(text);
  else if (hadText) notice.clear();
  animation.start();
}

/**
 * Set the attributes of <body> that tell the state to programs that look at the page.
 *
 * @param {{ state: PageState["state"], tiles?: number, rate?: number, step?: number }} values
 */
function tellState(values) {
  for (const [name, value] of Object.entries(values)) document.body.dataset[name] = String(value);
  header.showState(values.state);
}

/** @param {number} code of the WebSocket */
function showClosed(code) {
  if (state.state === "ended") return; // its notice says why
  // While the page tries to reconnect, the sentence about the first loss says more than "no answer".
  if (state.state !== "disconnected" || isKnownReason(code)) notice.show(closeSentence(code));
  unacknowledged = null;
  state = { ...state, state: "disconnected" };
  tellState({ state: "disconnected" });
}

function toggleStatistics() {
  statistics.toggle();
  controls.showStatistics(statistics.isVisible);
  animation.start();
}

async function saveSnapshot() {
  if (!model || !mosaic.columns) return;
  const { name } = model;
  const step = history.chosen ?? state.step;
  saveFile(await encodeSnapshot(mosaic, model, step, seeds), `${name}-${step}.png`, notice);
}

/** Lay the tiles out again when the window moves to a screen of another pixel ratio, or the page is zoomed. */
function watchPixelRatio() {
  window.matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change", () => {
    mosaic.updateLayout();
    watchPixelRatio();
  }, { once: true });
}

setIcons(document);
new ResizeObserver(() => mosaic.updateLayout()).observe(stage);
watchPixelRatio();
setInterval(() => {
  statistics.addSecond({ tiles: numRefreshed, fps: numFrames });
  numRefreshed = numFrames = 0;
}, 1000);
