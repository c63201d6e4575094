// Which dream is where, and when it changes. The dreams of a seed follow each other: the tiles show the first ones, and then each tile in
// turn takes the next one, or walks to it.

/** @import { DreamPoint } from "./dream_messages.js" */

/** @typedef {"refresh" | "walk"} Mode */
/** @typedef {DreamPoint["numbers"]} Numbers those that are not known yet are negative */
/** @typedef {{ place: number, point: DreamPoint }} TilePoint */

const SEGMENT_MS = 4000; // of a walk from dream to dream
const STAY_MS = 6000; // of a dream that is replaced by another
const STAGGER = (Math.sqrt(5) - 1) / 2; // of a segment, so that tiles do not all arrive at once
const UNKNOWN = -1;

export class Dreaming {
  /** @type {Mode} */
  #mode = "refresh";
  /** @type {{ numbers: Numbers, start: number }[]} by place; start is when (ms) it leaves its second dream */
  #ways = [];
  #next = 0;
  #turn = 0;

  /** @param {number} count */
  constructor(count) {
    this.setCount(count, 0);
  }

  get count() {
    return this.#ways.length;
  }

  get mode() {
    return this.#mode;
  }

  /** How long (ms) to wait until the next tile changes. */
  get pauseMs() {
    return this.#mode === "walk" ? 0 : STAY_MS / this.count;
  }

  /**
   * Return the number of the dream that a tile shows, or of the two that it walks between.
   *
   * @param {number} place
   */
  numbers(place) {
    const [, from, to] = this.#ways[place].numbers;
    return this.#mode === "walk" && to !== UNKNOWN ? [from, to] : [from];
  }

  /** Begin with the first dreams again. */
  restart() {
    this.#next = this.#turn = 0;
    const count = this.count;
    this.#ways = [];
    this.setCount(count, 0);
  }

  /**
   * @param {number} count
   * @param {number} now
   */
  setCount(count, now) {
    while (this.#ways.length < count) this.#ways.push(way(this.#next++, this.#ways.length, now));
    this.#ways.length = count;
  }

  /**
   * @param {Mode} mode
   * @param {number} now
   */
  setMode(mode, now) {
    this.#mode = mode;
    // A walk begins at the dream that its tile shows.
    this.#ways = this.#ways.map(({ numbers }, place) => way(numbers[1], place, now));
  }

  /**
   * Return the tiles as they are at a time (ms).
   *
   * @param {number} now
   * @returns {TilePoint[]}
   */
  all(now) {
    return this.#ways.map((_, place) => ({ place, point: this.#point(place, now) }));
  }

  /**
   * Return the next tiles that change, with what they show at a time (ms).
   *
   * @param {number} count
   * @param {number} now
   * @returns {TilePoint[]}
   */
  change(count, now) {
    return Array.from({ length: Math.min(count, this.count) }, () => {
      const place = this.#turn++ % this.count;
      if (this.#mode === "refresh") this.#ways[place] = way(this.#next++, place, now);
      return { place, point: this.#point(place, now) };
    });
  }

  /**
   * @param {number} place
   * @param {number} now
   * @returns {DreamPoint}
   */
  #point(place, now) {
    const current = this.#ways[place];
    const [, number] = current.numbers;
    if (this.#mode === "refresh" || now <= current.start) return { numbers: [number, number, number, number], t: 0 };
    current.numbers = this.#completed(current.numbers);
    for (; now - current.start >= SEGMENT_MS; current.start += SEGMENT_MS) {
      const [, from, to, after] = current.numbers;
      current.numbers = this.#completed([from, to, after, UNKNOWN]);
    }
    return { numbers: current.numbers, t: (now - current.start) / SEGMENT_MS };
  }

  /**
   * Take the numbers that are not known yet from the sequence.
   *
   * @param {Numbers} numbers
   */
  #completed(numbers) {
    return /** @type {Numbers} */ (numbers.map((number) => (number === UNKNOWN ? this.#next++ : number)));
  }
}

/**
 * Return a way from a dream to others.
 *
 * @param {number} number
 * @param {number} place
 * @param {number} now
 * @returns {{ numbers: Numbers, start: number }}
 */
function way(number, place, now) {
  return { numbers: [number, number, UNKNOWN, UNKNOWN], start: now + ((place * STAGGER) % 1) * SEGMENT_MS };
}
