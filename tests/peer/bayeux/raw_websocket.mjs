// WebSocket frames by hand (RFC 6455).
import { randomBytes } from "node:crypto";
import { kAgent } from "./centre.mjs";
import { kHandshake, parts_of, RawConnection } from "./raw_http.mjs";
import { until } from "./waiting.mjs";

export const kText = 1;
export const kBinary = 2;
export const kClose = 8;
export const kPing = 9;
export const kPong = 10;

/** One frame of a client. @param fin  whether it is the message's last;  @param masked  as a client's must be */
export function frame(opcode, payload, { fin = true, masked = true } = {}) {
  const body = Buffer.from(payload);
  const length = body.length < 126 ? [body.length] : body.length < 65536 ? [126, body.length >> 8, body.length & 255] : null;
  if (!length) throw new Error("too long for these tests");
  length[0] |= masked ? 0x80 : 0;
  const mask = masked ? randomBytes(4) : Buffer.alloc(0);
  const hidden = masked ? body.map((byte, n) => byte ^ mask[n % 4]) : body;
  return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...length]), mask, hidden]);
}

export class RawWebSocket {
  /** Upgraded, if the server agrees: else `status` says why not. */
  static async to(centre, { user = kAgent, headers = [] } = {}) {
    const line = new RawWebSocket();
    line.#raw = await RawConnection.to(centre.http);
    const wanted = [`Host: ${centre.http}`, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    wanted.push(`Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`, ...headers);
    if (user) wanted.push(`Cookie: ${centre.cookie_of(user)}`);
    await line.#raw.send(`GET /api/v2/notifications HTTP/1.1\r\n${wanted.join("\r\n")}\r\n\r\n`);
    const end = await until("the upgrade is answered", () => line.#raw.received.indexOf("\r\n\r\n") + 1);
    line.head = line.#raw.received.subarray(0, end).toString();
    line.status = Number(line.head.split(" ")[1]);
    line.#at = end + 3;
    return line;
  }
  #raw;
  #at;
  /** What arrived, one element a frame: opcode, and the payload as bytes. */
  frames = [];

  get socket() {
    return this.#raw.socket;
  }
  get is_closed() {
    return this.#raw.is_closed;
  }
  send(bytes) {
    return this.#raw.send(bytes);
  }
  say(messages) {
    return this.send(frame(kText, JSON.stringify(messages)));
  }
  cut() {
    this.#raw.cut();
  }
  /** Cuts what arrived into frames; all that is left of it stays for the next time. */
  #read() {
    for (;;) {
      const bytes = this.#raw.received.subarray(this.#at);
      if (bytes.length < 2) return;
      const short = bytes[1] & 127;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < head) return;
      const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < head + size) return;
      this.frames.push({ opcode: bytes[0] & 15, payload: bytes.subarray(head, head + size) });
      this.#at += head + size;
    }
  }
  /** The text messages so far, parsed: one array each. */
  texts() {
    this.#read();
    return this.frames.filter(({ opcode }) => opcode === kText).map(({ payload }) => JSON.parse(payload));
  }
  messages() {
    return this.texts().flat();
  }
  counters() {
    return parts_of(this.messages()).counters;
  }
  hear(what, condition) {
    return until(what, () => condition(this.messages()));
  }
  reply_to(id) {
    return this.hear(`a reply to ${id}`, (messages) => messages.find((message) => message.id === id));
  }
  async pong() {
    return until("a pong", () => (this.#read(), this.frames.find(({ opcode }) => opcode === kPong)));
  }
  /** The code with which the server closes. */
  async close_code() {
    await until("the server closes", () => (this.#read(), this.frames.some(({ opcode }) => opcode === kClose)));
    return this.frames.find(({ opcode }) => opcode === kClose).payload.readUInt16BE(0);
  }

  #asked = 0;
  async ask(channel, more = {}) {
    const id = `ask${++this.#asked}`;
    await this.say([{ channel, id, clientId: this.id, ...more }]);
    return this.reply_to(id);
  }
  /** A session on this socket, subscribed, with a connect that is held. */
  async open({ ext } = {}) {
    this.id = (await this.ask("/meta/handshake", { ...kHandshake, clientId: undefined, ext })).clientId;
    await this.ask("/meta/subscribe", { subscription: "/v2/me/*" });
    await this.ask("/meta/connect", { connectionType: "websocket", advice: { timeout: 0 }, ext: ext && { ack: 0 } });
    return this;
  }
}
