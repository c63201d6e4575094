/** Run one function of token_digests.mjs with the values from the standard input. */
import { readFileSync } from "node:fs";
import * as digests from "./token_digests.mjs";

const [name, value] = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(digests[name](await import(process.argv[2]), value)));
