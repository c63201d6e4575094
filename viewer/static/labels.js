// Labels: one switch for each label of a model. Each click moves a switch on: open, with the label, without it.

import { createElement } from "./elements.js";

const OPEN = 0.5;
const NEXT = new Map([[OPEN, 1], [1, 0], [0, OPEN]]);
const PRESSED = new Map([[OPEN, "mixed"], [1, "true"], [0, "false"]]);
const DESCRIPTIONS = new Map([[OPEN, "with or without"], [1, "with"], [0, "without"]]);

export class LabelSwitches {
  #root;
  #onSwitch;
  /** @type {string[]} */
  #names = [];
  /** @type {HTMLButtonElement[]} */
  #buttons = [];

  /**
   * onSwitch(label, value) is called with the label's number and what is asked of it: 1, 0 or 0.5.
   *
   * @param {HTMLElement} root
   * @param {(label: number, value: number) => void} onSwitch
   */
  constructor(root, onSwitch) {
    this.#root = root;
    this.#onSwitch = onSwitch;
  }

  /**
   * Show the labels of a model and what is asked of each: 1, 0 or 0.5.
   *
   * @param {string[]} names
   * @param {number[]} asked
   */
  show(names, asked) {
    if (JSON.stringify(names) !== JSON.stringify(this.#names)) {
      this.#names = names;
      this.#buttons = names.map((name, label) => this.#createButton(name, label));
      this.#root.replaceChildren(...this.#buttons);
      this.#root.hidden = names.length === 0;
    }
    this.#buttons.forEach((button, label) => {
      button.dataset.value = String(asked[label]);
      button.setAttribute("aria-pressed", PRESSED.get(asked[label]) ?? "mixed");
      button.title = `${names[label]}: ${DESCRIPTIONS.get(asked[label]) ?? "in part"}`;
    });
  }

  /**
   * @param {string} name
   * @param {number} label
   */
  #createButton(name, label) {
    const button = createElement("button", { type: "button", textContent: name });
    button.addEventListener("click", () => this.#onSwitch(label, NEXT.get(Number(button.dataset.value)) ?? OPEN));
    return button;
  }
}

/**
 * Return what is asked, as `viewer snapshot --label` takes it: "hat=1, gold earring=0".
 *
 * @param {string[]} names
 * @param {number[]} asked
 */
export function formatLabels(names, asked) {
  return names.map((name, label) => ({ name, value: asked[label] }))
    .filter(({ value }) => value !== OPEN)
    .map(({ name, value }) => `${name}=${value}`)
    .join(", ");
}
