// The axes of a chart: which range they show, on which scale, and where their ticks are.

import { extremes, formatCount, formatDuration, formatTick } from "./numbers.js";

/** @typedef {{ value: number, label: string }} Tick */

// An axis of values is logarithmic where the greatest is this many times the least.
const LOGARITHMIC_FROM = 30;
// Times between ticks, in seconds.
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

export class Axis {
  /**
   * Ticks outside of the range from low to high are left out.
   *
   * @param {number} low
   * @param {number} high
   * @param {Tick[]} ticks
   * @param {{ isLogarithmic?: boolean }} options
   */
  constructor(low, high, ticks, { isLogarithmic = false } = {}) {
    this.low = low;
    this.high = high;
    this.isLogarithmic = isLogarithmic;
    const margin = 1e-9 * (high - low);
    this.ticks = ticks.filter(({ value }) => value >= low - margin && value <= high + margin);
  }

  /**
   * Return the position of a value, from 0 (low) to 1 (high). On a logarithmic axis, what is too small for it is at its low end.
   *
   * @param {number} value
   */
  position(value) {
    if (!this.isLogarithmic) return (value - this.low) / (this.high - this.low);
    return Math.log(Math.max(value, this.low) / this.low) / Math.log(this.high / this.low);
  }

  /**
   * Return the value at a position from 0 to 1.
   *
   * @param {number} position
   */
  valueAt(position) {
    if (!this.isLogarithmic) return this.low + position * (this.high - this.low);
    return this.low * (this.high / this.low) ** position;
  }
}

/**
 * Return an axis for these finite values: logarithmic where all are positive and far apart, otherwise linear from zero, so that a
 * flat line looks flat, or from below zero.
 *
 * @param {number[]} values
 * @param {number} maxTicks
 */
export function valueAxis(values, maxTicks) {
  const [low, high] = extremes(values);
  if (low > 0 && high >= LOGARITHMIC_FROM * low) return logarithmicAxis(low, high, maxTicks);
  const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
  const step = roundStep((top - bottom) / maxTicks || 1 / maxTicks);
  const [from, to] = [Math.floor(bottom / step + 1e-9) * step, Math.ceil(top / step - 1e-9) * step].map(withoutResidue);
  const end = to > from ? to : from + step;
  return new Axis(from, end, multiples(from, end, step).map((value) => ({ value, label: formatTick(value) })));
}

/**
 * Return an axis from the beginning of a training to a step.
 *
 * @param {number} last
 * @param {number} maxTicks
 */
export function stepAxis(last, maxTicks) {
  const end = Math.max(1, last);
  const largest = [5, 2, 1].map((factor) => factor * 10 ** Math.floor(Math.log10(end))).find((one) => one <= end) ?? 1; // two ticks
  const step = Math.max(1, Math.min(largest, roundStep(end / maxTicks)));
  return new Axis(0, end, multiples(0, end, step).map((value) => ({ value, label: formatCount(value) })));
}

/**
 * Return an axis of the last seconds, as values from -seconds to 0.
 *
 * @param {number} seconds
 * @param {number} maxTicks
 */
export function timeAxis(seconds, maxTicks) {
  const step = TIME_STEPS.find((one) => seconds / one <= maxTicks) ?? roundStep(seconds / maxTicks);
  const ticks = multiples(-seconds, 0, step).map((value) => ({ value, label: value === 0 ? "now" : `−${formatDuration(-value)}` }));
  return new Axis(-seconds, 0, ticks);
}

/**
 * @param {number} low
 * @param {number} high
 * @param {number} maxTicks
 */
function logarithmicAxis(low, high, maxTicks) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const inRange = (/** @type {number[]} */ factors) =>
    decades.flatMap((decade) => factors.map((factor) => Number(`${factor}e${decade}`))).filter((value) => value >= low && value <= high);
  let values = [[1, 2, 5], [1, 3], [1]].map(inRange).find((some) => some.length <= maxTicks) ?? inRange([1]);
  const every = Math.ceil(values.length / maxTicks);
  values = values.filter((_, index) => index % every === 0);
  const ticks = values.map((value) => ({ value, label: formatTick(value) }));
  return new Axis(low / 1.1, high * 1.1, ticks, { isLogarithmic: true });
}

/**
 * Return the next larger of 1, 2, 5, 10, 20, 50... and 0.5, 0.2, 0.1...
 *
 * @param {number} step
 */
function roundStep(step) {
  const decade = Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((one) => one * 10 ** decade >= step * (1 - 1e-9)) ?? 10;
  return Number(`${factor}e${decade}`);
}

/**
 * Return the multiples of a step in a range.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} step
 */
function multiples(low, high, step) {
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => withoutResidue((first + index) * step));
}

/**
 * Return a number without what binary fractions leave behind: 0.3 instead of 0.30000000000000004, and 0 instead of -0.
 *
 * @param {number} value
 */
function withoutResidue(value) {
  return Number(value.toPrecision(12)) + 0;
}
