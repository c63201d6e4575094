/** Python's arithmetic operators on numbers, booleans, texts, tuples, lists, dicts, sets and arrays. Integers are exact or refused. */

import { Dict, iterate, List, PythonSet } from "./containers.js";
import { arrayPower, canCastInPlace, elementwise } from "./elementwise.js";
import { TypeError_, ZeroDivisionError } from "./errors.js";
import { assignAll } from "./indexing.js";
import { bitwiseAnd, bitwiseOr, bitwiseXor, exact, modulo } from "./integers.js";
import { matrixProduct } from "./array_shapes.js";
import { BOOL } from "./dtypes.js";
import { NDArray } from "./ndarray.js";

/** @typedef {any} Value */
/** @typedef {(a: Value, b: Value) => Value} Operator */

/** @param {Value} value */
const isNumber = (value) => typeof value === "number" || typeof value === "boolean";

/** @returns {never} */
function unsupported() {
  throw TypeError_("unsupported operand types");
}

/**
 * Return an operator on numbers; another function takes what is neither number nor array.
 * @param {string} name
 * @param {(a: number, b: number) => number} onNumbers
 * @param {Operator} onOthers
 * @returns {Operator}
 */
const arithmetic = (name, onNumbers, onOthers = unsupported) => (a, b) => {
  if (typeof a === "number" && typeof b === "number") {
    return exact(onNumbers(a, b));
  }
  if (a instanceof NDArray || b instanceof NDArray) {
    return elementwise(name, a, b);
  }
  return isNumber(a) && isNumber(b) ? exact(onNumbers(Number(a), Number(b))) : onOthers(a, b);
};

/**
 * Return an operator on booleans and on numbers.
 * @param {string} name
 * @param {(a: number, b: number) => number} onNumbers
 * @param {Operator} onOthers
 * @returns {Operator}
 */
function logical(name, onNumbers, onOthers = unsupported) {
  const operator = arithmetic(name, onNumbers, onOthers);
  return (a, b) => (typeof a === "boolean" && typeof b === "boolean" ? onNumbers(Number(a), Number(b)) !== 0 : operator(a, b));
}

/** @type {Operator} */
function joined(a, b) {
  if (typeof a === "string" && typeof b === "string") {
    return a + b;
  }
  if (!Array.isArray(a) || !Array.isArray(b) || a instanceof List !== b instanceof List) {
    return unsupported();
  }
  return a instanceof List ? List.from([...a, ...b]) : [...a, ...b];
}

/** @type {Operator} */
function repeated(a, b) {
  const [values, count] = isNumber(a) ? [b, a] : [a, b];
  if (!isNumber(count)) {
    return unsupported();
  }
  const times = Math.max(Number(count), 0);
  if (typeof values === "string") {
    return values.repeat(times);
  }
  if (!Array.isArray(values)) {
    return unsupported();
  }
  const { length } = values;
  return (values instanceof List ? List : Array).from({ length: length * times }, (_, place) => values[place % length]);
}

/** @type {Operator} */
const merged = (a, b) => (a instanceof Dict && b instanceof Dict ? new Dict([...a.items(), ...b.items()]) : unsupported());

/** @type {Operator} */
const intersection = (a, b) =>
  a instanceof PythonSet && b instanceof PythonSet ? new PythonSet(a.unordered().filter((value) => b.has(value))) : unsupported();

/** @type {Operator} */
const difference = (a, b) =>
  a instanceof PythonSet && b instanceof PythonSet ? new PythonSet(a.unordered().filter((value) => !b.has(value))) : unsupported();

/** @param {number} divisor */
function nonzero(divisor) {
  if (divisor === 0) {
    throw ZeroDivisionError("integer division or modulo by zero");
  }
  return divisor;
}

const power = arithmetic("power", (a, b) => (b < 0 ? unsupported() : a ** b));

/** @type {Record<string, Operator>} */
export const operators = {
  add: arithmetic("add", (a, b) => a + b, joined),
  subtract: arithmetic("subtract", (a, b) => a - b, difference),
  multiply: arithmetic("multiply", (a, b) => a * b, repeated),
  floor_divide: arithmetic("floor_divide", (a, b) => Math.floor(a / nonzero(b))),
  remainder: arithmetic("remainder", (a, b) => modulo(a, nonzero(b))),
  power: (a, b) => (a instanceof NDArray || b instanceof NDArray ? arrayPower(a, b) : power(a, b)),
  left_shift: arithmetic("left_shift", (a, b) => a * 2 ** b),
  right_shift: arithmetic("right_shift", (a, b) => Math.floor(a / 2 ** b)),
  bitwise_and: logical("bitwise_and", bitwiseAnd, intersection),
  bitwise_or: logical("bitwise_or", bitwiseOr, merged),
  bitwise_xor: logical("bitwise_xor", bitwiseXor),
  matmul: matrixProduct,
};

/**
 * Return an operator that changes its left operand, if that is an array or a list.
 * @param {string} name
 * @returns {Operator}
 */
const inPlace = (name) => (a, b) => {
  if (a instanceof List && name === "add") {
    a.push(...iterate(b));
    return a;
  }
  const result = operators[name](a, b);
  if (!(a instanceof NDArray)) {
    return result;
  }
  if (!canCastInPlace(result.dtype, a.dtype)) {
    throw TypeError_(`cannot cast ${result.dtype.name} to ${a.dtype.name} in place`);
  }
  if (!a.writeable) {
    throw TypeError_("output array is read-only");
  }
  assignAll(a, result);
  return a;
};

export const in_place = Object.fromEntries(Object.keys(operators).map((name) => [name, inPlace(name)]));

/** @param {Value} value */
export const negative = (value) => (value instanceof NDArray ? elementwise("subtract", 0, value) : -value);

/** @param {Value} value */
export function invert(value) {
  if (value instanceof NDArray) {
    return value.dtype === BOOL ? elementwise("bitwise_xor", value, true) : inverted(value);
  }
  return -1 - value;
}

/** @param {NDArray} array */
function inverted(array) {
  if (array.dtype.kind === "u") {
    return elementwise("subtract", array.dtype.max, array);
  }
  return elementwise("subtract", -1, array);
}
