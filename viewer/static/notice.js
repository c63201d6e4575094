// A notice: one sentence about what has happened and what to do. Screen readers announce it; it disappears when it no longer holds.

export class Notice {
  #root;
  #timer = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /**
   * Show a sentence for some seconds, or until it is cleared.
   *
   * @param {string} text
   * @param {number} seconds
   */
  show(text, seconds = Infinity) {
    clearTimeout(this.#timer);
    this.#root.textContent = text;
    if (seconds < Infinity) this.#timer = setTimeout(() => this.clear(), seconds * 1000);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#root.textContent = "";
  }
}
