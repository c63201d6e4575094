// Statistics: a panel of charts over the mosaic. A click shows the next; a pointer, a finger or the arrow keys read values.

import { stepAxis, timeAxis } from "./axis.js";
import { createElement, findElement } from "./elements.js";
import { LineChart } from "./line_chart.js";
import { extremes, formatDuration, formatValue } from "./numbers.js";

/** @import { Axis } from "./axis.js" */
/** @import { Series } from "./line_chart.js" */
/** @import { Ability, LearningCurvesMessage, StatsMessage } from "./protocol.js" */

/** @typedef {"loss" | "accuracy" | "tiles" | "gpu" | "fps"} Panel */

/** @typedef {{ name: string, series: Series, format: (value: number) => string }} Chart */

/**
 * What a panel shows: charts over the same xs, the axis of these, and where a point lies in words.
 *
 * @typedef {{ title: string, charts: Chart[], horizontal: (maxTicks: number) => Axis, describe: (index: number) => string }} Content
 */

const MAX_SECONDS = 120; // that the page itself counts
const SCRUB_FROM_PX = 8; // a finger that moves less far taps
/** @type {{ panel: Panel, needs?: Ability }[]} */
const ORDER = [
  { panel: "loss", needs: "loss" },
  { panel: "accuracy", needs: "loss" },
  { panel: "tiles" },
  { panel: "gpu", needs: "gpu" },
  { panel: "fps" },
];

