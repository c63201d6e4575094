// The mosaic: takes the tiles' palette indices and draws coloured pixels on a canvas.
//
// The canvas has one pixel for each pixel of a tile, and the browser enlarges it by a whole number (image-rendering: pixelated), so
// that a thousand tiles are one million pixels however large the screen is. Only tiles that change are drawn.

import { composite, packColor, parseColor } from "./color.js";
import { findElement } from "./elements.js";
import { rowIndent, tileOffset } from "./layout.js";
import { placeOnStage } from "./placement.js";
import { cutRow, dissolveRow, dissolveThresholds, fadeRow } from "./transitions.js";

/** @import { Rgba } from "./color.js" */
/** @import { Layout } from "./layout.js" */
/** @import { Size, Transition } from "./protocol.js" */

export class Mosaic {
  #stage;
  #isCentered;
  #canvas;
  #context;
  /** @type {Rgba[]} */
  #palette = [];
  #colors = new Int32Array(256); // the palette laid over the background, packed as the canvas stores colours
  #tileWidth = 1;
  #tileHeight = 1;
  #count = 0;
  /** @type {Layout | null} */
  #layout = null;
  /** @type {ImageData | null} */
  #image = null;
  #pixels = new Int32Array(0); // of #image, packed
  #indices = new Uint8Array(0); // what the tiles change into, tile after tile
  #startColors = new Int32Array(0); // what the tiles change from, tile after tile
  #startTimes = new Float64Array(0); // when each tile's change began; NaN while it does not change
  #blank = new Uint8Array(0); // 1 for tiles that have no picture yet
  /** @type {Set<number>} */
  #changing = new Set();
  #thresholds = new Uint8Array(0); // of the dissolve

  /** @type {Transition} */
  transition = "fade";
  durationMs = 700;

  /**
   * Draw on the canvas of a stage: centred, with a stage that scrolls if it is too small, or at its top left and shrunk to fit.
   *
   * @param {HTMLElement} stage
   * @param {{ isCentered: boolean }} options
   */
  constructor(stage, { isCentered }) {
    this.#stage = stage;
    this.#isCentered = isCentered;
    this.#canvas = findElement("canvas", HTMLCanvasElement, stage);
    this.#context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d", { alpha: false }));
  }

  get count() {
    return this.#count;
  }

  get columns() {
    return this.#layout?.columns ?? 0;
  }

  get rows() {
    return this.#layout?.rows ?? 0;
  }

  get palette() {
    return this.#palette;
  }

  /** @returns {Size} */
  get tileSize() {
    return [this.#tileHeight, this.#tileWidth];
  }

  /** The height of the canvas on the page, as CSS text. */
  get cssHeight() {
    return this.#canvas.style.height;
  }

  get isChanging() {
    return this.numChanging > 0;
  }

  get numChanging() {
    return this.#changing.size;
  }

  /** @param {number} number */
  isBlank(number) {
    return this.#blank[number] !== 0;
  }

  /**
   * Return the indices of a tile as they will be after its change.
   *
   * @param {number} number
   */
  tile(number) {
    const area = this.#tileWidth * this.#tileHeight;
    return this.#indices.subarray(number * area, (number + 1) * area);
  }

  /**
   * Set the palette, in colours "#rrggbbaa", and the size of a tile. Tiles keep their pictures if the size stays the same.
   *
   * @param {string[]} palette
   * @param {Size} size
   */
  setFormat(palette, [height, width]) {
    const background = this.#background();
    this.#palette = palette.map(parseColor);
    this.#colors.fill(packColor(background));
    this.#palette.forEach((color, index) => {
      this.#colors[index] = packColor(composite(color, background));
    });
    if (height === this.#tileHeight && width === this.#tileWidth && this.#count) return;
    this.#tileHeight = height;
    this.#tileWidth = width;
    this.#thresholds = dissolveThresholds(width * height);
    const count = this.#count;
    this.#count = 0;
    this.setCount(count);
  }

