/** Arrays summed, counted, sorted and searched. */

import { PythonSet, unorderedValues } from "./containers.js";
import { BOOL, INT64, UINT64 } from "./dtypes.js";
import { TypeError_, ValueError } from "./errors.js";
import { exact } from "./integers.js";
import { arrayOf, asArray, NDArray, reshaped, zerosOf } from "./ndarray.js";
import { nonzeroPlaces } from "./indexing.js";

/** @typedef {any} Value */
/** @typedef {import("./dtypes.js").Store} Store */
/** @typedef {import("./dtypes.js").DType} DType */

/** @typedef {(elements: Store, start: number, end: number) => number} Reduce reduces the elements from start to end */

/**
 * Reduce all elements to a number, or those along an axis to an array without it.
 * @param {NDArray} array
 * @param {Value} axis
 * @param {DType} dtype
 * @param {Reduce} reduce
 */
function reduced(array, axis, dtype, reduce) {
  if (axis === null) {
    const elements = array.elements();
    const value = reduce(elements, 0, elements.length);
    return dtype === BOOL ? value !== 0 : value;
  }
  const along = axis < 0 ? axis + array.ndim : axis;
  const moved = array.view(array.offset, toLast(array.shape, along), toLast(array.strides, along));
  const elements = moved.elements();
  const length = array.shape[along];
  const shape = moved.shape.slice(0, -1);
  const out = zerosOf(shape, dtype);
  for (let row = 0; row < out.store.length; row++) {
    out.store[row] = reduce(elements, row * length, (row + 1) * length);
  }
  return out;
}

/**
 * @param {number[]} axes
 * @param {number} along
 */
const toLast = (axes, along) => (along === axes.length - 1 ? axes : [...axes.filter((_, axis) => axis !== along), axes[along]]);

/** @param {DType} dtype */
const sumType = (dtype) => (dtype.kind === "u" ? UINT64 : INT64);

/** @type {Reduce} */
function total(elements, start, end) {
  let sum = 0;
  for (let i = start; i < end; i++) {
    sum += elements[i];
  }
  return exact(sum);
}

/**
 * Return how many elements are other than zero.
 * @type {Reduce}
 */
function countOf(elements, start, end) {
  let count = 0;
  for (let i = start; i < end; i++) {
    count += elements[i] === 0 ? 0 : 1;
  }
  return count;
}

/** @type {Reduce} */
function placeOfLargest(elements, start, end) {
  let place = nonEmpty(start, end);
  for (let i = start + 1; i < end; i++) {
    place = elements[i] > elements[place] ? i : place;
  }
  return place;
}

/** @type {Reduce} */
function placeOfSmallest(elements, start, end) {
  let place = nonEmpty(start, end);
  for (let i = start + 1; i < end; i++) {
    place = elements[i] < elements[place] ? i : place;
  }
  return place;
}

/**
 * @param {number} start
 * @param {number} end
 */
function nonEmpty(start, end) {
  if (start === end) {
    throw ValueError("zero-size array to reduction operation which has no identity");
  }
  return start;
}

/** @type {Reduce} */
const isAny = (elements, start, end) => Number(countOf(elements, start, end) > 0);
/** @type {Reduce} */
const areAll = (elements, start, end) => Number(countOf(elements, start, end) === end - start);
/** @type {Reduce} */
const largest = (elements, start, end) => elements[placeOfLargest(elements, start, end)];
/** @type {Reduce} */
const smallest = (elements, start, end) => elements[placeOfSmallest(elements, start, end)];
/** @type {Reduce} */
const firstLargest = (elements, start, end) => placeOfLargest(elements, start, end) - start;
/** @type {Reduce} */
const firstSmallest = (elements, start, end) => placeOfSmallest(elements, start, end) - start;

/** @typedef {(array: Value, axis?: Value) => Value} Reduction */

