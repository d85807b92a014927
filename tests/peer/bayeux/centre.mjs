// A contact centre of its own for a test: earshotd on loopback, phones by earshot-robots, and the API.
//   EARSHOTD, EARSHOT_ROBOTS  the programs;  EARSHOT_MEDIA_PORT  the first of 1000 ports nobody else uses
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { until } from "./waiting.mjs";

export const kAgent = "agent@example.com";
export const kSupervisor = "supervisor@example.com";
export const kPassword = "hush-hush";
const kPhones = [
  ["5000", "440"],
  ["5001", "620:20"], // answers after 20 ms, as does the next
  ["5005", "910:20"],
];
const kPortsEach = 60; // of one centre's media

let media_port = Number(process.env.EARSHOT_MEDIA_PORT ?? 20000);
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
process.on("SIGTERM", () => process.exit(1)); // no server outlives its test

export const basic = (user) => `Basic ${Buffer.from(`${user}:${kPassword}`).toString("base64")}`;

/** Starts a program whose lines of output go to `on_line`. */
function start(program, words, on_line) {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
  running.add(child);
  child.ended = new Promise((done) => child.on("exit", (status) => done(status)));
  child.ended.then(() => running.delete(child));
  createInterface({ input: child.stdout }).on("line", on_line);
  return child;
}

