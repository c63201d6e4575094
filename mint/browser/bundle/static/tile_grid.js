// The tiles of the mosaic: the newest picture at each place, and the seed of the dream that it shows; 0 where it is no dream.

/** @import { Tile } from "../../../../viewer/static/protocol.js" */

export class TileGrid {
  /** @type {(Uint8Array | null)[]} */
  #pixels = [];
  /** @type {number[]} */
  #seeds = [];
  /** @type {boolean[]} */
  #isBlank = [];

  /** @param {number} count */
  constructor(count) {
    this.resize(count);
  }

  get count() {
    return this.#pixels.length;
  }

  /**
   * Change the number of places; those that remain keep their tiles.
   *
   * @param {number} count
   */
  resize(count) {
    const kept = Math.min(count, this.count);
    this.#pixels = [...this.#pixels.slice(0, count), ...Array(count - kept).fill(null)];
    this.#seeds = [...this.#seeds.slice(0, count), ...Array(count - kept).fill(0)];
    this.#isBlank = [...this.#isBlank.slice(0, count), ...Array(count - kept).fill(true)];
  }

  /** Have every tile drawn again; each keeps its dream. */
  invalidate() {
    this.#isBlank.fill(true);
  }

  /** Remove all tiles and their dreams. */
  clear() {
    this.#pixels.fill(null);
    this.#seeds.fill(0);
    this.#isBlank.fill(true);
  }

  /**
   * Return the first places that are blank.
   *
   * @param {number} maxCount
   */
  blankPlaces(maxCount) {
    const places = [];
    for (let place = 0; place < this.count && places.length < maxCount; place++) {
      if (this.#isBlank[place]) places.push(place);
    }
    return places;
  }

  /** @param {number} place */
  seed(place) {
    return this.#seeds[place];
  }

  /**
   * Put tiles at places, except where these were removed meanwhile; return the places that changed.
   *
   * @param {number[]} places
   * @param {number[]} seeds
   * @param {Uint8Array[]} pixels
   */
  store(places, seeds, pixels) {
    return places.filter((place, index) => {
      if (place >= this.count) return false;
      const isNew = this.#isBlank[place] || this.#seeds[place] !== seeds[index] || !isEqual(this.#pixels[place], pixels[index]);
      this.#pixels[place] = pixels[index];
      this.#seeds[place] = seeds[index];
      this.#isBlank[place] = false;
      return isNew;
    });
  }

  /**
   * Return the tiles at those of the places that have one.
   *
   * @param {Iterable<number>} places
   * @returns {Tile[]}
   */
  tiles(places) {
    const tiles = [];
    for (const number of places) {
      const pixels = this.#pixels[number];
      if (pixels && !this.#isBlank[number]) tiles.push({ number, seed: BigInt(this.#seeds[number]), position: 0, pixels });
    }
    return tiles;
  }
}

/**
 * @param {Uint8Array | null} one
 * @param {Uint8Array} other
 */
function isEqual(one, other) {
  return one !== null && one.length === other.length && one.every((value, index) => value === other[index]);
}
