// Desktops at work: each agent has a call, a WebSocket that tells what happens to it, and asks for operations
// over HTTP. Prints what each kind took, and what the server's processor time was.
//   node operations.mjs HOST:PORT SERVER-PID AGENTS FIRST-NUMBER PASSWORD RATE SECONDS    (RATE 0: as fast as they come)
// Delays are from the request's write to the notification's arrival, in this process, its own time included.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { connect } from "node:net";

const [http, pid, agents, first, password, rate, seconds] = process.argv.slice(2).map((word, n) => (n === 0 || n === 4 ? word : Number(word)));
const [host, port] = http.split(":");
const kPath = "/api/v2/notifications";
const kAtOnce = 32; // operations under way, where no rate is asked for
const sockets = new Agent({ keepAlive: true, maxSockets: 64 });

// What goes round on each call. The first two need no frame of audio; the others take effect with the next frame.
// Operation, its parameters, and what the call is then told to be.
const kRound = [
  ["UpdateUserData", { userData: { Counter: 7 } }, ({ userData }) => userData?.Counter === 7],
  ["DeleteUserDataPair", { key: "Counter" }, ({ userData }) => userData?.Counter === undefined],
  ["Hold", {}, ({ state }) => state === "Held"],
  ["Retrieve", {}, ({ state }) => state === "Established"],
  ["MuteCall", {}, ({ mute }) => mute === "On"],
  ["UnmuteCall", {}, ({ mute }) => mute === "Off"],
];

function ask(method, path, headers, body) {
  const text = body ? JSON.stringify(body) : "";
  return new Promise((done, failed) => {
    const asked = request({ agent: sockets, host, port, method, path, headers: { ...headers, "Content-Type": "application/json", "Content-Length": text.length } }, (answer) => {
      let said = "";
      answer.on("data", (part) => (said += part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, said }));
    });
    asked.on("error", failed);
    asked.end(text);
  });
}

class Desktop {
  step = 0;
  awaited = null;
  constructor(number) {
    this.number = number;
  }
  async open() {
    const credentials = Buffer.from(`agent-${this.number}:${password}`).toString("base64");
    const me = await ask("GET", "/api/v2/me", { Authorization: `Basic ${credentials}` });
    this.cookie = me.headers["set-cookie"].find((each) => each.startsWith("JSESSIONID=")).split(";")[0];
    for (let tries = 0; !this.call; ++tries) {
      const { said } = await ask("GET", "/api/v2/me/calls?fields=*", { Cookie: this.cookie });
      this.call = JSON.parse(said).calls.find((call) => call.state === "Established")?.id;
      if (tries > 200) throw new Error(`${this.number} has no call: ${said}`);
      if (!this.call) await pause(50);
    }
    this.socket = connect({ host, port, noDelay: true });
    this.socket.write(
      `GET ${kPath} HTTP/1.1\r\nHost: ${http}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\nCookie: ${this.cookie}\r\n\r\n`,
    );
    this.received = Buffer.alloc(0);
    this.upgraded = false;
    this.socket.on("data", (bytes) => this.read(bytes));
    this.socket.on("close", () => fail(`the WebSocket of ${this.number} was closed`));
    await this.say({ channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: ["websocket"] });
    await this.say({ channel: "/meta/subscribe", subscription: "/v2/me/calls" });
    this.send({ channel: "/meta/connect", connectionType: "websocket" });
  }
  send(message) {
    const text = Buffer.from(JSON.stringify([{ id: "1", clientId: this.client_id, ...message }]));
    const length = text.length < 126 ? [0x80 | text.length] : [0xfe, text.length >> 8, text.length & 255];
    this.socket.write(Buffer.concat([Buffer.from([0x81, ...length, 0, 0, 0, 0]), text]));
  }
  say(message) {
    return new Promise((done) => {
      this.replied = done;
      this.send(message);
    });
  }
  read(bytes) {
    let all = Buffer.concat([this.received, bytes]);
    if (!this.upgraded) {
      const end = all.indexOf("\r\n\r\n");
      if (end < 0) return void (this.received = all);
      this.upgraded = true;
      all = all.subarray(end + 4);
    }
    while (all.length >= 4) {
      const short = all[1] & 127;
      const at = short < 126 ? 2 : 4;
      const end = at + (short < 126 ? short : all.readUInt16BE(2));
      if (all.length < end) break;
      if (all[0] === 0x81) for (const message of JSON.parse(all.subarray(at, end))) this.take(message);
      all = all.subarray(end);
    }
    this.received = all;
  }
  take(message) {
    if (message.channel === "/meta/handshake") this.client_id = message.clientId;
    if (message.channel === "/meta/connect") return this.send({ channel: "/meta/connect", connectionType: "websocket" });
    if (message.channel.startsWith("/meta/")) return this.replied(message);
    if (this.awaited?.is_told(message.data.call)) {
      const { done, asked } = this.awaited;
      this.awaited = null;
      done(performance.now() - asked);
    }
  }
  /** Its next operation, whole: answered, and told. */
  async operate(measured) {
    const [operation, parameters, is_told] = kRound[this.step++ % kRound.length];
    if (this.awaited) fail(`${this.number} was not told of its last operation before ${operation} was due`);
    const asked = performance.now();
    const notified = new Promise((done) => (this.awaited = { is_told, asked, done }));
    const answer = await ask("POST", `/api/v2/me/calls/${this.call}`, { Cookie: this.cookie }, { operationName: operation, ...parameters });
    const answered = performance.now() - asked;
    if (answer.status !== 200) throw new Error(`${operation}: HTTP ${answer.status} ${answer.said}`);
    const notified_ms = await notified;
    (measured[operation] ??= []).push([answered, notified_ms]);
  }
}

