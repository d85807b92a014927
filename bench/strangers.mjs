// Strangers flood the SIP port while a trunk calls a registered phone; prints what it cost.
//   node strangers.mjs SIP-PORT TRUNK-PORT SERVER-PID INVITES GUESSES
// The strangers are a process of their own at 127.0.0.66; the phone is at 127.0.0.1, the trunk at 127.0.0.2.
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";

const kSecret = "hush-hush";
const kSeconds = 10;
const kBatch = 50; // datagrams sent at once
const [sipPort, trunkPort, pid, invites, guesses] = process.argv.slice(2, 7).map(Number);
const md5 = (text) => createHash("md5").update(text).digest("hex");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function open(address, port, heard) {
  return new Promise((done) => {
    const socket = createSocket({ type: "udp4", recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
    socket.on("message", (bytes) => heard?.(bytes.toString("latin1"), socket));
    socket.bind(port, address, () => done(socket));
  });
}
const send = (socket, lines) => socket.send(lines.join("\r\n"), sipPort, "127.0.0.1");
const header = (text, name) => new RegExp(`^${name}: *(.*)$`, "mi").exec(text)?.[1].trim();
const sdp = (address, port) =>
  ["v=0", `o=- 1 1 IN IP4 ${address}`, "s=-", `c=IN IP4 ${address}`, "t=0 0", `m=audio ${port} RTP/AVP 0`, "a=inactive", ""].join("\r\n");
let serial = 0;

function request(method, socket, { from, to, call, cseq, toTag = "", body = "", more = [] }) {
  const { address, port } = socket.address();
  return [
    `${method} sip:${to}@127.0.0.1:${sipPort} SIP/2.0`, `Via: SIP/2.0/UDP ${address}:${port};branch=z9hG4bK-${++serial}-${port};rport`,
    "Max-Forwards: 70", `From: <sip:${from}@${address}>;tag=f${call}`, `To: <sip:${to}@127.0.0.1>${toTag}`, `Call-ID: ${call}@${address}`,
    `CSeq: ${cseq} ${method}`, `Contact: <sip:${from}@${address}:${port}>`, ...more,
    ...(body ? ["Content-Type: application/sdp"] : []), `Content-Length: ${body.length}`, "", body];
}
/** The same with a count, so that one challenge serves many requests. */
function countedProof(challenge, user, password, method, uri, count) {
  const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)[1];
  const [realm, nonce, nc] = [value("realm"), value("nonce"), count.toString(16).padStart(8, "0")];
  const response = md5(`${md5(`${user}:${realm}:${password}`)}:${nonce}:${nc}:bench:auth:${md5(`${method}:${uri}`)}`);
  return `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, qop=auth, nc=${nc}, cnonce="bench", response="${response}"`;
}
function proof(challenge, user, password, method, uri) {
  const value = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)[1];
  const [realm, nonce] = [value("realm"), value("nonce")];
  const response = md5(`${md5(`${user}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${uri}`)}`);
  return `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, response="${response}"`;
}
const challengeOf = (text) => /^WWW-Authenticate: .*$/m.exec(text)[0];
const answerTo = (text, status, { address, port }, tag, body = "") => [
  `SIP/2.0 ${status}`, ...text.split("\r\n").filter((line) => /^(Via|From|Call-ID|CSeq): /i.test(line)), `To: ${header(text, "To")}${tag}`,
  `Contact: <sip:5001@${address}:${port}>`, ...(body ? ["Content-Type: application/sdp"] : []), `Content-Length: ${body.length}`, "", body];

// ---- The strangers' own process -------------------------------------------------------------------

/** Sends `total` requests in not less than `seconds`, in batches; gives what came back by status, and the time taken. */
async function flood(total, seconds, make, address = "127.0.0.66") {
  const answers = {};
  const socket = await open(address, 0, (text) => (answers[text.slice(8, 11)] = (answers[text.slice(8, 11)] ?? 0) + 1));
  const began = performance.now();
  for (let sent = 0; sent < total; sent += kBatch) {
    for (let n = 0; n < kBatch; ++n) send(socket, make(socket, sent + n));
    const early = (sent / total) * seconds * 1000 - (performance.now() - began);
    await (early > 1 ? pause(early) : new Promise(setImmediate));
  }
  const took = (performance.now() - began) / 1000;
  await pause(500);
  socket.close();
  return { took, answers };
}
async function challengeTo(user) {
  const asking = await open("127.0.0.66", 0);
  const challenged = new Promise((done) => asking.once("message", (bytes) => done(challengeOf(bytes.toString("latin1")))));
  send(asking, request("REGISTER", asking, { from: user, to: user, call: `ask${user}`, cseq: 1 }));
  const challenge = await challenged;
  asking.close();
  return challenge;
}
const floods = {
  invites: () => flood(invites, kSeconds, (socket, n) => request("INVITE", socket, { from: `s${n}`, to: "5001", call: `s${n}`, cseq: 1 })),
  async guesses() {
    const uri = `sip:5001@127.0.0.1:${sipPort}`;
    const challenge = await challengeTo("5001");
    return flood(guesses, 0, (socket, n) =>
      request("REGISTER", socket, { from: "5001", to: "5001", call: `g${n}`, cseq: 1, more: [proof(challenge, "5001", `guess${n}`, "REGISTER", uri)] }));
  },
  // To a number nobody has, so that each is a call until it is refused; the refusals are not acknowledged.
  async phone() {
    const uri = `sip:9999@127.0.0.1:${sipPort}`;
    const challenge = await challengeTo("5002");
    return flood(guesses, 0, (socket, n) =>
      request("INVITE", socket, { from: "5002", to: "9999", call: `p${n}`, cseq: 1, more: [countedProof(challenge, "5002", "stolen", "INVITE", uri, n + 1)] }));
  },
  trunk: () => flood(guesses, 0, (socket, n) => request("INVITE", socket, { from: `030${n}`, to: "9999", call: `t${n}`, cseq: 1 }), "127.0.0.3"),
};
if (process.send) {
  process.on("message", async (name) => process.send(await floods[name](), () => process.exit(0)));
} else {
  await main();
}

