// The page's connection to its program: a WebSocket, which opens, passes on what arrives, and opens again after a loss. A bundle, which
// has no program behind it, has another module with a class of the same name and the same methods in its place.

import { CLOSE_REFUSED, CLOSE_TOO_LARGE, CLOSE_VERSION, SUBPROTOCOL, formatMessage, readFrame } from "./protocol.js";

/** @import { MessageHandlers, PageMessages, TileFrame } from "./protocol.js" */

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 8000;
const FINAL_CODES = [CLOSE_REFUSED, CLOSE_TOO_LARGE, CLOSE_VERSION]; // a new connection would be closed for the same reason

const NO_EXPORT = "The program behind this page does not answer, so nothing was downloaded.";

/**
 * What a connection is made with. firstMessage() returns the text that is sent each time the connection opens; onClose(code) is called
 * after each loss.
 *
 * @typedef {object} ConnectionOptions
 * @property {MessageHandlers} onMessage
 * @property {(frame: TileFrame) => void} onFrame
 * @property {(code: number) => void} onClose
 * @property {() => string} firstMessage
 */

/**
 * What the page needs of a connection. requestExport() rejects with an Error whose message is for people.
 *
 * @typedef {object} PageConnection
 * @property {<K extends keyof PageMessages>(kind: K, fields: PageMessages[K]) => void} send
 * @property {() => Promise<{ name: string, content: Blob }>} requestExport
 */

/** @implements {PageConnection} */
export class Connection {
  #url;
  #onMessage;
  #onFrame;
  #onClose;
  #firstMessage;
  /** @type {WebSocket | null} */
  #socket = null;
  #delayMs = FIRST_DELAY_MS;
  #isFinal = false;

  /** @param {ConnectionOptions} options */
  constructor({ onMessage, onFrame, onClose, firstMessage }) {
    const url = new URL("ws", location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = url.hash = "";
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onFrame = onFrame;
    this.#onClose = onClose;
    this.#firstMessage = firstMessage;
    this.#open();
    // After a phone's sleep or a visit to another tab, do not wait for the timer.
    window.addEventListener("online", () => this.#reopenNow());
    document.addEventListener("visibilitychange", () => this.#reopenNow());
  }

  /**
   * Send a message, if the connection is open.
   *
   * @template {keyof PageMessages} K
   * @param {K} kind
   * @param {PageMessages[K]} fields
   */
  send(kind, fields) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(formatMessage(kind, fields));
  }

  /** Return the exported files as a zip. Rejects with an Error whose message is for people. */
  async requestExport() {
    const response = await fetch("export.zip").catch(() => {
      throw new Error(NO_EXPORT);
    });
    if (!response.ok) throw new Error(await response.text());
    const [, name] = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? ["", "export.zip"];
    const content = await response.blob().catch(() => {
      throw new Error(NO_EXPORT);
    });
    return { name, content };
  }

  #open() {
    const socket = new WebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      socket.send(this.#firstMessage());
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket !== this.#socket) return;
      this.#delayMs = FIRST_DELAY_MS;
      if (typeof data === "string") this.#receive(data);
      else this.#onFrame(readFrame(data));
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#onClose(event.code);
      this.#isFinal = FINAL_CODES.includes(event.code);
      if (this.#isFinal) return;
      setTimeout(() => this.#socket ?? this.#open(), this.#delayMs);
      this.#delayMs = Math.min(MAX_DELAY_MS, this.#delayMs * 2);
    });
  }

  /** @param {string} text */
  #receive(text) {
    const { kind, ...fields } = JSON.parse(text);
    this.#handler(kind)?.(fields);
  }

  /**
   * @template {keyof MessageHandlers} K
   * @param {K} kind
   * @returns {MessageHandlers[K] | undefined} undefined for a kind that this page does not know
   */
  #handler(kind) {
    return this.#onMessage[kind];
  }

  #reopenNow() {
    if (this.#socket === null && !this.#isFinal && document.visibilityState === "visible") this.#open();
  }
}
