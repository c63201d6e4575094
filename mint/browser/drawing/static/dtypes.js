/**
 * NumPy's integer types, bool included. Elements lie in typed arrays, which wrap around as NumPy's do. int64 and uint64 lie in doubles:
 * they are exact up to 2**53, and operators refuse larger results.
 */

import { OverflowError, TypeError_ } from "./errors.js";

/** @typedef {Uint8Array | Int8Array | Int16Array | Uint32Array | Int32Array | Float64Array} Store */
/** @typedef {{ new (lengthOrElements: number | Store): Store; from(values: Iterable<number>): Store; of(...values: number[]): Store }} StoreType */

export class DType {
  /**
   * @param {string} name
   * @param {"b" | "u" | "i"} kind
   * @param {number} bits
   * @param {StoreType} store
   */
  constructor(name, kind, bits, store) {
    this.name = name;
    this.kind = kind;
    this.bits = bits;
    this.Store = store;
    /** The operand that is no array, while an operator runs. */
    this.scalar = new store(1);
    this.min = kind === "i" ? -(2 ** (bits - 1)) : 0;
    this.max = kind === "b" ? 1 : 2 ** (kind === "i" ? bits - 1 : bits) - 1;
  }
}

export const BOOL = new DType("bool", "b", 8, Uint8Array);
export const UINT8 = new DType("uint8", "u", 8, Uint8Array);
export const INT8 = new DType("int8", "i", 8, Int8Array);
export const INT16 = new DType("int16", "i", 16, Int16Array);
export const UINT32 = new DType("uint32", "u", 32, Uint32Array);
export const INT32 = new DType("int32", "i", 32, Int32Array);
export const UINT64 = new DType("uint64", "u", 64, Float64Array);
export const INT64 = new DType("int64", "i", 64, Float64Array);

/**
 * Return the type that holds the values of two types (numpy.promote_types).
 * @param {DType} a
 * @param {DType} b
 */
export function promoted(a, b) {
  if (a === b || b === BOOL) {
    return a;
  }
  if (a === BOOL) {
    return b;
  }
  if (a.kind === b.kind) {
    return a.bits >= b.bits ? a : b;
  }
  const [signed, unsigned] = a.kind === "i" ? [a, b] : [b, a];
  if (signed.bits > unsigned.bits) {
    return signed;
  }
  if (unsigned.bits === 64) {
    throw TypeError_(`${a.name} and ${b.name} have no common integer type`);
  }
  return unsigned.bits === 8 ? INT16 : INT64;
}

/**
 * Return the type of an array of one type with a number or a boolean of Python, which is of no type of its own.
 * @param {DType} dtype
 * @param {number | boolean} scalar
 */
export const promotedByScalar = (dtype, scalar) => (dtype === BOOL && typeof scalar !== "boolean" ? INT64 : dtype);

/**
 * Return a number or a boolean as an element of a type. Raises OverflowError if it does not fit.
 * @param {DType} dtype
 * @param {any} value
 */
export function element(dtype, value) {
  if (dtype === BOOL) {
    return value ? 1 : 0;
  }
  const number = Number(value);
  if (!(number >= dtype.min && number <= dtype.max)) {
    throw OverflowError(`Python integer ${number} out of bounds for ${dtype.name}`);
  }
  return number;
}

/**
 * Return elements in a new store of a type, with wrap-around.
 * @param {Store} elements
 * @param {DType} dtype
 */
export function converted(elements, dtype) {
  if (dtype === BOOL) {
    const out = new Uint8Array(elements.length);
    for (let i = 0; i < out.length; i++) {
      out[i] = elements[i] === 0 ? 0 : 1;
    }
    return out;
  }
  if (dtype === UINT64 && elements.some((value) => value < 0)) {
    throw OverflowError("a negative number wraps around to more than 2**53 in uint64");
  }
  return new dtype.Store(elements);
}

/**
 * Return the type that something stands for: a type of NumPy, int or bool.
 * @param {any} given
 * @returns {DType}
 */
export function dtypeOf(given) {
  if (!(given?.dtype instanceof DType)) {
    throw TypeError_("not a type of arrays");
  }
  return given.dtype;
}
