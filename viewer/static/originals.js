// The nine originals beside their present reconstructions. Shown only where the source has them.

import { Mosaic } from "./mosaic.js";

export class Originals {
  #root;
  #mosaics;

  constructor(root) {
    this.#root = root;
    this.#mosaics = ["sprites", "reconstructions"].map((id) => {
      const stage = document.getElementById(id);
      return new Mosaic(stage.querySelector("canvas"), stage, false);
    });
    new ResizeObserver(() => this.#mosaics.forEach((mosaic) => mosaic.place())).observe(root);
  }

  show(isVisible) {
    this.#root.hidden = !isVisible;
  }

  setPictures(palette, size) {
    for (const mosaic of this.#mosaics) mosaic.setPictures(palette, size);
  }

  /** Take originals or reconstructions: tiles as a frame has them. */
  put(isReconstruction, tiles, now) {
    const mosaic = this.#mosaics[Number(isReconstruction)];
    mosaic.setCount(Math.max(mosaic.count, ...tiles.map(({ number }) => number + 1)));
    for (const { number, pixels } of tiles) mosaic.put(number, pixels, now);
  }

  get isChanging() {
    return this.#mosaics.some((mosaic) => mosaic.isChanging);
  }

  draw(now) {
    for (const mosaic of this.#mosaics) mosaic.draw(now);
  }
}
