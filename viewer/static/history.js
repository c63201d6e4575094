// The history of a training: the same latents at earlier steps. Shown only if the source keeps one.

import { findElement } from "./elements.js";

export class HistorySlider {
  #root;
  #slider;
  #output;
  #now;
  /** @type {number[]} */
  #steps = [];
  /** @type {number | null} */
  #chosen = null;

  /**
   * onChoose(step) is called with an earlier step, or null for the present.
   *
   * @param {HTMLElement} root
   * @param {(step: number | null) => void} onChoose
   */
  constructor(root, onChoose) {
    this.#root = root;
    this.#slider = findElement("#past", HTMLInputElement, root);
    this.#output = findElement("#past-step", HTMLOutputElement, root);
    this.#now = findElement("#now", HTMLButtonElement, root);
    this.#slider.addEventListener("input", () => {
      const index = Number(this.#slider.value);
      this.#chosen = index >= this.#steps.length ? null : this.#steps[index];
      this.#update();
      onChoose(this.#chosen);
    });
    this.#now.addEventListener("click", () => {
      this.#chosen = null;
      this.#update();
      onChoose(null);
    });
  }

  /** The earlier step that is shown, null for the present. */
  get chosen() {
    return this.#chosen;
  }

  /**
   * Show these steps, oldest first, and the chosen one. The slider's last position, after all steps, is the present.
   *
   * @param {number[]} steps
   * @param {number | null} chosen
   */
  show(steps, chosen) {
    this.#steps = steps;
    this.#chosen = chosen;
    this.#root.hidden = steps.length === 0;
    this.#slider.max = String(steps.length);
    this.#update();
  }

  #update() {
    const index = this.#chosen === null ? this.#steps.length : this.#steps.indexOf(this.#chosen);
    const text = this.#chosen === null ? "now" : `step ${this.#chosen.toLocaleString("en-US")}`;
    this.#slider.value = String(index < 0 ? this.#steps.length : index);
    this.#slider.setAttribute("aria-valuetext", text);
    this.#output.textContent = text;
    this.#now.classList.toggle("inactive", this.#chosen === null);
  }
}
