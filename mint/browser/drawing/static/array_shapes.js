/** Arrays turned, shifted, repeated and padded. */

import { List, Slice } from "./containers.js";
import { asArray, arrayOf, copyOf, NDArray, numbersOf, product, reshaped, zerosOf } from "./ndarray.js";
import { alongAxis, concatenate } from "./array_creation.js";
import { getItem, setItem } from "./indexing.js";
import { elementwise } from "./elementwise.js";
import { modulo } from "./integers.js";
import { ValueError } from "./errors.js";

/** @typedef {any} Value */

const ALL = new Slice(null, null, null);
const BACKWARDS = new Slice(null, null, -1);

/**
 * @param {NDArray} array
 * @param {Value} shift
 * @param {Value} axis
 * @returns {NDArray}
 */
export function roll(array, shift, axis = null) {
  if (axis === null) {
    return reshaped(roll(reshaped(array, [array.size]), shift, 0), array.shape);
  }
  const axes = numbersOf(axis);
  const shifts = numbersOf(shift);
  let out = copyOf(array);
  axes.forEach((along, i) => {
    const length = out.shape[along];
    const first = length ? modulo(-shifts[i % shifts.length], length) : 0;
    if (first) {
      out = concatenate([getItem(out, alongAxis(out, along, first, null)), getItem(out, alongAxis(out, along, 0, first))], along);
    }
  });
  return out;
}

/**
 * Turn a picture by quarters, counterclockwise.
 * @param {NDArray} array
 * @param {Value} turns
 */
export function rot90(array, turns = 1) {
  switch (modulo(Number(turns), 4)) {
    case 1:
      return getItem(array, [ALL, BACKWARDS]).T;
    case 2:
      return getItem(array, [BACKWARDS, BACKWARDS]);
    case 3:
      return getItem(array.T, [ALL, BACKWARDS]);
    default:
      return getItem(array, [ALL]);
  }
}

/** @param {NDArray} array */
export const fliplr = (array) => getItem(array, [ALL, BACKWARDS]);

/**
 * @param {NDArray} array
 * @param {...Value} axes
 */
export const transposed = (array, ...axes) =>
  array.view(array.offset, axes.map((axis) => array.shape[axis]), axes.map((axis) => array.strides[axis]));

/**
 * @param {NDArray} array
 * @param {Value} repeats
 * @param {Value} axis
 * @returns {NDArray}
 */
export function repeat(array, repeats, axis = null) {
  if (axis === null) {
    return repeat(reshaped(array, [array.size]), repeats, 0);
  }
  const length = array.shape[axis];
  const counts = repeats instanceof NDArray ? Array.from(repeats.elements()) : numbersOf(repeats);
  if (counts.length !== 1 && counts.length !== length) {
    throw ValueError("operands could not be broadcast together");
  }
  const places = new List();
  for (let place = 0; place < length; place++) {
    for (let i = 0; i < counts[counts.length === 1 ? 0 : place]; i++) {
      places.push(place);
    }
  }
  return getItem(array, [...new Array(axis).fill(ALL), places]);
}

/**
 * @param {NDArray} array
 * @param {Value} repeats
 */
export function tile(array, repeats) {
  const given = numbersOf(repeats);
  const ndim = Math.max(given.length, array.ndim);
  const counts = [...new Array(ndim - given.length).fill(1), ...given];
  let out = reshaped(array, [...new Array(ndim - array.ndim).fill(1), ...array.shape]);
  counts.forEach((count, axis) => {
    out = count === 1 ? out : concatenate(new Array(count).fill(out), axis);
  });
  return copyOf(out);
}

/**
 * Return the Kronecker product of two pictures.
 * @param {NDArray} a
 * @param {NDArray} b
 */
export const kron = (a, b) => elementwise("multiply", repeat(repeat(a, b.shape[0], 0), b.shape[1], 1), tile(b, a.shape));

/**
 * @param {NDArray} array
 * @param {Value} widths
 * @param {string} mode "constant" pads with zeros, "edge" with the elements at the edges
 */
export function pad(array, widths, mode = "constant") {
  let out = array;
  array.shape.forEach((length, axis) => {
    const [before, after] = typeof widths === "number" ? [widths, widths] : numbersOf(widths[axis]);
    if (mode === "edge") {
      const places = List.from({ length: before + length + after }, (_, place) => Math.min(Math.max(place - before, 0), length - 1));
      out = getItem(out, [...new Array(axis).fill(ALL), places]);
    } else {
      const padded = zerosOf(out.shape.with(axis, before + length + after), out.dtype);
      setItem(padded, alongAxis(padded, axis, before, before + length), out);
      out = padded;
    }
  });
  return out;
}

/**
 * @param {NDArray} array
 * @param {number} diagonal
 */
export function triu(array, diagonal = 0) {
  const out = copyOf(array);
  const [height, width] = out.shape;
  for (let y = 0; y < height; y++) {
    out.store.fill(0, y * width, y * width + Math.min(Math.max(y + diagonal, 0), width));
  }
  return out;
}

/**
 * @param {NDArray} array
 * @param {Value} shape
 */
export const broadcastTo = (array, shape) => array.broadcastTo(numbersOf(shape));

/**
 * Return the elements of a picture at places along the rows (numpy.take_along_axis with axis 1).
 * @param {Value} given
 * @param {NDArray} indices
 * @param {number} axis
 */
export function takeAlongAxis(given, indices, axis) {
  const array = asArray(given);
  if (axis !== 1 || array.ndim !== 2 || indices.shape[0] !== array.shape[0]) {
    throw ValueError("only the rows of a picture are taken along");
  }
  const rows = asArray(Array.from({ length: array.shape[0] }, (_, y) => y));
  return getItem(array, [reshaped(rows, [rows.size, 1]), indices]);
}

/**
 * Return the matrix product.
 * @param {NDArray} a
 * @param {NDArray} b
 */
export function matrixProduct(a, b) {
  if (a.ndim !== 2 || b.ndim !== 2 || a.shape[1] !== b.shape[0] || a.dtype.bits !== 64 || b.dtype !== a.dtype) {
    throw ValueError("only matrices of int64 are multiplied");
  }
  const [height, depth] = a.shape;
  const width = b.shape[1];
  const [left, right] = [a.elements(), b.elements()];
  const out = new Float64Array(product([height, width]));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        sum += left[y * depth + k] * right[k * width + x];
      }
      out[y * width + x] = sum;
    }
  }
  return arrayOf(out, [height, width], a.dtype);
}
