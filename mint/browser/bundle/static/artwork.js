// The artwork of a page that holds a token.

import { decodeBase64 } from "./base64.js";
import { readDocument } from "./page_parts.js";
import { declareFeatures, isPreview } from "./platform.js";
import { trainingSeed } from "./training_seed.js";

/** @import { Artwork } from "./training_source.js" */

/**
 * What the page says of its token: an artwork, but for what this page decides.
 *
 * @typedef {Omit<Artwork, "pixels" | "isPreview" | "seed" | "key"> & { pixels: string, build: string }} TokenDocument
 */

/** @returns {Artwork} */
export function openArtwork() {
  /** @type {TokenDocument} */
  const { pixels, build, features, autostart, ...description } = readDocument("artwork");
  declareFeatures(features);
  return {
    ...description,
    features,
    pixels: decodeBase64(pixels),
    autostart: autostart || isPreview(),
    isPreview: isPreview(),
    seed: trainingSeed(description.token),
    key: `${description.token} ${build}`,
  };
}
