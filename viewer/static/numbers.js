// Numbers as people read them.

/**
 * Return a measured value with three significant digits, and all digits before the point.
 *
 * @param {number} value
 */
export function formatValue(value) {
  const size = Math.abs(value);
  if (isExtreme(size)) return value.toExponential(2).replace("e+", "e");
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size || 1)));
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Return a round value in few characters, for a tick.
 *
 * @param {number} value
 */
export function formatTick(value) {
  if (isExtreme(Math.abs(value))) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/**
 * Return a number of steps: in full below ten thousand, then as 12k or 1.2M.
 *
 * @param {number} count
 */
export function formatCount(count) {
  if (count < 10_000) return count.toLocaleString("en-US");
  const [divisor, unit] = count < 1e6 ? [1e3, "k"] : [1e6, "M"];
  return `${(count / divisor).toLocaleString("en-US", { maximumFractionDigits: 2 })}${unit}`;
}

/**
 * Return a duration as 45 s, 1:30 or 2:05:00.
 *
 * @param {number} seconds
 */
export function formatDuration(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map(String);
  return hours === "0" ? `${minutes}:${rest.padStart(2, "0")}` : `${hours}:${minutes.padStart(2, "0")}:${rest.padStart(2, "0")}`;
}

/**
 * Return the least and the greatest of some numbers, which need not fit into the arguments of one call.
 *
 * @param {number[]} values
 */
export function extremes(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** @param {number} size */
function isExtreme(size) {
  return size >= 1e6 || (size > 0 && size < 1e-3);
}
