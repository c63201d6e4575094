// The training as a source of tiles, and its settings: what viewer/web/tile_scheduler.py and mint/live/live_source.py do for a server's
// pages. It answers the page's messages at once; what the engine computes follows.

import { ORIGINALS, MIN_RATE, RECONSTRUCTIONS, VERSION } from "../../../../viewer/static/protocol.js";
import { Conversation } from "./conversation.js";
import { learningCurves } from "./learning_curves.js";
import { HISTORY_SEEDS } from "./measured_steps.js";
import { TileScheduler } from "./tile_scheduler.js";

/** @import { Size, State, Transition } from "../../../../viewer/static/protocol.js" */
/** @import { Params } from "./platform.js" */
/** @import { TileDrawer } from "./tile_scheduler.js" */
/** @import { DrawnReport, EngineCommand, EngineReport, ExportedReport, HistoryEntry, StartReport, StatisticsLine } from "./engine_messages.js" */

/**
 * What is shown, and how it begins.
 *
 * @typedef {object} Artwork
 * @property {string} token its hash
 * @property {string} name of its folder
 * @property {Record<string, string | number>} features
 * @property {string} recipe its name and version
 * @property {string[]} palette "#rrggbbaa"
 * @property {Size} size
 * @property {Uint8Array} pixels (n, H, W)
 * @property {boolean} autostart whether the training begins by itself
 * @property {boolean} hasModel whether it is trained already, so that its dreams are shown at once
 * @property {boolean} isPreview whether a platform takes a picture of the page
 * @property {number} seed of the training
 * @property {number} generatorVersion of the program that draws tokens
 * @property {string} key of the training in the browser's storage
 */

const MAX_TILES = 1024;
const MAX_RATE = 10_240;
const TILES_AT_FIRST = 64;
const RATE_AT_FIRST = 4;
const LEARNED_ACCURACY = 0.98;
const RATE_IN_PREVIEW = 32; // so that the picture shows what was learned last
const REDUCED_MOTION_RATE = 1;

/** @implements {TileDrawer} */
export class TrainingSource {
  #artwork;
  #command;
  #conversation;
  #scheduler;
  /** @type {Uint8Array[]} */
  #originals;
  /** @type {Transition} */
  #transition = "fade";
  #numTiles = TILES_AT_FIRST; // of dreams
  #isComparing = false;
  #isPaused;
  #isStarted = false;
  #isShowingOriginals = true;
  #note = ""; // of the engine, about what the browser keeps
  #step = 0;
  #firstStep = 0; // of this visit
  #failure = "";
  /** @type {HistoryEntry[]} */
  #history = [];
  /** @type {HistoryEntry | null} */
  #chosen = null;
  /** @type {StatisticsLine[]} */
  #lines = [];
  #numRequests = 0;
  /** @type {Map<number, (report: DrawnReport | ExportedReport | null) => void>} */
  #requests = new Map();

  /**
   * command(message) passes on a message to the engine; send(data) a message or a frame to the page.
   *
   * @param {Artwork} artwork
   * @param {(message: EngineCommand) => void} command
   * @param {(data: string | ArrayBuffer) => void} send
   */
  constructor(artwork, command, send) {
    this.#artwork = artwork;
    this.#command = command;
    this.#isPaused = !artwork.autostart;
    this.#originals = this.#split(artwork.pixels);
    this.#conversation = new Conversation(send, {
      ready: ({ reduced_motion }) => this.#introduce(reduced_motion),
      ack: () => {},
      run: ({ running }) => this.#run(running),
      tiles: ({ tiles }) => this.#setTiles(Math.min(MAX_TILES, Math.max(1, Math.trunc(tiles)))),
      rate: ({ rate }) => this.#scheduler.setRate(Math.min(MAX_RATE, Math.max(MIN_RATE, rate))),
      mode: () => {},
      transition: ({ transition }) => {
        this.#transition = transition;
      },
      skip: () => {},
      compare: ({ compare }) => {
        this.#isComparing = compare;
        this.#command({ kind: "compare", compare });
      },
      past: ({ step }) => this.#showStep(step),
      ask: () => {},
    }, () => this.#tellState());
    const settings = { tiles: this.#originals.length, rate: artwork.isPreview ? RATE_IN_PREVIEW : RATE_AT_FIRST };
    this.#scheduler = new TileScheduler(this, settings, (places) => this.#conversation.markChanged(places));
    this.#conversation.setGrid(this.#scheduler.grid, artwork.size);
    this.#scheduler.showPictures(this.#originals);
  }

