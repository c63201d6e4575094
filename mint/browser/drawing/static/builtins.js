/** Python's built-in functions and types. */

import { bound } from "./calls.js";
import { Dict, iterate, List, PythonSet, Slice, unorderedValues } from "./containers.js";
import { BOOL, INT64 } from "./dtypes.js";
import { TypeError_, ValueError } from "./errors.js";
import { exact } from "./integers.js";
import { getItem, setItem } from "./indexing.js";
import { NDArray } from "./ndarray.js";
import { absolute } from "./numpy.js";
import { operators } from "./operators.js";
import { sequenceItem, sequencePlace, sliced } from "./primitive_methods.js";
import { characters, quoted } from "./text.js";

/** @typedef {any} Value */

/**
 * Return whether Python takes a value for true.
 * @param {Value} value
 * @returns {boolean}
 */
export function truth(value) {
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return value !== 0;
    case "string":
      return value !== "";
    case "undefined":
      throw TypeError_("undefined is no value of Python");
    default:
  }
  if (value === null) {
    return false;
  }
  if (value instanceof NDArray) {
    return Boolean(value.item());
  }
  return Array.isArray(value) || value instanceof Dict || value instanceof PythonSet || value.__len__ ? len(value) > 0 : true;
}

/** @param {Value} value */
export function len(value) {
  if (typeof value === "string") {
    return characters(value).length;
  }
  if (value instanceof NDArray) {
    return value.shape[0];
  }
  return value instanceof Dict || value instanceof PythonSet ? value.size : value.__len__ ? value.__len__() : value.length;
}

/**
 * Return what ``owner[key]`` is in Python.
 * @param {Value} owner
 * @param {Value} key
 */
export function get(owner, key) {
  if (owner instanceof NDArray) {
    return getItem(owner, key);
  }
  if (Array.isArray(owner)) {
    return sequenceItem(owner, key);
  }
  if (owner instanceof Dict) {
    return owner.at(key);
  }
  if (typeof owner === "string") {
    const sequence = characters(owner);
    return key instanceof Slice ? sliced(sequence, key).join("") : sequence[sequencePlace(sequence, key)];
  }
  if (owner instanceof Uint8Array) {
    return key instanceof Slice ? Uint8Array.from(sliced(owner, key)) : owner[sequencePlace(owner, key)];
  }
  return owner.$get(key);
}

/**
 * Do what ``owner[key] = value`` does in Python.
 * @param {Value} value
 * @param {Value} owner
 * @param {Value} key
 */
export function assign(value, owner, key) {
  if (owner instanceof NDArray) {
    setItem(owner, key, value);
  } else if (owner instanceof Dict) {
    owner.put(key, value);
  } else if (owner instanceof List && !(key instanceof Slice)) {
    owner[sequencePlace(owner, key)] = value;
  } else {
    throw TypeError_("the object does not support this assignment");
  }
}

/**
 * Return as many values as there are targets; the one at ``star`` takes what the others leave.
 * @param {Value} value
 * @param {number} count
 * @param {number} star
 */
export function unpack(value, count, star) {
  const values = Array.isArray(value) ? value : Array.from(iterate(value));
  if (star < 0 ? values.length !== count : values.length < count - 1) {
    throw ValueError(`expected ${count} values to unpack, and got ${values.length}`);
  }
  if (star < 0) {
    return values;
  }
  const end = values.length - (count - 1 - star);
  return [...Array.from(values).slice(0, star), List.from(Array.from(values).slice(star, end)), ...Array.from(values).slice(end)];
}

/** @param {Value} value @returns {string} */
export function str(value) {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "True" : "False";
    case "number":
      return String(value);
    default:
      return value instanceof NDArray ? str(value.item()) : repr(value);
  }
}

/** @param {Value} value @returns {string} */
export function repr(value) {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (value instanceof Dict) {
    return `{${value.items().map((pair) => pair.map(repr).join(": ")).join(", ")}}`;
  }
  if (value === null) {
    return "None";
  }
  if (typeof value === "number" || typeof value === "boolean") {
    return str(value);
  }
  throw TypeError_("the object is written in no message");
}

/** The functions and types that take no keyword arguments and do not iterate. */
export const builtinFunctions = {
  abs: (/** @type {Value} */ value) => (value instanceof NDArray ? absolute(value) : Math.abs(value)),
  bool: Object.assign(truth, { dtype: BOOL }),
  bytes: { fromhex: (/** @type {string} */ digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16)) },
  dict: Object.assign((/** @type {Value} */ given = []) => new Dict(given instanceof Dict ? given.items() : iterate(given)), {
    fromkeys: (/** @type {Value} */ keys, /** @type {Value} */ value = null) => new Dict(Array.from(iterate(keys), (key) => [key, value])),
  }),
  divmod: (/** @type {Value} */ a, /** @type {Value} */ b) => [operators.floor_divide(a, b), operators.remainder(a, b)],
  frozenset: (/** @type {Value} */ values = []) => new PythonSet(unorderedValues(values)),
  getattr: bound,
  int: Object.assign(integer, { dtype: INT64, from_bytes: integerFromBytes }),
  isinstance,
  ord: (/** @type {string} */ character) => Number(character.codePointAt(0)),
  set: (/** @type {Value} */ values = []) => new PythonSet(unorderedValues(values)),
  slice: (/** @type {Value} */ start, /** @type {Value} */ stop, /** @type {Value} */ step = null) =>
    stop === undefined ? new Slice(null, start, null) : new Slice(start, stop, step),
};

/** @param {Value} value */
function integer(value) {
  if (typeof value === "string" && !/^[+-]?\d+$/.test(value)) {
    throw ValueError(`invalid literal for int() with base 10: ${quoted(value)}`);
  }
  return exact(Number(value instanceof NDArray ? value.item() : value));
}

/**
 * @param {Uint8Array} bytes
 * @param {string} order
 */
function integerFromBytes(bytes, order) {
  const ordered = order === "little" ? bytes.slice().reverse() : bytes;
  return exact(ordered.reduce((value, byte) => value * 256 + byte, 0));
}

/**
 * @param {Value} value
 * @param {Value} type
 */
function isinstance(value, type) {
  switch (type) {
    case str:
      return typeof value === "string";
    case builtinFunctions.bool:
      return typeof value === "boolean";
    case builtinFunctions.int:
      return typeof value === "number" || typeof value === "boolean";
    default:
      throw TypeError_("isinstance knows str, bool and int only");
  }
}
