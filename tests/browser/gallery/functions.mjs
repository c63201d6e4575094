// Functions of a gallery's pages for tests, called by name: each line of standard input is a call as JSON, and each line of standard
// output its answer.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const ROOT = new URL("../../../mint/", import.meta.url);

/** @param {string} name */
const load = (name) => import(new URL(`sharing/gallery/static/${name}`, ROOT).href);

const functions = {
  async latents({ dreams, latentDim }) {
    const { latent } = await import(new URL("browser/training/static/latents.js", ROOT).href);
    return dreams.map(([seed, number]) => [...latent(seed, number, latentDim)]);
  },
  async walk({ stops, positions }) {
    const { splinePoint } = await load("walk.js");
    return positions.map((position) => {
      const segment = Math.floor(position);
      const points = [-1, 0, 1, 2].map((offset) => Float32Array.from(stops[(segment + offset + stops.length) % stops.length]));
      return [...splinePoint(points, position - segment)];
    });
  },
  async indices({ file, width, height }) {
    const { readIndexedPng } = await load("indexed_png.js");
    return [...(await readIndexedPng(new Uint8Array(readFileSync(file)), width, height))];
  },
  // What a page says of a snapshot file: the names of its members, or why it is refused.
  async snapshot({ file, manifestSha256 }) {
    const { checkMembers, readMembers } = await load("snapshot_file.js");
    try {
      const members = readMembers(new Uint8Array(readFileSync(file)));
      return { members: [...(await checkMembers(members, manifestSha256)).members.keys()] };
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  },
  // The numbers of all tiles after each of some times, and all the dreams that were asked for.
  async dreaming({ count, mode, times }) {
    const { Dreaming } = await load("dreaming.js");
    const dreaming = new Dreaming(count);
    dreaming.setMode(mode, 0);
    return times.map((time) => dreaming.change(1, time));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { function: name, ...value } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await functions[name](value))}\n`);
}
