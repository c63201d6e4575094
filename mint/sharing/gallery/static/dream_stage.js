// The stage: a mosaic whose tiles dream, as long as it runs and can be seen.

import { AnimationLoop } from "../../../../viewer/static/animation.js";
import { Mosaic } from "../../../../viewer/static/mosaic.js";
import { BATCH } from "./dream_messages.js";
import { Dreaming } from "./dreaming.js";

/** @import { DreamPoint, Receipts } from "./dream_messages.js" */
/** @import { Mode, TilePoint } from "./dreaming.js" */

const REST_MS = 4; // between two batches, for the page

export class DreamStage {
  #mosaic;
  #animation;
  #draw;
  #isStill;
  #dreaming;
  #seed = 0;
  #isRunning = false;
  #elapsedMs = 0; // for which it has run
  #since = 0;
  #round = 0; // raised by whatever ends the dreams under way

  /**
   * draw returns the pictures of points; isStill is for visitors who want no motion.
   *
   * @param {HTMLElement} stage
   * @param {{ draw: (seed: number, points: DreamPoint[]) => Promise<Uint8Array>, isStill: boolean }} options
   */
  constructor(stage, { draw, isStill }) {
    this.#mosaic = new Mosaic(stage, { isCentered: true });
    this.#animation = new AnimationLoop((now) => {
      this.#mosaic.draw(now);
      return this.#mosaic.isChanging ? 0 : null;
    });
    this.#draw = draw;
    this.#isStill = isStill;
    this.#dreaming = new Dreaming(1);
    new ResizeObserver(() => this.#mosaic.updateLayout()).observe(stage);
    document.addEventListener("visibilitychange", () => this.setRunning(this.#isRunning));
  }

  get count() {
    return this.#dreaming.count;
  }

  get mode() {
    return this.#dreaming.mode;
  }

  get seed() {
    return this.#seed;
  }

  get isRunning() {
    return this.#isRunning;
  }

  /**
   * Show the first dreams of a seed, as they are in the mosaic.
   *
   * @param {string[]} palette
   * @param {[number, number]} size
   * @param {Receipts} receipts
   * @param {number} count
   */
  open(palette, size, { seed, pixels }, count) {
    const area = size[0] * size[1];
    this.#seed = seed;
    this.#dreaming.setCount(count, 0);
    this.#mosaic.transition = "cut";
    this.#mosaic.setFormat(palette, size);
    this.#mosaic.setCount(count);
    for (let place = 0; place < count; place++) this.#mosaic.setTile(place, pixels.subarray(place * area, (place + 1) * area), 0);
    this.#mosaic.finishChanges();
  }

  /** @param {number} count */
  setCount(count) {
    this.#dreaming.setCount(count, this.#now());
    this.#mosaic.setCount(count);
    const blank = this.#dreaming.all(this.#now()).filter(({ place }) => this.#mosaic.isBlank(place));
    void this.#show(blank);
  }

  /** @param {number} seed */
  async setSeed(seed) {
    this.#seed = seed;
    this.#dreaming.restart();
    await this.#show(this.#dreaming.all(this.#now()));
  }

  /** @param {Mode} mode */
  setMode(mode) {
    this.#dreaming.setMode(mode, this.#now());
    this.setRunning(this.#isRunning);
  }

  /** @param {boolean} isRunning */
  setRunning(isRunning) {
    this.#elapsedMs = this.#now();
    this.#since = performance.now();
    this.#isRunning = isRunning;
    this.#mosaic.transition = this.#isStill || this.mode === "walk" ? "cut" : "fade";
    this.#round++;
    if (isRunning && !document.hidden) void this.#dream(this.#round);
  }

  /**
   * Return the numbers of the dreams of the tile at a place on the canvas, from 0 to 1 in both directions.
   *
   * @param {number} x
   * @param {number} y
   */
  numbersAt(x, y) {
    const place = Math.floor(y * this.#mosaic.rows) * this.#mosaic.columns + Math.floor(x * this.#mosaic.columns);
    return place >= 0 && place < this.count ? this.#dreaming.numbers(place) : [];
  }

  /** The time (ms) for which it has run. */
  #now() {
    return this.#elapsedMs + (this.#isRunning && !document.hidden ? performance.now() - this.#since : 0);
  }

  /** @param {number} round */
  async #dream(round) {
    while (round === this.#round) {
      const started = performance.now();
      await this.#show(this.#dreaming.change(this.mode === "walk" ? BATCH : 1, this.#now()));
      const restMs = Math.max(REST_MS, this.#dreaming.pauseMs - (performance.now() - started));
      await new Promise((resolve) => {
        setTimeout(resolve, restMs);
      });
    }
  }

  /** @param {TilePoint[]} tiles */
  async #show(tiles) {
    const seed = this.#seed;
    const area = this.#mosaic.tileSize[0] * this.#mosaic.tileSize[1];
    for (let start = 0; start < tiles.length; start += BATCH) {
      const part = tiles.slice(start, start + BATCH);
      const pixels = await this.#draw(seed, part.map(({ point }) => point));
      if (seed !== this.#seed) return;
      part.forEach(({ place }, index) => {
        this.#mosaic.setTile(place, pixels.subarray(index * area, (index + 1) * area), performance.now());
      });
      this.#animation.start();
    }
  }
}
