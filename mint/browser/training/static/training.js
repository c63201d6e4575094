// A training in the browser: the recipe's own step as ONNX graphs, run by onnxruntime-web on one thread of WebAssembly. The same seed,
// sprites and number of steps give the same bits in every browser: all randomness comes from (seed, step), every number outside of the
// graphs from exactly rounded operations, and everything that chooses kernels is fixed.

import { Archive } from "./archive.js";
import { exportedFiles } from "./exported_files.js";
import { latent } from "./latents.js";
import { drawNoise } from "./noise.js";
import { phaseAt, scheduleAt, updateNumbers } from "./schedule.js";
import { initialState, packState, unpackState } from "./state.js";

/** @import { Phase } from "./archive.js" */
/** @import { TokenOrigin } from "./exported_files.js" */

/**
 * @typedef {object} Options
 * @property {number} seed of the training, 0 to 2 ** 53
 * @property {number} numColors of the palette
 * @property {ArrayBuffer | null} [state] what state() returned, to go on from there
 */

// Both change the bits of results, and so does the number of threads, which is set in ort.env.
const SESSION_OPTIONS = { executionProviders: ["wasm"], graphOptimizationLevel: "all" };
// Pictures that are drawn at a time: more take more memory, and no less time each.
const MAX_BATCH = 16;

export class Training {
  #ort;
  #archive;
  #description;
  #variant;
  #pixels;
  #state;
  /** @type {Map<string, any>} sessions by graph */
  #sessions = new Map();

