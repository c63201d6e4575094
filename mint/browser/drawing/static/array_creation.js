/** New arrays: filled, counted, joined, and chosen from others. */

import { iterate, Slice } from "./containers.js";
import { BOOL, dtypeOf, element, INT64, promoted, promotedByScalar } from "./dtypes.js";
import { arrayOf, asArray, broadcastShape, copyOf, forEachRow, NDArray, numbersOf, product, reshaped, zerosOf } from "./ndarray.js";
import { TypeError_, ValueError } from "./errors.js";
import { setItem } from "./indexing.js";

/** @typedef {any} Value */

/**
 * @param {Value} value
 * @param {Value} type
 */
export function newArray(value, type = null) {
  const array = asArray(value, type);
  return array === value ? copyOf(array) : array;
}

/**
 * @param {Value} shape
 * @param {Value} value
 * @param {Value} type
 */
export function full(shape, value, type = null) {
  const dtype = type === null ? typeOfScalar(value) : dtypeOf(type);
  const out = zerosOf(numbersOf(shape), dtype);
  out.store.fill(element(dtype, value));
  return out;
}

/** @param {Value} value */
const typeOfScalar = (value) => (typeof value === "boolean" ? BOOL : INT64);

/**
 * Return the type that is given, which NumPy would otherwise take for a float.
 * @param {Value} type
 */
function givenType(type) {
  if (type === undefined) {
    throw TypeError_("an array of floats cannot be drawn with: give its type");
  }
  return type;
}

/**
 * @param {Value} shape
 * @param {Value} [type]
 */
export const zeros = (shape, type) => full(shape, 0, givenType(type));

/**
 * @param {Value} shape
 * @param {Value} [type]
 */
export const ones = (shape, type) => full(shape, 1, givenType(type));

/**
 * @param {NDArray} array
 * @param {Value} type
 */
export const zerosLike = (array, type = array) => zerosOf(array.shape, dtypeOf(type));

/**
 * @param {NDArray} array
 * @param {Value} type
 */
export const onesLike = (array, type = array) => full(array.shape, 1, type);

/**
 * @param {Value} start
 * @param {Value} stop
 * @param {Value} step
 * @param {Value} type
 */
export function arange(start, stop = null, step = 1, type = null) {
  const [first, end] = stop === null ? [0, Number(start)] : [Number(start), Number(stop)];
  const dtype = type === null ? INT64 : dtypeOf(type);
  const length = Math.max(Math.ceil((end - first) / step), 0);
  return arrayOf(dtype.Store.from(Array.from({ length }, (_, place) => first + place * step)), [length], dtype);
}

/**
 * @param {NDArray} array
 * @param {number} axis
 * @param {number | null} start
 * @param {number | null} stop
 */
export function alongAxis(array, axis, start, stop) {
  return [...new Array(axis < 0 ? axis + array.ndim : axis).fill(new Slice(null, null, null)), new Slice(start, stop, null)];
}

/**
 * @param {Value} given
 * @param {number} axis
 */
export function concatenate(given, axis = 0) {
  const arrays = Array.from(iterate(given), (array) => asArray(array));
  const dtype = arrays.map((array) => array.dtype).reduce(promoted);
  const shape = [...arrays[0].shape];
  shape[axis] = arrays.reduce((length, array) => length + array.shape[axis], 0);
  const out = zerosOf(shape, dtype);
  let start = 0;
  for (const array of arrays) {
    setItem(out, alongAxis(out, axis, start, start + array.shape[axis]), array);
    start += array.shape[axis];
  }
  return out;
}

/** @param {Value} given */
export const stack = (given) =>
  concatenate(Array.from(iterate(given), (array) => asArray(array)).map((array) => reshaped(array, [1, ...array.shape])));

/** @param {Value} given */
export const vstack = (given) =>
  concatenate(Array.from(iterate(given), (array) => (array.ndim === 1 ? reshaped(array, [1, array.size]) : array)));

/** @param {Value} given */
export function hstack(given) {
  const arrays = Array.from(iterate(given), (array) => asArray(array));
  return concatenate(arrays, arrays[0].ndim === 1 ? 0 : 1);
}

/**
 * Return the elements of one or of another, by a condition (numpy.where).
 * @param {Value} condition
 * @param {Value} chosen
 * @param {Value} otherwise
 */
export function where(condition, chosen, otherwise) {
  const dtype = commonTypeOf(chosen, otherwise);
  const [test, a, b] = [asArray(condition), ...[chosen, otherwise].map((value) => (value instanceof NDArray ? value : full([], value, { dtype })))];
  const shape = broadcastShape(broadcastShape(test.shape, a.shape), b.shape);
  const [tests, fromA, fromB] = [test, a, b].map((array) => array.broadcastTo(shape).elements());
  const out = new dtype.Store(product(shape));
  for (let i = 0; i < out.length; i++) {
    out[i] = tests[i] === 0 ? fromB[i] : fromA[i];
  }
  return arrayOf(out, shape, dtype);
}

/**
 * @param {Value} a
 * @param {Value} b
 */
function commonTypeOf(a, b) {
  if (a instanceof NDArray) {
    return b instanceof NDArray ? promoted(a.dtype, b.dtype) : promotedByScalar(a.dtype, b);
  }
  return b instanceof NDArray ? promotedByScalar(b.dtype, a) : promoted(typeOfScalar(a), typeOfScalar(b));
}

/**
 * Copy elements into an array where a mask is true (numpy.copyto).
 * @param {NDArray} target
 * @param {Value} source
 * @param {NDArray} mask
 */
export function copyTo(target, source, mask) {
  if (!target.writeable) {
    throw ValueError("assignment destination is read-only");
  }
  const elements = asArray(source).broadcastTo(target.shape).elements().slice();
  const flags = mask.broadcastTo(target.shape).elements();
  let k = 0;
  forEachRow(target, (start, length, stride) => {
    for (let i = 0, place = start; i < length; i++, place += stride, k++) {
      if (flags[k] !== 0) {
        target.store[place] = elements[k];
      }
    }
  });
}
