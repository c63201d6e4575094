// The bytes of a frame of tiles, as viewer/web/frames.py packs them and the page's protocol.js reads them.

/** @import { Size, Tile } from "../../../../viewer/static/protocol.js" */

const HEADER_BYTES = 16;
const TILE_BYTES = 16;

/**
 * @param {{ frame: number, generation: number, kind: number, size: Size, tiles: Tile[] }} frame
 * @returns {ArrayBuffer}
 */
export function packFrame({ frame, generation, kind, size: [height, width], tiles }) {
  const area = height * width;
  const buffer = new ArrayBuffer(HEADER_BYTES + tiles.length * (TILE_BYTES + area));
  const view = new DataView(buffer);
  const pixels = new Uint8Array(buffer, HEADER_BYTES + tiles.length * TILE_BYTES);
  view.setUint32(0, frame, true);
  view.setUint32(4, generation, true);
  [tiles.length, height, width, kind].forEach((value, index) => view.setUint16(8 + 2 * index, value, true));
  tiles.forEach((tile, index) => {
    const start = HEADER_BYTES + index * TILE_BYTES;
    view.setUint32(start, tile.number, true);
    view.setBigUint64(start + 4, tile.seed, true);
    view.setFloat32(start + 12, tile.position, true);
    pixels.set(tile.pixels, index * area);
  });
  return buffer;
}
