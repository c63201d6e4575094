// The artwork of a file that holds a token.

import { decodeBase64 } from "./base64.js";
import { readDocument } from "./page_parts.js";
import { trainingSeed } from "./training_seed.js";

/** @import { Artwork } from "./training_source.js" */

/** @returns {Artwork} */
export function openArtwork() {
  const { pixels, build, ...description } = readDocument("artwork");
  const seed = trainingSeed(description.token);
  return { ...description, pixels: decodeBase64(pixels), seed, key: `${description.token} ${build}` };
}
