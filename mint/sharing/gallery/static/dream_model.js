// The generator of a snapshot in onnxruntime-web, on one thread of WebAssembly: latents of seeds in, pictures out.

import { latent } from "../../../browser/training/static/latents.js";
import { BATCH } from "./dream_messages.js";
import { splinePoint } from "./walk.js";

/** @import { DreamPoint } from "./dream_messages.js" */

const UNSPECIFIED = 0.5; // of each label: the model is free to choose
const MAX_KEPT = 4096;

export class DreamModel {
  #ort;
  #session;
  #area;
  #numColors;
  #latentDim;
  #numLabels;
  /** @type {Map<string, Float32Array>} latents by seed and number */
  #latents = new Map();
  /** @type {Promise<unknown>} of the session, which runs one batch at a time */
  #idle = Promise.resolve();

  /**
   * Use DreamModel.create.
   *
   * @param {any} ort
   * @param {any} session
   * @param {{ size: [number, number], palette: string[], latentDim: number, numLabels: number }} format
   */
  constructor(ort, session, { size: [height, width], palette, latentDim, numLabels }) {
    this.#ort = ort;
    this.#session = session;
    this.#area = height * width;
    this.#numColors = palette.length;
    this.#latentDim = latentDim;
    this.#numLabels = numLabels;
  }

  /**
   * @param {any} ort the exports of onnxruntime-web
   * @param {Uint8Array<ArrayBuffer>} wasm
   * @param {Uint8Array<ArrayBuffer>} graph
   * @param {{ size: [number, number], palette: string[], latentDim: number, numLabels: number }} format
   */
  static async create(ort, wasm, graph, format) {
    ort.env.wasm.wasmBinary = wasm.buffer;
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    const session = await ort.InferenceSession.create(graph, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    return new DreamModel(ort, session, format);
  }

  /**
   * Return the pictures of points, one after another, as palette indices. Throws an Error if the model draws none.
   *
   * @param {number} seed
   * @param {DreamPoint[]} points
   */
  async draw(seed, points) {
    const pixels = new Uint8Array(points.length * this.#area);
    for (let start = 0; start < points.length; start += BATCH) {
      const part = points.slice(start, start + BATCH);
      const drawn = await this.#run(part.map((point) => this.#latentAt(seed, point)));
      pixels.set(drawn.subarray(0, part.length * this.#area), start * this.#area);
    }
    if (pixels.some((index) => index >= this.#numColors)) throw new Error("the network draws colours that its palette does not have");
    return pixels;
  }

  /** @param {Float32Array[]} rows */
  async #run(rows) {
    const z = new Float32Array(BATCH * this.#latentDim);
    rows.forEach((row, index) => z.set(row, index * this.#latentDim));
    const inputs = { z: new this.#ort.Tensor("float32", z, [BATCH, this.#latentDim]) };
    if (this.#numLabels) {
      const labels = new Float32Array(BATCH * this.#numLabels).fill(UNSPECIFIED);
      Object.assign(inputs, { labels: new this.#ort.Tensor("float32", labels, [BATCH, this.#numLabels]) });
    }
    const run = this.#idle.then(() => this.#session.run(inputs));
    this.#idle = run.catch(() => undefined);
    const { pixels } = await run;
    const { data } = pixels;
    pixels.dispose();
    if (data.length !== BATCH * this.#area) throw new Error("the network draws pictures of another size");
    return /** @type {Uint8Array} */ (data);
  }

  /**
   * @param {number} seed
   * @param {DreamPoint} point
   */
  #latentAt(seed, { numbers, t }) {
    if (t === 0) return this.#latentOf(seed, numbers[1]);
    const [a, b, c, d] = numbers.map((number) => this.#latentOf(seed, number));
    return splinePoint([a, b, c, d], t);
  }

  /**
   * @param {number} seed
   * @param {number} number
   */
  #latentOf(seed, number) {
    const key = `${seed} ${number}`;
    const known = this.#latents.get(key) ?? latent(seed, number, this.#latentDim);
    if (this.#latents.size >= MAX_KEPT) this.#latents.clear();
    this.#latents.set(key, known);
    return known;
  }
}