  /**
   * Accept the text of a message of the page.
   *
   * @param {string} text
   */
  receive(text) {
    this.#conversation.receive(text);
  }

  /** Return the exported files as a zip. Rejects where the engine has ended. */
  async requestExport() {
    if (!this.#isStarted) throw new Error("The training is not loaded yet; try again in a moment.");
    if (this.#failure) throw new Error(this.#failure);
    const report = await this.#request({ kind: "export" });
    if (report?.kind !== "exported") throw new Error(this.#failure);
    return { name: `${this.#artwork.name}-${report.step}.zip`, content: report.content };
  }

  /**
   * Set what a collector has chosen on a platform.
   *
   * @param {Params} params
   */
  choose({ tiles, transition }) {
    if (tiles) this.#chooseTiles(Math.min(MAX_TILES, Math.max(1, Math.trunc(tiles))));
    if (transition) this.#transition = transition;
    this.#tellState();
  }

  /** Have the state stored, because the page may be closed soon. */
  keep() {
    this.#command({ kind: "keep" });
  }

  // What the scheduler asks for.

  get isReady() {
    return this.#isStarted && !this.#isShowingOriginals && !this.#failure;
  }

  get isRunning() {
    // The dreams of a model that came along change before it trains on.
    return this.#state === "running" || (this.#artwork.hasModel && this.#step === this.#firstStep);
  }

  get fixedSeeds() {
    return this.#chosen ? HISTORY_SEEDS : [];
  }

  /**
   * @param {number[]} seeds
   * @returns {Promise<Uint8Array[] | null>}
   */
  async draw(seeds) {
    if (this.#chosen) {
      const tiles = this.#split(this.#chosen.tiles);
      return seeds.map((seed) => tiles[(seed - HISTORY_SEEDS[0]) % tiles.length]);
    }
    const report = await this.#request({ kind: "draw", seeds });
    return report?.kind === "drawn" ? this.#split(report.pixels) : null;
  }

  // What the page asks for.

  /** @param {boolean} isMotionReduced */
  #introduce(isMotionReduced) {
    if (isMotionReduced) this.#scheduler.setRate(REDUCED_MOTION_RATE);
    this.#conversation.tell("hello", {
      version: VERSION,
      abilities: ["loss", "originals", "history", "export"],
      modes: ["refresh"],
      transitions: ["cut", "fade", "dissolve"],
      kiosk: this.#artwork.isPreview,
      max_tiles: MAX_TILES,
      max_rate: MAX_RATE,
    });
    this.#tellState();
    this.#tellModel();
    this.#conversation.markChanged(this.#originals.keys());
    this.#conversation.showSprites(ORIGINALS, this.#originals);
  }

  /** @param {boolean} running */
  #run(running) {
    this.#isPaused = !running;
    if (this.#isStarted) this.#command({ kind: "run", running });
  }

  /** @param {number} tiles */
  #setTiles(tiles) {
    this.#numTiles = tiles;
    if (this.#isShowingOriginals) this.#showDreams();
    else this.#scheduler.setCount(tiles);
  }

  /** @param {number} tiles that are shown when the dreams are */
  #chooseTiles(tiles) {
    this.#numTiles = tiles;
    if (!this.#isShowingOriginals) this.#scheduler.setCount(tiles);
  }

  /** @param {number | null} step */
  #showStep(step) {
    this.#chosen = this.#history.find((entry) => entry.step === step) ?? null;
    if (this.#isShowingOriginals) this.#showDreams();
    this.#scheduler.redraw();
    this.#tellModel();
    this.#tellHistory();
  }

  // What the engine reports.