  /**
   * Set the number of tiles. Those that stay keep their pictures.
   *
   * @param {number} count
   */
  setCount(count) {
    if (count === this.#count) return;
    const area = this.#tileWidth * this.#tileHeight;
    const kept = Math.min(count, this.#count);
    this.finishChanges();
    const indices = new Uint8Array(count * area);
    indices.set(this.#indices.subarray(0, kept * area));
    const blank = new Uint8Array(count).fill(1);
    blank.set(this.#blank.subarray(0, kept));
    this.#indices = indices;
    this.#blank = blank;
    this.#startColors = new Int32Array(count * area);
    this.#startTimes = new Float64Array(count).fill(NaN);
    this.#count = count;
    this.#layout = null;
    this.updateLayout();
  }

  /** Lay the tiles out again, after the size of the stage or the number of tiles has changed. */
  updateLayout() {
    if (!this.#count) return;
    const placement = placeOnStage(this.#stage, this.#isCentered, this.#count, this.#tileWidth, this.#tileHeight);
    if (!placement) return;
    const [old, layout] = [this.#layout, placement.layout];
    const isMoved = !old || layout.columns !== old.columns || layout.rows !== old.rows || layout.gap !== old.gap;
    this.#layout = layout;
    if (isMoved || this.#canvas.width !== layout.width || this.#canvas.height !== layout.height) this.#redraw(layout);
    Object.assign(this.#canvas.style, placement.style);
  }

  /**
   * Begin to change a tile into the picture of these indices, now (ms).
   *
   * @param {number} number
   * @param {Uint8Array} indices
   * @param {number} now
   */
  setTile(number, indices, now) {
    const area = this.#tileWidth * this.#tileHeight;
    if (number >= this.#count || indices.length !== area) return;
    this.#captureColors(number);
    this.#indices.set(indices, number * area);
    this.#blank[number] = 0;
    this.#startTimes[number] = now;
    this.#changing.add(number);
  }

  /**
   * Draw every change as far as it has come by now (ms).
   *
   * @param {number} now
   */
  draw(now) {
    const [layout, image] = [this.#layout, this.#image];
    if (!this.#changing.size || !layout || !image) return;
    const left = new Int32Array(layout.rows).fill(-1);
    const right = new Int32Array(layout.rows);
    for (const number of this.#changing) {
      const elapsed = (now - this.#startTimes[number]) / this.durationMs;
      const progress = this.transition === "cut" ? 1 : Math.min(1, Math.max(0, elapsed));
      this.#drawTile(layout, number, progress);
      const row = Math.floor(number / layout.columns);
      const column = number % layout.columns;
      left[row] = left[row] < 0 ? column : Math.min(left[row], column);
      right[row] = Math.max(right[row], column);
      if (progress >= 1) {
        this.#startTimes[number] = NaN;
        this.#changing.delete(number);
      }
    }
    const [stepX, stepY] = [this.#tileWidth + layout.gap, this.#tileHeight + layout.gap];
    for (let row = 0; row < layout.rows; row++) {
      if (left[row] < 0) continue;
      const width = (right[row] - left[row]) * stepX + this.#tileWidth;
      this.#context.putImageData(image, 0, 0, rowIndent(layout, row) + left[row] * stepX, row * stepY, width, this.#tileHeight);
    }
  }

  /**
   * Restart the changes under way from what the tiles show now (ms), so that a shorter duration ends them sooner.
   *
   * @param {number} now
   */
  restartChanges(now) {
    for (const number of this.#changing) {
      this.#captureColors(number);
      this.#startTimes[number] = now;
    }
  }

  /** Finish all changes at once. */
  finishChanges() {
    this.draw(Infinity);
  }

  #background() {
    return parseColor(getComputedStyle(this.#stage).getPropertyValue("--background").trim());
  }

  /** @param {Layout} layout */
  #redraw(layout) {
    this.#canvas.width = layout.width;
    this.#canvas.height = layout.height;
    this.#image = this.#context.createImageData(layout.width, layout.height);
    this.#pixels = new Int32Array(this.#image.data.buffer);
    this.#pixels.fill(packColor(this.#background()));
    // Finishes the changes under way: the colours that they start from belong to the old layout.
    for (let number = 0; number < this.#count; number++) if (!this.#blank[number]) this.#drawTile(layout, number, 1);
    this.#startTimes.fill(NaN);
    this.#changing.clear();
    this.#context.putImageData(this.#image, 0, 0);
  }

  /**
   * Keep the colours that a tile shows, as those that its change starts from.
   *
   * @param {number} number
   */
  #captureColors(number) {
    if (!this.#layout) return;
    const [pixels, startColors, tileWidth, stride] = [this.#pixels, this.#startColors, this.#tileWidth, this.#layout.width];
    const area = tileWidth * this.#tileHeight;
    let source = tileOffset(this.#layout, number);
    for (let target = number * area; target < (number + 1) * area; target += tileWidth, source += stride) {
      for (let x = 0; x < tileWidth; x++) startColors[target + x] = pixels[source + x];
    }
  }

  /**
   * Write a tile into #pixels as it is after this share (0 to 1) of its change.
   *
   * @param {Layout} layout
   * @param {number} number
   * @param {number} progress
   */
  #drawTile(layout, number, progress) {
    const [pixels, startColors, indices, colors] = [this.#pixels, this.#startColors, this.#indices, this.#colors];
    const [tileWidth, area, thresholds] = [this.#tileWidth, this.#tileWidth * this.#tileHeight, this.#thresholds];
    const share = Math.round(progress * 256);
    const first = number * area;
    const isFade = this.transition === "fade";
    let target = tileOffset(layout, number);
    for (let source = first; source < first + area; source += tileWidth, target += layout.width) {
      // Engines inline direct calls, which draw up to a third faster than one call of a function chosen before the loop.
      if (share >= 256) cutRow(pixels, target, colors, indices, source, tileWidth, startColors, share, thresholds, source - first);
      else if (isFade) fadeRow(pixels, target, colors, indices, source, tileWidth, startColors, share, thresholds, source - first);
      else dissolveRow(pixels, target, colors, indices, source, tileWidth, startColors, share, thresholds, source - first);
    }
  }
}
