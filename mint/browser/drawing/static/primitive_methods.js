/** The methods of Python's texts, integers, tuples and lists, which get the value as their first argument. */

import { iterate, List, Slice } from "./containers.js";
import { equal, sequenceKind, sortedValues } from "./comparison.js";
import { TypeError_, ValueError } from "./errors.js";
import { characters, isPrintable, stripped, words } from "./text.js";

/** @typedef {any} Value */
/** @typedef {Record<string, (owner: any, ...given: any[]) => Value>} Methods */

/**
 * Return the part of a sequence that a subscript selects.
 * @param {ArrayLike<Value>} sequence
 * @param {Slice} slice
 * @returns {Value[]}
 */
export function sliced(sequence, slice) {
  const [start, length, step] = slice.places(sequence.length);
  const kind = Array.isArray(sequence) ? sequenceKind(sequence) : Array;
  return kind.from({ length }, (_, place) => sequence[start + place * step]);
}

/**
 * Return an item of a tuple or a list, or the part that a slice selects.
 * @param {Value[]} sequence
 * @param {Value} key
 */
export function sequenceItem(sequence, key) {
  return key instanceof Slice ? sliced(sequence, key) : sequence[sequencePlace(sequence, key)];
}

/**
 * Return a place in a sequence from an index that may count from the end.
 * @param {ArrayLike<Value>} sequence
 * @param {Value} index
 */
export function sequencePlace(sequence, index) {
  const number = Number(index?.item?.() ?? index);
  const place = number < 0 ? number + sequence.length : number;
  if (!(place >= 0 && place < sequence.length)) {
    throw ValueError(`index ${number} is out of range`);
  }
  return place;
}

/** @type {Methods} */
export const textMethods = {
  capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
  count: (text, part) => text.split(part).length - 1,
  encode: (text) => new TextEncoder().encode(text),
  find: (text, part) => text.indexOf(part),
  index(text, part) {
    const place = text.indexOf(part);
    if (place < 0) {
      throw ValueError("substring not found");
    }
    return place;
  },
  isprintable: isPrintable,
  join: (text, parts) => Array.from(iterate(parts)).join(text),
  ljust: (text, width, filling = " ") => text.padEnd(width, filling),
  lower: (text) => text.toLowerCase(),
  replace: (text, old, replacement) => text.replaceAll(old, () => replacement),
  split(text, separator = null, maxSplits = -1) {
    if (separator === null) {
      return List.from(words(text));
    }
    const parts = text.split(separator);
    return maxSplits < 0 || parts.length <= maxSplits
      ? List.from(parts)
      : List.from([...parts.slice(0, maxSplits), parts.slice(maxSplits).join(separator)]);
  },
  splitlines: (text) => List.from(text.split("\n").slice(0, text.endsWith("\n") || !text ? -1 : undefined)),
  strip(text, ...given) {
    if (given.length) {
      throw TypeError_("only white space is stripped");
    }
    return stripped(text);
  },
  upper: (text) => text.toUpperCase(),
  __getitem__: (text, index) => {
    const sequence = characters(text);
    return sequence[sequencePlace(sequence, index)];
  },
};

/** @type {Methods} */
export const numberMethods = {
  bit_count(value) {
    let count = 0;
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 2)) {
      count += rest % 2;
    }
    return count;
  },
};

/** @type {Methods} */
export const tupleMethods = {
  count: (values, value) => values.filter((/** @type {Value} */ other) => equal(other, value)).length,
  index(values, value) {
    const place = values.findIndex((/** @type {Value} */ other) => equal(other, value));
    if (place < 0) {
      throw ValueError("the value is not in the sequence");
    }
    return place;
  },
  __getitem__: sequenceItem,
};

/** @type {Methods} */
export const listMethods = {
  append(values, value) {
    values.push(value);
    return null;
  },
  sort: Object.assign(
    (/** @type {Value} */ values, /** @type {Value} */ key = null) => {
      sortedValues(values, key).forEach((value, place) => {
        values[place] = value;
      });
      return null;
    },
    { params: ["self", "key"] },
  ),
};
