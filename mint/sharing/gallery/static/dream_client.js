// The page's end of the worker: commands out, answers back.

/** @import { DreamCommand, DreamPoint, DreamReport } from "./dream_messages.js" */

/** @typedef {Exclude<DreamReport, { kind: "drawn" }>} Finding */

export class DreamClient {
  #worker;
  /** @type {((pixels: Uint8Array) => void)[]} who waits for pictures, the first that asked first */
  #waiting = [];

  /**
   * onFinding gets every report except pictures.
   *
   * @param {URL} script
   * @param {(finding: Finding) => void} onFinding
   */
  constructor(script, onFinding) {
    this.#worker = new Worker(script);
    this.#worker.onmessage = (/** @type {MessageEvent<DreamReport>} */ { data }) => {
      if (data.kind === "drawn") this.#waiting.shift()?.(data.pixels);
      else onFinding(data);
    };
    this.#worker.onerror = ({ message }) => {
      onFinding({ kind: "failed", text: `The network cannot be run here: ${message || "this browser refuses its worker"}.` });
    };
  }

  /** @param {Exclude<DreamCommand, { kind: "draw" }>} command */
  send(command) {
    this.#worker.postMessage(command);
  }

  /**
   * Return the pictures of points, one after another.
   *
   * @param {number} seed
   * @param {DreamPoint[]} points
   * @returns {Promise<Uint8Array>}
   */
  draw(seed, points) {
    this.#worker.postMessage({ kind: "draw", seed, points });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
