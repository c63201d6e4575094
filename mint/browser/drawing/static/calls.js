/** Calls with keywords, attributes that may be methods, and remembered results. */

import { keyOf, List } from "./containers.js";
import { AttributeError, TypeError_ } from "./errors.js";
import { listMethods, numberMethods, textMethods, tupleMethods } from "./primitive_methods.js";

/** @typedef {any} Value */

/**
 * Give a function the names of its parameters, as a list or separated by spaces.
 * @template {(...given: any[]) => any} T
 * @param {string | string[]} params
 * @param {T} f
 */
export const fn = (params, f) => Object.assign(f, { params: typeof params === "string" ? params.split(" ") : params });

/**
 * Return arguments in the order of a function's parameters; undefined where a default holds.
 * @param {Value} f
 * @param {Value[]} given
 * @param {Record<string, Value>} keywords
 */
function placed(f, given, keywords) {
  if (f.params === undefined) {
    throw TypeError_("the function takes no keyword arguments");
  }
  const out = [...given];
  for (const [name, value] of Object.entries(keywords)) {
    const place = f.params.indexOf(name);
    if (place < given.length) {
      throw TypeError_(place < 0 ? `unexpected keyword argument '${name}'` : `multiple values for argument '${name}'`);
    }
    out[place] = value;
  }
  return out;
}

/** Keyword arguments of a function that takes any number of values before them: max, min and zip. */
export class Keywords {
  /** @param {Record<string, Value>} given */
  constructor(given) {
    this.key = given.key ?? null;
    this.missing = given.default;
    this.strict = given.strict ?? false;
  }
}

/**
 * Call a function with keyword arguments.
 * @param {Value} f
 * @param {Value[]} given
 * @param {Record<string, Value>} keywords
 */
export const call = (f, given, keywords) =>
  f.hasKeywords ? f(...given, new Keywords(keywords)) : f(...placed(f, given, keywords));

/**
 * Return the method of a text, a number, a tuple or a list; undefined if the value is none of these or has none of the name.
 * @param {Value} owner
 * @param {string} name
 */
function primitiveMethod(owner, name) {
  if (typeof owner === "string") {
    return textMethods[name];
  }
  if (typeof owner === "number") {
    return numberMethods[name];
  }
  return Array.isArray(owner) ? ((owner instanceof List ? listMethods[name] : undefined) ?? tupleMethods[name]) : undefined;
}

/**
 * Call a method, which may have keyword arguments.
 * @param {Value} owner
 * @param {string} name
 * @param {Value[]} given
 * @param {Record<string, Value> | null} keywords
 */
export function call_method(owner, name, given, keywords = null) {
  const primitive = primitiveMethod(owner, name);
  if (primitive) {
    return primitive(owner, ...(keywords ? placed(primitive, [owner, ...given], keywords).slice(1) : given));
  }
  const method = attribute(owner, name);
  return method.apply(owner, keywords ? placed(method, given, keywords) : given);
}

/**
 * @param {Value} owner
 * @param {string} name
 */
function attribute(owner, name) {
  const value = owner?.[name];
  if (value === undefined) {
    throw AttributeError(`the object has no attribute '${name}'`);
  }
  return value;
}

/**
 * Return an attribute; a method is bound to its object.
 * @param {Value} owner
 * @param {string} name
 */
export function bound(owner, name) {
  const primitive = primitiveMethod(owner, name);
  if (primitive) {
    return (/** @type {Value[]} */ ...given) => primitive(owner, ...given);
  }
  const value = attribute(owner, name);
  const isMethod = typeof value === "function" && typeof owner === "object" && !Object.hasOwn(owner, name);
  return isMethod ? fn(value.params ?? [], value.bind(owner)) : value;
}

/**
 * Return the values of a dict as keyword arguments.
 * @param {import("./containers.js").Dict} dict
 */
export const keywordsOf = (dict) => Object.fromEntries(dict.items());

/**
 * Remember the results of a function: the newest ones, if a number is given, and otherwise all.
 * @param {number | null} maxSize
 * @param {Value} f
 */
export function cache(maxSize, f) {
  /** @type {Map<string | number, Value>} */
  const results = new Map();
  return fn(f.params, (/** @type {Value[]} */ ...given) => {
    const key = keyOf(given);
    let result = results.get(key);
    if (result === undefined) {
      result = f(...given);
      if (results.size === maxSize) {
        results.delete(/** @type {string} */ (results.keys().next().value));
      }
    } else {
      results.delete(key);
    }
    results.set(key, result);
    return result;
  });
}
