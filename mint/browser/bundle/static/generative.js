// The artwork of a page that holds no token: the hash comes from the platform, and the page draws the token itself.

import { folderName } from "./folder_name.js";
import { declareFeatures, givenHash, isPreview } from "./platform.js";
import { readDocument } from "./page_parts.js";
import { drawToken } from "./token_drawing.js";
import { trainingSeed } from "./training_seed.js";

/** @import { Artwork } from "./training_source.js" */

const HASH_BYTES = 32;

/**
 * Draw the token and declare its features. Throws an Error whose message is for people if the hash is malformed.
 *
 * @returns {Artwork}
 */
export function openArtwork() {
  /** @type {Pick<Artwork, "recipe" | "autostart" | "generatorVersion"> & { build: string }} */
  const { recipe, autostart, build, generatorVersion } = readDocument("artwork");
  const drawn = drawToken(givenHash() ?? randomHash());
  const { features, palette } = drawn.token;
  declareFeatures(features);
  return {
    token: drawn.hash,
    name: folderName(drawn.hash),
    features,
    recipe,
    palette,
    size: drawn.size,
    pixels: drawn.pixels,
    autostart: autostart || isPreview(),
    isPreview: isPreview(),
    generatorVersion,
    hasModel: false,
    seed: trainingSeed(drawn.hash),
    key: `${drawn.hash} ${build}`,
  };
}

/** Return a hash of the form that Art Blocks and fxhash on Ethereum use. */
function randomHash() {
  const bytes = crypto.getRandomValues(new Uint8Array(HASH_BYTES));
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
