// The connection of a page without a program behind it: the engine in a worker, and a conversation in the same messages. The joiner of a
// bundle puts this module in the place of viewer/static/connection.js.

import { formatMessage, readFrame } from "../../../../viewer/static/protocol.js";
import { openArtwork } from "./artwork.js";
import { connectEngine } from "./engine_thread.js";
import { TrainingSource } from "./training_source.js";

/** @import { ConnectionOptions, PageConnection } from "../../../../viewer/static/connection.js" */
/** @import { MessageHandlers, PageMessages } from "../../../../viewer/static/protocol.js" */

/** @implements {PageConnection} */
export class Connection {
  #onMessage;
  #onFrame;
  #source;

  /** @param {ConnectionOptions} options */
  constructor({ onMessage, onFrame, firstMessage }) {
    this.#onMessage = onMessage;
    this.#onFrame = onFrame;
    const artwork = openArtwork();
    const command = connectEngine(artwork, (report) => this.#source.handle(report));
    this.#source = new TrainingSource(artwork, command, (data) => this.#receive(data));
    queueMicrotask(() => this.#source.receive(firstMessage())); // when the page has its connection
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#source.keep();
    });
  }

  /**
   * Send a message. As over a network, nothing arrives while the page sends.
   *
   * @template {keyof PageMessages} K
   * @param {K} kind
   * @param {PageMessages[K]} fields
   */
  send(kind, fields) {
    const text = formatMessage(kind, fields);
    queueMicrotask(() => this.#source.receive(text));
  }

  /** Return the exported files as a zip. Rejects with an Error whose message is for people. */
  requestExport() {
    return this.#source.requestExport();
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (typeof data !== "string") {
      this.#onFrame(readFrame(data));
      return;
    }
    const { kind, ...fields } = JSON.parse(data);
    this.#handler(kind)?.(fields);
  }

  /**
   * @template {keyof MessageHandlers} K
   * @param {K} kind
   * @returns {MessageHandlers[K] | undefined}
   */
  #handler(kind) {
    return this.#onMessage[kind];
  }
}
