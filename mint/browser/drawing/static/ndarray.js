/** NumPy's arrays: elements in a typed array, seen through an offset, a shape and strides (counted in elements). */

import { iterate, List } from "./containers.js";
import { BOOL, converted, element, INT64, dtypeOf, promoted } from "./dtypes.js";
import { TypeError_, ValueError } from "./errors.js";

/** @typedef {import("./dtypes.js").Store} Store */
/** @typedef {import("./dtypes.js").DType} DType */
/** @typedef {any} Value */

export class NDArray {
  /**
   * @param {Store} store
   * @param {number} offset
   * @param {number[]} shape
   * @param {number[]} strides
   * @param {DType} dtype
   * @param {boolean} writeable
   */
  constructor(store, offset, shape, strides, dtype, writeable = true) {
    this.store = store;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.dtype = dtype;
    this.writeable = writeable;
  }

  get size() {
    return product(this.shape);
  }

  get ndim() {
    return this.shape.length;
  }

  /** NumPy's ``flags.writeable`` is the only flag. */
  get flags() {
    return this;
  }

  get T() {
    return this.view(this.offset, [...this.shape].reverse(), [...this.strides].reverse());
  }

  /** Whether the elements lie without gaps in C order. */
  get isContiguous() {
    let stride = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== stride) {
        return false;
      }
      stride *= this.shape[axis];
    }
    return true;
  }

  /**
   * Return another view of the same elements.
   * @param {number} offset
   * @param {number[]} shape
   * @param {number[]} strides
   */
  view(offset, shape, strides) {
    return new NDArray(this.store, offset, shape, strides, this.dtype, this.writeable);
  }

  /**
   * Return the element at a place in the store, as a number or a boolean of Python.
   * @param {number} place
   */
  elementAt(place) {
    return this.dtype === BOOL ? this.store[place] !== 0 : this.store[place];
  }

  /** Return the only element. */
  item() {
    if (this.size !== 1) {
      throw ValueError("only an array of one element can be one number");
    }
    return this.elementAt(this.offset);
  }

  /** Return the elements in C order, only to be read: they may be those of the store itself. */
  elements() {
    if (this.isContiguous) {
      const { size } = this;
      return size === this.store.length ? this.store : this.store.subarray(this.offset, this.offset + size);
    }
    const out = new this.dtype.Store(this.size);
    const { store } = this;
    let i = 0;
    forEachRow(this, (start, length, stride) => {
      for (let place = start, end = i + length; i < end; place += stride) {
        out[i++] = store[place];
      }
    });
    return out;
  }

  /**
   * Return the array as seen from a larger shape, by numpy.broadcast_to.
   * @param {number[]} shape
   */
  broadcastTo(shape) {
    const strides = broadcastStrides(this, shape);
    return new NDArray(this.store, this.offset, shape, strides, this.dtype, false);
  }
}

/** @param {number[]} lengths */
export function product(lengths) {
  let out = 1;
  for (const length of lengths) {
    out *= length;
  }
  return out;
}

