// Random numbers from (seed, step): sfc32 (Chris Doty-Humphrey, PractRand 0.94), as mint/token/random.py uses it. Whole numbers alone,
// so every engine draws the same.

const WARM_UP = 15;

export class Sfc32 {
  /** @type {number} */
  #a;
  /** @type {number} */
  #b;
  /** @type {number} */
  #c;
  #counter = 1;

  /**
   * Three words of 32 bits are the seed.
   *
   * @param {number} a
   * @param {number} b
   * @param {number} c
   */
  constructor(a, b, c) {
    [this.#a, this.#b, this.#c] = [a | 0, b | 0, c | 0];
    for (let i = 0; i < WARM_UP; i++) this.word();
  }

  /** Return a whole number from 0 to 2 ** 32 - 1. */
  word() {
    const [b, c] = [this.#b, this.#c];
    const word = (this.#a + b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  }

  /** Return a number from 0 to below 1, a multiple of 2 ** -32. */
  uniform() {
    return this.word() / 2 ** 32;
  }

  /**
   * Return a whole number below n, all equally likely, by rejection.
   *
   * @param {number} n 1 to 2 ** 32
   */
  below(n) {
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.word();
      if (word < limit) return word % n;
    }
  }
}

/** What numbers are drawn for; different purposes have independent numbers. */
export const WEIGHTS = 0;
export const NOISE = 1;

/**
 * Return the random numbers of one step of a training.
 *
 * @param {number} seed of the training, 0 to 2 ** 53
 * @param {number} purpose
 * @param {number} step 0 to 2 ** 32 - 1
 */
export function randomOf(seed, purpose, step) {
  // 2 ** 53 has 22 bits more than a word.
  return new Sfc32(seed % 2 ** 32, Math.floor(seed / 2 ** 32) + purpose * 2 ** 24, step);
}
