// The mosaic: a tile for each token, as mosaic.py has them, and one that the pointer or the keyboard is on.

import { findElement } from "../../../../viewer/static/elements.js";

/**
 * Which tiles there are. Of a large collection only every second token has one, or every third, and so on.
 *
 * @typedef {object} MosaicFormat
 * @property {number} tile its side in pixels
 * @property {number} tiles how many there are
 * @property {number} columns
 * @property {number} firstNumber of the tokens
 * @property {number} stride from the token of a tile to that of the next
 */

const GAP = 2; // between tiles, in pixels
const BLANK = "#17171a"; // a token that is not trained yet: --surface in style.css

export class TrainingMosaic {
  #format;
  #onPoint;
  #onOpen;
  #stage = findElement("#stage", HTMLElement);
  #frame = findElement("#frame", HTMLElement);
  #canvas = findElement("#mosaic", HTMLCanvasElement);
  #marker = findElement("#marker", HTMLElement);
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  #pointed = 0;
  #pixelSize = 1; // of a pixel of the mosaic, in CSS pixels
  /** @type {Set<number>} */
  #drawn = new Set();

  /**
   * onPoint(tile) is called when the pointer or the keyboard moves to a tile, and with null when it leaves; onOpen(tile) when someone
   * clicks on it or presses Enter.
   *
   * @param {MosaicFormat} format
   * @param {{ onPoint: (tile: number | null) => void, onOpen: (tile: number) => void }} actions
   */
  constructor(format, { onPoint, onOpen }) {
    this.#format = format;
    this.#onPoint = onPoint;
    this.#onOpen = onOpen;
    this.#prepareCanvas();
    const canvas = this.#canvas;
    canvas.addEventListener("pointermove", (event) => this.#point(this.#tileAt(event)));
    canvas.addEventListener("pointerleave", () => this.#leave());
    canvas.addEventListener("click", (event) => this.#onOpen(this.#tileAt(event)));
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
    canvas.addEventListener("focus", () => {
      if (canvas.matches(":focus-visible")) this.#point(this.#pointed);
    });
    canvas.addEventListener("blur", () => this.#leave());
    new ResizeObserver(() => this.#layout()).observe(this.#stage);
  }

  /**
   * Return the number of a tile's token.
   *
   * @param {number} tile
   */
  tokenNumber(tile) {
    return this.#format.firstNumber + tile * this.#format.stride;
  }

  /** @param {number} tile */
  isDrawn(tile) {
    return this.#drawn.has(tile);
  }

  /**
   * Draw the dream of a token that was trained.
   *
   * @param {number} tile
   * @param {ImageData} pixels
   */
  draw(tile, pixels) {
    this.#drawn.add(tile);
    this.#context.putImageData(pixels, ...this.#corner(tile));
  }

  #prepareCanvas() {
    const { tile, tiles, columns } = this.#format;
    this.#canvas.width = columns * (tile + GAP) - GAP;
    this.#canvas.height = Math.ceil(tiles / columns) * (tile + GAP) - GAP;
    this.#canvas.ariaValueMin = String(this.tokenNumber(0));
    this.#canvas.ariaValueMax = String(this.tokenNumber(tiles - 1));
    this.#context.fillStyle = BLANK;
    for (let place = 0; place < tiles; place++) this.#context.fillRect(...this.#corner(place), tile, tile);
  }

  /** Fit the mosaic into the stage. A pixel covers a whole number of the screen's, unless the mosaic has to shrink. */
  #layout() {
    const { clientWidth, clientHeight } = this.#stage;
    const fit = devicePixelRatio * Math.min(clientWidth / this.#canvas.width, clientHeight / this.#canvas.height);
    this.#pixelSize = (fit < 1 ? fit : Math.floor(fit)) / devicePixelRatio;
    this.#canvas.style.width = `${this.#canvas.width * this.#pixelSize}px`;
    this.#canvas.style.height = `${this.#canvas.height * this.#pixelSize}px`;
    this.#canvas.style.imageRendering = fit < 1 ? "auto" : "pixelated";
    this.#placeMarker();
  }

  /**
   * @param {number} tile
   * @returns {[x: number, y: number]} in pixels of the mosaic
   */
  #corner(tile) {
    const { tile: side, columns } = this.#format;
    return [(tile % columns) * (side + GAP), Math.floor(tile / columns) * (side + GAP)];
  }

  /** @param {MouseEvent} event */
  #tileAt({ clientX, clientY }) {
    const { tile: side, tiles, columns } = this.#format;
    const { left, top } = this.#frame.getBoundingClientRect();
    const [column, row] = [clientX - left, clientY - top].map((length) => Math.floor(length / this.#pixelSize / (side + GAP)));
    return Math.max(0, Math.min(tiles - 1, row * columns + Math.min(column, columns - 1)));
  }

  /** @param {number} tile */
  #point(tile) {
    this.#pointed = tile;
    this.#canvas.ariaValueNow = String(this.tokenNumber(tile));
    this.#canvas.style.cursor = this.isDrawn(tile) ? "pointer" : "default";
    this.#marker.hidden = false;
    this.#placeMarker();
    this.#onPoint(tile);
  }

  #leave() {
    this.#marker.hidden = true;
    this.#onPoint(null);
  }

  #placeMarker() {
    const [left, top, side] = [...this.#corner(this.#pointed), this.#format.tile].map((length) => `${length * this.#pixelSize}px`);
    Object.assign(this.#marker.style, { left, top, width: side, height: side });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { tiles, columns } = this.#format;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.#onOpen(this.#pointed);
      return;
    }
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: this.#pointed - 1,
      ArrowRight: this.#pointed + 1,
      ArrowUp: this.#pointed - columns,
      ArrowDown: this.#pointed + columns,
      Home: 0,
      End: tiles - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    if (target >= 0 && target < tiles) this.#point(target);
  }

  /**
   * Say what the tile that is pointed at shows, to those who cannot see it.
   *
   * @param {string} text
   */
  describe(text) {
    this.#canvas.ariaValueText = text;
  }
}