  /**
   * Use Training.create.
   *
   * @param {any} ort
   * @param {Archive} archive
   * @param {Uint8Array} pixels
   * @param {Options} options
   */
  constructor(ort, archive, pixels, { seed, numColors, state }) {
    this.#ort = ort;
    this.#archive = archive;
    this.#description = archive.description;
    this.#variant = archive.variant(numColors);
    this.#pixels = pixels;
    this.#state = state
      ? unpackState(this.#description, this.#variant, state)
      : initialState(this.#description, this.#variant, seed);
  }

  /**
   * Build a training of sprites (N, H, W), palette indices. ort is onnxruntime-web; graphs is what TrainingGraphs.archive() returned.
   * Throws an Error where the graphs are for other sprites, or the state for another recipe.
   *
   * @param {any} ort
   * @param {Uint8Array} graphs
   * @param {Uint8Array} pixels
   * @param {Options} options
   */
  static async create(ort, graphs, pixels, options) {
    ort.env.wasm.numThreads = 1;
    const archive = new Archive(graphs);
    const { num_sprites: numSprites, size } = archive.description;
    if (pixels.length !== numSprites * size[0] * size[1]) {
      throw new Error(`the graphs are for ${numSprites} sprites of ${size[1]}x${size[0]} pixels, not for ${pixels.length} pixels in all`);
    }
    const training = new Training(ort, archive, pixels, options);
    await training.#stepSession();
    return training;
  }

  /** How many steps were made. */
  get step() {
    return this.#state.step;
  }

  /** How many sprites were seen. */
  get imagesSeen() {
    return this.#state.imagesSeen;
  }

  /** The seed of the training. */
  get seed() {
    return this.#state.seed;
  }

  /**
   * Make one step and return its losses.
   *
   * @returns {Promise<Record<string, number>>}
   */
  async makeStep() {
    const { config, epsilon, losses, state: names } = this.#description;
    const { seed, step, imagesSeen, vectors } = this.#state;
    const session = await this.#stepSession();
    const schedule = scheduleAt(config, imagesSeen, this.#imagesPerStep);
    /** @type {Record<string, any>} */
    const feeds = { sprites: this.#sprites() };
    names.forEach((name, index) => {
      feeds[name] = this.#tensor(vectors[index], [vectors[index].length]);
    });
    const numbers = { ...schedule, ...updateNumbers(config, epsilon, schedule, step) };
    for (const [name, number] of Object.entries(numbers)) feeds[name] = this.#tensor(Float32Array.of(number), []);
    Object.assign(feeds, this.#noise(phaseAt(config, imagesSeen), seed, step));
    const results = await this.#run(session, feeds);
    this.#state = {
      seed,
      step: step + 1,
      imagesSeen: imagesSeen + this.#imagesPerStep,
      vectors: names.map((name) => results[`new_${name}`].data),
    };
    return Object.fromEntries(losses.map((name) => [name, results[name].data[0]]));
  }

  /**
   * Draw the dreams of seeds, as `viewer` draws them of the exported files; returns (n, H, W).
   *
   * @param {number[]} seeds
   */
  async draw(seeds) {
    const { latent_dim: latentDim } = this.#description;
    const z = new Float32Array(seeds.length * latentDim);
    seeds.forEach((seed, index) => z.set(latent(seed, 0, latentDim), index * latentDim));
    return this.drawLatents(z);
  }

  /**
   * Draw latents (n, L); returns (n, H, W).
   *
   * @param {Float32Array} z
   */
  async drawLatents(z) {
    const { latent_dim: latentDim } = this.#description;
    const { pixels } = await this.#inBatches("dream", "z", z, [latentDim]);
    return pixels;
  }

  /** Reconstruct all sprites with the averaged weights; accuracy is the share of pixels that are right. */
  async reconstruct() {
    const { mu, pixels } = await this.#inBatches("reconstruction", "sprites", this.#pixels, this.#description.size);
    const numRight = this.#pixels.reduce((count, color, index) => count + Number(color === pixels[index]), 0);
    return { pixels, accuracy: numRight / this.#pixels.length, mu };
  }

  /** Return everything that is needed to go on later. */
  state() {
    return packState(this.#description, this.#state);
  }

  /**
   * Return the four files of an export by name.
   *
   * @param {TokenOrigin} origin
   */
  async exportFiles(origin) {
    return exportedFiles(this.#archive, this.#variant, this.#average, origin, this.#state);
  }

  /** Free the memory of the graphs. */
  async release() {
    for (const session of this.#sessions.values()) await session.release();
    this.#sessions.clear();
  }

  get #imagesPerStep() {
    return Math.min(this.#description.config.batch_size, this.#description.num_sprites);
  }

  /** The averaged weights of both sides. */
  get #average() {
    return this.#description.state.flatMap((name, index) => (name.startsWith("average_") ? [this.#state.vectors[index]] : []));
  }

  #stepSession() {
    const phase = phaseAt(this.#description.config, this.#state.imagesSeen);
    const index = this.#variant.steps.findIndex(({ collages, adversary }) => collages === phase.collages && adversary === phase.adversary);
    return this.#session(`step ${index}`, this.#variant.steps[index].graph);
  }

  /**
   * Return the session of a graph. Only one step graph is kept: phases follow each other and do not return.
   *
   * @param {string} name
   * @param {import("./archive.js").Piece[]} graph
   */
  async #session(name, graph) {
    let session = this.#sessions.get(name);
    if (!session) {
      for (const [other, earlier] of this.#sessions) {
        if (name.startsWith("step") && other.startsWith("step")) {
          this.#sessions.delete(other);
          await earlier.release();
        }
      }
      session = await this.#ort.InferenceSession.create(this.#archive.file(graph), SESSION_OPTIONS);
      this.#sessions.set(name, session);
    }
    return session;
  }

  /**
   * Run a graph of averaged weights and pictures on any number of pictures.
   *
   * @param {"dream" | "reconstruction"} name
   * @param {string} key
   * @param {Float32Array | Uint8Array} data (n, ...shape)
   * @param {number[]} shape
   */
  async #inBatches(name, key, data, shape) {
    const session = await this.#session(name, this.#variant[name]);
    const length = shape.reduce((product, axis) => product * axis, 1);
    const count = data.length / length;
    const average = this.#tensor(this.#average[0], [this.#average[0].length]);
    /** @type {Record<string, any>} */
    const whole = {};
    for (let start = 0; start < count; start += MAX_BATCH) {
      const end = Math.min(start + MAX_BATCH, count);
      const part = this.#tensor(data.slice(start * length, end * length), [end - start, ...shape]);
      const results = await this.#run(session, { average_autoencoder: average, [key]: part });
      for (const [output, { data: numbers }] of Object.entries(results)) {
        whole[output] ??= new numbers.constructor((numbers.length / (end - start)) * count);
        whole[output].set(numbers, (numbers.length / (end - start)) * start);
      }
    }
    return whole;
  }

  /**
   * Run a graph; feeds that it does not have are left out.
   *
   * @param {any} session
   * @param {Record<string, any>} feeds
   */
  #run(session, feeds) {
    return session.run(Object.fromEntries(session.inputNames.map((/** @type {string} */ name) => [name, feeds[name]])));
  }

  #sprites() {
    return this.#tensor(this.#pixels, [this.#description.num_sprites, ...this.#description.size]);
  }

  /**
   * @param {Phase} phase
   * @param {number} seed
   * @param {number} step
   */
  #noise(phase, seed, step) {
    const { batch, pairs, masks, posterior, prior, shift } = drawNoise(this.#description, phase, seed, step);
    const { latent_dim: latentDim, num_dreams: numDreams } = this.#description.config;
    const numCollages = pairs.length / 2;
    return {
      batch: this.#indices(batch, [batch.length]),
      pairs: this.#indices(pairs, [2, numCollages]),
      masks: new this.#ort.Tensor("bool", masks, [numCollages, ...this.#description.size]),
      posterior: this.#tensor(posterior, [batch.length + numCollages, latentDim]),
      prior: this.#tensor(prior, [numDreams, latentDim]),
      shift: this.#indices(shift, [2]),
    };
  }

  /**
   * @param {number[]} numbers
   * @param {number[]} shape
   */
  #indices(numbers, shape) {
    return new this.#ort.Tensor("int64", BigInt64Array.from(numbers, BigInt), shape);
  }

  /**
   * @param {Float32Array | Uint8Array} data
   * @param {number[]} shape
   */
  #tensor(data, shape) {
    return new this.#ort.Tensor(data instanceof Uint8Array ? "uint8" : "float32", data, shape);
  }
}
