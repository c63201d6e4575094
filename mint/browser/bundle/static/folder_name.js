// The name of a token's folder, which names the files that the page saves: as mint/token/hash.py gives it.

import { hexadecimal, sha256 } from "../../drawing/static/sha256.js";

const MAX_CHARACTERS = 12;

/** @param {string} hash of the token, in its normal form */
export function folderName(hash) {
  const safe = (hash.match(/[0-9A-Za-z_]/g) ?? []).slice(0, MAX_CHARACTERS).join("") || "token";
  const digest = hexadecimal(sha256(new TextEncoder().encode(hash)));
  return `${safe}-${digest.slice(0, MAX_CHARACTERS)}`;
}
