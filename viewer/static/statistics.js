// Statistics: one small panel with a number and a graph. A click shows the next series.

import { findElement } from "./elements.js";

/** @import { Ability } from "./protocol.js" */

/** @typedef {"loss" | "tiles" | "gpu" | "cpu" | "fps"} Series */

const MAX_VALUES = 120; // in a graph
/** @type {Series[]} */
const ORDER = ["loss", "tiles", "gpu", "fps"];
const NAMES = { loss: "Loss", tiles: "Tiles", gpu: "GPU busy", cpu: "No GPU, CPU busy", fps: "FPS" };
const UNITS = { loss: "", tiles: " /s", gpu: " %", cpu: " %", fps: "" };

export class StatisticsPanel {
  #root;
  #name;
  #value;
  #canvas;
  /** @type {Map<Series, number[]>} */
  #values = new Map();
  /** @type {Series[]} */
  #offered = ["tiles", "fps"];
  /** @type {Series} */
  #shown = "tiles";
  /** @type {Map<Series, Series>} */
  #replacements = new Map(); // series that show another one in their place

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#name = findElement("#panel-name", HTMLElement, root);
    this.#value = findElement("#panel-value", HTMLElement, root);
    this.#canvas = findElement("#panel-graph", HTMLCanvasElement, root);
    root.addEventListener("click", () => this.#showNext());
  }

  get isVisible() {
    return !this.#root.hidden;
  }

  /**
   * Offer the series that the source has: loss and gpu. The page itself counts tiles and frames.
   *
   * @param {Ability[]} abilities
   */
  offer(abilities) {
    /** @type {string[]} */
    const available = ["tiles", "fps", ...abilities];
    this.#offered = ORDER.filter((series) => available.includes(series));
    if (!this.#offered.includes(this.#shown)) this.#shown = this.#offered[0];
    this.#update();
  }

  toggle() {
    this.#root.hidden = !this.#root.hidden;
    if (this.isVisible) this.#shown = this.#offered[0];
    this.#update();
  }

  /**
   * Add the newest value of a series. A value that is not finite leaves a gap.
   *
   * @param {Series} series
   * @param {number} value
   */
  add(series, value) {
    this.#values.set(series, [...(this.#values.get(series) ?? []), value].slice(-MAX_VALUES));
    if (series === this.#shown) this.#update();
  }

  /**
   * Replace all values of a series, or show the values and name of another series in its place.
   *
   * @param {Series} series
   * @param {number[]} values
   * @param {Series} replacement
   */
  set(series, values, replacement = series) {
    this.#values.set(series, values.slice(-MAX_VALUES));
    this.#replacements.set(series, replacement);
    if (series === this.#shown) this.#update();
  }

  #showNext() {
    this.#shown = this.#offered[(this.#offered.indexOf(this.#shown) + 1) % this.#offered.length];
    this.#update();
  }

  #update() {
    if (!this.isVisible) return;
    const values = this.#values.get(this.#shown) ?? [];
    const newest = values.at(-1) ?? NaN;
    const series = this.#replacements.get(this.#shown) ?? this.#shown;
    this.#root.dataset.panel = this.#shown;
    this.#name.textContent = NAMES[series];
    this.#value.textContent = Number.isFinite(newest) ? `${formatValue(newest)}${UNITS[series]}` : "–";
    this.#root.title = "Click for the next panel";
    this.#plot(values);
  }

  /** @param {number[]} values */
  #plot(values) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight].map((side) => Math.round(side * ratio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.clearRect(0, 0, width, height);
    const finite = values.filter(Number.isFinite);
    if (!finite.length) return;
    // The axis begins at zero, so that a flat line looks flat, or below zero where losses are negative.
    const [low, high] = [Math.min(0, ...finite), 1.15 * Math.max(...finite, 1e-9)];
    const step = width / (MAX_VALUES - 1);
    context.strokeStyle = getComputedStyle(this.#root).getPropertyValue("--text");
    context.lineWidth = Math.max(1, Math.round(1.25 * ratio));
    context.lineJoin = "round";
    context.beginPath();
    let isInLine = false;
    values.forEach((value, index) => {
      if (!Number.isFinite(value)) {
        isInLine = false;
        return;
      }
      const x = width - (values.length - 1 - index) * step;
      const y = height - context.lineWidth - ((value - low) / (high - low)) * (height - 2 * context.lineWidth);
      if (isInLine) context.lineTo(x, y);
      else context.moveTo(x, y);
      isInLine = true;
    });
    context.stroke();
  }
}

/**
 * Return a number with about three significant digits.
 *
 * @param {number} value
 */
function formatValue(value) {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 1 ? 2 : 3);
}