/** @param {number[]} shape */
export function contiguousStrides(shape) {
  const strides = new Array(shape.length);
  for (let axis = shape.length - 1, stride = 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
export const isSameShape = (a, b) => a.length === b.length && a.every((length, axis) => length === b[axis]);

/**
 * Return the shape that two shapes are broadcast to.
 * @param {number[]} a
 * @param {number[]} b
 */
export function broadcastShape(a, b) {
  if (isSameShape(a, b)) {
    return a;
  }
  const ndim = Math.max(a.length, b.length);
  return Array.from({ length: ndim }, (_, axis) => {
    const one = a[a.length - ndim + axis] ?? 1;
    const other = b[b.length - ndim + axis] ?? 1;
    if (one !== other && one !== 1 && other !== 1) {
      throw ValueError(`operands could not be broadcast together with shapes ${a} and ${b}`);
    }
    return one === 1 ? other : one;
  });
}

/**
 * Return the strides with which an array is seen from a larger shape: 0 where it is repeated.
 * @param {NDArray} array
 * @param {number[]} shape
 */
export function broadcastStrides(array, shape) {
  const added = shape.length - array.shape.length;
  const strides = shape.map((length, axis) => {
    const own = axis < added ? 1 : array.shape[axis - added];
    if (own !== length && own !== 1) {
      throw ValueError(`shapes ${array.shape} and ${shape} cannot be broadcast`);
    }
    return own === 1 ? 0 : array.strides[axis - added];
  });
  if (added < 0) {
    throw ValueError(`shapes ${array.shape} and ${shape} cannot be broadcast`);
  }
  return strides;
}

/**
 * Visit the rows along the last axis in C order: the place of the first element, the length, and the stride.
 * @param {NDArray} array
 * @param {(start: number, length: number, stride: number) => void} visit
 */
export function forEachRow(array, visit) {
  const { shape, strides } = array;
  const last = shape.length - 1;
  if (last < 0) {
    visit(array.offset, 1, 0);
    return;
  }
  if (last === 1) {
    for (let row = 0, start = array.offset; row < shape[0]; row++, start += strides[0]) {
      visit(start, shape[1], strides[1]);
    }
    return;
  }
  const walk = (/** @type {number} */ axis, /** @type {number} */ start) => {
    if (axis === last) {
      visit(start, shape[last], strides[last]);
      return;
    }
    for (let i = 0; i < shape[axis]; i++) {
      walk(axis + 1, start + i * strides[axis]);
    }
  };
  walk(0, array.offset);
}

/**
 * Return a new array around elements in C order.
 * @param {Store} elements
 * @param {number[]} shape
 * @param {DType} dtype
 */
export const arrayOf = (elements, shape, dtype) => new NDArray(elements, 0, shape, contiguousStrides(shape), dtype);

/**
 * Return a new array of zeros.
 * @param {number[]} shape
 * @param {DType} dtype
 */
export const zerosOf = (shape, dtype) => arrayOf(new dtype.Store(product(shape)), shape, dtype);

/**
 * Return a copy, of another type if one is given.
 * @param {NDArray} array
 * @param {DType} dtype
 */
export function copyOf(array, dtype = array.dtype) {
  const elements = array.elements();
  return arrayOf(dtype === array.dtype ? elements.slice() : converted(elements, dtype), array.shape, dtype);
}

/**
 * Return a view of another shape, or a copy where no view is possible.
 * @param {NDArray} array
 * @param {number[]} shape
 */
export function reshaped(array, shape) {
  if (product(shape) !== array.size) {
    throw ValueError(`cannot reshape array of size ${array.size} into shape ${shape}`);
  }
  if (array.isContiguous) {
    return array.view(array.offset, shape, contiguousStrides(shape));
  }
  if (array.ndim === 1) {
    return array.view(array.offset, shape, contiguousStrides(shape).map((stride) => stride * array.strides[0]));
  }
  return reshaped(copyOf(array), shape);
}

/**
 * Return nested sequences, numbers, bytes or an array as an array (numpy.asarray).
 * @param {Value} value
 * @param {Value} type a type of arrays, or null for the one that fits
 * @returns {NDArray}
 */
export function asArray(value, type = null) {
  const dtype = type === null ? null : dtypeOf(type);
  if (value instanceof NDArray) {
    return dtype === null || dtype === value.dtype ? value : copyOf(value, dtype);
  }
  if (Array.isArray(value) && value.some((part) => part instanceof NDArray)) {
    return stackedArrays(value.map((part) => asArray(part)), dtype);
  }
  const shape = [];
  for (let part = value; isSequence(part); part = part[0]) {
    shape.push(part.length);
  }
  /** @type {Value[]} */
  const elements = [];
  flatten(value, shape, 0, elements);
  const found = dtype ?? (elements.length && elements.every((part) => typeof part === "boolean") ? BOOL : INT64);
  const out = zerosOf(shape, found);
  for (let i = 0; i < elements.length; i++) {
    out.store[i] = element(found, elements[i]);
  }
  return out;
}

/**
 * Append the elements of nested sequences of a shape.
 * @param {Value} value
 * @param {number[]} shape
 * @param {number} axis
 * @param {Value[]} elements
 */
function flatten(value, shape, axis, elements) {
  if (axis === shape.length) {
    elements.push(value);
    return;
  }
  if (!isSequence(value) || value.length !== shape[axis]) {
    throw ValueError("the sequences differ in length");
  }
  for (const part of value) {
    flatten(part, shape, axis + 1, elements);
  }
}

/** @param {Value} value */
const isSequence = (value) => Array.isArray(value) || value instanceof Uint8Array;

/**
 * @param {NDArray[]} arrays
 * @param {DType | null} type
 */
function stackedArrays(arrays, type) {
  const dtype = type ?? arrays.map((array) => array.dtype).reduce(promoted);
  const [{ shape, size }] = arrays;
  const elements = new dtype.Store(size * arrays.length);
  arrays.forEach((array, place) => {
    if (!isSameShape(array.shape, shape)) {
      throw ValueError("the arrays differ in shape");
    }
    elements.set(converted(array.elements(), dtype), place * size);
  });
  return arrayOf(elements, [arrays.length, ...shape], dtype);
}

/**
 * Return the elements as nested lists, or as a number for an array without axes.
 * @param {NDArray} array
 * @returns {Value}
 */
export function nestedLists(array) {
  if (array.ndim === 0) {
    return array.item();
  }
  const [length] = array.shape;
  return List.from({ length }, (_, place) =>
    nestedLists(array.view(array.offset + place * array.strides[0], array.shape.slice(1), array.strides.slice(1))),
  );
}

/**
 * Return lengths or axes as an array of numbers, given as one number or as a sequence.
 * @param {Value} given
 * @returns {number[]}
 */
export function numbersOf(given) {
  if (typeof given === "number") {
    return [given];
  }
  const numbers = Array.from(iterate(given), Number);
  if (numbers.some(Number.isNaN)) {
    throw TypeError_("expected integers");
  }
  return numbers;
}