export class StatisticsPanel {
  #root;
  #title;
  #point;
  #body;
  /** @type {{ figure: HTMLElement, name: HTMLElement, value: HTMLElement, chart: LineChart, canvas: HTMLCanvasElement }[]} */
  #figures = [];
  /** @type {Panel[]} */
  #offered = ["tiles", "fps"];
  /** @type {Panel} */
  #shown = "tiles";
  /** @type {LearningCurvesMessage} */
  #curves = { steps: [], seconds: [], accuracy: [], losses: {} };
  /** @type {StatsMessage} */
  #stats = { interval_s: 1, gpu: [], cpu: [] };
  /** @type {{ tiles: number, fps: number }[]} of the last seconds */
  #seconds = [];
  /** @type {number | null} the point that is read, null for the newest */
  #cursor = null;
  #isUpdateDue = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#title = findElement("#panel-title", HTMLElement, root);
    this.#point = findElement("#panel-point", HTMLElement, root);
    this.#body = findElement("#panel-charts", HTMLElement, root);
    this.#watchPointer();
    this.#body.addEventListener("keydown", (event) => this.#handleKey(event));
  }

  get isVisible() {
    return !this.#root.hidden;
  }

  /**
   * Offer what the source measures. The page itself counts tiles and frames.
   *
   * @param {Ability[]} abilities
   */
  offer(abilities) {
    this.#offered = ORDER.filter(({ needs }) => !needs || abilities.includes(needs)).map(({ panel }) => panel);
    if (!this.#offered.includes(this.#shown)) this.#shown = this.#offered[0];
    this.#update();
  }

  toggle() {
    this.#root.hidden = !this.#root.hidden;
    this.#show(this.#offered[0]);
  }

  /** @param {LearningCurvesMessage} curves */
  setCurves(curves) {
    this.#curves = curves;
    if (this.#shown === "loss" || this.#shown === "accuracy") this.#update();
  }

  /** @param {StatsMessage} stats */
  setStats(stats) {
    this.#stats = stats;
    if (this.#shown === "gpu") this.#update();
  }

  /**
   * Add what the page has counted in the last second.
   *
   * @param {{ tiles: number, fps: number }} counts
   */
  addSecond(counts) {
    this.#seconds = [...this.#seconds, counts].slice(-MAX_SECONDS);
    if (this.#shown === "tiles" || this.#shown === "fps") this.#update();
  }

  #showNext() {
    this.#show(this.#offered[(this.#offered.indexOf(this.#shown) + 1) % this.#offered.length]);
  }

  /** @param {Panel} panel */
  #show(panel) {
    this.#shown = panel;
    this.#cursor = null;
    this.#update();
  }

  /** @returns {Content} */
  #content() {
    const { steps, seconds, accuracy, losses } = this.#curves;
    const learning = {
      horizontal: (/** @type {number} */ maxTicks) => stepAxis(steps.at(-1) ?? 1, maxTicks),
      describe: (/** @type {number} */ index) => `step ${steps[index].toLocaleString("en-US")} · ${formatDuration(seconds[index])}`,
    };
    switch (this.#shown) {
      case "loss": {
        const charts = Object.entries(losses).map(([name, ys]) => ({ name, series: { xs: steps, ys }, format: formatValue }));
        return { title: "Losses", charts, ...learning };
      }
      case "accuracy": {
        const ys = accuracy.map((share) => 100 * share);
        const format = (/** @type {number} */ percent) => `${percent.toFixed(2)} %`;
        return { title: "Reconstruction", charts: [{ name: "Pixels right", series: { xs: steps, ys }, format }], ...learning };
      }
      case "gpu": {
        const { gpu, cpu, interval_s } = this.#stats;
        const name = cpu.length && !gpu.length ? "No GPU, CPU busy" : "GPU busy";
        return recent(name, gpu.length ? gpu : cpu, interval_s, (percent) => `${Math.round(percent)} %`);
      }
      case "tiles":
        return recent("Tiles", this.#seconds.map(({ tiles }) => tiles), 1, (tiles) => `${tiles.toLocaleString("en-US")} /s`);
      case "fps":
        return recent("FPS", this.#seconds.map(({ fps }) => fps), 1, String);
    }
  }

  /** Draw what is shown with the browser's next frame. */
  #update() {
    if (!this.isVisible || this.#isUpdateDue) return;
    this.#isUpdateDue = true;
    requestAnimationFrame(() => {
      this.#isUpdateDue = false;
      this.#draw(this.#content());
    });
  }

  /** @param {Content} content */
  #draw({ title, charts, horizontal, describe }) {
    const numPoints = charts[0]?.series.xs.length ?? 0;
    if (this.#cursor !== null) this.#cursor = numPoints ? Math.min(this.#cursor, numPoints - 1) : null;
    const point = this.#cursor ?? numPoints - 1;
    this.#root.dataset.panel = this.#shown;
    this.#title.textContent = title;
    this.#point.textContent = numPoints ? describe(point) : "nothing measured yet";
    this.#body.style.setProperty("--charts", String(charts.length));
    this.#body.style.setProperty("--columns", String(Math.min(2, charts.length)));
    this.#setNumFigures(charts.length);
    const readings = charts.map(({ name, series, format }, index) => {
      const figure = this.#figures[index];
      const reading = formatted(series.ys[point], format);
      // A panel of one chart has its name as the title.
      figure.name.textContent = name === title ? "" : name;
      figure.value.textContent = reading;
      figure.chart.setSeries(series, horizontal);
      figure.chart.setCursor(this.#cursor);
      figure.chart.draw();
      figure.canvas.setAttribute("aria-label", chartLabel(name, series, format, figure.chart.axis));
      return `${name} ${reading}`;
    });
    this.#describe(title, numPoints, point, [this.#point.textContent, ...readings].join(", "));
  }

  /**
   * Tell screen readers what is shown: a slider along the points.
   *
   * @param {string} title
   * @param {number} numPoints
   * @param {number} point
   * @param {string} text
   */
  #describe(title, numPoints, point, text) {
    const attributes = { label: title, valuemin: 0, valuemax: Math.max(0, numPoints - 1), valuenow: Math.max(0, point), valuetext: text };
    for (const [name, value] of Object.entries(attributes)) this.#body.setAttribute(`aria-${name}`, String(value));
  }

  /** @param {number} count */
  #setNumFigures(count) {
    while (this.#figures.length > count) this.#figures.pop()?.figure.remove();
    while (this.#figures.length < count) {
      const [name, value] = ["chart-name", "chart-value"].map((className) => createElement("span", { className }));
      const canvas = createElement("canvas", { role: "img" });
      const figure = createElement("figure", {}, createElement("figcaption", {}, name, value), canvas);
      this.#body.append(figure);
      this.#figures.push({ figure, name, value, canvas, chart: new LineChart(canvas) });
    }
  }

  // Pointers and keys.

  #watchPointer() {
    /** @type {{ x: number, isScrubbing: boolean } | null} */
    let touch = null;
    this.#root.addEventListener("click", () => {
      if (!touch?.isScrubbing) this.#showNext();
      touch = null;
    });
    this.#root.addEventListener("pointerdown", ({ pointerType, clientX }) => {
      touch = pointerType === "touch" ? { x: clientX, isScrubbing: false } : null;
    });
    this.#body.addEventListener("pointermove", (event) => {
      if (touch && Math.abs(event.clientX - touch.x) >= SCRUB_FROM_PX) touch.isScrubbing = true;
      if (!touch || touch.isScrubbing) this.#readAt(event);
    });
    for (const kind of ["pointerleave", "pointercancel"]) this.#body.addEventListener(kind, () => this.#setCursor(null));
  }

  /** @param {PointerEvent} event */
  #readAt({ target, clientX }) {
    // A finger keeps the figure that it touched first as its target.
    const chart = this.#figures.find(({ figure }) => target instanceof Node && figure.contains(target))?.chart;
    if (chart) this.#setCursor(chart.nearestPoint(clientX));
  }

  /** @param {KeyboardEvent} event */
  #handleKey(event) {
    const numPoints = this.#content().charts[0]?.series.xs.length ?? 0;
    const point = this.#cursor ?? numPoints - 1;
    const page = Math.max(1, Math.round(numPoints / 10));
    /** @type {Record<string, number | null>} */
    const points = {
      ArrowLeft: point - 1,
      ArrowRight: point + 1,
      ArrowDown: point - 1,
      ArrowUp: point + 1,
      PageDown: point - page,
      PageUp: point + page,
      Home: 0,
      End: numPoints - 1,
      Escape: null,
    };
    if (event.key === "Enter") this.#showNext();
    else if (event.key in points && numPoints) {
      const chosen = points[event.key];
      this.#setCursor(chosen === null ? null : Math.max(0, Math.min(numPoints - 1, chosen)));
    } else return;
    event.preventDefault();
  }

  /** @param {number | null} cursor */
  #setCursor(cursor) {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    this.#update();
  }
}

