// The mosaic: palette indices in, coloured pixels on a canvas out.
//
// The canvas holds one pixel a tile's pixel and the browser enlarges it by a whole number (image-rendering: pixelated), so a
// thousand tiles are one million pixels however large the screen. Only tiles that change are written.

import { layOut, layOutWithin } from "./layout.js";

export const TRANSITIONS = ["cut", "fade", "dissolve"];

// What a scrollbar may cover of a stage whose tiles do not fit even pixel by pixel.
const SCROLLBAR_PX = 16;

// Browsers keep lengths in 64ths of a pixel.
const ALMOST = 1 / 16;

const LONGEST_MS = 700;

export class Mosaic {
  #canvas;
  #stage;
  #isAlone;
  #context;
  #palette = []; // [[red, green, blue, alpha]...]
  #colors = new Int32Array(256); // packed as the canvas keeps them, laid over the wall's colour
  #tileWidth = 1;
  #tileHeight = 1;
  #count = 0;
  #place = null;
  #image = null;
  #pixels = null; // the canvas's pixels, packed
  #indices = new Uint8Array(0); // what the tiles become, tile after tile
  #before = new Int32Array(0); // the colours a change starts from, tile after tile
  #since = new Float64Array(0); // when a tile's change began; NaN: at rest
  #blank = new Uint8Array(0); // 1: nothing shown yet
  #changing = new Set();
  #thresholds = new Uint8Array(0); // of the pixel-dissolve
  #redraws = 0;

  transition = "fade";
  duration = LONGEST_MS;

  /** isAlone: in the middle of its stage, which scrolls where it is too small; else at its top left, and never beyond it. */
  constructor(canvas, stage, isAlone = true) {
    this.#isAlone = isAlone;
    this.#canvas = canvas;
    this.#stage = stage;
    this.#context = canvas.getContext("2d", { alpha: false });
  }

  get count() {
    return this.#count;
  }

  get columns() {
    return this.#place?.columns ?? 0;
  }

