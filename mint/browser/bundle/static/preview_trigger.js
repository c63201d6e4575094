// When the picture is taken that stands for the token: once there is something to see, and within a minute on any machine.

import { triggerPreview } from "./platform.js";

const MIN_ACCURACY = 0.98;
const LATEST_MS = 45_000;
const SETTLE_MS = 1500; // until fades have ended
const REDRAW_MS = 6000; // until all tiles show what was learned

export class PreviewTrigger {
  #isTraining;
  #isTriggered = false;
  #hasFrame = false;

  /** @param {boolean} isTraining whether the page trains by itself; otherwise the sprites are what there is to see */
  constructor(isTraining) {
    this.#isTraining = isTraining;
    if (isTraining) setTimeout(() => this.#trigger(), LATEST_MS);
  }

  /** A frame has been shown. */
  showFrame() {
    if (!this.#hasFrame && !this.#isTraining) setTimeout(() => this.#trigger(), SETTLE_MS);
    this.#hasFrame = true;
  }

  /** @param {number} accuracy of the reconstructions, 0 to 1 */
  showAccuracy(accuracy) {
    if (accuracy >= MIN_ACCURACY) setTimeout(() => this.#trigger(), REDRAW_MS);
  }

  #trigger() {
    if (this.#isTriggered) return;
    this.#isTriggered = true;
    triggerPreview();
  }
}
