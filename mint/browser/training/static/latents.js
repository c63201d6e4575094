// Latents from seeds: the same that viewer/latents/seeds.py computes, so that a dream of a seed in the browser is that of the exported
// files. SHAKE-256 gives the bits, and the quantile function of the normal distribution turns them into numbers.

import { quantile } from "./quantile.js";
import { shake256 } from "./shake256.js";

/**
 * Return the latent of a tile, standard normal.
 *
 * @param {number} seed
 * @param {number} number
 * @param {number} latentDim
 */
export function latent(seed, number, latentDim) {
  const text = new TextEncoder().encode(`pixelmint/dream/1\0${seed}\0${number}`);
  const words = new DataView(shake256(text, 8 * latentDim).buffer);
  return Float32Array.from({ length: latentDim }, (_, index) => {
    // The upper 52 of 64 bits: the midpoints of 2 ** 52 equal parts of 0 to 1, exact in float64.
    const [low, high] = [words.getUint32(8 * index, true), words.getUint32(8 * index + 4, true)];
    return quantile((high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52);
  });
}
