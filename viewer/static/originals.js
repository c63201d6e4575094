// The originals beside their current reconstructions, or photographs beside their painted versions, if the source has them.

import { findElement } from "./elements.js";
import { Mosaic } from "./mosaic.js";

/** @import { PhotographFormat, Size, Tile } from "./protocol.js" */

export class Originals {
  #root;
  #originals;
  #reconstructions;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    const stages = ["#sprites", "#reconstructions"].map((selector) => findElement(selector, HTMLElement, root));
    const mosaics = stages.map((stage) => new Mosaic(stage, { isCentered: false }));
    [this.#originals, this.#reconstructions] = mosaics;
    new ResizeObserver(() => {
      // Scaling by whole numbers leaves space below the canvases. Without it the two stand together.
      for (const stage of stages) stage.style.maxHeight = "";
      for (const mosaic of mosaics) mosaic.updateLayout();
      stages.forEach((stage, index) => {
        stage.style.maxHeight = mosaics[index].cssHeight;
      });
    }).observe(root);
  }

  get isChanging() {
    return !this.#root.hidden && (this.#originals.isChanging || this.#reconstructions.isChanging);
  }

  /** @param {boolean} isVisible */
  show(isVisible) {
    this.#root.hidden = !isVisible;
  }

  /**
   * Set the palette and the size of the tiles. The originals have the same ones, unless they are photographs.
   *
   * @param {string[]} palette
   * @param {Size} size
   * @param {PhotographFormat | null} photographs
   */
  setFormat(palette, size, photographs) {
    this.#originals.setFormat(photographs?.palette ?? palette, photographs?.size ?? size);
    this.#reconstructions.setFormat(palette, size);
    const names = photographs ? ["Photographs", "Painted"] : ["Originals", "Reconstructions"];
    this.#root.querySelectorAll("figure").forEach((figure, index) => {
      findElement("figcaption", HTMLElement, figure).textContent = names[index];
      findElement("canvas", HTMLCanvasElement, figure).setAttribute("aria-label", names[index]);
    });
  }

  /**
   * Begin to change originals or reconstructions, now (ms).
   *
   * @param {boolean} isReconstruction
   * @param {Tile[]} tiles
   * @param {number} now
   */
  setTiles(isReconstruction, tiles, now) {
    const mosaic = isReconstruction ? this.#reconstructions : this.#originals;
    mosaic.setCount(Math.max(mosaic.count, ...tiles.map(({ number }) => number + 1)));
    for (const { number, pixels } of tiles) mosaic.setTile(number, pixels, now);
  }

  /** @param {number} now in ms */
  draw(now) {
    this.#originals.draw(now);
    this.#reconstructions.draw(now);
  }
}
