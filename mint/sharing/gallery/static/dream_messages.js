// The messages between the page of a work and its worker.

/** @import { SignatureCheck } from "./signature.js" */

/** How many pictures the model computes at a time, always the same, so that a dream does not depend on the others. */
export const BATCH = 4;

/**
 * A point of latent space: the dream of the second number at t = 0, on the way to the third; the first and the fourth shape the way.
 *
 * @typedef {{ numbers: [number, number, number, number], t: number }} DreamPoint
 */

/**
 * open comes first. Addresses are absolute.
 *
 * @typedef {{ kind: "open", snapshot: string, numBytes: number, manifestSha256: string }
 *   | { kind: "draw", seed: number, points: DreamPoint[] }
 *   | { kind: "compare" }
 *   | { kind: "film" }} DreamCommand
 */

/**
 * The dreams of the mosaic: the first ones of a seed, one after another, as palette indices.
 *
 * @typedef {{ seed: number, pixels: Uint8Array<ArrayBuffer> }} Receipts
 */

/**
 * checked answers open, and ready follows when dreams can be drawn; drawn holds the pictures of a draw, one after another; compared says
 * how many pixels of the mosaic the model draws alike here.
 *
 * @typedef {{ kind: "checked", palette: string[], size: [number, number], receipts: Receipts, signature: SignatureCheck, hasFilm: boolean }
 *   | { kind: "ready" }
 *   | { kind: "drawn", pixels: Uint8Array<ArrayBuffer> }
 *   | { kind: "compared", numPixels: number, numEqual: number, margin: number }
 *   | { kind: "film", film: Blob }
 *   | { kind: "failed", text: string }} DreamReport
 */
