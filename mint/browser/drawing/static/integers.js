/** Bitwise operators on integers of up to 53 bits; JavaScript's own cut to 32. */

import { OverflowError } from "./errors.js";

const WORD = 2 ** 32;

/**
 * Return an integer, or refuse it if doubles are not exact there.
 * @param {number} value
 */
export function exact(value) {
  if (!Number.isSafeInteger(value)) {
    throw OverflowError(`the integer ${value} is beyond 2**53`);
  }
  return value;
}

/**
 * @param {number} a
 * @param {number} b
 * @param {(x: number, y: number) => number} on32
 * @param {(x: bigint, y: bigint) => bigint} onNegative
 */
function bitwise(a, b, on32, onNegative) {
  if ((a | 0) === a && (b | 0) === b) {
    return on32(a, b);
  }
  if (a >= 0 && b >= 0) {
    const high = on32(Math.floor(a / WORD), Math.floor(b / WORD));
    return high * WORD + (on32(a % WORD | 0, b % WORD | 0) >>> 0);
  }
  return Number(onNegative(BigInt(a), BigInt(b)));
}

/**
 * @param {number} a
 * @param {number} b
 */
export const bitwiseAnd = (a, b) => bitwise(a, b, (x, y) => x & y, (x, y) => x & y);

/**
 * @param {number} a
 * @param {number} b
 */
export const bitwiseOr = (a, b) => bitwise(a, b, (x, y) => x | y, (x, y) => x | y);

/**
 * @param {number} a
 * @param {number} b
 */
export const bitwiseXor = (a, b) => bitwise(a, b, (x, y) => x ^ y, (x, y) => x ^ y);

/**
 * Return the remainder with the sign of the divisor.
 * @param {number} a
 * @param {number} b
 */
export const modulo = (a, b) => a - b * Math.floor(a / b);
