// Compares JSON with a golden file, by value and by type: node golden.mjs GOLDEN ACTUAL [--allow FIELD…]
// Key order is free, as is the order of `capabilities`, which are a set; all other arrays are in order.
// <name> in a golden string stands for what changes from run to run: it has the form listed below, and the
// same text wherever the same name stands. A field the golden lacks is an error unless it is allowed.
import { readFileSync } from "node:fs";

const kForms = {
  id: "[0-9A-Z]{32}", // the call's id: 32 upper-case letters and digits
  connId: "[0-9a-f]{16}",
  base: "https?://[^/]+",
  deviceId: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
  duration: "[0-9]+", // seconds, as a string
};
const kSets = new Set(["capabilities"]);

const [golden_file, actual_file, ...rest] = process.argv.slice(2);
const allowed = new Set(rest.filter((word) => word !== "--allow"));
const golden = JSON.parse(readFileSync(golden_file, "utf8"));
const actual = JSON.parse(readFileSync(actual_file === "-" ? 0 : actual_file, "utf8"));

const faults = [];
const bound = new Map();
const fault = (path, words) => faults.push(`${path || "/"}: ${words}`);
const kind = (value) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const show = (value) => JSON.stringify(value);

function compare_strings(wanted, got, path) {
  const names = [];
  const pattern = wanted
    .split(/<(\w+)>/)
    .map((part, n) => {
      if (n % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(part);
      return `(${kForms[part] ?? ".+"})`;
    })
    .join("");
  const match = new RegExp(`^${pattern}$`).exec(got);
  if (!match) return fault(path, `${show(got)} is not of the form ${show(wanted)}`);
  names.forEach((name, n) => {
    const before = bound.get(name) ?? match[n + 1];
    if (before !== match[n + 1]) fault(path, `<${name}> is ${show(match[n + 1])} here and ${show(before)} before`);
    bound.set(name, before);
  });
}

function compare(wanted, got, path, field) {
  if (kind(wanted) !== kind(got)) return fault(path, `${show(got)} is ${kind(got)}, wanted ${kind(wanted)}`);
  switch (kind(wanted)) {
    case "string":
      return compare_strings(wanted, got, path);
    case "array": {
      if (wanted.length !== got.length) fault(path, `${got.length} elements, wanted ${wanted.length}`);
      if (kSets.has(field)) {
        for (const one of wanted) if (!got.includes(one)) fault(path, `lacks ${show(one)}`);
        for (const one of got) if (!wanted.includes(one)) fault(path, `has ${show(one)}`);
        return undefined;
      }
      return wanted.forEach((one, n) => n < got.length && compare(one, got[n], `${path}/${n}`, field));
    }
    case "object":
      for (const name of Object.keys(wanted))
        if (name in got) compare(wanted[name], got[name], `${path}/${name}`, name);
        else fault(path, `lacks ${name}`);
      for (const name of Object.keys(got))
        if (!(name in wanted) && !allowed.has(name)) fault(path, `has ${name}: ${show(got[name])}`);
      return undefined;
    default:
      return wanted === got ? undefined : fault(path, `${show(got)}, wanted ${show(wanted)}`);
  }
}

compare(golden, actual, "", "");
for (const words of faults) console.log(words);
process.exitCode = faults.length ? 1 : 0;
