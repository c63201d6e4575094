// A snapshot: the mosaic as a PNG file that says where its pictures come from, like those of `viewer snapshot`.

import { darkest } from "./color.js";
import { formatLabels } from "./labels.js";
import { encodePng } from "./png.js";

/** @import { Mosaic } from "./mosaic.js" */
/** @import { IndexedPicture } from "./png.js" */
/** @import { ModelMessage } from "./protocol.js" */

const MAX_SIDE_PX = 4096;
const MAX_SCALE = 8;
const NO_DREAM = "0"; // the seed of a tile that shows a sprite
const GAP = 2; // around each tile, in pixels of a tile

/**
 * Return the PNG of a mosaic that has been laid out.
 *
 * @param {Mosaic} mosaic
 * @param {ModelMessage} model
 * @param {number} step of the model
 * @param {string[]} seeds of the tiles, as `seed` or `seed@position`
 * @returns {Promise<Blob>}
 */
export function encodeSnapshot(mosaic, model, step, seeds) {
  const picture = drawPicture(mosaic);
  const scale = Math.max(1, Math.min(MAX_SCALE, Math.floor(MAX_SIDE_PX / Math.max(picture.width, picture.height))));
  const labels = formatLabels(model.labels, model.asked);
  const hasDreams = seeds.slice(0, mosaic.count).some((seed) => seed !== NO_DREAM);
  return encodePng(picture, {
    Title: `${hasDreams ? "Dreams" : "Sprites"} of ${model.token}`,
    Software: "Pixelmint",
    "pixelmint:token": model.token,
    "pixelmint:step": String(step),
    "pixelmint:tiles": String(mosaic.count),
    "pixelmint:recipe": model.recipe,
    ...(labels && { "pixelmint:labels": labels }),
    ...(hasDreams && { "pixelmint:seeds": seeds.slice(0, mosaic.count).join(" ") }),
  }, scale);
}

/**
 * Return the mosaic as it will be after all changes.
 *
 * @param {Mosaic} mosaic
 * @returns {IndexedPicture}
 */
function drawPicture(mosaic) {
  const { columns, rows, palette } = mosaic;
  const [tileHeight, tileWidth] = mosaic.tileSize;
  const [stepX, stepY] = [tileWidth + GAP, tileHeight + GAP];
  const [width, height] = [columns * stepX + GAP, rows * stepY + GAP];
  const indices = new Uint8Array(width * height).fill(darkest(palette));
  for (let number = 0; number < mosaic.count; number++) {
    if (mosaic.isBlank(number)) continue;
    const tile = mosaic.tile(number);
    const start = (GAP + Math.floor(number / columns) * stepY) * width + GAP + (number % columns) * stepX;
    for (let y = 0; y < tileHeight; y++) indices.set(tile.subarray(y * tileWidth, (y + 1) * tileWidth), start + y * width);
  }
  return { indices, width, height, palette };
}
