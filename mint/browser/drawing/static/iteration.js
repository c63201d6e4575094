/** Python's functions on iterables. Those that are lazy in Python are so here. */

import { fn, Keywords } from "./calls.js";
import { iterate, PythonSet, Range, unorderedValues } from "./containers.js";
import { order, sortedValues } from "./comparison.js";
import { StopIteration, TypeError_, ValueError } from "./errors.js";
import { operators } from "./operators.js";
import { truth } from "./builtins.js";

/** @typedef {any} Value */

/**
 * Return a function for the largest or the smallest of values, the first of equal ones.
 * @param {number} sign
 */
const extreme = (sign) => {
  const find = (/** @type {Value[]} */ values, /** @type {Value} */ key, /** @type {Value} */ missing) => {
    if (!values.length) {
      if (missing === undefined) {
        throw ValueError("the iterable argument is empty");
      }
      return missing;
    }
    let [best] = values;
    let bestKey = key ? key(best) : best;
    for (let place = 1; place < values.length; place++) {
      const value = values[place];
      const found = key ? key(value) : value;
      if (sign * order(found, bestKey) > 0) {
        [best, bestKey] = [value, found];
      }
    }
    return best;
  };
  const given = (/** @type {Value[]} */ values) => (values.length === 1 ? unorderedValues(values[0]) : values);
  return (/** @type {Value[]} */ ...values) => {
    const last = values[values.length - 1];
    if (!(last instanceof Keywords)) {
      return find(given(values), null, undefined);
    }
    if (last.key && values[0] instanceof PythonSet) {
      throw TypeError_("the order of a set must not decide anything: sort it");
    }
    return find(given(values.slice(0, -1)), last.key, last.missing);
  };
};

export const max = Object.assign(extreme(1), { hasKeywords: true });
export const min = Object.assign(extreme(-1), { hasKeywords: true });

/**
 * @param {Value} start
 * @param {Value} stop
 * @param {Value} step
 */
export function range(start, stop = null, step = 1) {
  const [first, end] = stop === null ? [0, Number(start)] : [Number(start), Number(stop)];
  const out = new Range();
  for (let number = first; step > 0 ? number < end : number > end; number += step) {
    out.push(number);
  }
  return out;
}

/**
 * @param {Value[]} iterables
 * @param {boolean} strict whether they must have equally many values
 */
function* zipped(iterables, strict) {
  const iterators = iterables.map((iterable) => iterate(iterable)[Symbol.iterator]());
  while (true) {
    const values = [];
    for (const iterator of iterators) {
      const { done, value } = iterator.next();
      if (done) {
        if (strict && (values.length || iterators.slice(1).some((other) => !other.next().done))) {
          throw ValueError("the arguments of zip() differ in length");
        }
        return;
      }
      values.push(value);
    }
    yield values;
  }
}

/**
 * Return tuples of values at the same places, which must be as many in each iterable if ``strict`` is given.
 * @param {...Value} given
 */
export const zip = Object.assign(
  (/** @type {Value[]} */ ...given) => {
    const last = given[given.length - 1];
    return last instanceof Keywords ? zipped(given.slice(0, -1), last.strict) : zipped(given, false);
  },
  { hasKeywords: true },
);

/**
 * @param {Value} values
 * @param {number} start
 */
export function* enumerate(values, start = 0) {
  let number = start;
  for (const value of iterate(values)) {
    yield [number++, value];
  }
}

/**
 * @param {Value} f
 * @param {...Value} iterables
 */
export function* map(f, ...iterables) {
  for (const values of zipped(iterables, false)) {
    yield f(...values);
  }
}

/**
 * @param {Value} iterator
 * @param {Value} missing
 */
export function next(iterator, missing) {
  const { done, value } = iterator.next();
  if (done && missing === undefined) {
    throw StopIteration();
  }
  return done ? missing : value;
}

/**
 * @param {Value} values
 * @param {Value} start
 */
export function sum(values, start = 0) {
  let total = start;
  for (const value of unorderedValues(values)) {
    total = operators.add(total, value);
  }
  return total;
}

/** @param {Value} values */
export function all(values) {
  for (const value of iterate(values)) {
    if (!truth(value)) {
      return false;
    }
  }
  return true;
}

/** @param {Value} values */
export function any(values) {
  for (const value of iterate(values)) {
    if (truth(value)) {
      return true;
    }
  }
  return false;
}

export const sorted = fn("iterable key", sortedValues);
