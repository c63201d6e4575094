/**
 * Operators on the elements of arrays. An operator is one loop over a row: from places i and j of two stores with their steps, into
 * the places k to end of a third.
 */

import { AssertionError, OverflowError, TypeError_, ZeroDivisionError } from "./errors.js";
import { BOOL, element, INT64, promoted, promotedByScalar } from "./dtypes.js";
import { arrayOf, broadcastShape, broadcastStrides, NDArray, product } from "./ndarray.js";
import { bitwiseAnd, bitwiseOr, bitwiseXor } from "./integers.js";

/** @typedef {import("./dtypes.js").Store} Store */
/** @typedef {import("./dtypes.js").DType} DType */
/** @typedef {(a: Store, i: number, di: number, b: Store, j: number, dj: number, out: Store, k: number, end: number) => void} Loop */
/** @typedef {any} Value */

/** @type {Record<string, Loop>} */
const LOOPS = {
  add(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] + b[j];
  },
  subtract(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] - b[j];
  },
  multiply(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] * b[j];
  },
  // The lower 32 bits of a product of 32-bit integers, which a double cannot hold.
  multiply32(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = Math.imul(a[i], b[j]);
  },
  floor_divide(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = Math.floor(a[i] / nonzeroDivisor(b[j]));
  },
  remainder(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] - b[j] * Math.floor(a[i] / nonzeroDivisor(b[j]));
  },
  left_shift(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] * 2 ** b[j];
  },
  right_shift(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = Math.floor(a[i] / 2 ** b[j]);
  },
  bitwise_and(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] & b[j];
  },
  bitwise_or(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] | b[j];
  },
  bitwise_xor(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] ^ b[j];
  },
  bitwise_and64(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = bitwiseAnd(a[i], b[j]);
  },
  bitwise_or64(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = bitwiseOr(a[i], b[j]);
  },
  bitwise_xor64(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = bitwiseXor(a[i], b[j]);
  },
  minimum(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] < b[j] ? a[i] : b[j];
  },
  maximum(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] > b[j] ? a[i] : b[j];
  },
  less(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] < b[j] ? 1 : 0;
  },
  less_equal(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] <= b[j] ? 1 : 0;
  },
  greater(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] > b[j] ? 1 : 0;
  },
  greater_equal(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] >= b[j] ? 1 : 0;
  },
  equal(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] === b[j] ? 1 : 0;
  },
  not_equal(a, i, di, b, j, dj, out, k, end) {
    for (; k < end; k++, i += di, j += dj) out[k] = a[i] === b[j] ? 0 : 1;
  },
};
const COMPARISONS = new Set(["less", "less_equal", "greater", "greater_equal", "equal", "not_equal"]);
const ON_BOOLEANS = new Map([
  ["add", "bitwise_or"],
  ["multiply", "bitwise_and"],
  ["bitwise_and", "bitwise_and"],
  ["bitwise_or", "bitwise_or"],
  ["bitwise_xor", "bitwise_xor"],
  ["minimum", "bitwise_and"],
  ["maximum", "bitwise_or"],
]);

/** @param {number} divisor */
function nonzeroDivisor(divisor) {
  if (divisor === 0) {
    throw ZeroDivisionError("an array is divided by zero");
  }
  return divisor;
}

/**
 * Return the loop of an operator for operands of a type.
 * @param {string} operator
 * @param {DType} dtype
 */
function loopFor(operator, dtype) {
  if (dtype === BOOL && !COMPARISONS.has(operator)) {
    const name = ON_BOOLEANS.get(operator);
    if (name === undefined) {
      throw TypeError_(`${operator} is not defined for boolean arrays here`);
    }
    return LOOPS[name];
  }
  const wide = dtype.bits === 64 ? `${operator}64` : dtype.bits === 32 ? `${operator}32` : operator;
  return LOOPS[wide] ?? LOOPS[operator];
}

/**
 * Return an operator's result for arrays, numbers and booleans, of which at least one is an array.
 * @param {string} operator
 * @param {Value} a
 * @param {Value} b
 */