/**
 * Return a panel of one chart of the latest values, one each interval.
 *
 * @param {string} name
 * @param {number[]} ys
 * @param {number} interval_s
 * @param {(value: number) => string} format
 * @returns {Content}
 */
function recent(name, ys, interval_s, format) {
  const xs = ys.map((_, index) => (index - ys.length + 1) * interval_s);
  return {
    title: name,
    charts: [{ name, series: { xs, ys }, format }],
    horizontal: (maxTicks) => timeAxis(Math.max(30, -(xs[0] ?? 0)), maxTicks),
    describe: (index) => (xs[index] < 0 ? `${formatDuration(-xs[index])} ago` : "now"),
  };
}

/**
 * @param {number | null | undefined} value
 * @param {(value: number) => string} format
 */
function formatted(value, format) {
  return value === null || value === undefined ? "–" : format(value);
}

/**
 * Return what a chart shows, in words.
 *
 * @param {string} name
 * @param {Series} series
 * @param {(value: number) => string} format
 * @param {Axis | null} axis
 */
function chartLabel(name, { ys }, format, axis) {
  const finite = ys.filter((value) => value !== null);
  if (!axis || !finite.length) return `${name}: nothing measured yet`;
  const [least, greatest] = extremes(finite);
  const scale = axis.isLogarithmic ? ", on a logarithmic scale" : "";
  return `${name}: from ${format(finite[0])} to ${format(finite[finite.length - 1])}, between ${format(least)} and ${format(greatest)}${scale}`;
}
