// The header: which model is shown and whose it is, where it runs, its step and its state.

import { createElement, findElement } from "./elements.js";

/** @import { Credits, ModelMessage } from "./protocol.js" */

export class Header {
  #name = findElement("#name", HTMLElement);
  #credits = findElement("#credits", HTMLElement);
  #palette = findElement("#palette", HTMLElement);
  #features = findElement("#features", HTMLElement);
  #state = findElement("#state", HTMLElement);
  #modelFact = findElement("#model-fact", HTMLElement);
  #model = findElement("#model", HTMLElement);
  #step = findElement("#step", HTMLElement);
  #device = findElement("#device", HTMLElement);

  /** @param {ModelMessage} model */
  showModel({ name, token, features, palette, device, note, position, count, credits }) {
    const title = credits.title || (token.startsWith("import:") ? name : token); // the hash of imported art tells a person nothing
    document.title = `${title} · Pixelmint`;
    this.#name.textContent = title;
    this.#name.title = credits.title || name;
    this.#showCredits(credits);
    this.#modelFact.hidden = count < 2;
    this.#model.textContent = `${position + 1} of ${count}`;
    this.#device.textContent = device;
    this.#device.title = note || `The generator runs on ${device}`;
    this.#palette.replaceChildren(
      ...palette.map((color) => {
        const swatch = createElement("span", {});
        swatch.style.backgroundColor = color;
        return swatch;
      }),
    );
    this.#showFeatures(Object.entries(features));
  }

  /** @param {string} state */
  showState(state) {
    this.#state.textContent = state;
  }

  /** @param {number} step */
  showStep(step) {
    this.#step.textContent = step.toLocaleString("en-US");
  }

  /**
   * Show the author and the licence in one line, which may be cut off; the help dialog has both in full.
   *
   * @param {Credits} credits
   */
  #showCredits({ author, licence }) {
    // Each may be written from right to left, which must not turn the other around.
    const parts = [
      ...(author ? ["by ", createElement("bdi", { textContent: author })] : []),
      ...(author && licence ? [" · "] : []),
      ...(licence ? [createElement("bdi", { textContent: licence })] : []),
    ];
    this.#credits.replaceChildren(...parts);
    this.#credits.hidden = !parts.length;
    this.#credits.title = [author, licence].filter(Boolean).join("\n");
  }

  /**
   * Show the features in one line, which may be cut off; the help dialog lists all of them.
   *
   * @param {[name: string, value: string][]} features
   */
  #showFeatures(features) {
    const pairs = features.map(([name, value]) => {
      const bold = createElement("b", { textContent: value });
      return createElement("span", {}, `${name} `, bold);
    });
    this.#features.replaceChildren(...pairs);
    this.#features.hidden = !pairs.length;
    this.#features.title = features.map((pair) => pair.join(": ")).join("\n");
  }
}
