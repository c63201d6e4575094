// The animation loop: one step with each frame of the browser, or with longer pauses, until there is nothing more to draw.

export class AnimationLoop {
  #step;
  #isScheduled = false;
  #pauseTimer = 0;

  /**
   * step(now) draws, and returns the pause (ms) before the next step, which begins with a frame of the browser; null ends the loop.
   *
   * @param {(now: number) => number | null} step
   */
  constructor(step) {
    this.#step = step;
  }

  /** Take a step with the browser's next frame, during a pause as well, and go on from there. */
  start() {
    clearTimeout(this.#pauseTimer);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame((now) => {
      this.#isScheduled = false;
      const pauseMs = this.#step(now);
      if (pauseMs === null) return;
      if (pauseMs > 0) this.#pauseTimer = setTimeout(() => this.start(), pauseMs);
      else this.start();
    });
  }
}
