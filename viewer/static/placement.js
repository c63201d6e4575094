// The placement of a mosaic's canvas on its stage, in whole device pixels.

import { layOut, layOutWithin } from "./layout.js";

/** @import { Layout } from "./layout.js" */

// The width that a scrollbar may take from a stage whose tiles do not fit even at scale 1.
const SCROLLBAR_PX = 16;

// Browsers round lengths to 64ths of a pixel.
const ROUNDING_PX = 1 / 16;

/**
 * @typedef {object} Placement
 * @property {Layout} layout
 * @property {{ imageRendering: string, width: string, height: string, left: string, top: string }} style of the canvas
 */

/**
 * Place count tiles of tileWidth x tileHeight pixels on a stage; null if the stage has no size.
 *
 * A centred mosaic that does not fit makes its stage scroll. One that is not centred begins at the top left and shrinks to fit.
 *
 * @param {HTMLElement} stage
 * @param {boolean} isCentered
 * @param {number} count
 * @param {number} tileWidth
 * @param {number} tileHeight
 * @returns {Placement | null}
 */
export function placeOnStage(stage, isCentered, count, tileWidth, tileHeight) {
  const ratio = window.devicePixelRatio || 1;
  // The edges of the stage may lie between two device pixels, which would blur the mosaic.
  const bounds = stage.getBoundingClientRect();
  const [startX, startY] = [Math.ceil(bounds.left * ratio - ROUNDING_PX), Math.ceil(bounds.top * ratio - ROUNDING_PX)];
  const width = Math.floor(bounds.right * ratio + ROUNDING_PX) - startX;
  const height = Math.floor(bounds.bottom * ratio + ROUNDING_PX) - startY;
  if (width < 1 || height < 1) return null;
  let layout = (isCentered ? layOut : layOutWithin)(count, tileWidth, tileHeight, width, height);
  if (layout.height * layout.scale > height) {
    layout = layOut(count, tileWidth, tileHeight, width - Math.ceil(SCROLLBAR_PX * ratio), height);
  }
  /** @param {number} free */
  const margin = (free) => (isCentered ? Math.max(0, Math.floor(free / 2)) : 0);
  const style = {
    imageRendering: layout.scale < 1 ? "auto" : "",
    width: `${(layout.width * layout.scale) / ratio}px`,
    height: `${(layout.height * layout.scale) / ratio}px`,
    left: `${(startX + margin(width - layout.width * layout.scale)) / ratio - bounds.left}px`,
    top: `${(startY + margin(height - layout.height * layout.scale)) / ratio - bounds.top}px`,
  };
  return { layout, style };
}
