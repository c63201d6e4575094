// The artwork of a file that holds a token.

import { decodeBase64 } from "./base64.js";
import { readDocument } from "./page_parts.js";

/** @import { Artwork } from "./training_source.js" */

/** @returns {Artwork} */
export function openArtwork() {
  const { pixels, ...description } = readDocument("artwork");
  return { ...description, pixels: decodeBase64(pixels) };
}
