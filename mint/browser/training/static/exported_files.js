// The four files of an export, equal to those of `mint export` for the same weights.

import { hexadecimal, sha256 } from "../../drawing/static/sha256.js";

/** @import { Archive, Description, GraphName, Variant } from "./archive.js" */

/**
 * What the manifest says of the token, by its names there.
 *
 * @typedef {object} TokenOrigin
 * @property {{ hash: string, name: string }} token
 * @property {number} generator_version of the program that draws tokens
 * @property {string[]} palette "#rrggbbaa"
 */

/** @typedef {{ step: number, imagesSeen: number, seed: number }} Progress */

const FORMAT = 1; // of the manifest, see viewer/exported/manifest.py

/** @type {GraphName[]} */
const GRAPHS = ["encoder", "generator", "discriminator"];

/**
 * Return the three graphs with averaged weights of both sides, and their manifest, by file name.
 *
 * @param {Archive} archive
 * @param {Variant} variant
 * @param {Float32Array[]} average
 * @param {TokenOrigin} origin
 * @param {Progress} progress
 */
export function exportedFiles(archive, variant, average, origin, progress) {
  const files = new Map(GRAPHS.map((name) => [`${name}.onnx`, archive.file(variant.exported[name], average)]));
  files.set("manifest.json", manifest(archive.description, files, origin, progress));
  return files;
}

/**
 * @param {Description} description
 * @param {Map<string, Uint8Array>} files
 * @param {TokenOrigin} origin
 * @param {Progress} progress
 */
function manifest({ recipe, size, latent_dim, tensors }, files, { token, generator_version, palette }, { step, imagesSeen, seed }) {
  const graphs = GRAPHS.map((name) => {
    const content = files.get(`${name}.onnx`) ?? new Uint8Array();
    return [`${name}.onnx`, { bytes: content.length, sha256: hexadecimal(sha256(content)), ...tensors[name] }];
  });
  // The order of the keys is that of Python, and so are the bytes.
  const document = {
    format: FORMAT,
    token: { hash: token.hash, name: token.name },
    generator_version,
    recipe: { name: recipe.name, version: recipe.version },
    step,
    images_seen: imagesSeen,
    seed,
    palette,
    size,
    latent_dim,
    files: Object.fromEntries(graphs),
  };
  return jsonText({ ...document, sha256: hexadecimal(sha256(jsonText(document))) });
}

/** @param {object} document */
const jsonText = (document) => new TextEncoder().encode(`${JSON.stringify(document, null, 1)}\n`);
