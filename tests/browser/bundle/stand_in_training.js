// A training that a test understands: its dreams are the sprites, with fewer wrong pixels at each step.

const STEP_MS = 5;

export class StandInTraining {
  step = 0;

  /**
   * @param {import("../../../mint/browser/bundle/static/engine_messages.js").StartCommand} command
   * @param {ArrayBuffer | null} state
   */
  constructor({ pixels, size, palette, seed, token }, state) {
    this.sprites = pixels;
    this.area = size[0] * size[1];
    this.numColors = palette.length;
    this.seed = seed;
    this.failsAt = token === "diverges" ? 5 : 0;
    this.isExported = token !== "too large";
    if (state) [this.step] = new Uint32Array(state); // throws if the length is no multiple of four bytes
  }

  async makeStep() {
    await new Promise((resolve) => {
      setTimeout(resolve, STEP_MS);
    });
    this.step++;
    return { recon: 1 / this.step, d_loss: this.step === this.failsAt ? NaN : 0.5 };
  }

  /** @param {number[]} seeds */
  async draw(seeds) {
    const count = this.sprites.length / this.area;
    return Uint8Array.from({ length: seeds.length * this.area }, (_, index) => {
      const [seed, place] = [seeds[Math.floor(index / this.area)], index % this.area];
      const isWrong = (place * 7 + seed) % 100 >= this.step;
      return isWrong ? (place + seed) % this.numColors : this.sprites[(seed % count) * this.area + place];
    });
  }

  async reconstruct() {
    return { pixels: this.sprites, accuracy: Math.min(1, this.step / 100) };
  }

  state() {
    return Uint32Array.of(this.step).buffer;
  }

  async exportFiles() {
    if (!this.isExported) throw new Error("There is no memory left for an export.");
    const text = (/** @type {string} */ name) => new TextEncoder().encode(`${name} of step ${this.step}, seed ${this.seed}`);
    return new Map(["encoder.onnx", "generator.onnx", "discriminator.onnx", "manifest.json"].map((name) => [name, text(name)]));
  }
}
