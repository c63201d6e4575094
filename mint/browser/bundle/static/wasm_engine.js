// The engine's script with onnxruntime-web: opens a training of mint/browser/training.

import { serve } from "./worker.js";

/** @import { OpenTraining } from "./engine.js" */

/** @param {any} ort */
export function start(ort) {
  /** @type {OpenTraining} */
  const open = async () => {
    throw new Error(`nothing can be trained with onnxruntime-web ${ort.env.versions.web} yet`);
  };
  serve(open);
}
