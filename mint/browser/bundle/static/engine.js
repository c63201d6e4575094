// The engine: a training that makes one step after the other and draws between them. It belongs into a worker; in a page without
// workers it runs in slices, a step each.

import { HISTORY_SEEDS, isMeasured, isRecorded } from "./measured_steps.js";
import { TrainingStore } from "./training_store.js";
import { zipFiles } from "./zip.js";

/** @import { StoredTraining } from "./training_store.js" */
/** @import { DrawCommand, EngineCommand, EngineReport, ExportCommand, HistoryEntry, StartCommand, StatisticsLine } from "./engine_messages.js" */

/**
 * A training: of mint/browser/training.
 *
 * @typedef {object} Training
 * @property {number} step
 * @property {() => Promise<Record<string, number>>} makeStep returns the losses
 * @property {(seeds: number[]) => Promise<Uint8Array>} draw
 * @property {() => Promise<{ pixels: Uint8Array, accuracy: number }>} reconstruct
 * @property {() => ArrayBuffer} state
 * @property {() => Promise<Map<string, Uint8Array<ArrayBuffer>>>} exportFiles
 */

/** @typedef {(command: StartCommand, state: ArrayBuffer | null) => Promise<Training>} OpenTraining */

const MAX_DRAWING_SHARE = 0.25; // of the time while a training runs
const RECONSTRUCTION_INTERVAL_MS = 1000;
const KEEP_INTERVAL_MS = 30_000;
const PROGRESS_INTERVAL_MS = 200;
const SLEEP_MS = 60_000; // a step never takes this long

export class Engine {
  #report;
  #openTraining;
  #restMs;
  /** @type {Training | null} */
  #training = null;
  /** @type {TrainingStore | null} */
  #store = null;
  /** @type {(DrawCommand | ExportCommand)[]} */
  #requests = [];
  #wake = () => {};
  #note = ""; // a sentence about what the browser keeps
  #isRunning = false;
  #isComparing = false;
  #seconds = 0;
  /** @type {HistoryEntry[]} */
  #history = [];
  /** @type {StatisticsLine[]} */
  #lines = [];
  /** @type {Record<string, number>[]} */
  #losses = []; // since the last line of statistics
  #nextDrawMs = 0;
  #nextReconstructionMs = 0;
  #reconstructedStep = -1;
  #nextProgressMs = 0;
  #nextKeepMs = Infinity;
  #toldStep = 0;
  #keptStep = 0;
  #lastStepMs = 0;

  /**
   * report(message) passes on a message; restMs is how long to rest after each step, so that a page that shares the thread can draw.
   *
   * @param {(message: EngineReport) => void} report
   * @param {OpenTraining} openTraining
   * @param {number} restMs
   */
  constructor(report, openTraining, restMs = 0) {
    this.#report = report;
    this.#openTraining = openTraining;
    this.#restMs = restMs;
  }

  /** @param {EngineCommand} command */
  handle(command) {
    if (command.kind === "start") void this.#start(command);
    else if (command.kind === "run") this.#run(command.running);
    else if (command.kind === "compare") {
      this.#isComparing = command.compare;
      this.#reconstructedStep = -1;
    }
    else if (command.kind === "keep") this.#nextKeepMs = 0;
    else this.#requests.push(command);
    this.#wake();
  }

