// Prints one field of the JSON text on standard input: node field.mjs devices.0.id
import { readFileSync } from "node:fs";

let value = JSON.parse(readFileSync(0, "utf8"));
for (const step of process.argv[2].split(".")) value = value?.[step];
if (value === undefined) process.exitCode = 1;
else console.log(typeof value === "string" ? value : JSON.stringify(value));
