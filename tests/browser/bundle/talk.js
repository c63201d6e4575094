// The page's conversation in a bundle, for a test that is the page: lines of standard input are messages of the page. Each line of
// standard output is a message, or a frame in base64 after "frame ".
import { createInterface } from "node:readline";
import { Engine } from "../../../mint/browser/bundle/static/engine.js";
import { TrainingSource } from "../../../mint/browser/bundle/static/training_source.js";
import { StandInTraining } from "./stand_in_training.js";

const artwork = JSON.parse(process.argv[2]);
const pixels = Uint8Array.from(Buffer.from(artwork.pixels, "base64"));
const write = (line) => process.stdout.write(`${line}\n`);
const engine = new Engine((report) => source.handle(report), async (command, state) => new StandInTraining(command, state));
const source = new TrainingSource({ ...artwork, pixels }, (command) => engine.handle(command), (data) => {
  write(typeof data === "string" ? data : `frame ${Buffer.from(data).toString("base64")}`);
});
createInterface({ input: process.stdin }).on("line", (line) => source.receive(line)).on("close", () => process.exit());
engine.handle({ kind: "start", ...artwork, pixels, parts: {}, seed: 1, key: "test" });
