// Writes a WAV file with one tone: node tone.mjs FILE HERTZ SECONDS
// 16-bit linear, mono, 8000 Hz, so that G.711 carries it unchanged in pitch; a quarter of full scale.
import { writeFileSync } from "node:fs";

const [file, hertz, seconds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const rate = 8000;
const samples = Math.round(rate * seconds);
const wav = Buffer.alloc(44 + 2 * samples);
wav.write("RIFF", 0);
wav.writeUInt32LE(36 + 2 * samples, 4);
wav.write("WAVEfmt ", 8);
wav.writeUInt32LE(16, 16); // length of the format chunk
wav.writeUInt16LE(1, 20); // linear PCM
wav.writeUInt16LE(1, 22); // one channel
wav.writeUInt32LE(rate, 24);
wav.writeUInt32LE(2 * rate, 28); // bytes a second
wav.writeUInt16LE(2, 32); // bytes a sample
wav.writeUInt16LE(16, 34); // bits a sample
wav.write("data", 36);
wav.writeUInt32LE(2 * samples, 40);
for (let n = 0; n < Math.min(rate, samples); ++n)
  wav.writeInt16LE(Math.round(8192 * Math.sin((2 * Math.PI * hertz * n) / rate)), 44 + 2 * n);
// A whole number of hertz: each second is as the first.
for (let at = 44 + 2 * rate; at < wav.length; at += 2 * rate) wav.copy(wav, at, 44, 44 + 2 * rate);
writeFileSync(file, wav);
