// Who is heard in a recording, by tone: node goertzel.mjs FILE +HERTZ… -HERTZ…
// Cuts the WAV file into windows of 100 ms and measures each tone in each (Goertzel's filter). A `+` tone
// must be clear (a tenth of the window's power or more) in at least five windows; a `-` tone must be in
// none. Status 0 if all is so; prints one line a tone.
import { readFileSync } from "node:fs";
import { kHeard, share_of } from "./tone_share.mjs";

const kWindows = 5;

/** The samples of a 16-bit linear or 32-bit float WAV file, its first channel, and its rate in hertz. */
function read_wav(file) {
  const bytes = readFileSync(file);
  let format = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString("latin1", at, at + 4);
    // A recorder that was ended early leaves a length of 0 or too much: then what is there counts.
    let length = bytes.readUInt32LE(at + 4);
    if (name === "data" && (length === 0 || at + 8 + length > bytes.length)) length = bytes.length - at - 8;
    if (name === "fmt ")
      format = {
        kind: bytes.readUInt16LE(at + 8),
        channels: bytes.readUInt16LE(at + 10),
        rate: bytes.readUInt32LE(at + 12),
        bits: bytes.readUInt16LE(at + 22),
      };
    if (name === "data" && format) {
      const step = (format.channels * format.bits) / 8;
      const samples = new Float64Array(Math.floor(length / step));
      for (let n = 0; n < samples.length; ++n) {
        const place = at + 8 + n * step;
        samples[n] = format.bits === 16 ? bytes.readInt16LE(place) : 32768 * bytes.readFloatLE(place);
      }
      return { samples, rate: format.rate };
    }
    at += 8 + length + (length & 1);
  }
  throw new Error(`${file}: no sound in it`);
}

const [file, ...tones] = process.argv.slice(2);
const { samples, rate } = read_wav(file);
const size = Math.floor(rate / 10);
let good = true;
for (const tone of tones) {
  const hertz = Number(tone.slice(1));
  let heard = 0;
  let windows = 0;
  for (let at = 0; at + size <= samples.length; at += size, ++windows)
    if (share_of(samples.subarray(at, at + size), hertz, rate) >= kHeard) ++heard;
  const right = tone[0] === "+" ? heard >= kWindows : heard === 0 && windows >= kWindows;
  console.log(`${right ? "right" : "WRONG"}: ${hertz} Hz in ${heard} of ${windows} windows, wanted ${tone}`);
  good &&= right;
}
process.exitCode = good ? 0 : 1;
