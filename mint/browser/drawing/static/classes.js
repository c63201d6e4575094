/** Classes: functions that make objects, with the fields, methods and properties that Python's classes define. */

import { fn } from "./calls.js";
import { TypeError_ } from "./errors.js";

/** @typedef {any} Value */
/** @typedef {[name: string, makeDefault?: () => Value]} Field */
/** @typedef {Record<string, (...given: any[]) => Value>} Members */
/**
 * @typedef {object} ClassDefinition
 * @property {string} name
 * @property {Field[]} [fields]
 * @property {boolean} [hasIdentity] whether objects are equal only to themselves
 * @property {Members} [methods]
 * @property {Members} [getters]
 * @property {Members} [cached] getters whose value is kept
 */

/**
 * Define the members of a class on its prototype.
 * @param {object} prototype
 * @param {ClassDefinition} definition
 */
function defineMembers(prototype, { methods = {}, getters = {}, cached = {} }) {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value });
  }
  for (const [name, get] of Object.entries(getters)) {
    Object.defineProperty(prototype, name, { get });
  }
  for (const [name, compute] of Object.entries(cached)) {
    Object.defineProperty(prototype, name, {
      get() {
        const value = compute.call(this);
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
}

/**
 * Return the values of fields, in order, from arguments in that order.
 * @param {string} name of the class
 * @param {Field[]} fields
 * @param {Value[]} given
 */
function fieldValues(name, fields, given) {
  if (given.length > fields.length) {
    throw TypeError_(`${name}() takes ${fields.length} arguments, and ${given.length} were given`);
  }
  return fields.map(([field, makeDefault], place) => {
    if (given[place] !== undefined) {
      return given[place];
    }
    if (!makeDefault) {
      throw TypeError_(`${name}() misses the argument '${field}'`);
    }
    return makeDefault();
  });
}

/** @param {Field[]} fields */
const namesOf = (fields) => fields.map(([name]) => name);

/** @param {ClassDefinition} definition */
export function dataclass(definition) {
  const { name, fields = [], hasIdentity = false } = definition;
  const names = namesOf(fields);
  const type = class {};
  defineMembers(type.prototype, definition);
  if (!hasIdentity) {
    Object.defineProperty(type.prototype, "$fields", { value: names });
  }
  const make = (/** @type {Value[]} */ ...given) => {
    const object = /** @type {Value} */ (new type());
    fieldValues(name, fields, given).forEach((value, place) => {
      object[names[place]] = value;
    });
    object.__post_init__?.();
    return object;
  };
  return Object.assign(fn(names, make), { type });
}

/** @param {ClassDefinition} definition */
export function named_tuple(definition) {
  const { name, fields = [] } = definition;
  const names = namesOf(fields);
  const type = class extends Array {
    /** @override */
    static get [Symbol.species]() {
      return Array;
    }
  };
  for (const [place, field] of names.entries()) {
    if (field in Array.prototype) {
      throw TypeError_(`${name}.${field} is the name of a method of arrays`);
    }
    Object.defineProperty(type.prototype, field, {
      get() {
        return this[place];
      },
    });
  }
  defineMembers(type.prototype, definition);
  const make = (/** @type {Value[]} */ ...given) => {
    const values = fieldValues(name, fields, given);
    const object = new type();
    for (const value of values) {
      object.push(value);
    }
    return object;
  };
  const replace = fn(names, /** @this {Value} */ function (/** @type {Value[]} */ ...given) {
    return make(...names.map((_, place) => (given[place] === undefined ? this[place] : given[place])));
  });
  Object.defineProperty(type.prototype, "_replace", { value: replace });
  return Object.assign(fn(names, make), { type, _fields: names });
}

/** @param {ClassDefinition} definition */
export function plain_class(definition) {
  const type = class {};
  defineMembers(type.prototype, definition);
  const make = (/** @type {Value[]} */ ...given) => {
    const object = /** @type {Value} */ (new type());
    object.__init__?.(...given);
    return object;
  };
  const initializer = /** @type {Value} */ (definition.methods?.__init__);
  return Object.assign(fn(initializer?.params ?? [], make), { type });
}
