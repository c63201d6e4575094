/** The grid of tokens. Only what is in view has elements, so that ten thousand tokens scroll as smoothly as ten. */

import { createElement } from "../../../viewer/static/elements.js";
import { PICTURE_SIDE } from "./sprites.js";

const CARD_GAP = 14;
const CAPTION_HEIGHT = 24; // as the line height in sheet.css
const ROWS_BEYOND = 2; // above and below what is in view
const SCALES = [1, 2, 3];
const NARROW_PX = 700; // of a window where pictures are small at first

/**
 * What a card shows, and what it does.
 * @typedef {object} CardOptions
 * @property {(canvas: HTMLCanvasElement, place: number) => void} draw
 * @property {(place: number) => [left: string, right: string]} caption
 * @property {(index: number) => void} open gets the index among the places that are shown
 */

export class Grid {
  /** @type {number[]} */
  #places = [];
  /** @type {Map<number, HTMLButtonElement>} the cards in the document, by their index among the places */
  #cards = new Map();
  #columns = 1;
  #scale;
  #focused = 0;
  #scroller;
  #content;
  #cardOptions;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} content the child of the scroller that holds the cards
   * @param {CardOptions} cardOptions
   */
  constructor(scroller, content, cardOptions) {
    this.#scroller = scroller;
    this.#content = content;
    this.#cardOptions = cardOptions;
    this.#scale = window.innerWidth < NARROW_PX ? 1 : 2;
    scroller.addEventListener("scroll", () => this.#update());
    content.addEventListener("keydown", (event) => this.#onKey(event));
    new ResizeObserver(() => this.#layout()).observe(scroller);
  }

  get places() {
    return this.#places;
  }

  /** @param {number[]} places of the tokens to show */
  show(places) {
    this.#places = places;
    this.#focused = 0;
    this.#scroller.scrollTop = 0;
    this.#layout();
  }

  /** @param {1 | -1} change */
  resize(change) {
    const index = SCALES.indexOf(this.#scale) + change;
    this.#scale = SCALES[Math.min(Math.max(index, 0), SCALES.length - 1)];
    this.#layout();
    this.#reveal(this.#focused);
  }

  /**
   * Move the focus to a card, and scroll to it.
   * @param {number} index
   */
  focus(index) {
    this.#focused = Math.min(Math.max(index, 0), this.#places.length - 1);
    this.#reveal(this.#focused);
    this.#update();
    this.#cards.get(this.#focused)?.focus({ preventScroll: true });
  }

  get #side() {
    return PICTURE_SIDE * this.#scale;
  }

  get #rowHeight() {
    return this.#side + CAPTION_HEIGHT + CARD_GAP;
  }

  /** Arrange all cards anew, because their size, their number or the width has changed. */
  #layout() {
    const width = this.#content.clientWidth;
    this.#columns = Math.max(1, Math.floor((width + CARD_GAP) / (this.#side + CARD_GAP)));
    const rows = Math.ceil(this.#places.length / this.#columns);
    this.#content.style.height = `${rows * this.#rowHeight}px`;
    this.#content.style.setProperty("--side", `${this.#side}px`);
    for (const card of this.#cards.values()) {
      card.remove();
    }
    this.#cards.clear();
    this.#update();
  }

  /** Make the cards that have come near the window, remove those that have left it, and let Tab reach one. */
  #update() {
    const first = Math.floor(this.#scroller.scrollTop / this.#rowHeight) - ROWS_BEYOND;
    const last = Math.ceil((this.#scroller.scrollTop + this.#scroller.clientHeight) / this.#rowHeight) + ROWS_BEYOND;
    const begin = Math.max(0, first * this.#columns);
    const end = Math.min(this.#places.length, last * this.#columns);
    for (const [index, card] of this.#cards) {
      // The focused card stays, so that the keyboard has somewhere to go on.
      if ((index < begin || index >= end) && card !== document.activeElement) {
        card.remove();
        this.#cards.delete(index);
      }
    }
    for (let index = begin; index < end; index += 1) {
      if (!this.#cards.has(index)) {
        this.#cards.set(index, this.#makeCard(index));
      }
    }
    for (const [index, card] of this.#cards) {
      card.tabIndex = index === this.#focused ? 0 : -1;
    }
    if (!this.#cards.has(this.#focused)) {
      const visible = this.#cards.get(begin);
      if (visible) {
        visible.tabIndex = 0;
      }
    }
  }

  /** @param {number} index */
  #makeCard(index) {
    const { draw, caption, open } = this.#cardOptions;
    const place = this.#places[index];
    const canvas = createElement("canvas", {});
    const parts = caption(place).map((text) => createElement("span", { textContent: text }));
    const card = createElement("button", { className: "card" }, canvas, createElement("span", {}, ...parts));
    // A full row fills the width.
    const spread = (this.#content.clientWidth - this.#side) / Math.max(1, this.#columns - 1);
    const step = this.#places.length < this.#columns ? this.#side + CARD_GAP : spread;
    card.style.transform = `translate(${Math.round((index % this.#columns) * step)}px, ${
      Math.floor(index / this.#columns) * this.#rowHeight
    }px)`;
    card.addEventListener("click", () => {
      this.#focused = index;
      open(index);
    });
    card.addEventListener("focus", () => {
      this.#focused = index;
      this.#update();
    });
    this.#content.append(card);
    draw(canvas, place);
    return card;
  }

  /**
   * Scroll so far that a row can be seen whole.
   * @param {number} index of a card in it
   */
  #reveal(index) {
    const top = Math.floor(index / this.#columns) * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#scroller;
    if (top < scrollTop) {
      this.#scroller.scrollTop = top;
    } else if (top + this.#rowHeight > scrollTop + clientHeight) {
      this.#scroller.scrollTop = top + this.#rowHeight - clientHeight;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const page = this.#columns * Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight));
    /** @type {Record<string, number>} */
    const targets = {
      ArrowLeft: this.#focused - 1,
      ArrowRight: this.#focused + 1,
      ArrowUp: this.#focused - this.#columns,
      ArrowDown: this.#focused + this.#columns,
      PageUp: this.#focused - page,
      PageDown: this.#focused + page,
      Home: 0,
      End: this.#places.length - 1,
    };
    if (event.key in targets && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      this.focus(targets[event.key]);
    }
  }
}
