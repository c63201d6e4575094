/** The part of NumPy that drawing uses, under NumPy's own names: functions, types, and the methods of arrays. */

import { arange, concatenate, copyTo, full, hstack, newArray, ones, onesLike, stack, vstack, where, zeros, zerosLike } from "./array_creation.js";
import {
  accumulatedMinimum, allOf, anyOf, argmax, argmin, argsort, bincount, countNonzero, cumsum, flatNonzero, isin, maxOf, minOf, searchsorted, sort,
  sumOf,
} from "./array_reductions.js";
import { broadcastTo, fliplr, kron, pad, repeat, roll, rot90, takeAlongAxis, tile, transposed, triu } from "./array_shapes.js";
import { BOOL, dtypeOf, element, INT32, INT64, INT8, UINT32, UINT64, UINT8 } from "./dtypes.js";
import { elementwise } from "./elementwise.js";
import { fn } from "./calls.js";
import { iterateArray, nonzeroPlaces } from "./indexing.js";
import { arrayOf, asArray, copyOf, NDArray, nestedLists, numbersOf, reshaped } from "./ndarray.js";

/** @typedef {any} Value */
/** @typedef {import("./dtypes.js").DType} DType */

/**
 * Return a type: called with a number it makes an array without axes, which has a type of its own beside other arrays.
 * @param {DType} dtype
 */
const scalarType = (dtype) =>
  Object.assign((/** @type {Value} */ value) => arrayOf(dtype.Store.of(element(dtype, value)), [], dtype), { dtype });

/** @param {NDArray} array */
export const absolute = (array) => arrayOf(array.elements().map(Math.abs), array.shape, array.dtype);

export const numpy = {
  abs: absolute,
  any: fn("a axis", anyOf),
  arange: fn("start stop step dtype", arange),
  argmax: fn("a axis", argmax),
  argmin: fn("a axis", argmin),
  argsort: fn("a kind", argsort),
  array: fn("object dtype", newArray),
  asarray: fn("a dtype", asArray),
  ascontiguousarray: (/** @type {NDArray} */ array) => (array.isContiguous ? array : copyOf(array)),
  bincount: fn("x minlength", bincount),
  bool_: scalarType(BOOL),
  broadcast_to: broadcastTo,
  clip: (/** @type {Value} */ array, /** @type {Value} */ low, /** @type {Value} */ high) =>
    elementwise("minimum", elementwise("maximum", array, low), high),
  concatenate: fn("arrays axis", concatenate),
  copyto: fn("dst src where", copyTo),
  count_nonzero: countNonzero,
  cumsum: fn("a axis", cumsum),
  empty: fn("shape dtype", zeros),
  flatnonzero: flatNonzero,
  fliplr,
  full: fn("shape fill_value dtype", full),
  hstack,
  int32: scalarType(INT32),
  int64: scalarType(INT64),
  int8: scalarType(INT8),
  intp: scalarType(INT64),
  isin,
  kron,
  maximum: (/** @type {Value} */ a, /** @type {Value} */ b) => elementwise("maximum", a, b),
  minimum: Object.assign((/** @type {Value} */ a, /** @type {Value} */ b) => elementwise("minimum", a, b), {
    accumulate: accumulatedMinimum,
  }),
  nonzero: nonzeroPlaces,
  ones: fn("shape dtype", ones),
  ones_like: fn("a dtype", onesLike),
  pad: fn("array pad_width mode", pad),
  repeat: fn("a repeats axis", repeat),
  roll: fn("a shift axis", roll),
  rot90,
  s_: { $get: (/** @type {Value} */ key) => key },
  searchsorted: fn("a v side", searchsorted),
  sort: fn("a axis", sort),
  stack,
  take_along_axis: fn("a indices axis", takeAlongAxis),
  tile,
  triu,
  uint32: scalarType(UINT32),
  uint64: scalarType(UINT64),
  uint8: scalarType(UINT8),
  vstack,
  where,
  zeros: fn("shape dtype", zeros),
  zeros_like: fn("a dtype", zerosLike),
};

/**
 * The methods of arrays, which get the array as their first argument, and the names of their other parameters.
 * @type {Record<string, [string, (array: any, ...given: any[]) => Value]>}
 */
const ARRAY_METHODS = {
  all: ["axis", allOf],
  any: ["axis", anyOf],
  argmax: ["axis", argmax],
  astype: ["dtype", (array, type) => copyOf(array, dtypeOf(type))],
  copy: ["", (array) => copyOf(array)],
  cumsum: ["axis", cumsum],
  max: ["axis", maxOf],
  min: ["axis", minOf],
  ravel: ["", (array) => reshaped(array, [array.size])],
  repeat: ["repeats axis", repeat],
  reshape: ["", (array, ...shape) => reshaped(array, numbersOf(shape.length === 1 ? shape[0] : shape))],
  setflags: ["write", (array, write) => Object.assign(array, { writeable: write })],
  sum: ["axis", sumOf],
  tolist: ["", nestedLists],
  transpose: ["", transposed],
};

for (const [name, [params, method]] of Object.entries(ARRAY_METHODS)) {
  const value = fn(params, /** @this {NDArray} */ function (/** @type {Value[]} */ ...given) {
    return method(this, ...given);
  });
  Object.defineProperty(NDArray.prototype, name, { value });
}
Object.defineProperty(NDArray.prototype, Symbol.iterator, {
  value() {
    return iterateArray(this);
  },
});
