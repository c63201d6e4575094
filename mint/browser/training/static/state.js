// The state of a training: weights, Adam's moments and averages of both sides, and how far it has come. As bytes: their length as four
// bytes, a JSON text, and the float32 numbers, all little-endian; that is what a browser keeps to go on later.

import { WEIGHTS, randomOf } from "./sfc32.js";

/** @import { Description, Variant } from "./archive.js" */

const FORMAT = 1;

/**
 * @typedef {object} TrainingState
 * @property {number} seed
 * @property {number} step
 * @property {number} imagesSeen
 * @property {Float32Array[]} vectors in the order of the description's state: each part for both sides
 */

/**
 * Return the state before the first step: weights are drawn from the seed, as torch draws them from another generator, and averages
 * are equal to them.
 *
 * @param {Description} description
 * @param {Variant} variant
 * @param {number} seed
 * @returns {TrainingState}
 */
export function initialState(description, variant, seed) {
  const random = randomOf(seed, WEIGHTS, 0);
  const sides = [0, 1].map((side) => {
    const parameters = variant.parameters.filter((parameter) => parameter.side === side);
    const weights = new Float32Array(numWeights(variant, side));
    let at = 0;
    for (const { count, low, high } of parameters) {
      for (const end = at + count; at < end; at++) weights[at] = low === high ? low : low + (high - low) * random.uniform();
    }
    return weights;
  });
  const vectors = description.state.map((name, index) => {
    const weights = sides[index % 2];
    return /^(weights|average)_/.test(name) ? weights.slice() : new Float32Array(weights.length);
  });
  return { seed, step: 0, imagesSeen: 0, vectors };
}

/**
 * @param {Variant} variant
 * @param {number} side
 */
function numWeights(variant, side) {
  return variant.parameters.reduce((sum, parameter) => sum + (parameter.side === side ? parameter.count : 0), 0);
}

/**
 * Return a state as bytes.
 *
 * @param {Description} description
 * @param {TrainingState} state
 */
export function packState({ recipe, config }, { seed, step, imagesSeen, vectors }) {
  const about = { format: FORMAT, recipe, config, seed, step, images_seen: imagesSeen, lengths: vectors.map((vector) => vector.length) };
  const text = new TextEncoder().encode(JSON.stringify(about));
  // Numbers begin at a multiple of four bytes.
  const start = 4 + text.length + ((4 - (text.length % 4)) % 4);
  const numNumbers = vectors.reduce((sum, vector) => sum + vector.length, 0);
  const packed = new ArrayBuffer(start + 4 * numNumbers);
  new DataView(packed).setUint32(0, text.length, true);
  new Uint8Array(packed).set(text, 4);
  let at = start;
  for (const vector of vectors) {
    new Float32Array(packed, at, vector.length).set(vector);
    at += vector.byteLength;
  }
  return packed;
}

/**
 * Read a state. Throws an Error where it is of another recipe or another number of colours.
 *
 * @param {Description} description
 * @param {Variant} variant
 * @param {ArrayBuffer} packed
 * @returns {TrainingState}
 */
export function unpackState({ recipe, config, state }, variant, packed) {
  const length = new DataView(packed).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(new Uint8Array(packed, 4, length)));
  const lengths = state.map((_, index) => numWeights(variant, index % 2));
  const [found, expected] = [about, { recipe, config, lengths }].map((known) => JSON.stringify([known.recipe, known.config, known.lengths]));
  if (about.format !== FORMAT || found !== expected) {
    throw new Error("the training that was kept is of another version; it begins anew");
  }
  let at = 4 + length + ((4 - (length % 4)) % 4);
  const vectors = lengths.map((count) => {
    const vector = new Float32Array(packed.slice(at, at + 4 * count));
    at += 4 * count;
    return vector;
  });
  return { seed: about.seed, step: about.step, imagesSeen: about.images_seen, vectors };
}
