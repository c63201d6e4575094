// The other end of the page's protocol, in the page itself: the messages of the page, and the messages and frames for it. The texts and
// bytes are those that viewer/web/client.py exchanges over a WebSocket; one test checks both.

import { TILES } from "../../../../viewer/static/protocol.js";
import { packFrame } from "./frames.js";
import { TileGrid } from "./tile_grid.js";

/** @import { PageMessages, ServerMessages, Size } from "../../../../viewer/static/protocol.js" */

/** @typedef {{ [K in keyof PageMessages]: (fields: PageMessages[K]) => void }} PageMessageHandlers */

export class Conversation {
  #send;
  #handlers;
  #onSetting;
  /** @type {Set<number>} */
  #changed = new Set(); // places whose newest tile is unsent
  /** @type {Map<number, Uint8Array[]>} */
  #sprites = new Map(); // unsent originals or reconstructions, by kind of frame
  #grid = new TileGrid(0);
  /** @type {Size} */
  #size = [1, 1];
  #frame = 0; // the number of the last frame sent
  #isInFlight = false;
  #isOpen = false;

  /**
   * send(data) passes on the text of a message or the bytes of a frame; onSetting() is called after a handler, since what a page asks for
   * changes the state.
   *
   * @param {(data: string | ArrayBuffer) => void} send
   * @param {PageMessageHandlers} handlers
   * @param {() => void} onSetting
   */
  constructor(send, handlers, onSetting) {
    this.#send = send;
    this.#handlers = handlers;
    this.#onSetting = onSetting;
  }

  /**
   * Set where the tiles are, and their size.
   *
   * @param {TileGrid} grid
   * @param {Size} size
   */
  setGrid(grid, size) {
    this.#grid = grid;
    this.#size = size;
  }

  /**
   * Accept the text of a message of the page.
   *
   * @param {string} text
   */
  receive(text) {
    const { kind, ...fields } = JSON.parse(text);
    if (kind === "ready") this.#isOpen = true;
    else if (kind === "ack") this.#acknowledge(fields.frame);
    this.#handler(kind)?.(fields);
    if (kind !== "ready" && kind !== "ack") this.#onSetting();
    this.#sendFrame();
  }

  /**
   * Send a message, if the page is ready.
   *
   * @template {keyof ServerMessages} K
   * @param {K} kind
   * @param {ServerMessages[K]} fields
   */
  tell(kind, fields) {
    if (this.#isOpen) this.#send(JSON.stringify({ kind, ...fields }));
  }

  /**
   * Send the tiles at these places, as soon as the page has drawn the last ones.
   *
   * @param {Iterable<number>} places
   */
  markChanged(places) {
    for (const place of places) this.#changed.add(place);
    this.#sendFrame();
  }

  /**
   * Send originals or reconstructions, which replace unsent ones of the same kind.
   *
   * @param {number} kind
   * @param {Uint8Array[]} pictures
   */
  showSprites(kind, pictures) {
    this.#sprites.set(kind, pictures);
    this.#sendFrame();
  }

  /** @param {number} frame */
  #acknowledge(frame) {
    if (frame === this.#frame) this.#isInFlight = false;
  }

  #sendFrame() {
    if (!this.#isOpen || this.#isInFlight) return;
    const [sprites] = this.#sprites;
    if (sprites) {
      const [kind, pictures] = sprites;
      this.#sprites.delete(kind);
      this.#pack(kind, pictures.map((pixels, number) => ({ number, seed: 0n, position: 0, pixels })));
      return;
    }
    const tiles = this.#grid.tiles(this.#changed);
    this.#changed.clear(); // places without a tile are marked again when they have one
    if (tiles.length) this.#pack(TILES, tiles);
  }

  /**
   * @param {number} kind
   * @param {import("../../../../viewer/static/protocol.js").Tile[]} tiles
   */
  #pack(kind, tiles) {
    this.#isInFlight = true;
    this.#send(packFrame({ frame: ++this.#frame, generation: 0, kind, size: this.#size, tiles }));
  }

  /**
   * @template {keyof PageMessageHandlers} K
   * @param {K} kind
   * @returns {PageMessageHandlers[K] | undefined} undefined for a message that needs no answer
   */
  #handler(kind) {
    return this.#handlers[kind];
  }
}
