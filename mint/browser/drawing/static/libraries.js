/** What drawing uses of Python's standard library. */

import { fn } from "./calls.js";
import { Counter, iterate, List } from "./containers.js";
import { numpy } from "./numpy.js";
import { exact } from "./integers.js";
import { order } from "./comparison.js";
import { TypeError_ } from "./errors.js";
import { hexadecimal, sha256 } from "./sha256.js";

/** @typedef {any} Value */

/** A ratio of integers, which is compared exactly. */
class Ratio {
  /**
   * @param {number} numerator
   * @param {number} denominator above zero
   */
  constructor(numerator, denominator) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** @param {Value} other */
  compare(other) {
    if (!(other instanceof Ratio)) {
      throw TypeError_("a ratio is compared with ratios only");
    }
    return exact(this.numerator * other.denominator) - exact(other.numerator * this.denominator);
  }
}

/** @param {Value} values */
function* pairwise(values) {
  let previous;
  let isFirst = true;
  for (const value of iterate(values)) {
    if (!isFirst) {
      yield [previous, value];
    }
    [previous, isFirst] = [value, false];
  }
}

/**
 * @param {Value} given
 * @param {number} count
 */
function* combinations(given, count) {
  if (count !== 2) {
    throw TypeError_("only pairs are combined");
  }
  const values = Array.from(iterate(given));
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      yield [values[i], values[j]];
    }
  }
}

/**
 * Compile a pattern; those of the drawing mean the same in both languages.
 * @param {string} pattern
 */
function compile(pattern) {
  const whole = new RegExp(`^(?:${pattern})$`, "u");
  return { fullmatch: (/** @type {string} */ text) => (whole.test(text) ? [text] : null) };
}

export const libraries = {
  bisect: {
    bisect_right(/** @type {Value[]} */ values, /** @type {Value} */ value) {
      let place = 0;
      while (place < values.length && order(values[place], value) <= 0) {
        place++;
      }
      return place;
    },
  },
  collections: { Counter: (/** @type {Value} */ values) => new Counter(iterate(values)) },
  fractions: {
    Fraction: fn("numerator denominator", (numerator, denominator = 1) => new Ratio(numerator, denominator)),
  },
  hashlib: {
    sha256(/** @type {Uint8Array} */ bytes) {
      const digest = sha256(bytes);
      return { digest: () => digest, hexdigest: () => hexadecimal(digest) };
    },
  },
  itertools: { combinations, pairwise },
  numpy,
  re: {
    compile,
    findall: (/** @type {string} */ pattern, /** @type {string} */ text) => List.from(text.match(new RegExp(pattern, "gu")) ?? []),
    fullmatch: (/** @type {string} */ pattern, /** @type {string} */ text) => compile(pattern).fullmatch(text),
  },
  unicodedata: { normalize: (/** @type {string} */ form, /** @type {string} */ text) => text.normalize(form) },
};
