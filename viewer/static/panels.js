// Statistics: one small panel with a number and a little graph; a click shows the next one.

const LENGTH = 120; // values a graph remembers
const NAMES = { loss: "Loss", tiles: "Tiles", gpu: "GPU busy", cpu: "No GPU, CPU busy", fps: "FPS" };
const UNITS = { loss: "", tiles: " /s", gpu: " %", cpu: " %", fps: "" };
const ORDER = ["loss", "tiles", "gpu", "fps"];

export class Panels {
  #root;
  #name;
  #value;
  #canvas;
  #series = new Map();
  #offered = ["tiles", "fps"];
  #shown = "tiles";
  #named = {}; // panels that plot another series under its own name

  constructor(root) {
    this.#root = root;
    this.#name = root.querySelector("#panel-name");
    this.#value = root.querySelector("#panel-value");
    this.#canvas = root.querySelector("#panel-graph");
    root.addEventListener("click", () => this.cycle());
  }

  /** Tell which of loss and gpu the source has; tiles and frames are counted by the page itself. */
  offer(names) {
    this.#offered = ORDER.filter((name) => name === "tiles" || name === "fps" || names.includes(name));
    if (!this.#offered.includes(this.#shown)) this.#shown = this.#offered[0];
    this.#draw();
  }

  get isVisible() {
    return !this.#root.hidden;
  }

  toggle() {
    this.#root.hidden = !this.#root.hidden;
    if (this.isVisible) this.#shown = this.#offered[0];
    this.#draw();
  }

  cycle() {
    this.#shown = this.#offered[(this.#offered.indexOf(this.#shown) + 1) % this.#offered.length];
    this.#draw();
  }

  /** Take the newest value of a series; what is not a finite number leaves a gap. */
  add(name, value) {
    const series = this.#series.get(name) ?? [];
    series.push(Number.isFinite(value) ? value : NaN);
    if (series.length > LENGTH) series.shift();
    this.#series.set(name, series);
    if (name === this.#shown) this.#draw();
  }

  /** Take a whole series in place of what was known of it; another name than the panel's own says what it is instead. */
  set(name, values, otherName = name) {
    this.#series.set(name, values.slice(-LENGTH));
    this.#named[name] = otherName;
    if (name === this.#shown) this.#draw();
  }

  #draw() {
    if (!this.isVisible) return;
    const series = this.#series.get(this.#shown) ?? [];
    const newest = series.at(-1);
    const what = this.#named[this.#shown] ?? this.#shown;
    const text = Number.isFinite(newest) ? `${shortened(newest)}${UNITS[what]}` : "–";
    this.#root.dataset.panel = this.#shown;
    this.#name.textContent = NAMES[what];
    this.#value.textContent = text;
    this.#root.title = "Click for the next panel";
    this.#plot(series);
  }

  #plot(series) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.#canvas.clientWidth, this.#canvas.clientHeight].map((side) => Math.round(side * ratio));
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    const known = series.filter(Number.isFinite);
    if (!known.length) return;
    // From zero, so that a calm line looks calm; losses may fall below it.
    const [low, high] = [Math.min(0, ...known), 1.15 * Math.max(...known, 1e-9)];
    const step = width / (LENGTH - 1);
    const style = getComputedStyle(this.#root);
    context.strokeStyle = style.getPropertyValue("--text");
    context.lineWidth = Math.max(1, Math.round(1.25 * ratio));
    context.lineJoin = "round";
    context.beginPath();
    let isDown = false;
    series.forEach((value, index) => {
      if (!Number.isFinite(value)) {
        isDown = false;
        return;
      }
      const x = width - (series.length - 1 - index) * step;
      const y = height - context.lineWidth - ((value - low) / (high - low)) * (height - 2 * context.lineWidth);
      if (isDown) context.lineTo(x, y);
      else context.moveTo(x, y);
      isDown = true;
    });
    context.stroke();
  }
}

/** Return a number in about three figures. */
export function shortened(value) {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 1 ? 2 : 3);
}
