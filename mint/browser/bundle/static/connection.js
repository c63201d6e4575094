// The connection of a page without a program behind it: the engine in a worker, and a conversation in the same messages. The joiner of a
// bundle puts this module in the place of viewer/static/connection.js.

import { VERSION, formatMessage, readFrame } from "../../../../viewer/static/protocol.js";
import { openArtwork } from "./artwork.js";
import { connectEngine } from "./engine_thread.js";
import { declareParams } from "./platform.js";
import { PreviewTrigger } from "./preview_trigger.js";
import { TrainingSource } from "./training_source.js";

/** @import { ConnectionOptions, PageConnection } from "../../../../viewer/static/connection.js" */
/** @import { MessageHandlers, PageMessages } from "../../../../viewer/static/protocol.js" */

/** @implements {PageConnection} */
export class Connection {
  #onMessage;
  #onFrame;
  /** @type {TrainingSource | null} */
  #source = null;
  /** @type {PreviewTrigger | null} */
  #preview = null;

  /** @param {ConnectionOptions} options */
  constructor({ onMessage, onFrame, firstMessage }) {
    this.#onMessage = onMessage;
    this.#onFrame = onFrame;
    try {
      this.#open(firstMessage);
    } catch (error) {
      this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {() => string} firstMessage */
  #open(firstMessage) {
    const artwork = openArtwork();
    /** @type {TrainingSource} */
    const source = new TrainingSource(artwork, connectEngine(artwork, (report) => source.handle(report)), (data) => this.#receive(data));
    this.#source = source;
    this.#preview = new PreviewTrigger(artwork.autostart);
    source.choose(declareParams((params) => source.choose(params)));
    queueMicrotask(() => source.receive(firstMessage())); // when the page has its connection
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) source.keep();
    });
  }

  /**
   * Say why there is nothing to show.
   *
   * @param {string} text
   */
  #refuse(text) {
    queueMicrotask(() => {
      this.#onMessage.hello({ version: VERSION, abilities: [], modes: [], transitions: [], kiosk: false, max_tiles: 1, max_rate: 1 });
      const settings = /** @type {const} */ ({ tiles: 1, rate: 1, mode: "refresh", transition: "cut", step: 0, compare: false });
      this.#onMessage.state({ state: "ended", text, ...settings });
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
    queueMicrotask(() => this.#source?.receive(text));
  }

  /** Return the exported files as a zip. Rejects with an Error whose message is for people. */
  async requestExport() {
    if (!this.#source) throw new Error("There is nothing to export.");
    return this.#source.requestExport();
  }

  /** @param {string | ArrayBuffer} data */
  #receive(data) {
    if (typeof data !== "string") {
      this.#onFrame(readFrame(data));
      this.#preview?.showFrame();
      return;
    }
    const { kind, ...fields } = JSON.parse(data);
    if (kind === "curves") this.#preview?.showAccuracy(fields.accuracy.at(-1));
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
