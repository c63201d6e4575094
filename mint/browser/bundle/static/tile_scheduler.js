// Which tiles are drawn when: blank places first, then as many a second as are set. As viewer/web/tile_scheduler.py does it for a
// server's pages, without walks.

import { TileGrid } from "./tile_grid.js";

// Tiles are drawn between two steps, so a few at once: a training step takes as long as a dozen of them.
const BATCH = 8;
const TICK_MS = 1000 / 60; // more frequent changes cannot be seen
const MAX_SEED = 2 ** 32;

/**
 * What draws the tiles: draw() returns the picture of each seed's dream, or null where none can be drawn now; then wake() follows.
 *
 * @typedef {object} TileDrawer
 * @property {(seeds: number[]) => Promise<Uint8Array[] | null>} draw
 * @property {boolean} isReady whether there is anything to draw
 * @property {boolean} isRunning whether tiles are refreshed
 * @property {number[]} fixedSeeds the only seeds that can be drawn now; empty allows any
 */

export class TileScheduler {
  #drawer;
  #onChange;
  #grid;
  #rate;
  #timer = 0;
  #isDrawing = false;
  #version = 0; // raised by whatever makes tiles that are being drawn obsolete
  #lastDrawMs = 0; // when tiles were last chosen; 0 after an interruption
  #numDue = 0;
  /** @type {number[]} */
  #order = []; // places in random order, each once a round

  /**
   * onChange(places) is called with the places whose tiles have changed.
   *
   * @param {TileDrawer} drawer
   * @param {{ tiles: number, rate: number }} settings
   * @param {(places: number[]) => void} onChange
   */
  constructor(drawer, { tiles, rate }, onChange) {
    this.#drawer = drawer;
    this.#grid = new TileGrid(tiles);
    this.#rate = rate;
    this.#onChange = onChange;
  }

  get grid() {
    return this.#grid;
  }

  get count() {
    return this.#grid.count;
  }

  get rate() {
    return this.#rate;
  }

  /** @param {number} count */
  setCount(count) {
    this.#grid.resize(count);
    this.#order = [];
    this.wake();
  }

  /** @param {number} rate */
  setRate(rate) {
    this.#rate = rate;
    this.#lastDrawMs = 0; // the time until now counts at the old rate
    this.wake();
  }

  /** Draw all tiles again, because the model draws differently now. */
  redraw() {
    this.#version++;
    this.#grid.invalidate();
    this.wake();
  }

  /**
   * Show these pictures in place of dreams, one at each place.
   *
   * @param {Uint8Array[]} pictures
   */
  showPictures(pictures) {
    this.#version++;
    this.#grid.resize(pictures.length);
    const places = pictures.map((_, place) => place);
    this.#onChange(this.#grid.store(places, places.map(() => 0), pictures));
  }

  /**
   * Show dreams, none of which is known yet.
   *
   * @param {number} count
   */
  showDreams(count) {
    this.#version++;
    this.#grid.clear();
    this.setCount(count);
  }

  /** Check again whether tiles are due. */
  wake() {
    clearTimeout(this.#timer);
    if (!this.#isDrawing) this.#draw();
  }

  #draw() {
    const { places, waitMs } = this.#nextPlaces(performance.now());
    if (places.length) void this.#drawPlaces(places);
    else if (waitMs < Infinity) this.#timer = setTimeout(() => this.wake(), waitMs);
  }

  /** @param {number[]} places */
  async #drawPlaces(places) {
    this.#isDrawing = true;
    const version = this.#version;
    const isFilling = this.#grid.blankPlaces(1).length > 0;
    const seeds = places.map((place) => this.#nextSeed(place, isFilling));
    const pixels = await this.#drawer.draw(seeds);
    this.#isDrawing = false;
    if (pixels === null) return;
    if (version === this.#version && (isFilling || this.#drawer.isRunning)) this.#onChange(this.#grid.store(places, seeds, pixels));
    this.wake();
  }

  /**
   * @param {number} place
   * @param {boolean} isFilling a place without a dream gets one, another keeps its dream
   */
  #nextSeed(place, isFilling) {
    const { fixedSeeds } = this.#drawer;
    if (fixedSeeds.length) return fixedSeeds[place % fixedSeeds.length];
    return (isFilling && this.#grid.seed(place)) || 1 + Math.floor(Math.random() * (MAX_SEED - 1));
  }

  /** @param {number} now in ms */
  #nextPlaces(now) {
    /** @type {number[]} */
    const none = [];
    const lastMs = this.#lastDrawMs;
    this.#lastDrawMs = 0;
    if (!this.#drawer.isReady) return { places: none, waitMs: Infinity };
    const blank = this.#grid.blankPlaces(BATCH);
    if (blank.length) return { places: blank, waitMs: 0 };
    if (!this.#drawer.isRunning || this.#drawer.fixedSeeds.length) return { places: none, waitMs: Infinity };
    this.#lastDrawMs = lastMs || now;
    if (!lastMs) this.#numDue = 0;
    const elapsedMs = now - this.#lastDrawMs;
    const due = this.#numDue + (elapsedMs * this.#rate) / 1000;
    if (due < 1 || elapsedMs < TICK_MS) {
      return { places: none, waitMs: Math.max(TICK_MS - elapsedMs, (1000 * (1 - due)) / this.#rate, 1) };
    }
    const count = Math.min(Math.floor(due), this.count, BATCH);
    this.#numDue = Math.min(due - count, this.count); // more are not due at once, however slow the machine is
    this.#lastDrawMs = now;
    return { places: this.#takeFromOrder(count), waitMs: 0 };
  }

  /** @param {number} count */
  #takeFromOrder(count) {
    if (this.#order.length < count) {
      const left = new Set(this.#order);
      const next = shuffled(this.count).filter((place) => !left.has(place));
      this.#order.push(...next);
    }
    return this.#order.splice(0, count);
  }
}

/** @param {number} count */
function shuffled(count) {
  const places = Array.from({ length: count }, (_, place) => place);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [places[last], places[other]] = [places[other], places[last]];
  }
  return places;
}