const ticks = () => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
};
const fail = (words) => {
  console.error(words);
  process.exit(1);
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const desktops = Array.from({ length: agents }, (_, n) => new Desktop(first + n));
for (const each of desktops) await each.open();

// What the calls cost by themselves.
const rest_from = ticks();
await pause(3000);
const rest_cpu_s = (ticks() - rest_from) / 100 / 3;

setTimeout(() => fail("some operation was never told"), 1000 * (seconds + 30)).unref();
const measured = {};
let next = 0;
const from = performance.now();
const ticks_from = ticks();
if (rate) {
  const under_way = [];
  for (let n = 0; n < rate * seconds; ++n) {
    const due = from + (n * 1000) / rate;
    while (performance.now() < due) await pause(Math.max(0, due - performance.now() - 1));
    under_way.push(desktops[next++ % agents].operate(measured));
  }
  await Promise.all(under_way);
} else {
  const work = async (own) => {
    for (let n = 0; performance.now() < from + 1000 * seconds; ++n) await own[n % own.length].operate(measured);
  };
  await Promise.all(Array.from({ length: kAtOnce }, (_, n) => work(desktops.filter((_, each) => each % kAtOnce === n))));
}
const wall_s = (performance.now() - from) / 1000;
const cpu_s = (ticks() - ticks_from) / 100 - rest_cpu_s * wall_s;

const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(2).padStart(7);
const row = (name, times) => {
  const answers = times.map(([answered]) => answered).sort((a, b) => a - b);
  const tellings = times.map(([, told]) => told).sort((a, b) => a - b);
  console.log(
    `  ${name.padEnd(20)} ${String(times.length).padStart(7)}   ${at(answers, 0.5)} ${at(answers, 0.99)}   ` +
      `${at(tellings, 0.5)} ${at(tellings, 0.99)} ${at(tellings, 1)}`,
  );
};
const total = Object.values(measured).reduce((sum, { length }) => sum + length, 0);
console.log(
  `${agents} calls, ${rate ? `${rate} operations a second` : `${kAtOnce} operations at once`}: ${total} in ${wall_s.toFixed(1)} s, ` +
    `${(total / cpu_s).toFixed(0)} per CPU-second (calls alone: ${(rest_cpu_s * 100).toFixed(1)} % CPU, taken off)`,
);
console.log(`  ${"ms from request to".padEnd(28)}   answer:  p50     p99   notification: p50     p99     max`);
for (const [operation, times] of Object.entries(measured)) row(operation, times);
const both = (names) => names.flatMap((name) => measured[name] ?? []);
row("without the tick", both(["UpdateUserData", "DeleteUserDataPair"]));
row("with the tick", both(["Hold", "Retrieve", "MuteCall", "UnmuteCall"]));
process.exit(0);
