/** The sprites of tokens, which lie compressed in the page, a few tokens in each element, and are decoded when they are shown. */

const PALETTE_BYTES = 64; // 16 colours, RGBA
const SIDE = 32;
const SPRITE_BYTES = (SIDE * SIDE) / 2; // two pixels a byte, the left one in the upper half
const TOKEN_BYTES = PALETTE_BYTES + 9 * SPRITE_BYTES;
const SPRITE_GAP = 3;
export const PICTURE_SIDE = 3 * SIDE + 2 * SPRITE_GAP;
const MAX_DECODED = 512;

export class Sprites {
  /** @type {Map<number, Promise<Uint8Array>>} */
  #parts = new Map();
  #tokensPerPart;

  /** @param {number} tokensPerPart */
  constructor(tokensPerPart) {
    this.#tokensPerPart = tokensPerPart;
  }

  /**
   * Draw the nine sprites of a token, as soon as they are decoded, unless the canvas shows another token by then.
   * @param {HTMLCanvasElement} canvas
   * @param {number} place of the token in the collection
   */
  async draw(canvas, place) {
    canvas.dataset.place = String(place);
    const bytes = await this.#decoded(Math.floor(place / this.#tokensPerPart));
    if (canvas.dataset.place !== String(place)) {
      return;
    }
    canvas.width = canvas.height = PICTURE_SIDE;
    const start = (place % this.#tokensPerPart) * TOKEN_BYTES;
    paint(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), bytes.subarray(start, start + TOKEN_BYTES));
  }

  /** @param {number} part */
  #decoded(part) {
    const known = this.#parts.get(part) ?? decode(part);
    this.#parts.delete(part);
    this.#parts.set(part, known); // the newest at the end
    if (this.#parts.size > MAX_DECODED) {
      this.#parts.delete(this.#parts.keys().next().value ?? 0);
    }
    return known;
  }
}

/** @param {number} part */
async function decode(part) {
  const text = document.getElementById(`sprites-${part}`)?.textContent ?? "";
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} bytes the palette, then the sprites
 */
function paint(context, bytes) {
  for (let sprite = 0; sprite < 9; sprite += 1) {
    const image = context.createImageData(SIDE, SIDE);
    const start = PALETTE_BYTES + sprite * SPRITE_BYTES;
    for (let pixel = 0; pixel < SIDE * SIDE; pixel += 1) {
      const pair = bytes[start + (pixel >> 1)];
      const color = 4 * (pixel & 1 ? pair & 15 : pair >> 4);
      image.data.set(bytes.subarray(color, color + 4), 4 * pixel);
    }
    context.putImageData(image, (sprite % 3) * (SIDE + SPRITE_GAP), Math.floor(sprite / 3) * (SIDE + SPRITE_GAP));
  }
}