export function elementwise(operator, a, b) {
  const isComparison = COMPARISONS.has(operator);
  const dtype = commonType(a, b);
  const left = operand(a, dtype, isComparison);
  const right = operand(b, dtype, isComparison);
  const shape = broadcastShape(left.shape, right.shape);
  const type = isComparison ? BOOL : dtype;
  const out = new type.Store(product(shape));
  run(loopFor(operator, dtype), left, right, out, shape);
  if (type.bits === 64) {
    checkExact(out);
  }
  return arrayOf(out, shape, type);
}

/**
 * Raise the elements of an array to a small power, by multiplication, which wraps around as in NumPy.
 * @param {Value} a
 * @param {Value} exponent
 */
export function arrayPower(a, exponent) {
  if (!(a instanceof NDArray) || !Number.isInteger(exponent) || exponent < 1) {
    throw AssertionError("only powers of arrays by a positive integer are drawn with");
  }
  let out = a;
  for (let i = 1; i < exponent; i++) {
    out = elementwise("multiply", out, a);
  }
  return out;
}

/**
 * @param {Value} a
 * @param {Value} b
 */
function commonType(a, b) {
  if (!(a instanceof NDArray)) {
    return promotedByScalar(b.dtype, a);
  }
  return b instanceof NDArray ? promoted(a.dtype, b.dtype) : promotedByScalar(a.dtype, b);
}

/**
 * Return an operand as an array; a scalar has to fit the type, except in comparisons.
 * @param {Value} value
 * @param {DType} dtype
 * @param {boolean} isComparison
 */
function operand(value, dtype, isComparison) {
  if (value instanceof NDArray) {
    return value;
  }
  if (typeof value !== "number" && typeof value !== "boolean") {
    throw TypeError_("an array is combined with something that is no number");
  }
  const type = isComparison ? INT64 : dtype;
  // At most one operand is no array, so one store for each type serves all.
  type.scalar[0] = element(type, value);
  return arrayOf(type.scalar, [], type);
}

/**
 * @param {Loop} loop
 * @param {NDArray} a
 * @param {NDArray} b
 * @param {Store} out
 * @param {number[]} shape
 */
function run(loop, a, b, out, shape) {
  const [di, dj] = [flatStep(a, shape, out.length), flatStep(b, shape, out.length)];
  if (di >= 0 && dj >= 0) {
    loop(a.store, a.offset, di, b.store, b.offset, dj, out, 0, out.length);
    return;
  }
  const [stridesA, stridesB] = [broadcastStrides(a, shape), broadcastStrides(b, shape)];
  const last = shape.length - 1;
  let k = 0;
  const walk = (/** @type {number} */ axis, /** @type {number} */ i, /** @type {number} */ j) => {
    if (axis === last) {
      loop(a.store, i, stridesA[axis], b.store, j, stridesB[axis], out, k, k + shape[axis]);
      k += shape[axis];
      return;
    }
    for (let place = 0; place < shape[axis]; place++) {
      walk(axis + 1, i + place * stridesA[axis], j + place * stridesB[axis]);
    }
  };
  walk(0, a.offset, b.offset);
}

/**
 * Return the step with which an operand runs through a shape in one go, or -1 if it takes several rows.
 * @param {NDArray} array
 * @param {number[]} shape
 * @param {number} size
 */
function flatStep(array, shape, size) {
  if (array.size === 1) {
    return 0;
  }
  return array.shape.length === shape.length && array.size === size && array.isContiguous ? 1 : -1;
}

/** @param {Store} elements */
function checkExact(elements) {
  for (let i = 0; i < elements.length; i++) {
    if (elements[i] > Number.MAX_SAFE_INTEGER || elements[i] < -Number.MAX_SAFE_INTEGER) {
      throw OverflowError(`an element of an array, ${elements[i]}, is beyond 2**53`);
    }
  }
}

/**
 * Return whether the elements of one type may be assigned in place to another (numpy.can_cast, same_kind).
 * @param {DType} from
 * @param {DType} to
 */
export const canCastInPlace = (from, to) => "bui".indexOf(from.kind) <= "bui".indexOf(to.kind);
