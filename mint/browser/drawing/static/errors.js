/** Python's exceptions, as far as drawing raises them. */

/** An error with the message of the exception in Python, and the exception's name. */
export class PythonError extends Error {
  /** @param {string} message */
  constructor(message = "") {
    super(message);
    this.name = new.target.name;
  }
}

/**
 * Define an exception: a function that makes its errors, as ``HashError("...")`` does in Python.
 * @param {string} name
 * @param {{type: typeof PythonError} | null} base the exception that it is a kind of
 */
export function exception(name, base) {
  const type = class extends (base ? base.type : PythonError) {};
  Object.defineProperty(type, "name", { value: name });
  return Object.assign((/** @type {string} */ message = "") => new type(message), { type });
}

export const AssertionError = exception("AssertionError", null);
export const AttributeError = exception("AttributeError", null);
export const IndexError = exception("IndexError", null);
export const KeyError = exception("KeyError", null);
export const OverflowError = exception("OverflowError", null);
export const StopIteration = exception("StopIteration", null);
export const TypeError_ = exception("TypeError", null);
export const ValueError = exception("ValueError", null);
export const ZeroDivisionError = exception("ZeroDivisionError", null);

/**
 * Refuse a function that only Python has.
 * @param {string} name
 * @returns {never}
 */
export function refuse(name) {
  throw TypeError_(`${name} needs Python`);
}
