/** Equality, order and membership by value, as Python's operators define them. */

import { Dict, iterate, List, PythonSet, Range, unorderedValues } from "./containers.js";
import { elementwise } from "./elementwise.js";
import { TypeError_ } from "./errors.js";
import { NDArray } from "./ndarray.js";

/** @typedef {any} Value */

/**
 * Return the type of a tuple, a list or a range; a named tuple is a tuple.
 * @param {Value} values
 */
export const sequenceKind = (values) => (values instanceof List ? List : values instanceof Range ? Range : Array);

/**
 * Return whether two values are equal. Arrays are not compared here.
 * @param {Value} a
 * @param {Value} b
 * @returns {boolean}
 */
export function equal(a, b) {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && sequenceKind(a) === sequenceKind(b) && a.every((value, place) => equal(value, b[place]))
    );
  }
  if (a instanceof PythonSet) {
    return b instanceof PythonSet && a.size === b.size && a.unordered().every((value) => b.has(value));
  }
  if (a instanceof Dict) {
    return b instanceof Dict && a.size === b.size && a.items().every(([key, value]) => b.has(key) && equal(value, b.at(key)));
  }
  if (typeof a === "boolean" || typeof b === "boolean") {
    return (typeof a === "number" || typeof b === "number") && Number(a) === Number(b);
  }
  if (a instanceof NDArray || b instanceof NDArray) {
    throw TypeError_("arrays in tuples are not compared");
  }
  if (a?.compare) {
    return Boolean(b?.compare) && a.compare(b) === 0;
  }
  const fields = a?.$fields;
  return Boolean(fields) && fields === b?.$fields && fields.every((/** @type {string} */ name) => equal(a[name], b[name]));
}

/**
 * Return a negative number, zero or a positive one, as the first value is less, equal or greater.
 * @param {Value} a
 * @param {Value} b
 * @returns {number}
 */
export function order(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let place = 0; place < Math.min(a.length, b.length); place++) {
      if (!equal(a[place], b[place])) {
        return order(a[place], b[place]);
      }
    }
    return a.length - b.length;
  }
  if (typeof a === "string" && typeof b === "string") {
    return orderOfTexts(a, b);
  }
  if (a?.compare) {
    return a.compare(b);
  }
  if (![a, b].every((value) => typeof value === "number" || typeof value === "boolean")) {
    throw TypeError_("the values have no order");
  }
  return Number(a) - Number(b);
}

/**
 * Compare texts by code points, where JavaScript compares by UTF-16.
 * @param {string} a
 * @param {string} b
 */
function orderOfTexts(a, b) {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let place = 0; place < Math.min(left.length, right.length); place++) {
    const difference = Number(left[place].codePointAt(0)) - Number(right[place].codePointAt(0));
    if (difference) {
      return difference;
    }
  }
  return left.length - right.length;
}

/**
 * Return values in order, equal ones as they were.
 * @param {Value} values
 * @param {Value} key
 */
export function sortedValues(values, key = null) {
  const found = unorderedValues(values);
  const keys = key === null ? found : found.map((value) => key(value));
  if (values instanceof PythonSet && key !== null) {
    throw TypeError_("the order of a set must not decide anything: sort it without a key first");
  }
  return List.from(Array.from(found.keys()).sort((i, j) => order(keys[i], keys[j]) || i - j), (place) => found[place]);
}

/**
 * @param {Value} value
 * @param {Value} container
 */
export function is_in(value, container) {
  if (container instanceof Dict || container instanceof PythonSet) {
    return container.has(value);
  }
  if (typeof container === "string") {
    return container.includes(value);
  }
  return Array.from(iterate(container)).some((other) => equal(other, value));
}

/**
 * @param {Value} value
 * @param {Value} container
 */
export const not_in = (value, container) => !is_in(value, container);

/**
 * Return an operator that compares two values, or each element of arrays.
 * @param {string} name
 * @param {(a: number, b: number) => boolean} onNumbers
 * @param {(a: Value, b: Value) => boolean} onValues
 * @returns {(a: Value, b: Value) => Value}
 */
const comparison = (name, onNumbers, onValues) => (a, b) => {
  if (typeof a === "number" && typeof b === "number") {
    return onNumbers(a, b);
  }
  return a instanceof NDArray || b instanceof NDArray ? elementwise(name, a, b) : onValues(a, b);
};

export const comparisons = {
  equal: comparison("equal", (a, b) => a === b, equal),
  not_equal: comparison("not_equal", (a, b) => a !== b, (a, b) => !equal(a, b)),
  less: comparison("less", (a, b) => a < b, (a, b) => order(a, b) < 0),
  less_equal: comparison("less_equal", (a, b) => a <= b, (a, b) => order(a, b) <= 0),
  greater: comparison("greater", (a, b) => a > b, (a, b) => order(a, b) > 0),
  greater_equal: comparison("greater_equal", (a, b) => a >= b, (a, b) => order(a, b) >= 0),
};
