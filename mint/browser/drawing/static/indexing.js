/** NumPy's indexing: views by numbers, slices and new axes; copies by arrays of places or of booleans; assignment by all of them. */

import { List, Slice } from "./containers.js";
import { BOOL, converted, element } from "./dtypes.js";
import { IndexError, TypeError_, ValueError } from "./errors.js";
import { arrayOf, asArray, broadcastShape, forEachRow, isSameShape, NDArray, product } from "./ndarray.js";

/** @typedef {any} Value */
/** @typedef {{length: number, start: number, step: number}} Axis places along one axis of a result, in elements of the store */

const WHOLE = new Slice(null, null, null);

/**
 * Return the parts of a key, with all axes that it leaves out.
 * @param {NDArray} array
 * @param {Value} key
 */
function partsOf(array, key) {
  const parts = Array.isArray(key) && !(key instanceof List) ? [...key] : [key];
  let numAxes = 0;
  for (const part of parts) {
    numAxes += part === null ? 0 : part instanceof NDArray && part.dtype === BOOL ? part.ndim : 1;
  }
  if (numAxes > array.ndim) {
    throw IndexError("too many indices for array");
  }
  for (; numAxes < array.ndim; numAxes++) {
    parts.push(WHOLE);
  }
  return parts;
}

/** @param {Value} part */
const isArrayPart = (part) => (part instanceof NDArray && part.ndim > 0) || part instanceof List;

/**
 * Return a place along an axis of a length.
 * @param {Value} index
 * @param {number} length
 */
function placeOf(index, length) {
  const number = index instanceof NDArray ? Number(index.item()) : Number(index);
  const place = number < 0 ? number + length : number;
  if (!(place >= 0 && place < length)) {
    throw IndexError(`index ${number} is out of bounds for axis with size ${length}`);
  }
  return place;
}

/**
 * Return the view of an array that numbers, slices and new axes select.
 * @param {NDArray} array
 * @param {Value[]} parts
 */
function basicView(array, parts) {
  const shape = [];
  const strides = [];
  let { offset } = array;
  let axis = 0;
  for (const part of parts) {
    if (part === null) {
      shape.push(1);
      strides.push(0);
      continue;
    }
    const stride = array.strides[axis];
    const length = array.shape[axis++];
    if (part instanceof Slice) {
      const [start, count, step] = part.places(length);
      offset += count ? start * stride : 0;
      shape.push(count);
      strides.push(step * stride);
    } else {
      offset += placeOf(part, length) * stride;
    }
  }
  return array.view(offset, shape, strides);
}

/**
 * Return the places in the store that a key with arrays selects, in C order, and their shape.
 * @param {NDArray} array
 * @param {Value[]} parts
 * @returns {{places: Int32Array, shape: number[]}}
 */
function selectedPlaces(array, parts) {
  const expanded = parts.flatMap((part) => {
    const whole = part instanceof List ? asArray(part) : part;
    return whole instanceof NDArray && whole.dtype === BOOL ? nonzeroPlaces(whole) : [whole];
  });
  const arrayParts = [...expanded.keys()].filter((i) => expanded[i] !== null && !(expanded[i] instanceof Slice));
  const areAdjacent = arrayParts[arrayParts.length - 1] - arrayParts[0] === arrayParts.length - 1;
  /** @type {number[]} */
  let shape = [];
  for (const i of arrayParts) {
    shape = expanded[i] instanceof NDArray ? broadcastShape(shape, expanded[i].shape) : shape;
  }
  const offsets = new Int32Array(product(shape)).fill(array.offset);
  /** @type {Axis[]} */
  const before = [];
  /** @type {Axis[]} */
  const after = [];
  let axis = 0;
  for (const [i, part] of expanded.entries()) {
    const axes = areAdjacent && i < arrayParts[0] ? before : after;
    if (part === null) {
      axes.push({ length: 1, start: 0, step: 0 });
      continue;
    }
    const stride = array.strides[axis];
    const length = array.shape[axis++];
    if (part instanceof Slice) {
      const [start, count, step] = part.places(length);
      axes.push({ length: count, start: start * stride, step: step * stride });
    } else if (part instanceof NDArray) {
      const indices = part.broadcastTo(shape).elements();
      for (let k = 0; k < offsets.length; k++) {
        offsets[k] += placeOf(indices[k], length) * stride;
      }
    } else {
      const offset = placeOf(part, length) * stride;
      for (let k = 0; k < offsets.length; k++) {
        offsets[k] += offset;
      }
    }
  }
  const places = sums(sums(axisPlaces(before), offsets), axisPlaces(after));
  return { places, shape: [...before.map(({ length }) => length), ...shape, ...after.map(({ length }) => length)] };
}

/** @param {Axis[]} axes */
const axisPlaces = (axes) =>
  axes.reduce(
    (places, { length, start, step }) => sums(places, Int32Array.from({ length }, (_, i) => start + i * step)),
    Int32Array.of(0),
  );

/**
 * Return the sums of each of the first with each of the second.
 * @param {Int32Array} a
 * @param {Int32Array} b
 */
