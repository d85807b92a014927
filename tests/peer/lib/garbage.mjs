// Sends what no peer should: node garbage.mjs ADDRESS SIP-PORT RTP-PORT…
// Repeats exactly: the bytes come from a fixed seed.
import { createSocket } from "node:dgram";

const [address, sip_port, ...rtp_ports] = process.argv.slice(2);
let seed = 0x2545f491;
const random = (below) => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
};
const noise = (length) => Buffer.from(Array.from({ length }, () => random(256)));

const request = (lines) => Buffer.from(lines.join("\r\n") + "\r\n\r\n", "latin1");
const proper = [
  `OPTIONS sip:${address}:${sip_port} SIP/2.0`,
  "Via: SIP/2.0/UDP 127.0.0.4:9;branch=z9hG4bKgarbage",
  "Max-Forwards: 70",
  "From: <sip:nobody@127.0.0.4>;tag=1",
  `To: <sip:${address}>`,
  "Call-ID: garbage",
  "CSeq: 1 OPTIONS",
  "Content-Length: 0",
];
const without = (name) => proper.filter((line) => !line.startsWith(name));
const sip = [
  Buffer.alloc(0),
  Buffer.alloc(1),
  Buffer.from("\r\n\r\n"),
  Buffer.alloc(65507, 65),
  request([`INVITE sip:${"5".repeat(60000)} SIP/2.0`]),
  request([...proper, "Call-ID: another"]),
  request([...without("Content-Length"), "Content-Length: 99999"]),
  request([...without("Content-Length"), "Content-Length: -1"]),
  request([...without("CSeq"), "CSeq: 4294967296 OPTIONS"]),
  request([...without("CSeq"), "CSeq: 1 INVITE"]),
  request([...without("Via"), "Via: SIP/2.0/UDP"]),
  request([...without("Max-Forwards"), "Max-Forwards: 0"]),
  request([...proper, "Require: teleportation"]),
  request(["SIP/2.0 200 OK", ...proper.slice(1)]),
  request(["SIP/2.0 999999 No", ...proper.slice(1)]),
  request([...proper, `X: ${"(".repeat(20000)}`]),
  request(["BYE sip:5001@127.0.0.1 SIP/2.0", ...without("CSeq").slice(1), "CSeq: 1 BYE"]),
  ...proper.map((line) => request(without(line.split(":")[0]))),
];
const head = (first, second) => Buffer.concat([Buffer.from([first, second]), noise(10)]);
const rtp = [
  Buffer.alloc(0),
  Buffer.alloc(11, 0x80),
  head(0x8f, 0), // fifteen contributors promised, none there
  Buffer.concat([head(0x90, 0), Buffer.from([0xbe, 0xde, 0xff, 0xff])]), // an extension longer than the packet
  Buffer.concat([head(0xa0, 0), Buffer.from([0xff])]), // more padding than packet
  Buffer.concat([head(0x80, 101), Buffer.alloc(3)]), // half an event
  head(0x00, 0),
  head(0xc0, 0),
  Buffer.concat([head(0x80, 0), noise(60000)]),
  Buffer.from([0x80, 200, 0xff, 0xff, 1, 2, 3, 4]), // RTCP with a length beyond its end
  Buffer.from([0x81, 203, 0, 1, 0, 0, 0, 0]), // a BYE for nobody
];

const socket = createSocket("udp4");
const send = (bytes, port) =>
  new Promise((done, failed) => socket.send(bytes, Number(port), address, (error) => (error ? failed(error) : done())));
await new Promise((done) => socket.bind(0, "127.0.0.4", done));
for (let round = 0; round < 20; ++round) {
  for (const bytes of sip) await send(bytes, sip_port);
  for (const port of rtp_ports) for (const bytes of rtp) await send(bytes, port);
  for (let n = 0; n < 50; ++n)
    for (const port of [sip_port, ...rtp_ports]) await send(noise(random(1400)), port);
}
socket.close();
