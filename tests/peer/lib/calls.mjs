// About the calls in an answer of GET /me/calls?fields=* on standard input:
//   node calls.mjs           their states, in alphabetical order
//   node calls.mjs STATE     the id of the one in that state; status 1 if there is none
import { readFileSync } from "node:fs";

const { calls } = JSON.parse(readFileSync(0, "utf8"));
const state = process.argv[2];
if (!state) console.log(calls.map((call) => call.state).sort().join(" "));
else console.log(calls.find((call) => call.state === state)?.id ?? process.exit(1));
