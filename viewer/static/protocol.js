// The page's copy of the server's protocol.py, which describes each field: the messages by kind, and the bytes of a frame of
// tiles. A test compares the names and types with the server's.

export const VERSION = 2;
export const SUBPROTOCOL = "pixelmint.1";
export const MIN_RATE = 0.5;

// Why the server closed the connection.
export const CLOSE_LEAVING = 1001;
export const CLOSE_REFUSED = 1008;
export const CLOSE_TOO_LARGE = 1009;
export const CLOSE_STALLED = 4001;
export const CLOSE_VERSION = 4002;

// Kinds of frames.
export const TILES = 0;
export const ORIGINALS = 1;
export const RECONSTRUCTIONS = 2;

/** @typedef {"waiting" | "running" | "paused" | "ended"} State */
/** @typedef {"refresh" | "walk"} Mode */
/** @typedef {"cut" | "fade" | "dissolve"} Transition */
/** @typedef {"playlist" | "loss" | "gpu" | "originals" | "history" | "export"} Ability */
/** @typedef {[number, number]} Size height and width */

/**
 * @typedef {object} HelloMessage
 * @property {number} version
 * @property {Ability[]} abilities
 * @property {Mode[]} modes
 * @property {Transition[]} transitions
 * @property {boolean} kiosk
 * @property {number} max_tiles
 * @property {number} max_rate
 */

/**
 * @typedef {object} PhotographFormat
 * @property {string[]} palette
 * @property {Size} size
 */

/**
 * @typedef {object} Credits
 * @property {string} title
 * @property {string} author
 * @property {string} licence
 */

/**
 * @typedef {object} ModelMessage
 * @property {number} generation
 * @property {string} name
 * @property {string} token
 * @property {Record<string, string>} features
 * @property {string} recipe
 * @property {number} step
 * @property {string[]} palette
 * @property {Size} size
 * @property {string} device
 * @property {string} note
 * @property {number} position
 * @property {number} count
 * @property {string[]} labels
 * @property {number[]} asked
 * @property {PhotographFormat | null} photographs
 * @property {Credits} credits
 */

/**
 * @typedef {object} StateMessage
 * @property {State} state
 * @property {number} tiles
 * @property {number} rate
 * @property {Mode} mode
 * @property {Transition} transition
 * @property {number} step
 * @property {string} text
 * @property {boolean} compare
 */

/**
 * @typedef {object} LearningCurvesMessage
 * @property {number[]} steps
 * @property {number[]} seconds
 * @property {number[]} accuracy
 * @property {Record<string, (number | null)[]>} losses
 */

/**
 * @typedef {object} StatsMessage
 * @property {number} interval_s
 * @property {number[]} gpu
 * @property {number[]} cpu
 */

/**
 * The messages of the server, by kind. As JSON: {"kind": name, ...fields}.
 *
 * @typedef {object} ServerMessages
 * @property {HelloMessage} hello
 * @property {ModelMessage} model
 * @property {StateMessage} state
 * @property {LearningCurvesMessage} curves
 * @property {StatsMessage} stats
 * @property {{ steps: number[], chosen: number | null }} history
 * @property {{ text: string }} problem
 */

/**
 * The messages of the page, by kind. As JSON: {"kind": name, ...fields}.
 *
 * @typedef {object} PageMessages
 * @property {{ version: number, reduced_motion: boolean }} ready
 * @property {{ frame: number }} ack
 * @property {{ running: boolean }} run
 * @property {{ tiles: number }} tiles
 * @property {{ rate: number }} rate
 * @property {{ mode: Mode }} mode
 * @property {{ transition: Transition }} transition
 * @property {{ models: number }} skip
 * @property {{ compare: boolean }} compare
 * @property {{ step: number | null }} past
 * @property {{ label: number, value: number }} ask
 */

/** @typedef {{ [K in keyof ServerMessages]: (fields: ServerMessages[K]) => void }} MessageHandlers */

/**
 * A tile's picture, as palette indices row by row, and the latent that it comes from.
 *
 * @typedef {object} Tile
 * @property {number} number
 * @property {bigint} seed
 * @property {number} position
 * @property {Uint8Array} pixels
 */

/**
 * @typedef {object} TileFrame
 * @property {number} frame
 * @property {number} generation
 * @property {number} kind
 * @property {Tile[]} tiles
 */

// Little-endian: frame u32, generation u32, count u16, H u16, W u16, kind u16; then for each tile its number u32, seed u64,
// position f32; then the H*W indices of each tile.
const HEADER_BYTES = 16;
const TILE_BYTES = 16;

/**
 * Read a frame. Throws RangeError if it is too short.
 *
 * @param {ArrayBuffer} buffer
 * @returns {TileFrame}
 */
export function readFrame(buffer) {
  const view = new DataView(buffer);
  const [frame, generation] = [view.getUint32(0, true), view.getUint32(4, true)];
  const [count, height, width, kind] = [8, 10, 12, 14].map((offset) => view.getUint16(offset, true));
  const area = height * width;
  const pixels = new Uint8Array(buffer, HEADER_BYTES + count * TILE_BYTES, count * area);
  const tiles = Array.from({ length: count }, (_, index) => {
    const start = HEADER_BYTES + index * TILE_BYTES;
    return {
      number: view.getUint32(start, true),
      seed: view.getBigUint64(start + 4, true),
      position: view.getFloat32(start + 12, true),
      pixels: pixels.subarray(index * area, (index + 1) * area),
    };
  });
  return { frame, generation, kind, tiles };
}

/**
 * Return the JSON text of a message of the page.
 *
 * @template {keyof PageMessages} K
 * @param {K} kind
 * @param {PageMessages[K]} fields
 */
export function formatMessage(kind, fields) {
  return JSON.stringify({ kind, ...fields });
}
