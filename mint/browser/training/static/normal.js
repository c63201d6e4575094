// Standard normal numbers without logarithm, exponential or sine, whose last digits differ between engines: Algorithm N of Karney
// ("Sampling exactly from the normal distribution", ACM Transactions on Mathematical Software 42(1), 2016, arXiv 1303.6257), with
// deviates of 32 bits in place of arbitrarily many. It compares uniform deviates and uses + - * / alone, which IEEE 754 rounds exactly.

/** @import { Sfc32 } from "./sfc32.js" */

/**
 * Return true with probability exp(-x), x from 0 to 1 (von Neumann 1951, "Various techniques used in connection with random digits"):
 * the number of deviates that fall, one after another, from x on is even.
 *
 * @param {Sfc32} random
 * @param {number} x
 */
function isExponential(random, x) {
  let last = x;
  for (let isEven = true; ; isEven = !isEven) {
    const next = random.uniform();
    if (next >= last) return isEven;
    last = next;
  }
}

/**
 * Return true with probability exp(-count * x).
 *
 * @param {Sfc32} random
 * @param {number} x 0 to 1
 * @param {number} count
 */
function isExponentialOften(random, x, count) {
  for (let i = 0; i < count; i++) if (!isExponential(random, x)) return false;
  return true;
}

/**
 * Return a standard normal number.
 *
 * @param {Sfc32} random
 */
export function normal(random) {
  for (;;) {
    // N1 and N2: the whole part k with a probability proportional to exp(-k * k / 2).
    let k = 0;
    while (isExponential(random, 0.5)) k++;
    if (!isExponentialOften(random, 0.5, k * (k - 1))) continue;
    // N3 and N4: the rest x with a probability proportional to exp(-x * (2 * k + x) / 2), in k + 1 parts below 1.
    const x = random.uniform();
    if (!isExponentialOften(random, (x * (2 * k + x)) / (2 * k + 2), k + 1)) continue;
    return random.word() & 1 ? k + x : -(k + x);
  }
}

/**
 * Return standard normal numbers, rounded to float32.
 *
 * @param {Sfc32} random
 * @param {number} count
 */
export function normals(random, count) {
  return Float32Array.from({ length: count }, () => normal(random));
}
