// Who hears whom right now, by tone: node hearing.mjs MEMORY SECONDS PLACE… -- WANTED…
//   PLACE   NAME:HERTZ:PATH  a person, the tone they hum, and where their phone records while it hears: a WAV file, or
//                            a directory whose last *-dec.wav counts (16-bit, mono, 8000 Hz)
//   WANTED  NAME=HEARD,…     whom NAME shall hear, of the persons, `music` and `ringback`; nobody else
// Waits, at most so many seconds, until for everybody the last half second is as wanted; that half second begins after
// this program did. Meanwhile nobody may hear a person who is neither wanted now nor was when it was asked last; MEMORY
// is the file that tells one time from the next. Status 0 if all came true; prints what was heard where it did not.
import * as fs from "node:fs";
import { kHeard, share_of } from "./tone_share.mjs";

const kRate = 8000;
const kHeader = 44; // bytes before the sound
const kWindow = kRate / 10; // samples that are measured together, 100 ms
const kLast = 5; // windows that must be as wanted
const kMusic = [1046.5, 1174.7, 1318.5, 1568, 1760]; // what Earshot plays to who is held…
const kRingback = 425; // …and to who waits for a phone that rings: one second of five
const kPauseMs = 50;

const [memory_file, seconds, ...rest] = process.argv.slice(2);
const places = rest.slice(0, rest.indexOf("--")).map((place) => place.split(":"));
const hertz = new Map(places.map(([name, tone]) => [name, Number(tone)]));
const paths = new Map(places.map(([name, , path]) => [name, path]));
const memory = fs.existsSync(memory_file) ? JSON.parse(fs.readFileSync(memory_file, "utf8")) : { read: {}, heard: {} };

function last_recording(path) {
  if (path.endsWith(".wav")) return path;
  const files = fs.existsSync(path) ? fs.readdirSync(path).filter((file) => file.endsWith("-dec.wav")) : [];
  return files.length ? `${path}/${files.sort().at(-1)}` : null;
}

/** The names of all that is heard in 100 ms. */
function heard_in(window) {
  const is_there = (tone) => share_of(window, tone, kRate) >= kHeard;
  const names = [...hertz].filter(([, tone]) => is_there(tone)).map(([name]) => name);
  if (kMusic.some(is_there)) names.push("music");
  if (is_there(kRingback)) names.push("ringback");
  return names;
}

/** One listener: what was heard since the last time, window by window. */
class Listener {
  constructor(wanted) {
    const [name, list] = wanted.split("=");
    this.name = name;
    this.wanted = list ? list.split(",") : [];
    this.allowed = new Set([...this.wanted, ...(memory.heard[name] ?? [])]);
    this.windows = [];
    this.file = null;
    this.read();
    this.started = this.windows.length; // how many windows there were when the program began
  }

  /** Takes in what was recorded in the meantime. */
  read() {
    const file = last_recording(paths.get(this.name));
    if (!file || !fs.existsSync(file)) return;
    if (file !== this.file) {
      this.file = file;
      this.at = memory.read[file] ?? kHeader;
    }
    const opened = fs.openSync(file);
    const bytes = Buffer.alloc(2 * kWindow);
    for (const size = fs.fstatSync(opened).size; this.at + bytes.length <= size; this.at += bytes.length) {
      fs.readSync(opened, bytes, 0, bytes.length, this.at);
      const samples = Float64Array.from({ length: kWindow }, (_, n) => bytes.readInt16LE(2 * n));
      this.windows.push(heard_in(samples));
    }
    fs.closeSync(opened);
  }

  /** A person who was heard and must not be, not even in passing. */
  intruder() {
    return this.windows.flat().find((name) => hertz.has(name) && !this.allowed.has(name));
  }

  is_as_wanted() {
    if (this.windows.length < this.started + kLast) return false;
    const last = this.windows.slice(-kLast);
    const is_wanted = (name) => this.wanted.includes(name);
    if (!last.flat().every(is_wanted)) return false;
    const enough = (windows, name) => windows.filter((names) => names.includes(name)).length > 2;
    return this.wanted.every((name) => {
      if (hertz.has(name)) return last.every((names) => names.includes(name));
      return enough(name === "music" ? this.windows.slice(this.started) : this.windows, name); // a ring may be over
    });
  }

  story() {
    const all = this.windows.map((names) => names.join("+") || "-");
    return `${this.name} shall hear ${this.wanted.join(" and ") || "nobody"}; heard, each 0.1 s: ${all.slice(-40).join(" ")}`;
  }
}

const listeners = rest.slice(rest.indexOf("--") + 1).map((wanted) => new Listener(wanted));
const deadline = performance.now() + 1000 * Number(seconds);
let good = false;
let intruder;
for (;;) {
  for (const listener of listeners) listener.read();
  intruder = listeners.map((one) => one.intruder() && `${one.name} heard ${one.intruder()} in passing`).find(Boolean);
  good = !intruder && listeners.every((one) => one.is_as_wanted());
  if (good || intruder || performance.now() > deadline) break;
  await new Promise((resolve) => setTimeout(resolve, kPauseMs));
}
if (intruder) console.log(intruder);
if (!good) for (const listener of listeners) console.log(listener.story());
for (const { name, file, at, wanted } of listeners) {
  if (file) memory.read[file] = at;
  memory.heard[name] = wanted;
}
fs.writeFileSync(memory_file, JSON.stringify(memory));
process.exitCode = good ? 0 : 1;