/** @type {Reduction} */
export const anyOf = (array, axis = null) => reduced(asArray(array), axis, BOOL, isAny);
/** @type {Reduction} */
export const allOf = (array, axis = null) => reduced(asArray(array), axis, BOOL, areAll);
/** @type {Reduction} */
export const sumOf = (array, axis = null) => reduced(array, axis, sumType(array.dtype), total);
/** @type {Reduction} */
export const maxOf = (array, axis = null) => reduced(array, axis, array.dtype, largest);
/** @type {Reduction} */
export const minOf = (array, axis = null) => reduced(array, axis, array.dtype, smallest);
/** @type {Reduction} */
export const argmax = (array, axis = null) => reduced(array, axis, INT64, firstLargest);
/** @type {Reduction} */
export const argmin = (array, axis = null) => reduced(array, axis, INT64, firstSmallest);
/** @type {Reduction} */
export const countNonzero = (array) => reduced(asArray(array), null, INT64, countOf);

/**
 * @param {NDArray} array
 * @param {Value} axis
 */
export function cumsum(array, axis = null) {
  const flat = axis === null ? reshaped(array, [array.size]) : array;
  const along = axis === null || axis < 0 ? flat.ndim - 1 : axis;
  const moved = flat.view(flat.offset, toLast(flat.shape, along), toLast(flat.strides, along));
  const sums = Float64Array.from(moved.elements());
  const length = flat.shape[along];
  for (let i = 0; i < sums.length; i++) {
    sums[i] = i % length ? exact(sums[i] + sums[i - 1]) : sums[i];
  }
  const out = arrayOf(sums, moved.shape, sumType(array.dtype));
  return out.view(0, fromLast(out.shape, along), fromLast(out.strides, along));
}

/**
 * @param {number[]} axes
 * @param {number} along
 */
const fromLast = (axes, along) => axes.slice(0, -1).toSpliced(along, 0, axes[axes.length - 1]);

/**
 * Return the smallest element so far along the first axis (numpy.minimum.accumulate).
 * @param {NDArray} array
 */
export function accumulatedMinimum(array) {
  const elements = array.elements().slice();
  const rowSize = array.size / array.shape[0];
  for (let i = rowSize; i < elements.length; i++) {
    elements[i] = Math.min(elements[i], elements[i - rowSize]);
  }
  return arrayOf(elements, array.shape, array.dtype);
}

/** @param {NDArray} array */
export const flatNonzero = (array) => nonzeroPlaces(reshaped(array, [array.size]))[0];

/**
 * @param {NDArray} array
 * @param {number} minlength
 */
export function bincount(array, minlength = 0) {
  const elements = array.elements();
  let length = minlength;
  for (const value of elements) {
    if (value < 0) {
      throw ValueError("'list' argument must have no negative elements");
    }
    length = Math.max(length, value + 1);
  }
  const counts = new Float64Array(length);
  for (const value of elements) {
    counts[value]++;
  }
  return arrayOf(counts, [length], INT64);
}

/**
 * @param {NDArray} array
 * @param {Value} values
 */
export function isin(array, values) {
  if (values instanceof PythonSet) {
    throw TypeError_("numpy.isin takes a set for one object");
  }
  const known = new Set(values instanceof NDArray ? values.elements() : unorderedValues(values).map(Number));
  return arrayOf(Uint8Array.from(array.elements(), (value) => Number(known.has(value))), array.shape, BOOL);
}

/**
 * Return the order that sorts an array of one axis, equal elements in their order.
 * @param {NDArray} array
 * @param {Value} kind
 */
export function argsort(array, kind = null) {
  if (array.ndim !== 1 || kind !== "stable") {
    throw ValueError("only arrays of one axis are sorted, with kind='stable'");
  }
  const elements = array.elements();
  return asArray([...elements.keys()].sort((i, j) => elements[i] - elements[j] || i - j));
}

/**
 * @param {NDArray} array
 * @param {Value} axis
 */
export function sort(array, axis = -1) {
  if (array.ndim !== 1 && axis !== null) {
    throw ValueError("only arrays of one axis are sorted, others with axis=None");
  }
  return arrayOf(array.elements().slice().sort(), [array.size], array.dtype);
}

/**
 * Return where elements would be inserted into a sorted array of one axis.
 * @param {NDArray} sorted
 * @param {NDArray} values
 * @param {string} side
 */
export function searchsorted(sorted, values, side = "left") {
  const bounds = sorted.elements();
  const places = Float64Array.from(values.elements(), (value) => {
    let place = 0;
    while (place < bounds.length && (side === "right" ? bounds[place] <= value : bounds[place] < value)) {
      place++;
    }
    return place;
  });
  return arrayOf(places, values.shape, INT64);
}
