/** A token in large: its sprites, its rank and its traits. Arrow keys and buttons lead to the tokens beside it. */

import { createElement, findElement } from "../../../viewer/static/elements.js";
import { tokenName } from "./tokens.js";

export class TokenDialog {
  #collection;
  #sprites;
  #onClose;
  #dialog = findElement("#token", HTMLDialogElement);
  #previous = findElement("#previous", HTMLButtonElement);
  #next = findElement("#next", HTMLButtonElement);
  /** @type {number[]} */
  #places = [];
  #index = 0;

  /**
   * @param {import("./tokens.js").Collection} collection
   * @param {import("./sprites.js").Sprites} sprites
   * @param {(index: number) => void} onClose gets the index of the token that was shown last
   */
  constructor(collection, sprites, onClose) {
    this.#collection = collection;
    this.#sprites = sprites;
    this.#onClose = onClose;
    this.#previous.addEventListener("click", () => this.#step(-1));
    this.#next.addEventListener("click", () => this.#step(1));
    findElement("#close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#onClose(this.#index));
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog && this.#isBeside(event)) {
        this.#dialog.close();
      }
    });
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /**
   * @param {number[]} places of the tokens to step through
   * @param {number} index of the one to begin with
   */
  open(places, index) {
    this.#places = places;
    this.#show(index);
    this.#dialog.showModal();
  }

  /** @param {1 | -1} change */
  #step(change) {
    const index = this.#index + change;
    if (index >= 0 && index < this.#places.length) {
      this.#show(index);
    }
  }

  /** @param {number} index */
  #show(index) {
    this.#index = index;
    // A disabled button would lose the focus, and the keys with it.
    this.#previous.ariaDisabled = String(index === 0);
    this.#next.ariaDisabled = String(index === this.#places.length - 1);
    const place = this.#places[index];
    const { name, hashes, ranks, scores, traits } = this.#collection;
    const canvas = createElement("canvas", { role: "img", ariaLabel: "Its nine sprites" });
    void this.#sprites.draw(canvas, place);
    findElement("#picture", HTMLElement).replaceChildren(canvas);
    findElement("#token-name", HTMLElement).textContent = `${name} ${tokenName(this.#collection, place)}`;
    findElement("#token-hash", HTMLElement).textContent = hashes[place];
    findElement("#token-rank", HTMLElement).textContent = `rank ${ranks[place].toLocaleString("en")}`;
    findElement("#token-score", HTMLElement).textContent = `score ${scores[place].toFixed(3)}`;
    const rows = traits.filter(({ column }) => column[place] >= 0).map((trait) => this.#traitRow(trait, place));
    findElement("#token-traits", HTMLTableSectionElement).replaceChildren(...rows);
  }

  /**
   * Return a row with a trait's name, the token's value, and the share of tokens that have it.
   * @param {import("./tokens.js").Trait} trait
   * @param {number} place
   */
  #traitRow({ name, values, counts, column }, place) {
    const value = column[place];
    const share = `${((100 * counts[value]) / this.#collection.hashes.length).toFixed(1)} %`;
    const cells = [String(values[value]), share].map((text) => createElement("td", { textContent: text }));
    return createElement("tr", {}, createElement("th", { scope: "row", textContent: name }), ...cells);
  }

  /**
   * Whether a click on the dialog was beside its box. Its padding belongs to the box.
   * @param {MouseEvent} event
   */
  #isBeside({ clientX, clientY }) {
    const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isModified = event.altKey || event.ctrlKey || event.metaKey; // Alt and an arrow go back in the history
    if (!isModified && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      event.preventDefault();
      this.#step(event.key === "ArrowLeft" ? -1 : 1);
    }
  }
}
