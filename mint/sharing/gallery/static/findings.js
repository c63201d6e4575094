// What the worker has found out about a snapshot, in words.

import { createElement, findElement } from "../../../../viewer/static/elements.js";
import { countSeen } from "./known_keys.js";

/** @import { DreamReport } from "./dream_messages.js" */
/** @import { SignatureCheck } from "./signature.js" */

const UNCHECKED = {
  unsupported: "Not checked: this browser cannot check Ed25519 signatures.",
  insecure: "Not checked: browsers check signatures only on pages that come over HTTPS.",
};

/**
 * Say what the check of a signature has given.
 *
 * @param {SignatureCheck} signature
 * @param {string} snapshot the SHA-256 of its manifest
 * @param {string} publicKey which the page names; empty if it says that the snapshot is not signed
 */
export function showSignature({ state, publicKey: found }, snapshot, publicKey) {
  const check = findElement("#check", HTMLElement);
  const shown = found === publicKey ? state : "invalid";
  check.dataset.state = shown;
  if (shown === "unsigned") check.textContent = "Intact: every file is as its manifest says, checked in your browser.";
  else if (shown === "valid") check.textContent = `Intact, and signed by this key, checked in your browser: ${known(publicKey, snapshot)}.`;
  else if (shown === "invalid") check.textContent = "The signature in the file is not one of this snapshot by the key that this page names.";
  else check.textContent = UNCHECKED[shown];
}

/**
 * Say how a key is known, in the words of viewer check.
 *
 * @param {string} publicKey
 * @param {string} snapshot
 */
function known(publicKey, snapshot) {
  const before = countSeen(publicKey, snapshot);
  if (before === null) return "whether it was seen before is not known, because this browser keeps nothing for this page";
  if (before === 0) return "a key not seen before";
  return before === 1 ? "the same key as the snapshot before" : `the same key as the ${before} snapshots before`;
}

/** @param {DreamReport & { kind: "compared" }} comparison */
export function showComparison({ numPixels, numEqual, margin }) {
  const share = (numPixels - numEqual) / numPixels;
  const percent = (/** @type {number} */ value) => `${Number((100 * value).toFixed(4))} %`;
  const within = share <= margin ? "within the margin" : "more than the margin";
  const text = numEqual === numPixels ? "all pixels are the same" : `${percent(share)} of the pixels differ, ${within} of ${percent(margin)}`;
  const check = findElement("#receipt-check", HTMLElement);
  check.dataset.state = share <= margin ? "valid" : "invalid";
  check.textContent = `The mosaic was drawn again in your browser: ${text}.`;
}

/**
 * Offer the film, or show it.
 *
 * @param {Blob | (() => void)} film it, or what asks for it
 */
export function showFilm(film) {
  const details = findElement("#film", HTMLDetailsElement);
  if (film instanceof Blob) {
    const picture = createElement("img", { src: URL.createObjectURL(film), alt: "The same dreams at each step of the training" });
    details.querySelector("p, img")?.replaceWith(picture);
  } else {
    details.addEventListener("toggle", () => film(), { once: true });
  }
}
