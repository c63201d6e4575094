// The archive of graphs, which mint/browser/training/archive.py writes.

/**
 * Settings of the recipe, by their names in Python.
 *
 * @typedef {Record<"latent_dim" | "batch_size" | "num_collages" | "num_dreams" | "learning_rate" | "discriminator_learning_rate"
 *   | "decay_start" | "beta" | "adversarial_weight" | "collage_weight" | "collage_floor" | "kl_warm_up" | "collage_start"
 *   | "adversary_start" | "adversary_warm_up" | "settle_start" | "settle_power" | "average_decay", number> & { betas: [number, number] }} Config
 */
/** @typedef {{ collages: boolean, adversary: boolean }} Phase */
/** @typedef {{ max_offset: number, radius: [number, number], aspect: [number, number] }} Collages */
/** @typedef {"encoder" | "generator" | "discriminator"} GraphName */
/** @typedef {{ name: string, type: string, shape: (number | string)[] }} TensorSpec */
/** @typedef {{ name: string, side: number, count: number, low: number, high: number }} Parameter */

/**
 * A piece of a file: bytes of the archive from start to end, or float32 numbers of the averaged weights of a side.
 *
 * @typedef {[start: number, end: number] | [side: number, start: number, count: number]} Piece
 */

/**
 * The graphs for one number of colours.
 *
 * @typedef {object} Variant
 * @property {number} num_colors
 * @property {Parameter[]} parameters of both sides, in the order in which they are flattened
 * @property {(Phase & { graph: Piece[] })[]} steps
 * @property {Piece[]} dream
 * @property {Piece[]} reconstruction
 * @property {Record<GraphName, Piece[]>} exported
 */

/**
 * @typedef {object} Description
 * @property {number} format
 * @property {{ name: string, version: number }} recipe
 * @property {Config} config
 * @property {[height: number, width: number]} size
 * @property {number} num_sprites
 * @property {number} latent_dim of the exported networks
 * @property {string[]} state names of the vectors that a step changes
 * @property {string[]} losses
 * @property {string[]} schedule
 * @property {number} epsilon of Adam
 * @property {Collages} collages
 * @property {Record<GraphName, { inputs: TensorSpec[], outputs: TensorSpec[] }>} tensors
 * @property {Variant[]} variants
 */

const FORMAT = 1;

export class Archive {
  #bytes;
  /** @type {Description} */
  description;

  /**
   * Read an archive. Throws an Error where it has another format.
   *
   * @param {Uint8Array} archive
   */
  constructor(archive) {
    const length = new DataView(archive.buffer, archive.byteOffset).getUint32(0, true);
    this.description = JSON.parse(new TextDecoder().decode(archive.subarray(4, 4 + length)));
    if (this.description.format !== FORMAT) {
      throw new Error(`the graphs have format ${this.description.format}, but this page reads format ${FORMAT}; make the page again`);
    }
    this.#bytes = archive.subarray(4 + length);
  }

  /**
   * Return the graphs for a number of colours. Throws an Error where there are none.
   *
   * @param {number} numColors
   */
  variant(numColors) {
    const { variants } = this.description;
    const variant = variants.find((candidate) => candidate.num_colors === numColors);
    if (variant) return variant;
    const known = variants.map((candidate) => candidate.num_colors).join(", ");
    throw new Error(`there are no graphs for ${numColors} colours, only for ${known}; make the page again`);
  }

  /**
   * Return the bytes of a file.
   *
   * @param {Piece[]} pieces
   * @param {Float32Array[]} average averaged weights of both sides, if the file has some
   */
  file(pieces, average = []) {
    const parts = pieces.map((piece) => this.#part(piece, average));
    const file = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      file.set(part, at);
      at += part.length;
    }
    return file;
  }

  /**
   * @param {Piece} piece
   * @param {Float32Array[]} average
   */
  #part(piece, average) {
    if (piece.length === 2) return this.#bytes.subarray(piece[0], piece[1]);
    const [side, start, count] = piece;
    const numbers = average[side].subarray(start, start + count);
    return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  }
}