  get tileSize() {
    return [this.#tileHeight, this.#tileWidth];
  }

  /** How many tiles were written to the canvas so far. */
  get redraws() {
    return this.#redraws;
  }

  /** The indices of a tile as they will stand when its change is over. */
  tile(number) {
    const area = this.#tileWidth * this.#tileHeight;
    return this.#indices.subarray(number * area, (number + 1) * area);
  }

  isBlank(number) {
    return this.#blank[number] !== 0;
  }

  /** Take another model's pictures: colours "#rrggbbaa" and the side lengths of a tile. */
  setPictures(palette, [height, width]) {
    const wall = parseColor(getComputedStyle(this.#stage).getPropertyValue("--wall").trim());
    this.#palette = palette.map(parseColor);
    this.#colors.fill(pack(wall));
    this.#palette.forEach((color, index) => {
      this.#colors[index] = pack(laidOver(color, wall));
    });
    if (height === this.#tileHeight && width === this.#tileWidth && this.#count) return; // the old pictures change into the new
    this.#tileHeight = height;
    this.#tileWidth = width;
    this.#thresholds = scattered(width * height);
    const count = this.#count;
    this.#count = 0;
    this.setCount(count);
  }

  /** Show this many tiles; those that stay keep their pictures. */
  setCount(count) {
    if (count === this.#count) return;
    const area = this.#tileWidth * this.#tileHeight;
    const kept = Math.min(count, this.#count);
    this.settle();
    const indices = new Uint8Array(count * area);
    indices.set(this.#indices.subarray(0, kept * area));
    const blank = new Uint8Array(count).fill(1);
    blank.set(this.#blank.subarray(0, kept));
    this.#indices = indices;
    this.#blank = blank;
    this.#before = new Int32Array(count * area);
    this.#since = new Float64Array(count).fill(NaN);
    this.#count = count;
    this.#place = null;
    this.place();
  }

  /** Find the tiles' places anew, after the window or the number of tiles has changed. */
  place() {
    if (!this.#count) return;
    const ratio = window.devicePixelRatio || 1;
    // In device pixels: the stage's own edges may lie between two of them, and so would the mosaic's, and blur.
    const room = this.#stage.getBoundingClientRect();
    const [startX, startY] = [Math.ceil(room.left * ratio - ALMOST), Math.ceil(room.top * ratio - ALMOST)];
    const width = Math.floor(room.right * ratio + ALMOST) - startX;
    const height = Math.floor(room.bottom * ratio + ALMOST) - startY;
    if (width < 1 || height < 1) return;
    let place = (this.#isAlone ? layOut : layOutWithin)(this.#count, this.#tileWidth, this.#tileHeight, width, height);
    if (place.height * place.scale > height) {
      place = layOut(this.#count, this.#tileWidth, this.#tileHeight, width - Math.ceil(SCROLLBAR_PX * ratio), height);
    }
    const moved = !this.#place || ["columns", "rows", "gap"].some((key) => place[key] !== this.#place[key]);
    this.#place = place;
    if (moved || this.#canvas.width !== place.width || this.#canvas.height !== place.height) this.#repaint();
    const style = this.#canvas.style;
    style.imageRendering = place.scale < 1 ? "auto" : "";
    style.width = `${(place.width * place.scale) / ratio}px`;
    style.height = `${(place.height * place.scale) / ratio}px`;
    const half = (room) => (this.#isAlone ? Math.max(0, Math.floor(room / 2)) : 0);
    style.left = `${(startX + half(width - place.width * place.scale)) / ratio - room.left}px`;
    style.top = `${(startY + half(height - place.height * place.scale)) / ratio - room.top}px`;
  }

  /** Change a tile into the picture of these indices, beginning now (ms). */
  put(number, indices, now) {
    const area = this.#tileWidth * this.#tileHeight;
    if (number >= this.#count || indices.length !== area) return;
    this.#keep(number);
    this.#indices.set(indices, number * area);
    this.#blank[number] = 0;
    this.#since[number] = now;
    this.#changing.add(number);
  }

  get isChanging() {
    return this.numChanging > 0;
  }

  /** How many tiles are changing. */
  get numChanging() {
    return this.#changing.size;
  }

  /** Draw every change as far as it has come by now (ms). */
  draw(now) {
    if (!this.#changing.size || !this.#image) return;
    const left = new Int32Array(this.#place.rows).fill(-1);
    const right = new Int32Array(this.#place.rows);
    for (const number of this.#changing) {
      const progress = this.transition === "cut" ? 1 : Math.min(1, Math.max(0, (now - this.#since[number]) / this.duration));
      this.#paint(number, progress);
      this.#redraws++;
      const row = Math.floor(number / this.#place.columns);
      const column = number % this.#place.columns;
      left[row] = left[row] < 0 ? column : Math.min(left[row], column);
      right[row] = Math.max(right[row], column);
      if (progress >= 1) {
        this.#since[number] = NaN;
        this.#changing.delete(number);
      }
    }
    const [stepX, stepY] = [this.#tileWidth + this.#place.gap, this.#tileHeight + this.#place.gap];
    for (let row = 0; row < this.#place.rows; row++) {
      if (left[row] < 0) continue;
      const width = (right[row] - left[row]) * stepX + this.#tileWidth;
      this.#context.putImageData(this.#image, 0, 0, this.#indent(row) + left[row] * stepX, row * stepY, width, this.#tileHeight);
    }
  }

  /** Let the changes under way begin anew from what they show, now (ms): with a shorter duration they are over sooner. */
  hasten(now) {
    for (const number of this.#changing) {
      this.#keep(number);
      this.#since[number] = now;
    }
  }

  /** End all changes at once. */
  settle() {
    this.draw(Infinity);
  }

  /** The mosaic as it will stand: {indices, width, height, palette, background}, a gap around each tile. */
  picture() {
    const { columns, rows } = this.#place;
    const gap = 2;
    const [stepX, stepY] = [this.#tileWidth + gap, this.#tileHeight + gap];
    const [width, height] = [columns * stepX + gap, rows * stepY + gap];
    const indices = new Uint8Array(width * height).fill(darkest(this.#palette));
    for (let number = 0; number < this.#count; number++) {
      if (this.#blank[number]) continue;
      const tile = this.tile(number);
      const start = (gap + Math.floor(number / columns) * stepY) * width + gap + (number % columns) * stepX;
      for (let y = 0; y < this.#tileHeight; y++) {
        indices.set(tile.subarray(y * this.#tileWidth, (y + 1) * this.#tileWidth), start + y * width);
      }
    }
    return { indices, width, height, palette: this.#palette };
  }

  #repaint() {
    this.#canvas.width = this.#place.width;
    this.#canvas.height = this.#place.height;
    this.#image = this.#context.createImageData(this.#place.width, this.#place.height);
    this.#pixels = new Int32Array(this.#image.data.buffer);
    this.#pixels.fill(pack(parseColor(getComputedStyle(this.#stage).getPropertyValue("--wall").trim())));
    // Changes under way are cut short: their starting colours belonged to the old places.
    for (let number = 0; number < this.#count; number++) if (!this.#blank[number]) this.#paint(number, 1);
    this.#since.fill(NaN);
    this.#changing.clear();
    this.#context.putImageData(this.#image, 0, 0);
  }

  /** Where a tile begins among the canvas's pixels. */
  #origin(number) {
    const { columns, gap, width } = this.#place;
    const row = Math.floor(number / columns);
    return row * (this.#tileHeight + gap) * width + this.#indent(row) + (number % columns) * (this.#tileWidth + gap);
  }

  /** A last row that is not full stands in the middle. */
  #indent(row) {
    const { columns, rows, gap } = this.#place;
    const empty = row === rows - 1 ? columns * rows - this.#count : 0;
    return Math.floor((empty * (this.#tileWidth + gap)) / 2);
  }

  /** Remember the colours that a tile shows. */
  #keep(number) {
    if (!this.#pixels) return;
    const [pixels, before, tileWidth, area] = [this.#pixels, this.#before, this.#tileWidth, this.#tileWidth * this.#tileHeight];
    let from = this.#origin(number);
    for (let to = number * area; to < (number + 1) * area; to += tileWidth, from += this.#place.width) {
      for (let x = 0; x < tileWidth; x++) before[to + x] = pixels[from + x];
    }
  }

  /** Write a tile's pixels as they are after this share (0 to 1) of its change. */
  #paint(number, progress) {
    const [pixels, before, indices, colors] = [this.#pixels, this.#before, this.#indices, this.#colors];
    const [tileWidth, area] = [this.#tileWidth, this.#tileWidth * this.#tileHeight];
    const share = Math.round(progress * 256);
    const isFade = this.transition === "fade";
    let target = this.#origin(number);
    for (let source = number * area; source < (number + 1) * area; source += tileWidth, target += this.#place.width) {
      if (share >= 256) cutRow(pixels, target, colors, indices, source, tileWidth);
      else if (isFade) fadeRow(pixels, target, colors, indices, source, tileWidth, before, share);
      else dissolveRow(pixels, target, colors, indices, source, tileWidth, before, share, this.#thresholds, source - number * area);
    }
  }
}

// A row of a tile in one of the three ways. A million pixels a picture: so colours are signed here, which engines keep as plain
// integers and not as floating-point numbers, and nothing is decided anew for each of them.

function cutRow(pixels, target, colors, indices, source, width) {
  for (let x = 0; x < width; x++) pixels[target + x] = colors[indices[source + x]];
}

function fadeRow(pixels, target, colors, indices, source, width, before, share) {
  for (let x = 0; x < width; x++) pixels[target + x] = mixed(before[source + x], colors[indices[source + x]], share);
}

function dissolveRow(pixels, target, colors, indices, source, width, before, share, thresholds, offset) {
  for (let x = 0; x < width; x++) {
    pixels[target + x] = thresholds[offset + x] < share ? colors[indices[source + x]] : before[source + x];
  }
}

/** Return the mixture of two packed opaque colours, share (0 to 256) of the second; two channels at a time. */
function mixed(first, second, share) {
  const rest = 256 - share;
  const even = ((Math.imul(first & 0xff00ff, rest) + Math.imul(second & 0xff00ff, share)) >>> 8) & 0xff00ff;
  const odd = (Math.imul((first >>> 8) & 0xff, rest) + Math.imul((second >>> 8) & 0xff, share)) & 0xff00;
  return 0xff000000 | even | odd;
}

/** Return the numbers 0 to 255 scattered over so many pixels, each about equally often, always the same way. */
function scattered(length) {
  const order = Uint32Array.from({ length }, (_, index) => index);
  let state = 0x9e3779b9;
  for (let last = length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Knuth's and Lewis's generator
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return Uint8Array.from(order, (rank) => Math.floor((rank * 256) / length));
}

export function parseColor(text) {
  const digits = text.slice(1).padEnd(8, "f");
  return [0, 2, 4, 6].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
}

function laidOver([red, green, blue, alpha], wall) {
  return [red, green, blue].map((value, channel) => Math.round((value * alpha + wall[channel] * (255 - alpha)) / 255));
}

const packed = new Int32Array(1);
const channels = new Uint8Array(packed.buffer);

function pack([red, green, blue]) {
  channels.set([red, green, blue, 255]); // in the machine's own byte order, like the canvas
  return packed[0];
}

function darkest(palette) {
  const luma = ([red, green, blue]) => 299 * red + 587 * green + 114 * blue;
  return palette.reduce((best, color, index) => (luma(color) < luma(palette[best]) ? index : best), 0);
}
