// A chart of one series on a canvas: a curve, its axes, and a cursor.

import { Axis, valueAxis } from "./axis.js";

/**
 * Values over steps or seconds, in increasing order; null is a gap.
 *
 * @typedef {{ xs: number[], ys: (number | null)[] }} Series
 */

// Lengths in the size of the font, so that a chart that is read from afar has thicker lines, too.
const LINE_EM = 0.13;
const DOT_EM = 0.3; // of the cursor, half of it
const GAP_EM = 0.5; // between an axis and its labels
const LABELS_EM = 2.8; // the least width of the labels of the vertical axis, so that charts below each other begin at the same place
const TICK_WIDTH_EM = 4.5; // along the horizontal axis
const TICK_HEIGHT_EM = 2.2; // along the vertical axis

export class LineChart {
  #canvas;
  /** @type {Series} */
  #series = { xs: [], ys: [] };
  /** @type {number | null} */
  #cursor = null;
  /** @type {(maxTicks: number) => Axis} */
  #horizontal = () => new Axis(0, 1, []);
  /** @type {Axis | null} the vertical one */
  axis = null;
  #plotLeft = 0;
  #plotWidth = 1;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    // The size in device pixels, where the browser tells it: a rounded size would blur every line.
    const isExact = "devicePixelContentBoxSize" in ResizeObserverEntry.prototype;
    new ResizeObserver(([entry]) => {
      const ratio = window.devicePixelRatio;
      const { inlineSize: width, blockSize: height } = isExact
        ? entry.devicePixelContentBoxSize[0]
        : { inlineSize: Math.round(canvas.clientWidth * ratio), blockSize: Math.round(canvas.clientHeight * ratio) };
      [canvas.width, canvas.height] = [width, height];
      this.draw();
    }).observe(canvas, { box: isExact ? "device-pixel-content-box" : "content-box" });
  }

  /**
   * Set what is drawn next. horizontal(maxTicks) returns the axis of the xs.
   *
   * @param {Series} series
   * @param {(maxTicks: number) => Axis} horizontal
   */
  setSeries(series, horizontal) {
    this.#series = series;
    this.#horizontal = horizontal;
  }

  /**
   * Set the point that is marked next, or none.
   *
   * @param {number | null} index
   */
  setCursor(index) {
    this.#cursor = index;
  }

  /**
   * Return the index of the point nearest to a place on the page; null if there are no points.
   *
   * @param {number} clientX
   */
  nearestPoint(clientX) {
    const { xs } = this.#series;
    const axis = this.#horizontal(1);
    const x = axis.valueAt((clientX - this.#canvas.getBoundingClientRect().left - this.#plotLeft) / this.#plotWidth);
    const next = xs.findIndex((one) => one >= x);
    if (next === -1) return xs.length ? xs.length - 1 : null;
    return next > 0 && x - xs[next - 1] < xs[next] - x ? next - 1 : next;
  }

  /** Draw the chart as it now is. */
  draw() {
    const { width: deviceWidth, height: deviceHeight } = this.#canvas;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight];
    if (!deviceWidth || !deviceHeight || !width) return; // hidden
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    const style = getComputedStyle(this.#canvas);
    const em = parseFloat(style.fontSize);
    const ratio = deviceWidth / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `${style.fontSize} ${style.fontFamily}`;
    context.fillStyle = style.color;
    const finite = this.#series.ys.filter((value) => value !== null);
    this.axis = finite.length ? valueAxis(finite, Math.max(2, Math.floor(height / (TICK_HEIGHT_EM * em)))) : null;
    if (!this.axis) return;

    const gap = GAP_EM * em;
    const widths = this.axis.ticks.map(({ label }) => context.measureText(label).width);
    const left = Math.ceil(Math.max(LABELS_EM * em, ...widths) + gap);
    const [top, right, bottom] = [Math.ceil(em), width - em, height - Math.ceil(1.5 * em)];
    const plotWidth = Math.max(1, right - left);
    [this.#plotLeft, this.#plotWidth] = [left, plotWidth];
    const vertical = this.axis;
    const horizontal = this.#horizontal(Math.max(1, Math.floor(plotWidth / (TICK_WIDTH_EM * em))));
    const plot = {
      ...{ left, top, right, bottom, em, gap, ratio },
      toLeft: (/** @type {number} */ x) => left + horizontal.position(x) * plotWidth,
      toTop: (/** @type {number} */ y) => bottom - vertical.position(y) * (bottom - top),
    };
    context.lineWidth = Math.max(1, Math.round(ratio)) / ratio;
    context.strokeStyle = style.getPropertyValue("--border");
    drawVerticalAxis(context, plot, vertical);
    drawHorizontalAxis(context, plot, horizontal);
    context.strokeStyle = context.fillStyle = style.getPropertyValue("--text");
    strokeCurve(context, plot, this.#series);
    if (this.#cursor !== null) drawCursor(context, plot, this.#series.xs[this.#cursor], this.#series.ys[this.#cursor]);
  }
}

/**
 * Where the curve lies on the canvas, in CSS pixels, and how values become places there.
 *
 * @typedef {object} Plot
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {number} em the size of the font
 * @property {number} gap between an axis and its labels
 * @property {number} ratio device pixels for each CSS pixel
 * @property {(x: number) => number} toLeft
 * @property {(y: number) => number} toTop
 */

/**
 * Return the middle of the device pixel at a place, where a thin line is sharp.
 *
 * @param {Plot} plot
 * @param {number} length
 */
function snapped({ ratio }, length) {
  return (Math.floor(length * ratio) + 0.5) / ratio;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {Axis} axis
 */
function drawVerticalAxis(context, plot, axis) {
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { value, label } of axis.ticks) {
    const y = plot.toTop(value);
    strokeLine(context, plot.left, snapped(plot, y), plot.right, snapped(plot, y));
    context.fillText(label, plot.left - plot.gap, y);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {Axis} axis
 */
function drawHorizontalAxis(context, plot, axis) {
  const { left, right, bottom, em, gap } = plot;
  context.textBaseline = "alphabetic";
  context.textAlign = "center";
  for (const { value, label } of axis.ticks) {
    const x = plot.toLeft(value);
    strokeLine(context, snapped(plot, x), bottom, snapped(plot, x), bottom + em / 4);
    const half = context.measureText(label).width / 2;
    // The first and the last label stay on the canvas, which has a margin of an em at the right.
    const middle = Math.min(right + em - half, Math.max(left + half - gap, x));
    context.fillText(label, middle, bottom + Math.ceil(1.5 * em) - em / 8);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {number} x
 * @param {number | null} y null in a gap
 */
function drawCursor(context, plot, x, y) {
  const left = plot.toLeft(x);
  context.lineWidth = 1 / plot.ratio;
  strokeLine(context, snapped(plot, left), plot.top, snapped(plot, left), plot.bottom);
  if (y === null) return;
  context.beginPath();
  context.arc(left, plot.toTop(y), DOT_EM * plot.em, 0, 2 * Math.PI);
  context.fill();
}

/**
 * Return the indices of the points that a curve needs, in order: of the points in one column of pixels the first, the least, the
 * greatest and the last. The picture is the same as with all points (M4, Jugel et al. 2014). A gap stands for itself.
 *
 * @param {Series} series
 * @param {(x: number) => number} toColumn
 */
export function visiblePoints({ xs, ys }, toColumn) {
  /** @type {number[]} */
  const kept = [];
  for (let start = 0, end = 0; start < xs.length; start = end) {
    const column = toColumn(xs[start]);
    let [least, greatest] = [start, start];
    while (end < xs.length && toColumn(xs[end]) === column && (ys[end] === null) === (ys[start] === null)) {
      if (Number(ys[end]) < Number(ys[least])) least = end;
      if (Number(ys[end]) > Number(ys[greatest])) greatest = end;
      end++;
    }
    kept.push(...[...new Set([start, least, greatest, end - 1])].sort((one, other) => one - other));
  }
  return kept;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {Series} series
 */
function strokeCurve(context, { em, ratio, toLeft, toTop }, series) {
  context.lineWidth = LINE_EM * em;
  context.lineJoin = "round";
  context.beginPath();
  let isInLine = false;
  for (const index of visiblePoints(series, (x) => Math.floor(toLeft(x) * ratio))) {
    const [x, y] = [toLeft(series.xs[index]), series.ys[index]];
    if (y !== null && isInLine) context.lineTo(x, toTop(y));
    else if (y !== null) {
      // A point between two gaps, or a single one, shows as a dot.
      context.moveTo(x - 0.5, toTop(y));
      context.lineTo(x, toTop(y));
    }
    isInLine = y !== null;
  }
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} toX
 * @param {number} toY
 */
function strokeLine(context, x, y, toX, toY) {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  context.stroke();
}
