// Functions of the engine for tests, called by name: each line of standard input is a call as JSON, and each line of standard output
// its answer.

import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

const ENGINE = new URL("../../../mint/browser/training/static/", import.meta.url);

const NUM_NOISES = 10;

/** @param {string} name */
const load = (name) => import(new URL(name, ENGINE).href);

const functions = {
  // Numbers of schedules.
  async schedules({ config, epsilon, imagesPerStep, imagesSeen }) {
    const { phaseAt, scheduleAt, updateNumbers } = await load("schedule.js");
    return imagesSeen.map((images) => {
      const schedule = scheduleAt(config, images, imagesPerStep);
      return { phase: phaseAt(config, images), schedule, update: updateNumbers(config, epsilon, schedule, images / imagesPerStep) };
    });
  },

  // Random numbers.
  async words({ seed, purpose, step, count }) {
    const { randomOf } = await load("sfc32.js");
    const random = randomOf(seed, purpose, step);
    return Array.from({ length: count }, () => random.word());
  },
  async normals({ seed, count }) {
    const [{ randomOf }, { normals }] = await Promise.all([load("sfc32.js"), load("normal.js")]);
    return [...normals(randomOf(seed, 1, 0), count)];
  },
  async latents({ seeds, latentDim }) {
    const { latent } = await load("latents.js");
    return seeds.map((seed) => [...latent(seed, 0, latentDim)]);
  },
  async noise({ graphs, phase, seed, step }) {
    const { Archive } = await load("archive.js");
    const { drawNoise } = await load("noise.js");
    return plain(drawNoise(new Archive(readFileSync(graphs)).description, phase, seed, step));
  },

  // Train from a state, or from the seed; the answer has the losses of each step, and the noise of the first ones.
  async train({ runtime, graphs, pixels, numColors, seed, steps, from, to, exportTo, origin, dreams }) {
    const training = await open({ runtime, graphs, pixels, numColors, seed, from });
    const [{ Archive }, { drawNoise }, { phaseAt }] = await Promise.all(["archive.js", "noise.js", "schedule.js"].map(load));
    const { description } = new Archive(readFileSync(graphs));
    const made = [];
    for (let i = 0; i < steps; i++) {
      const phase = phaseAt(description.config, training.imagesSeen);
      const noise = i < NUM_NOISES ? plain(drawNoise(description, phase, training.seed, training.step)) : null;
      made.push({ losses: await training.makeStep(), noise });
    }
    if (to) writeFileSync(to, new Uint8Array(training.state()));
    if (exportTo) for (const [name, content] of await training.exportFiles(origin)) writeFileSync(`${exportTo}/${name}`, content);
    const reconstruction = await training.reconstruct();
    return {
      step: training.step,
      imagesSeen: training.imagesSeen,
      made,
      dreams: dreams ? [...(await training.draw(dreams))] : [],
      reconstructions: [...reconstruction.pixels],
      accuracy: reconstruction.accuracy,
    };
  },

  // Return the message of the error that opening gives.
  async refusal(options) {
    return open(options).then(() => "", (error) => error.message);
  },
};

async function open({ runtime, graphs, pixels, numColors, seed, from }) {
  const [ort, { Training }] = await Promise.all([import(`${runtime}/ort.wasm.bundle.min.mjs`), load("training.js")]);
  ort.env.wasm.wasmBinary = readFileSync(`${runtime}/ort-wasm-simd-threaded.wasm`);
  ort.env.wasm.numThreads = 1;
  const state = from ? new Uint8Array(readFileSync(from)).buffer : null;
  return Training.create(ort, new Uint8Array(readFileSync(graphs)), Uint8Array.from(pixels), { seed, numColors, state });
}

/** Return an object with arrays in place of typed arrays. */
const plain = (value) => Object.fromEntries(Object.entries(value).map(([name, numbers]) => [name, [...numbers]]));

for await (const line of createInterface({ input: process.stdin })) {
  const { function: name, ...value } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await functions[name](value))}\n`);
}
