/** Texts as in Python: sequences of code points, written by repr, str and format. */

import { ValueError } from "./errors.js";

/** @typedef {any} Value */

/** What Python counts as white space. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACES_AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const SPACES = new RegExp(`${SPACE}+`);
/** Categories Other and Separator without the space. Characters newer than a browser's Unicode count as unassigned, as in Python. */
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const ASTRAL = /[\ud800-\udfff]/;
/** @type {Record<string, string>} */
const ESCAPES = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Return a text as a sequence whose places are code points.
 * @param {string} text
 * @returns {ArrayLike<string>}
 */
export const characters = (text) => (ASTRAL.test(text) ? Array.from(text) : text);

/** @param {string} text */
export const stripped = (text) => text.replace(SPACES_AROUND, "");

/** @param {string} text */
export function words(text) {
  const inner = stripped(text);
  return inner ? inner.split(SPACES) : [];
}

/** @param {string} character */
const isPrintableCharacter = (character) => character === " " || !UNPRINTABLE.test(character);

/** @param {string} text */
export const isPrintable = (text) => Array.from(text).every(isPrintableCharacter);

/**
 * Return what Python's repr writes for a text.
 * @param {string} text
 */
export function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (character) => {
    if (character === quote) {
      return `\\${character}`;
    }
    if (ESCAPES[character] || isPrintableCharacter(character)) {
      return ESCAPES[character] ?? character;
    }
    const code = /** @type {number} */ (character.codePointAt(0));
    const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
  });
  return `${quote}${escaped.join("")}${quote}`;
}

/**
 * Return what Python's format writes for an integer: zeros in front, decimal or hexadecimal.
 * @param {number} value
 * @param {string} spec such as 04X
 */
export function format(value, spec) {
  const [, width, type] = spec.match(/^0(\d+)([xX]?)$/) ?? [];
  if (!width || value < 0) {
    throw ValueError(`the format '${spec}' of ${value} is not known here`);
  }
  const digits = value.toString(type ? 16 : 10).padStart(Number(width), "0");
  return type === "X" ? digits.toUpperCase() : digits;
}