function sums(a, b) {
  const out = new Int32Array(a.length * b.length);
  let k = 0;
  for (const x of a) {
    for (const y of b) {
      out[k++] = x + y;
    }
  }
  return out;
}

/**
 * Return the places of elements other than zero, one array for each axis (numpy.nonzero).
 * @param {NDArray} array
 */
export function nonzeroPlaces(array) {
  const found = array.shape.map(() => /** @type {number[]} */ ([]));
  array.elements().forEach((value, place) => {
    if (value !== 0) {
      let rest = place;
      for (let axis = array.ndim - 1; axis >= 0; axis--) {
        const length = array.shape[axis];
        found[axis].push(rest % length);
        rest = Math.floor(rest / length);
      }
    }
  });
  return found.map((places) => asArray(places));
}

/**
 * Return what ``array[key]`` is in Python: an array, or an element.
 * @param {NDArray} array
 * @param {Value} key
 * @returns {Value}
 */
export function getItem(array, key) {
  if (key instanceof NDArray && key.dtype === BOOL && isSameShape(key.shape, array.shape)) {
    const elements = array.elements();
    const mask = key.elements();
    const selected = array.dtype.Store.from(elements.filter((_, place) => mask[place] !== 0));
    return arrayOf(selected, [selected.length], array.dtype);
  }
  const parts = partsOf(array, key);
  if (parts.some(isArrayPart)) {
    const { places, shape } = selectedPlaces(array, parts);
    const { store } = array;
    const selected = new array.dtype.Store(places.length);
    for (let k = 0; k < places.length; k++) {
      selected[k] = store[places[k]];
    }
    return arrayOf(selected, shape, array.dtype);
  }
  const view = basicView(array, parts);
  return view.ndim ? view : view.elementAt(view.offset);
}

/**
 * Do what ``array[key] = value`` does in Python.
 * @param {NDArray} array
 * @param {Value} key
 * @param {Value} value
 */
export function setItem(array, key, value) {
  if (!array.writeable) {
    throw ValueError("assignment destination is read-only");
  }
  if (key instanceof NDArray && key.dtype === BOOL && isSameShape(key.shape, array.shape) && !isNested(value)) {
    fillWhere(array, key, element(array.dtype, value));
    return;
  }
  const parts = partsOf(array, key);
  if (parts.some(isArrayPart)) {
    const { places, shape } = selectedPlaces(array, parts);
    const { elements, step } = assignedElements(array, value, shape);
    for (let k = 0, i = 0; k < places.length; k++, i += step) {
      array.store[places[k]] = elements[i];
    }
  } else {
    assignAll(basicView(array, parts), value);
  }
}

/** @param {Value} value */
const isNested = (value) => value instanceof NDArray || Array.isArray(value);

/**
 * Set the elements of an array where a mask of its shape is true.
 * @param {NDArray} array
 * @param {NDArray} mask
 * @param {number} value
 */
function fillWhere(array, mask, value) {
  const flags = mask.elements();
  const { store } = array;
  let k = 0;
  forEachRow(array, (start, length, stride) => {
    for (let place = start, end = k + length; k < end; place += stride) {
      if (flags[k++] !== 0) {
        store[place] = value;
      }
    }
  });
}

/**
 * Set all elements of an array to a value, or to the elements of one that is broadcast to its shape.
 * @param {NDArray} array
 * @param {Value} value
 */
export function assignAll(array, value) {
  const isItself =
    value instanceof NDArray && value.store === array.store && value.offset === array.offset && isSameShape(value.strides, array.strides);
  if (isItself) {
    return;
  }
  const { elements, step } = assignedElements(array, value, array.shape);
  const { store } = array;
  let k = 0;
  forEachRow(array, (start, length, stride) => {
    for (let i = 0, place = start; i < length; i++, place += stride, k += step) {
      store[place] = elements[k];
    }
  });
}

/**
 * Return the elements to assign to places of a shape, of the type of the array, and the step from one to the next.
 * @param {NDArray} array
 * @param {Value} value
 * @param {number[]} shape
 */
function assignedElements(array, value, shape) {
  if (!isNested(value)) {
    return { elements: array.dtype.Store.of(element(array.dtype, value)), step: 0 };
  }
  let source = asArray(value);
  while (source.ndim > shape.length && source.shape[0] === 1) {
    source = source.view(source.offset, source.shape.slice(1), source.strides.slice(1));
  }
  if (source.ndim > shape.length) {
    throw ValueError(`could not broadcast input array from shape ${source.shape} into shape ${shape}`);
  }
  const elements = isSameShape(source.shape, shape) ? source.elements() : source.broadcastTo(shape).elements();
  // Converted elements are a copy, so that what shares its elements with the array is read before it is written.
  const isRead = source.dtype === array.dtype && source.store !== array.store;
  return { elements: isRead ? elements : converted(elements, array.dtype), step: 1 };
}

/**
 * Return the parts of an array along its first axis, as Python iterates over them.
 * @param {NDArray} array
 */
export function* iterateArray(array) {
  if (array.ndim === 0) {
    throw TypeError_("iteration over a 0-d array");
  }
  for (let place = 0; place < array.shape[0]; place++) {
    yield getItem(array, place);
  }
}
