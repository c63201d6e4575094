// The steps by which the number of tiles and the rate change.

const RATES = [0.5, 1, 2, 3, 4];
while (RATES[RATES.length - 1] < 8192) RATES.push(RATES[RATES.length - 2] * 2); // 6, 8, 12, 16...

// The server answers a request within this time.
const ANSWER_MS = 400;

/** Steps through the values of a setting that the server decides. */
export class Stepper {
  #requested = { value: NaN, time: -Infinity };

  /**
   * Return the value to request next: one step from the current value, or from the one requested last if its answer may still come,
   * so that pressing a key quickly counts each time.
   *
   * @param {number} current
   * @param {(value: number, max: number) => number} nextStep
   * @param {number} max
   */
  step(current, nextStep, max = Infinity) {
    const time = performance.now();
    const base = time - this.#requested.time < ANSWER_MS ? this.#requested.value : current;
    this.#requested = { value: nextStep(base, max), time };
    return this.#requested.value;
  }
}

/**
 * Return the next larger number of tiles that fills a rectangle, at most max: 1, 2, 4, 6, 9, 12, 16...
 *
 * @param {number} tiles
 * @param {number} max
 */
export function moreTiles(tiles, max) {
  let [side, other] = [1, 1];
  while (side * other <= tiles) {
    if (side === other) other++;
    else side++;
  }
  return Math.min(max, side * other);
}

/**
 * Return the next smaller number of tiles that fills a rectangle, at least 1.
 *
 * @param {number} tiles
 */
export function fewerTiles(tiles) {
  let [side, other, best] = [1, 1, 1];
  while (side * other < tiles) {
    best = side * other;
    if (side === other) other++;
    else side++;
  }
  return best;
}

/**
 * Return the next higher rate, at most max.
 *
 * @param {number} rate
 * @param {number} max
 */
export function higherRate(rate, max) {
  return Math.min(max, RATES.find((step) => step > rate) ?? max);
}

/**
 * Return the next lower rate, at least the lowest one.
 *
 * @param {number} rate
 */
export function lowerRate(rate) {
  return RATES.findLast((step) => step < rate) ?? RATES[0];
}