  /** @param {boolean} running */
  #run(running) {
    this.#isRunning = running;
    this.#lastStepMs = 0;
    this.#nextKeepMs = running ? performance.now() + KEEP_INTERVAL_MS : 0;
  }

  /** @param {StartCommand} command */
  async #start(command) {
    try {
      this.#store = await TrainingStore.open(command.key);
      const stored = (await this.#store?.read()) ?? null;
      this.#training = await this.#resume(command, stored);
      this.#keptStep = this.#toldStep = this.#training.step;
      if (!this.#store) this.#note = "This frame may keep nothing, so the training begins anew after a reload.";
      const { step } = this.#training;
      this.#report({ kind: "started", step, note: this.#note, history: this.#history, lines: this.#lines });
      if (!this.#history.length && !this.#training.step) await this.#record(this.#training);
      await this.#loop(this.#training);
    } catch (error) {
      this.#report({ kind: "failed", text: sentence(error) });
    }
  }

  /**
   * Go on with the training that was stored, if it can be read; otherwise begin one.
   *
   * @param {StartCommand} command
   * @param {StoredTraining | null} stored
   */
  async #resume(command, stored) {
    if (!stored) return this.#openTraining(command, null);
    try {
      const training = await this.#openTraining(command, stored.state);
      ({ seconds: this.#seconds, history: this.#history, lines: this.#lines } = stored);
      return training;
    } catch {
      this.#note = "The training that this browser kept cannot be read, so it begins anew.";
      return this.#openTraining(command, null);
    }
  }

  /** @param {Training} training */
  async #loop(training) {
    for (;;) {
      if (this.#isRunning) await this.#makeStep(training);
      else if (training.step !== this.#toldStep) this.#tellProgress(training);
      await this.#answer(training);
      await this.#reconstruct(training);
      if (performance.now() >= this.#nextKeepMs) await this.#keep(training);
      if (this.#isRunning) await nextTask(this.#restMs);
      else if (!this.#requests.length) await this.#untilWoken();
    }
  }

  /** @param {Training} training */
  async #makeStep(training) {
    const startMs = performance.now();
    if (this.#lastStepMs && startMs - this.#lastStepMs > SLEEP_MS) {
      this.#report({ kind: "problem", text: "The training rested while this device slept or hid the page, and goes on now." });
    }
    const losses = await training.makeStep();
    const bad = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
    if (bad) throw new Error(`The loss ${bad[0]} of step ${training.step} is ${bad[1]}, so the training has ended; reload the page.`);
    this.#losses.push(losses);
    this.#lastStepMs = performance.now();
    this.#seconds += (this.#lastStepMs - startMs) / 1000;
    if (this.#lastStepMs >= this.#nextProgressMs) this.#tellProgress(training);
    if (isMeasured(training.step)) await this.#measure(training);
    if (isRecorded(training.step)) await this.#record(training);
  }

  /** @param {Training} training */
  #tellProgress(training) {
    this.#nextProgressMs = this.#lastStepMs + PROGRESS_INTERVAL_MS;
    this.#toldStep = training.step;
    this.#report({ kind: "progress", step: training.step });
  }

  /** @param {Training} training */
  async #measure(training) {
    const { accuracy } = await training.reconstruct();
    const names = Object.keys(this.#losses[0]);
    const losses = Object.fromEntries(names.map(
      (name) => [name, this.#losses.reduce((sum, each) => sum + each[name], 0) / this.#losses.length],
    ));
    const line = { step: training.step, seconds: this.#seconds, accuracy, losses };
    this.#losses = [];
    this.#lines.push(line);
    this.#report({ kind: "statistics", line });
    this.#tellProgress(training);
  }

  /** @param {Training} training */
  async #record(training) {
    const entry = { step: training.step, tiles: await training.draw(HISTORY_SEEDS) };
    this.#history.push(entry);
    this.#report({ kind: "recorded", entry });
  }

  /** @param {Training} training */
  async #answer(training) {
    const index = this.#requests.findIndex(({ kind }) => kind === "export" || !this.#isRunning || performance.now() >= this.#nextDrawMs);
    if (index < 0) return;
    const [request] = this.#requests.splice(index, 1);
    if (request.kind === "export") {
      const content = zipFiles(await training.exportFiles());
      this.#report({ kind: "exported", id: request.id, step: training.step, content });
      return;
    }
    const startMs = performance.now();
    const pixels = await training.draw(request.seeds);
    const endMs = performance.now();
    this.#nextDrawMs = endMs + nextPause(startMs, endMs);
    this.#report({ kind: "drawn", id: request.id, pixels });
  }

  /** @param {Training} training */
  async #reconstruct(training) {
    const startMs = performance.now();
    if (!this.#isComparing || training.step === this.#reconstructedStep || startMs < this.#nextReconstructionMs) return;
    const { pixels } = await training.reconstruct();
    const endMs = performance.now();
    this.#reconstructedStep = training.step;
    this.#nextReconstructionMs = endMs + Math.max(RECONSTRUCTION_INTERVAL_MS, nextPause(startMs, endMs));
    this.#report({ kind: "reconstructed", pixels });
  }

  /** @param {Training} training */
  async #keep(training) {
    this.#nextKeepMs = this.#isRunning ? performance.now() + KEEP_INTERVAL_MS : Infinity;
    if (!this.#store || training.step === this.#keptStep) return;
    try {
      await this.#store.write({ state: training.state(), seconds: this.#seconds, history: this.#history, lines: this.#lines });
      this.#keptStep = training.step;
    } catch {
      this.#store = null;
      const text = "This browser has no room to keep the training; the page goes on, and begins anew after a reload.";
      this.#report({ kind: "problem", text });
    }
  }

  async #untilWoken() {
    await new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
      // The reconstructions of the last step may still be due.
      if (this.#isComparing) setTimeout(resolve, RECONSTRUCTION_INTERVAL_MS);
    });
    this.#wake = () => {};
  }
}

/**
 * Wait until messages that have arrived are handled. A timer alone waits at least 4 ms.
 *
 * @param {number} restMs
 */
function nextTask(restMs) {
  return new Promise((resolve) => {
    if (restMs) {
      setTimeout(resolve, restMs);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

/**
 * Return how long after drawing from start to end (ms) nothing more is drawn beside a training.
 *
 * @param {number} startMs
 * @param {number} endMs
 */
function nextPause(startMs, endMs) {
  return (endMs - startMs) * (1 / MAX_DRAWING_SHARE - 1);
}

/** @param {unknown} error */
function sentence(error) {
  return error instanceof Error ? error.message : String(error);
}