  /** @param {EngineReport} report */
  handle(report) {
    if (report.kind === "started") this.#begin(report);
    else if (report.kind === "progress") this.#advance(report.step);
    else if (report.kind === "drawn" || report.kind === "exported") this.#resolve(report);
    else if (report.kind === "reconstructed") this.#conversation.showSprites(RECONSTRUCTIONS, this.#split(report.pixels));
    else if (report.kind === "problem") this.#conversation.tell("problem", { text: report.text });
    else if (report.kind === "failed") this.#fail(report.text);
    else if (report.kind === "statistics") {
      const hadLearned = this.#hasLearned;
      this.#lines.push(report.line);
      if (this.#hasLearned && !hadLearned && !this.#chosen) this.#scheduler.redraw(); // the first dreams are noise
      this.#conversation.tell("curves", learningCurves(this.#lines));
    } else {
      this.#history.push(report.entry);
      this.#tellHistory();
    }
  }

  /** Whether the network has ever known the sprites. */
  get #hasLearned() {
    return this.#lines.some(({ accuracy }) => accuracy >= LEARNED_ACCURACY);
  }

  /** @param {StartReport} report */
  #begin({ step, note, history, lines }) {
    this.#isStarted = true;
    this.#note = note;
    this.#step = this.#firstStep = step;
    this.#history = [...history];
    this.#lines = [...lines];
    if (step) this.#showDreams();
    if (!this.#isPaused) this.#command({ kind: "run", running: true });
    if (!this.#isPaused && note) this.#conversation.tell("problem", { text: note });
    if (this.#lines.length) this.#conversation.tell("curves", learningCurves(this.#lines));
    this.#tellHistory();
    this.#tellState();
  }

  /** @param {number} step */
  #advance(step) {
    this.#step = step;
    if (this.#isShowingOriginals) this.#showDreams();
    this.#tellState();
    this.#scheduler.wake();
  }

  /** @param {string} text */
  #fail(text) {
    this.#failure = text;
    for (const resolve of this.#requests.values()) resolve(null);
    this.#requests.clear();
    this.#tellState();
  }

  #showDreams() {
    this.#isShowingOriginals = false;
    this.#scheduler.showDreams(this.#numTiles);
  }

  // Messages to the page.

  /** @type {State} */
  get #state() {
    if (this.#failure) return "ended";
    if (this.#isPaused) return "paused";
    return this.#step > this.#firstStep ? "running" : "waiting";
  }

  #tellState() {
    this.#conversation.tell("state", {
      state: this.#state,
      tiles: this.#scheduler.count,
      rate: this.#scheduler.rate,
      mode: "refresh",
      transition: this.#transition,
      step: this.#step,
      text: this.#text,
      compare: this.#isComparing,
    });
    this.#scheduler.wake();
  }

  get #text() {
    if (this.#failure) return this.#failure;
    if (!this.#isPaused || this.#step > this.#firstStep) return "";
    const begin = this.#step ? `Press Space or the play button to go on from step ${this.#step}.` : "Press Space or the play button to begin.";
    return `${begin} ${this.#note}`.trim();
  }

  #tellModel() {
    const { token, name, recipe, palette, size } = this.#artwork;
    const features = Object.fromEntries(Object.entries(this.#artwork.features).map(([feature, value]) => [feature, String(value)]));
    const step = this.#chosen?.step ?? this.#step;
    const fixed = { generation: 0, device: "CPU", note: "", position: 0, count: 1, labels: [], asked: [], photographs: null };
    const credits = { title: "", author: "", licence: "" };
    this.#conversation.tell("model", { ...fixed, token, name, features, recipe, palette, size, step, credits });
  }

  #tellHistory() {
    this.#conversation.tell("history", { steps: this.#history.map(({ step }) => step), chosen: this.#chosen?.step ?? null });
  }

  // Requests to the engine.

  /**
   * Return the engine's answer, null if it ends without one.
   *
   * @param {{ kind: "export" } | { kind: "draw", seeds: number[] }} request
   * @returns {Promise<DrawnReport | ExportedReport | null>}
   */
  #request(request) {
    const id = ++this.#numRequests;
    return new Promise((resolve) => {
      this.#requests.set(id, resolve);
      this.#command({ ...request, id });
    });
  }

  /** @param {DrawnReport | ExportedReport} report */
  #resolve(report) {
    this.#requests.get(report.id)?.(report);
    this.#requests.delete(report.id);
  }

  /**
   * @param {Uint8Array} pixels (n, H, W)
   * @returns {Uint8Array[]}
   */
  #split(pixels) {
    const area = this.#artwork.size[0] * this.#artwork.size[1];
    return Array.from({ length: pixels.length / area }, (_, index) => pixels.slice(index * area, (index + 1) * area));
  }
}
