// The signature of a snapshot: Ed25519 of its manifest's bytes, checked by the browser (WebCrypto; Chrome 137, Firefox 129, Safari 17).

import { hexBytes } from "./digest.js";

const CONTEXT = "pixelmint snapshot 1\n";
const FORM = /^\{"algorithm":"Ed25519","public_key":"([0-9a-f]{64})","signature":"([0-9a-f]{128})"\}$/;

/**
 * valid: the key has signed the manifest; invalid: it has not, or signature.json is malformed. Where the browser does not know Ed25519 it
 * is unsupported, and insecure where the page did not come over HTTPS, without which browsers check nothing.
 *
 * @typedef {object} SignatureCheck
 * @property {"unsigned" | "valid" | "invalid" | "unsupported" | "insecure"} state
 * @property {string} publicKey in hex; empty if there is none
 */

/**
 * @param {Uint8Array<ArrayBuffer> | undefined} signatureBytes signature.json
 * @param {Uint8Array<ArrayBuffer>} manifestBytes
 * @returns {Promise<SignatureCheck>}
 */
export async function checkSignature(signatureBytes, manifestBytes) {
  if (!signatureBytes) return { state: "unsigned", publicKey: "" };
  const found = FORM.exec(new TextDecoder().decode(signatureBytes.subarray(0, 1024)));
  if (!found) return { state: "invalid", publicKey: "" };
  const [, publicKey, signature] = found;
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return { state: "insecure", publicKey };
  let key;
  try {
    key = await subtle.importKey("raw", hexBytes(publicKey), { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    // A browser that knows Ed25519 says DataError of a key that is none.
    const isKey = !(error instanceof DOMException && error.name === "DataError");
    return { state: isKey ? "unsupported" : "invalid", publicKey };
  }
  const message = new Uint8Array(await new Blob([CONTEXT, manifestBytes]).arrayBuffer());
  const isValid = await subtle.verify({ name: "Ed25519" }, key, hexBytes(signature), message);
  return { state: isValid ? "valid" : "invalid", publicKey };
}
