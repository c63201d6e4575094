// The artwork of a page that holds a token.

import { decodeBase64 } from "./base64.js";
import { readDocument } from "./page_parts.js";
import { declareFeatures, isPreview } from "./platform.js";
import { trainingSeed } from "./training_seed.js";

/** @import { Artwork } from "./training_source.js" */

/** @returns {Artwork} */
export function openArtwork() {
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
