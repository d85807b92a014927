// The ear and mouth of a phone whose signalling another program does: node handset.mjs ADDRESS PORT HERTZ FILE
// Listens on ADDRESS:PORT for G.711 µ-law RTP, hums its tone back to where it came from (PCMU, 20 ms),
// and appends what it hears to the WAV file: 16-bit linear, mono, 8000 Hz, written as it comes.
import { createSocket } from "node:dgram";
import { openSync, writeSync } from "node:fs";

const [address, port, hertz, file] = process.argv.slice(2);
const kSamples = 160; // of a packet, 20 ms
const kPacketMs = 20;
const kPlaces = 8000; // the tone repeats after a second, whatever its whole number of hertz

/** The µ-law byte of a 16-bit sample (ITU-T G.711 table 2a). */
function encoded(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const size = Math.min(Math.abs(sample), 32635) + 132;
  const exponent = 31 - Math.clz32(size) - 7;
  return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 15)) & 0xff;
}
function decoded(byte) {
  const bits = ~byte & 0xff;
  const size = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
  return bits & 0x80 ? 132 - size : size - 132;
}

const tone = Uint8Array.from({ length: kPlaces }, (_, n) =>
  encoded(Math.round(8192 * Math.sin((2 * Math.PI * Number(hertz) * n) / 8000))));
const recording = openSync(file, "w");
const header = Buffer.alloc(44); // the length of the sound stays 0: as long as it was when it ended
header.write("RIFF", 0);
header.write("WAVEfmt ", 8);
header.writeUInt32LE(16, 16);
header.writeUInt16LE(1, 20); // linear PCM
header.writeUInt16LE(1, 22); // one channel
header.writeUInt32LE(8000, 24);
header.writeUInt32LE(16000, 28); // bytes a second
header.writeUInt16LE(2, 32); // bytes a sample
header.writeUInt16LE(16, 34); // bits a sample
header.write("data", 36);
writeSync(recording, header);

const socket = createSocket("udp4");
let partner = null;
socket.on("message", (packet, from) => {
  if (packet.length <= 12 || packet[0] !== 0x80 || (packet[1] & 0x7f) !== 0) return; // PCMU without extras
  const heard = Buffer.alloc(2 * (packet.length - 12));
  for (let n = 12; n < packet.length; ++n) heard.writeInt16LE(decoded(packet[n]), 2 * (n - 12));
  writeSync(recording, heard);
  if (!partner) hum();
  partner = from; // a call of its own for each handset; its partner may move
});

/** Sends what is due, by the clock: a machine that was busy catches up. */
function hum() {
  const start = performance.now();
  const packet = Buffer.alloc(12 + kSamples);
  packet[0] = 0x80; // RTP version 2
  packet.writeUInt32BE(Number(port), 8); // SSRC
  let sent = 0;
  setInterval(() => {
    for (; sent * kPacketMs <= performance.now() - start; ++sent) {
      packet.writeUInt16BE(sent & 0xffff, 2);
      packet.writeUInt32BE(sent * kSamples, 4);
      for (let n = 0; n < kSamples; ++n) packet[12 + n] = tone[(sent * kSamples + n) % kPlaces];
      socket.send(packet, partner.port, partner.address);
    }
  }, kPacketMs / 2);
}
socket.bind(Number(port), address);
