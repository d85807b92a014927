// Bayeux over HTTP by hand: what no public client would send.
import { request } from "node:http";
import { connect } from "node:net";
import { kAgent } from "./centre.mjs";
import { until } from "./waiting.mjs";

/**
 * One POST on a connection of its own.
 * @param body     an array of messages, or text as it is
 * @param user     who has logged in; null: nobody
 * @return  status, headers, text, and `messages` where the answer is JSON; `cut()` breaks it off, and it gives null
 */
export function post(centre, body, { user = kAgent, headers = {}, method = "POST", path = "" } = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const [host, port] = centre.http.split(":");
  let cut;
  const answered = new Promise((done, failed) => {
    const all = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text), ...headers };
    all.Cookie = [user && centre.cookie_of(user), headers.Cookie].filter(Boolean).join("; ");
    const options = { agent: false, host, port, method, path: `/api/v2/notifications${path}`, headers: all };
    const asked = request(options, (answer) => {
      let said = "";
      answer.setEncoding("utf8").on("data", (piece) => (said += piece));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text: said, messages: json_of(said) }));
      answer.on("error", failed);
    });
    cut = () => (asked.removeAllListeners("error").on("error", () => {}), asked.destroy(), done(null));
    asked.on("error", failed);
    asked.end(text);
  });
  answered.cut = cut;
  return answered;
}
function json_of(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const kHandshake = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["websocket", "long-polling"],
};

/** A session over HTTP, one call a message; each gives the reply to it and, of connects, the events before it. */
export class RawSession {
  static async open(centre, { user = kAgent, ext, headers, subscribe = "/v2/me/*" } = {}) {
    const session = new RawSession();
    Object.assign(session, { centre, user, headers });
    const { messages } = await session.post([{ ...kHandshake, ext }]);
    session.handshake = messages[0];
    session.id = messages[0].clientId;
    if (subscribe) await session.subscribe(subscribe);
    return session;
  }
  post(messages, more = {}) {
    return post(this.centre, messages, { user: this.user, headers: this.headers, ...more });
  }
  async ask(channel, more) {
    return (await this.post([{ channel, clientId: this.id, ...more }])).messages[0];
  }
  subscribe(subscription) {
    return this.ask("/meta/subscribe", { subscription });
  }
  disconnect() {
    return this.ask("/meta/disconnect");
  }
  /** The connect's answer: status, reply, counters and, if it is to be held, `cut()`. */
  connect(more = {}, options = {}) {
    const asked = this.post([{ channel: "/meta/connect", connectionType: "long-polling", clientId: this.id, ...more }], options);
    const answer = asked.then((got) => got && { ...got, ...parts_of(got.messages) });
    answer.cut = asked.cut;
    return answer;
  }
  /** Answered at once. */
  poll(more = {}, options) {
    return this.connect({ advice: { timeout: 0 }, ...more }, options);
  }
  /** A connect that the server holds by now: what is sent after it comes after it. */
  async hold(more) {
    const held = this.connect(more);
    let is_over = false;
    held.then(() => (is_over = true));
    // Once the first of two later requests is answered, the loop has turned; it has read the connect before the second.
    for (let n = 0; n < 2; ++n) await this.ask("/meta/unsubscribe", { subscription: "/none" });
    if (is_over) throw new Error("the connect was not held");
    return { answer: held, cut: held.cut, is_over: () => is_over };
  }
}

/** The reply to a connect, and the counters of the events beside it. */
export function parts_of(answer) {
  const messages = Array.isArray(answer) ? answer : [];
  return {
    reply: messages.find((message) => message.channel === "/meta/connect"),
    counters: messages.flatMap((message) => message.data?.call?.userData?.counter ?? []),
  };
}

/** A connection that sends what it is told, byte by byte if need be. */
export class RawConnection {
  static async to(address) {
    const raw = new RawConnection();
    const [host, port] = address.split(":");
    raw.socket = connect({ port: Number(port), host, noDelay: true });
    raw.socket.on("data", (bytes) => (raw.received = Buffer.concat([raw.received, bytes])));
    raw.socket.on("error", () => {});
    raw.socket.on("close", () => (raw.is_closed = true));
    await new Promise((done, failed) => raw.socket.once("connect", done).once("error", failed));
    return raw;
  }
  received = Buffer.alloc(0);
  is_closed = false;
  send(bytes) {
    return new Promise((done) => this.socket.write(bytes, done));
  }
  closed() {
    return until("the server closes", () => this.is_closed);
  }
  cut() {
    this.socket.destroy();
  }
}

/** The text of a POST to the endpoint, all but its body. */
export function post_head(centre, more) {
  const lines = [`Host: ${centre.http}`, `Cookie: ${centre.cookie_of(kAgent)}`, "Content-Type: application/json", ...more];
  return `POST /api/v2/notifications HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
}
