// Learning curves: the statistics of a training as one series a loss, as mint/training/learning_curves.py thins them out.

/** @import { LearningCurvesMessage } from "../../../../viewer/static/protocol.js" */
/** @import { StatisticsLine } from "./engine_messages.js" */

const MAX_POINTS = 1000;

/**
 * @param {StatisticsLine[]} lines oldest first
 * @returns {LearningCurvesMessage}
 */
export function learningCurves(lines) {
  const names = Object.keys(lines.at(-1)?.losses ?? {});
  const kept = extremeRows([(line) => line.accuracy, ...names.map(
    (name) => (/** @type {StatisticsLine} */ line) => line.losses[name],
  )], lines).map((row) => lines[row]);
  return {
    steps: kept.map((line) => line.step),
    seconds: kept.map((line) => Math.floor(line.seconds)),
    accuracy: kept.map((line) => rounded(line.accuracy)),
    losses: Object.fromEntries(names.map((name) => [name, kept.map(({ losses }) => finite(losses[name]))])),
  };
}

/**
 * Return which rows to keep, in order: the first, the last, and those with the least and the greatest value of each curve in a bucket.
 *
 * @param {((line: StatisticsLine) => number)[]} curves
 * @param {StatisticsLine[]} lines
 */
function extremeRows(curves, lines) {
  const all = lines.map((_, row) => row);
  if (lines.length <= MAX_POINTS) return all;
  const numBuckets = Math.floor((MAX_POINTS - 2) / (2 * curves.length));
  const kept = new Set([0, lines.length - 1]);
  for (let bucket = 0; bucket < numBuckets; bucket++) {
    const [start, end] = [bucket, bucket + 1].map((edge) => Math.floor((edge * lines.length) / numBuckets));
    for (const value of curves) {
      const rows = all.slice(start, end).filter((row) => Number.isFinite(value(lines[row])));
      if (!rows.length) continue;
      kept.add(rows.reduce((best, row) => (value(lines[row]) < value(lines[best]) ? row : best)));
      kept.add(rows.reduce((best, row) => (value(lines[row]) > value(lines[best]) ? row : best)));
    }
  }
  return [...kept].sort((one, other) => one - other);
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(5));
}

/** @param {number | undefined} value */
function finite(value) {
  return value !== undefined && Number.isFinite(value) ? rounded(value) : null;
}
