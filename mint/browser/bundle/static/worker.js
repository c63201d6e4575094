// The script of the engine: in a worker it serves the page that started it; in a page it leaves a function that starts it there.

import { Engine } from "./engine.js";

/** @import { OpenTraining } from "./engine.js" */
/** @import { EngineCommand, EngineReport } from "./engine_messages.js" */

const REST_MS = 40; // after each step in a page: two or three frames

/** @param {OpenTraining} openTraining */
export function serve(openTraining) {
  if (typeof document !== "undefined") {
    Reflect.set(globalThis, "pixelmintEngine", (/** @type {(report: EngineReport) => void} */ report) => {
      const engine = new Engine(report, openTraining, REST_MS);
      return (/** @type {EngineCommand} */ command) => engine.handle(command);
    });
    return;
  }
  const engine = new Engine((report) => globalThis.postMessage(report), openTraining);
  globalThis.onmessage = ({ data }) => engine.handle(data);
  globalThis.postMessage({ kind: "loaded" });
}
