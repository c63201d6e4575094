/**
 * Python's containers. A tuple is a plain array; List and Range are arrays of their own kind, so that they are told from tuples. The
 * keys of Dict and PythonSet are compared by value. The order of a set is refused: in Python it may differ from run to run.
 */

import { KeyError, TypeError_ } from "./errors.js";

/** @typedef {any} Value a value of the translated program */

export class List extends Array {
  /** @override */
  static get [Symbol.species]() {
    return Array;
  }
}

export class Range extends Array {
  /** @override */
  static get [Symbol.species]() {
    return Array;
  }
}

/** The bounds of a subscript; null where Python has None. */
export class Slice {
  /**
   * @param {Value} start
   * @param {Value} stop
   * @param {Value} step
   */
  constructor(start, stop, step) {
    this.start = start === null ? null : Number(start);
    this.stop = stop === null ? null : Number(stop);
    this.step = step === null ? 1 : Number(step);
  }

  /**
   * Return the first place, the number of places, and the step between them, in a sequence of a length.
   * @param {number} length
   * @returns {[number, number, number]}
   */
  places(length) {
    const { step } = this;
    const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
    const limited = (/** @type {number} */ place) => Math.min(Math.max(place < 0 ? place + length : place, lowest), highest);
    const start = this.start === null ? (step > 0 ? lowest : highest) : limited(this.start);
    const stop = this.stop === null ? (step > 0 ? highest : lowest) : limited(this.stop);
    return [start, Math.max(Math.ceil((stop - start) / step), 0), step];
  }
}

let numObjects = 0;
/** @type {WeakMap<object, number>} */
const objectNumbers = new WeakMap();

/**
 * Return a string or a number that is equal for equal values. Objects without equality are told apart.
 * @param {Value} value
 * @returns {string | number}
 */
export function keyOf(value) {
  switch (typeof value) {
    case "number":
      return value;
    case "string":
      return value.startsWith("\0") ? `\0s${value}` : value;
    case "boolean":
      return Number(value);
    default:
      return value === null ? "\0n" : `\0${compositeKey(value)}`;
  }
}

/** @param {Value} value */
function compositeKey(value) {
  if (value instanceof List || value instanceof Dict) {
    throw TypeError_("unhashable type");
  }
  if (Array.isArray(value)) {
    return `(${value.map(partKey).join("")})`;
  }
  if (value.$fields) {
    return `{${typeNumber(value.constructor)}${value.$fields.map((/** @type {string} */ name) => partKey(value[name])).join("")}}`;
  }
  return `o${typeNumber(value)}`;
}

/** @param {Value} value */
function partKey(value) {
  const key = keyOf(value);
  return typeof key === "number" ? `${key};` : `${key.length}:${key}`;
}

/** @param {object} value */
function typeNumber(value) {
  const number = objectNumbers.get(value) ?? ++numObjects;
  objectNumbers.set(value, number);
  return number;
}

export class Dict {
  /** @type {Map<string | number, [Value, Value]>} */
  #entries = new Map();

  /** @param {Iterable<[Value, Value]>} entries */
  constructor(entries = []) {
    for (const [key, value] of entries) {
      this.put(key, value);
    }
  }

  get size() {
    return this.#entries.size;
  }

  /** @param {Value} key */
  has(key) {
    return this.#entries.has(keyOf(key));
  }

  /**
   * @param {Value} key
   * @param {Value} value
   */
  put(key, value) {
    const place = keyOf(key);
    const entry = this.#entries.get(place);
    if (entry) {
      entry[1] = value;
    } else {
      this.#entries.set(place, [key, value]);
    }
  }

  /** @param {Value} key */
  at(key) {
    const entry = this.#entries.get(keyOf(key));
    if (!entry) {
      throw KeyError(String(key));
    }
    return entry[1];
  }

  /**
   * @param {Value} key
   * @param {Value} missing
   */
  get(key, missing = null) {
    const entry = this.#entries.get(keyOf(key));
    return entry ? entry[1] : missing;
  }

  keys() {
    return Array.from(this.#entries.values(), (entry) => entry[0]);
  }

  values() {
    return Array.from(this.#entries.values(), (entry) => entry[1]);
  }

  items() {
    return Array.from(this.#entries.values(), ([key, value]) => /** @type {[Value, Value]} */ ([key, value]));
  }

  [Symbol.iterator]() {
    return this.keys()[Symbol.iterator]();
  }
}

/** Counts of equal values, in the order of their first occurrence. */
export class Counter extends Dict {
  /** @param {Iterable<Value>} values */
  constructor(values) {
    super();
    for (const value of values) {
      this.put(value, this.at(value) + 1);
    }
  }

  /** @override @param {Value} key */
  at(key) {
    return this.get(key, 0);
  }
}

export class PythonSet {
  /** @type {Map<string | number, Value>} */
  #members = new Map();

  /** @param {Iterable<Value>} members */
  constructor(members) {
    for (const member of members) {
      const key = keyOf(member);
      if (!this.#members.has(key)) {
        this.#members.set(key, member);
      }
    }
  }

  get size() {
    return this.#members.size;
  }

  /** @param {Value} value */
  has(value) {
    return this.#members.has(keyOf(value));
  }

  /** Return the members for a use to which their order makes no difference. */
  unordered() {
    return [...this.#members.values()];
  }

  /** @returns {never} */
  [Symbol.iterator]() {
    throw TypeError_("the order of a set must not decide anything: sort it");
  }
}

/** An iterator that a loop leaves open, as in Python; JavaScript's own end when a loop ends early. */
class OpenIterator {
  #iterator;

  /** @param {Iterator<Value>} iterator */
  constructor(iterator) {
    this.#iterator = iterator;
  }

  next() {
    return this.#iterator.next();
  }

  [Symbol.iterator]() {
    return this;
  }
}

/**
 * Return an iterable of JavaScript over what Python iterates over.
 * @param {Value} value
 * @returns {Iterable<Value>}
 */
export function iterate(value) {
  if (Array.isArray(value)) {
    return value;
  }
  if (value === null || value === undefined || typeof value[Symbol.iterator] !== "function") {
    throw TypeError_("the object is not iterable");
  }
  return typeof value.next === "function" ? new OpenIterator(value) : value;
}

/**
 * Return the values of an iterable, those of a set in any order.
 * @param {Value} value
 * @returns {Value[]}
 */
export const unorderedValues = (value) => (value instanceof PythonSet ? value.unordered() : Array.from(iterate(value)));

/**
 * Return a tuple of the values of an iterable.
 * @param {Value} value
 * @returns {Value[]}
 */
export const tuple = (value = []) => Array.from(iterate(value));

/**
 * Return a new list of the values of an iterable.
 * @param {Value} value
 */
export const list = (value = []) => List.from(iterate(value));
