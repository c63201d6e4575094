// The page's copy of viewer/protocol.py: the names and fields of every message, and the layout of a frame of tiles.
// tests/viewer/test_protocol.py compares the two.

export const VERSION = 1;
export const SUBPROTOCOL = "pixelmint.1";
export const MIN_RATE = 0.5;

// Why the server closed.
export const CLOSE_LEAVING = 1001;
export const CLOSE_REFUSED = 1008;
export const CLOSE_TOO_LARGE = 1009;
export const CLOSE_STALLED = 4001;
export const CLOSE_VERSION = 4002;

// Kinds of frames.
export const TILES = 0;
export const ORIGINALS = 1;
export const RECONSTRUCTIONS = 2;

/** Messages of the server, as JSON: {"kind": name, ...fields}. */
export const FROM_SERVER = {
  hello: ["version", "abilities", "modes", "transitions", "kiosk", "max_tiles", "max_rate"],
  model: ["generation", "name", "token", "features", "recipe", "step", "palette", "size", "device", "note", "position", "count", "labels", "asked", "photographs"],
  state: ["state", "tiles", "rate", "mode", "transition", "step", "text", "compare"],
  stats: ["loss", "gpu", "cpu"],
  history: ["steps", "chosen"],
  problem: ["text"],
};

/** Messages of the page, as JSON: {"kind": name, ...fields}. */
export const FROM_PAGE = {
  ready: ["version", "reduced_motion"],
  ack: ["frame"],
  run: ["running"],
  tiles: ["tiles"],
  rate: ["rate"],
  mode: ["mode"],
  transition: ["transition"],
  skip: ["models"],
  compare: ["compare"],
  past: ["step"],
  ask: ["label", "value"],
};

// Little-endian: frame u32, generation u32, count u16, H u16, W u16, kind u16; then for each tile its number u32, seed u64,
// position f32; then each one's H*W indices.
const HEADER_BYTES = 16;
const TILE_BYTES = 16;

/** Read a frame: {frame, generation, kind, tiles: [{number, seed, position, pixels}...]}; throws RangeError where it is cut short. */
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

/** Write a message of the page. */
export function message(kind, fields = {}) {
  return JSON.stringify({ kind, ...fields });
}
