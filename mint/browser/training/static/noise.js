// The randomness of one step: draw_noise of mint/recipes/vaegan/losses.py, from (seed, step). The order of the draws is a part of the
// format: another order would be another training.

import { normals } from "./normal.js";
import { NOISE, randomOf } from "./sfc32.js";

/** @import { Collages, Description, Phase } from "./archive.js" */
/** @import { Sfc32 } from "./sfc32.js" */

/**
 * @typedef {object} Noise
 * @property {number[]} batch (b,) which sprites
 * @property {number[]} pairs (2 c,) the first sprites of all collages, then the second ones
 * @property {Uint8Array} masks (c, H, W) 1 where a collage shows the first of its pair
 * @property {Float32Array} posterior (b + c, L) standard normal
 * @property {Float32Array} prior (d, L) standard normal
 * @property {number[]} shift (2,) rows and columns, 0 or 1
 */

/**
 * Draw the randomness of a step.
 *
 * @param {Description} description
 * @param {Phase} phase
 * @param {number} seed
 * @param {number} step
 * @returns {Noise}
 */
export function drawNoise({ config, size, num_sprites: numSprites, collages }, phase, seed, step) {
  const random = randomOf(seed, NOISE, step);
  const numCollages = phase.collages ? config.num_collages : 0;
  const batch = drawBatch(random, numSprites, Math.min(config.batch_size, numSprites));
  const shift = [random.below(2), random.below(2)];
  const pairs = Array.from({ length: 2 * numCollages }, () => random.below(numSprites));
  const [height, width] = size;
  const masks = new Uint8Array(numCollages * height * width);
  for (let i = 0; i < numCollages; i++) {
    drawMask(random, collages, masks.subarray(i * height * width, (i + 1) * height * width), height, width);
  }
  const posterior = normals(random, (batch.length + numCollages) * config.latent_dim);
  const prior = normals(random, config.num_dreams * config.latent_dim);
  return { batch, pairs, masks, posterior, prior, shift };
}

/**
 * Return different sprites in a random order: the first of a Fisher-Yates shuffle.
 *
 * @param {Sfc32} random
 * @param {number} numSprites
 * @param {number} count
 */
function drawBatch(random, numSprites, count) {
  const sprites = Array.from({ length: numSprites }, (_, index) => index);
  for (let i = 0; i < count; i++) {
    const other = i + random.below(numSprites - i);
    [sprites[i], sprites[other]] = [sprites[other], sprites[i]];
  }
  return sprites.slice(0, count);
}

/**
 * Draw a mask: a half plane or an ellipse, as collage_masks of mint/recipes/building_blocks/collage.py.
 *
 * @param {Sfc32} random
 * @param {Collages} collages
 * @param {Uint8Array} mask (H, W), written
 * @param {number} height
 * @param {number} width
 */
function drawMask(random, { max_offset: maxOffset, radius, aspect }, mask, height, width) {
  const isHalfPlane = random.below(2) === 0;
  const [right, down] = drawDirection(random);
  const offset = maxOffset * (2 * random.uniform() - 1);
  const [centreX, centreY] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
  const size = radius[0] + (radius[1] - radius[0]) * random.uniform();
  const stretch = aspect[0] + (aspect[1] - aspect[0]) * random.uniform();
  for (let row = 0; row < height; row++) {
    const y = coordinate(row, height);
    for (let column = 0; column < width; column++) {
      const x = coordinate(column, width);
      const [across, along] = [(x - centreX) * stretch, (y - centreY) / stretch];
      const isInside = isHalfPlane ? x * right + y * down > offset : across * across + along * along < size * size;
      mask[row * width + column] = Number(isInside);
    }
  }
}

/**
 * Return a direction, all equally likely, by rejection: a point of the unit disc, moved to its edge (Marsaglia 1972).
 *
 * @param {Sfc32} random
 */
function drawDirection(random) {
  for (;;) {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const square = x * x + y * y;
    if (square > 0 && square <= 1) return [x / Math.sqrt(square), y / Math.sqrt(square)];
  }
}

/**
 * Return the place of a pixel from -1 to 1 along an axis.
 *
 * @param {number} index
 * @param {number} length
 */
const coordinate = (index, length) => (length > 1 ? (2 * index) / (length - 1) - 1 : -1);
