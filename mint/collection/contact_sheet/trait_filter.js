/** The filter by a trait: its values as check boxes, each with the number of tokens that the other filters leave. */

import { createElement } from "../../../viewer/static/elements.js";

const MANY_VALUES = 12;
const WIDE_PX = 1000; // of a window where short lists are open at first

export class TraitFilter {
  #tokens;
  #index;
  #chosen = createElement("b", {});
  #group;
  #rows;

  /**
   * @param {import("./tokens.js").Tokens} tokens
   * @param {number} index of the trait
   * @param {() => void} onChange is called after a value was chosen or given up
   */
  constructor(tokens, index, onChange) {
    this.#tokens = tokens;
    this.#index = index;
    const trait = tokens.collection.traits[index];
    const isOpen = window.innerWidth >= WIDE_PX && trait.values.length <= MANY_VALUES && !trait.isNumber;
    const summary = createElement("summary", {}, createElement("span", { textContent: trait.name }), this.#chosen);
    this.#rows = trait.values.map((value, place) => {
      const box = createElement("input", { type: "checkbox" });
      const number = createElement("i", {});
      const label = createElement("label", {}, box, createElement("span", { textContent: String(value) }), number);
      box.addEventListener("change", () => {
        tokens.choose(index, place, box.checked);
        onChange();
      });
      return { label, box, number };
    });
    this.#group = createElement("details", { open: isOpen }, summary, ...this.#rows.map(({ label }) => label));
    this.#group.addEventListener("toggle", () => this.update());
  }

  /** What to put into the page. */
  get element() {
    return this.#group;
  }

  /** Count again. A closed list is counted when it is opened. */
  update() {
    if (this.#group.open) {
      this.#tokens.counts(this.#index).forEach((count, place) => {
        const { label, number } = this.#rows[place];
        number.textContent = count.toLocaleString("en");
        label.classList.toggle("none", count === 0);
      });
    }
    const numChosen = this.#rows.filter(({ box }) => box.checked).length;
    this.#chosen.textContent = numChosen ? String(numChosen) : "";
  }

  /** Uncheck all boxes. */
  clear() {
    for (const { box } of this.#rows) {
      box.checked = false;
    }
  }
}
