// What the file carries besides its script: data in elements that a browser does not run.

/** @import { PackedPart } from "./engine_messages.js" */

const SELECTOR = "script[data-part]";

/**
 * Return the parts that are compressed, by name, and take them out of the page, which needs their memory no more.
 *
 * @returns {Record<string, PackedPart>}
 */
export function takePackedParts() {
  /** @type {Record<string, PackedPart>} */
  const parts = {};
  for (const element of document.querySelectorAll(SELECTOR)) {
    const { part, sha256 } = /** @type {HTMLScriptElement} */ (element).dataset;
    if (part && sha256) {
      parts[part] = { text: (element.textContent ?? "").trim(), sha256 };
      element.remove();
    }
  }
  return parts;
}

/**
 * Return the JSON document of a part; the caller knows its type.
 *
 * @param {string} name
 * @returns {any}
 */
export function readDocument(name) {
  const element = document.querySelector(`script[data-part="${name}"]`);
  return JSON.parse(element?.textContent ?? "null");
}
