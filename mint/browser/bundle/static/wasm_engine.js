// The engine's script with onnxruntime-web: a training of mint/browser/training, put together from the parts of the page.

import { Training } from "../../training/static/training.js";
import { unpack } from "./packed_parts.js";
import { serve } from "./worker.js";

/** @import { StartCommand } from "./engine_messages.js" */

/** @param {any} ort the exports of onnxruntime-web */
export function start(ort) {
  serve((command, state) => openTraining(ort, command, state));
}

/**
 * @param {any} ort
 * @param {StartCommand} command
 * @param {ArrayBuffer | null} state
 */
async function openTraining(ort, { parts, pixels, palette, seed, token, name, generatorVersion }, state) {
  const [wasm, graphs, model] = await Promise.all([unpack(parts.wasm), unpack(parts.graphs), parts.model && unpack(parts.model)]);
  ort.env.wasm.wasmBinary = wasm.buffer;
  ort.env.logLevel = "error";
  const options = { seed, numColors: palette.length };
  const training = await Training.create(ort, graphs, pixels, { ...options, state: state ?? model?.buffer ?? null });
  const origin = { token: { hash: token, name }, generator_version: generatorVersion, palette };
  return {
    get step() {
      return training.step;
    },
    makeStep: () => training.makeStep(),
    draw: (/** @type {number[]} */ seeds) => training.draw(seeds),
    reconstruct: () => training.reconstruct(),
    state: () => training.state(),
    exportFiles: () => training.exportFiles(origin),
  };
}