export class Centre {
  /**
   * @param settings  lines of the section [notifications]
   * @param phones  pairs of a number and, as the robots take it, "HERTZ" or "HERTZ:MILLISECONDS"
   */
  static async start(settings = [], phones = kPhones) {
    const centre = new Centre();
    centre.#phones = phones;
    const port_min = media_port;
    media_port += kPortsEach;
    const section = (name, ...lines) => `[${name}]\n${lines.join("\n")}\n`;
    const user = (name, role, device) =>
      section("[users]", `name = "${name}"`, `password = "${kPassword}"`, `roles = ["${role}"]`, `device = "${device}"`);
    const text = [
      section("http", 'listen = "127.0.0.1:0"'),
      section("sip", 'listen = "127.0.0.1:0"'),
      section("media", `port_min = ${port_min}`, `port_max = ${port_min + kPortsEach - 1}`),
      section("log", 'level = "warn"'),
      section("notifications", ...settings),
      ...phones.map(([number]) => section("[devices]", `number = "${number}"`, `sip_password = "${kPassword}"`)),
      user(kAgent, "agent", "5001"),
      user(kSupervisor, "supervisor", "5005"),
    ];
    centre.#config = `${mkdtempSync("./centre-")}/earshot.toml`;
    writeFileSync(centre.#config, text.join("\n"));
    await centre.#start_server();
    for (const each of [kAgent, kSupervisor]) await centre.api(each, "GET", "/me");
    return centre;
  }

  #phones;
  #config;
  #server;
  #robots;
  #said = [];
  #agent = new Agent({ keepAlive: true });

  get url() {
    return `http://${this.http}/api/v2/notifications`;
  }

  async #start_server() {
    const again = this.http ? ["--http", this.http, "--sip", this.sip] : [];
    let ready = null;
    this.#server = start(process.env.EARSHOTD, ["--config", this.#config, ...again], (line) => {
      ready ??= /^earshot ready .*http=(\S+) sip=(\S+)/.exec(line);
    });
    await until("earshotd is ready", () => ready);
    [, this.http, this.sip] = ready;
  }

  /** Phones that are registered; both users are logged in. */
  async open() {
    const phones = this.#phones.flatMap(([number, tone]) => ["--phone", `${number}:${kPassword}:${tone}`]);
    this.#said = [];
    this.#robots = start(process.env.EARSHOT_ROBOTS, ["--server", this.sip, ...phones], (line) => this.#said.push(line));
    this.#tell("register");
    for (const [number] of this.#phones) await this.#hear(`"registered","phone":"${number}"`);
    for (const user of [kAgent, kSupervisor])
      await this.api(user, "POST", "/me", { operationName: "StartContactCenterSession", channels: ["voice"] });
  }

  /** The agent talks to 5000; where asked for, the supervisor listens. */
  async call({ supervised = false } = {}) {
    if (!this.#robots) await this.open();
    if (supervised) {
      const { devices } = await this.api(kSupervisor, "GET", "/me/devices?fields=*");
      await this.api(kSupervisor, "POST", `/me/devices/${devices[0].id}`, { operationName: "ListenIn", phoneNumber: "5001" });
    }
    this.#tell("dial 5000 5001");
    for (const user of supervised ? [kAgent, kSupervisor] : [kAgent])
      await until(`${user} is in the call`, async () => {
        const { calls } = await this.api(user, "GET", "/me/calls?fields=*");
        this.call_id = calls[0]?.id ?? this.call_id;
        return calls[0]?.state === "Established";
      });
    this.#next = 1;
  }

  #next = 1;
  /** Everybody in the call is told the next number, 1 at first. @return it */
  async tell(padding = "") {
    const counter = this.#next++;
    const call = `/me/calls/${this.call_id}`;
    await this.api(kAgent, "POST", call, { operationName: "UpdateUserData", userData: { counter, padding } });
    return counter;
  }
  async tell_many(count, padding) {
    for (let n = 0; n < count; ++n) await this.tell(padding);
  }

  /** The answer as JSON; HTTP 200 is wanted. */
  api(user, method, path, body) {
    const [host, port] = this.http.split(":");
    const text = body ? JSON.stringify(body) : "";
    const headers = { Cookie: this.#cookies.get(user) ?? "", "Content-Type": "application/json", "Content-Length": text.length };
    if (!headers.Cookie) Object.assign(headers, { Authorization: basic(user) });
    return new Promise((done, failed) => {
      const asked = request({ agent: this.#agent, host, port, method, path: `/api/v2${path}`, headers }, (answer) => {
        const cookie = answer.headers["set-cookie"]?.find((each) => each.startsWith("JSESSIONID="));
        if (cookie) this.#cookies.set(user, cookie.split(";")[0]);
        let said = "";
        answer.setEncoding("utf8").on("data", (piece) => (said += piece));
        answer.on("end", () =>
          answer.statusCode === 200 ? done(JSON.parse(said)) : failed(new Error(`${method} ${path}: ${answer.statusCode} ${said}`)),
        );
      });
      asked.on("error", failed);
      asked.end(text);
    });
  }
  #cookies = new Map();
  /** The HTTP session of a user, as a Cookie. */
  cookie_of(user) {
    return this.#cookies.get(user);
  }

  /** Resident memory of the server, in kB. */
  memory_kb() {
    return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${this.#server.pid}/status`, "utf8"))[1]);
  }

  /** The same addresses, a new process, and nothing remembered. */
  async restart() {
    await this.#stop_server();
    await this.#stop_robots();
    this.#cookies.clear();
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true });
    await this.#start_server();
  }

  async stop() {
    await this.#stop_robots();
    await this.#stop_server();
    this.#agent.destroy();
    execFileSync("rm", ["-rf", this.#config.replace(/\/[^/]*$/, "")]);
  }
  async #stop_robots() {
    if (!this.#robots) return;
    this.#tell("quit");
    await this.#robots.ended;
    this.#robots = undefined;
  }
  async #stop_server() {
    this.#server.kill("SIGTERM");
    const status = await this.#server.ended;
    if (status !== 0) throw new Error(`earshotd ended with status ${status}`);
  }

  /** A command to the robots (docs/robots.md). */
  tell_robots(command) {
    this.#tell(command);
  }
  /** Whom each phone heard in the next so many milliseconds, by number: {"5000": ["5001"]}. */
  async hears(ms = 600) {
    const count = () => this.#said.filter((line) => line.includes('"event":"hears"'));
    const before = count().length;
    this.#tell(`hears ${ms}`);
    await until("the robots have listened", () => count().length > before);
    return JSON.parse(count().at(-1)).matrix;
  }

  #tell(command) {
    this.#robots.stdin.write(`${command}\n`);
  }
  #hear(words) {
    return until(`the robots say ${words}`, () => this.#said.some((line) => line.includes(words)));
  }
}
