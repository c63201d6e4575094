// A sentence when something has happened: what, and what to do. Read aloud by screen readers, gone when it no longer holds.

export class Notice {
  #root;
  #timer = 0;

  constructor(root) {
    this.#root = root;
  }

  /** Show a sentence until it is cleared, or for some seconds. */
  show(text, seconds = 0) {
    clearTimeout(this.#timer);
    this.#root.textContent = text;
    if (seconds) this.#timer = setTimeout(() => this.clear(), seconds * 1000);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#root.textContent = "";
  }
}
