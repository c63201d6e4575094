// Originals beside their present reconstructions, or photographs beside what is painted of them. Shown only where the source has them.

import { Mosaic } from "./mosaic.js";

export class Originals {
  #root;
  #mosaics;

  constructor(root) {
    this.#root = root;
    const stages = ["sprites", "reconstructions"].map((id) => document.getElementById(id));
    this.#mosaics = stages.map((stage) => new Mosaic(stage.querySelector("canvas"), stage, false));
    new ResizeObserver(() => {
      // Whole pixels leave room over; the pictures stand together all the same.
      for (const stage of stages) stage.style.maxHeight = "";
      for (const mosaic of this.#mosaics) mosaic.place();
      for (const stage of stages) stage.style.maxHeight = stage.querySelector("canvas").style.height;
    }).observe(root);
  }

  show(isVisible) {
    this.#root.hidden = !isVisible;
  }

  /** photographs: {palette, size}, or null where the originals are sprites. */
  setPictures(palette, size, photographs) {
    const [first, second] = this.#mosaics;
    first.setPictures(photographs?.palette ?? palette, photographs?.size ?? size);
    second.setPictures(palette, size);
    const names = photographs ? ["Photographs", "Painted"] : ["Originals", "Reconstructions"];
    this.#root.querySelectorAll("figure").forEach((figure, index) => {
      figure.querySelector("figcaption").textContent = names[index];
      figure.querySelector("canvas").setAttribute("aria-label", names[index]);
    });
  }

  /** Take originals or reconstructions: tiles as a frame has them. */
  put(isReconstruction, tiles, now) {
    const mosaic = this.#mosaics[Number(isReconstruction)];
    mosaic.setCount(Math.max(mosaic.count, ...tiles.map(({ number }) => number + 1)));
    for (const { number, pixels } of tiles) mosaic.put(number, pixels, now);
  }

  get isChanging() {
    return !this.#root.hidden && this.#mosaics.some((mosaic) => mosaic.isChanging);
  }

  draw(now) {
    for (const mosaic of this.#mosaics) mosaic.draw(now);
  }
}