// ---- Those who are known --------------------------------------------------------------------------

async function main() {
  const registering = new Map(); // by Call-ID
  const phone = await open("127.0.0.1", 0, (text, socket) => {
    if (text.startsWith("SIP/2.0 ")) registering.get(header(text, "Call-ID"))?.(text);
    if (text.startsWith("INVITE ")) send(socket, answerTo(text, "200 OK", socket.address(), ";tag=p1", sdp("127.0.0.1", 40000)));
    if (text.startsWith("BYE ")) send(socket, answerTo(text, "200 OK", socket.address(), ""));
  });
  const waiting = new Map(); // of the trunk, by Call-ID
  const trunk = await open("127.0.0.2", trunkPort, (text, socket) => {
    if (text.startsWith("BYE ")) send(socket, answerTo(text, "200 OK", socket.address(), ""));
    if (/^SIP\/2.0 [2-6]/.test(text)) waiting.get(header(text, "Call-ID"))?.(text);
  });

  async function register() { // whether it was let in, and how long that took
    const began = performance.now();
    const uri = `sip:5001@127.0.0.1:${sipPort}`;
    const asked = (cseq, more) => {
      const call = `r${++serial}`;
      const answer = new Promise((done) => registering.set(`${call}@127.0.0.1`, done));
      send(phone, request("REGISTER", phone, { from: "5001", to: "5001", call, cseq, more }));
      return Promise.race([answer, pause(5000).then(() => "")]);
    };
    const refusal = await asked(1, []);
    if (!refusal) return { good: false, ms: performance.now() - began };
    const answer = await asked(2, [proof(challengeOf(refusal.slice(refusal.lastIndexOf("WWW-"))), "5001", kSecret, "REGISTER", uri)]);
    return { good: answer.startsWith("SIP/2.0 200"), ms: performance.now() - began };
  }
  async function call(n) { // the time from INVITE to 200, in ms; undefined: no call
    const { address } = trunk.address();
    const [id, began] = [`t${n}`, performance.now()];
    const invite = { from: "0201", to: "5001", call: id, cseq: 1, body: sdp(address, 41000) };
    const answer = await Promise.race([
      new Promise((done) => {
        waiting.set(`${id}@${address}`, done);
        send(trunk, request("INVITE", trunk, invite));
      }), pause(5000)]);
    if (!answer?.startsWith("SIP/2.0 200")) return undefined;
    const ms = performance.now() - began;
    const toTag = /;tag=.*/.exec(header(answer, "To"))[0];
    send(trunk, request("ACK", trunk, { ...invite, body: "", toTag }));
    await pause(50);
    send(trunk, request("BYE", trunk, { ...invite, body: "", toTag, cseq: 2 }));
    return ms;
  }
  const kib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]);

  let calls = 0;
  async function during(name) {
    const before = kib();
    const strangers = fork(process.argv[1], process.argv.slice(2));
    let result;
    const gone = new Promise((done) => strangers.once("message", (what) => done((result = what))));
    strangers.send(name);
    const setUps = [];
    const owner = [];
    while (!result) {
      setUps.push(await call(++calls));
      owner.push(await register());
      await Promise.race([gone, pause(500)]);
    }
    await gone;
    const ms = setUps.filter((one) => one !== undefined).sort((a, b) => a - b);
    const counts = Object.entries(result.answers).map(([status, count]) => `${status}: ${count}`).join(", ");
    console.log(`${name}: ${name === "invites" ? invites : guesses} in ${result.took.toFixed(1)} s; answered ${counts}`);
    console.log(`  memory grew by ${kib() - before} KiB`);
    console.log(`  calls: ${ms.length} of ${setUps.length}; set up in ms p50 ${ms[ms.length >> 1]?.toFixed(1)}, max ${ms.at(-1)?.toFixed(1)}`);
    console.log(`  the owner registered ${owner.filter(({ good }) => good).length} of ${owner.length} times; max ${Math.max(...owner.map(({ ms: one }) => one)).toFixed(1)} ms`);
  }
  await register();
  for (let n = 0; n < 20; ++n) await call(++calls); // memory that the first calls take is theirs
  await during("invites");
  await during("guesses");
  await during("phone");
  await during("trunk");
  process.exit(0);
}
