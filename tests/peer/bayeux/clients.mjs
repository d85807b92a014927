// The public clients as they come, behind one face.
import { createRequire } from "node:module";
import { AckExtension } from "cometd/AckExtension.js";
import { Extension } from "cometd/Extension.js";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";
import { basic, kAgent, kPassword } from "./centre.mjs";
import { until } from "./waiting.mjs";

// No cookie is kept, as if each client were a program of its own: they share this process, not a browser.
adapt({ cookies: { storeCookie: (uri, header, done) => done(), retrieveCookies: (context, uri, done) => done(null, []) } });
const require = createRequire(import.meta.url);
const cometd_3 = require("cometd-3");
const AckExtension3 = require("cometd-3/AckExtension.js");
const faye = require("faye");
faye.logger = {};

/** One subscriber to all of its user's notifications. */
class Subscriber {
  /** What came: the counters of the call's user data, in the order of their coming. */
  counters = [];
  handshakes = 0;
  subscriptions = 0;
  take(data) {
    this.on_event?.(data);
    const counter = data.call?.userData?.counter;
    if (counter !== undefined && data.call.state === "Established") this.counters.push(counter);
  }
  last() {
    return this.counters.at(-1) ?? 0;
  }
}

/** For cometd-9: keeps the number of the last event, and names it in each handshake (docs/notifications.md). */
export class CursorExtension extends Extension {
  gaps = 0;
  outgoing(message) {
    if (message.channel === "/meta/handshake") message.ext = { ...message.ext, earshot: this.after ? { after: this.after } : true };
    return message;
  }
  incoming(message) {
    const said = message.ext?.earshot;
    if (message.channel === "/meta/handshake" && message.successful) this.after ??= said.newest;
    if (said?.gap) this.gaps += 1;
    if (said?.sequence) this.after = said.sequence;
    return message;
  }
}

class CometdSubscriber extends Subscriber {
  constructor(kind, { ack, cursor, transport, user, url, credentials, options }) {
    super();
    this.client = kind === "cometd-3" ? new cometd_3.CometD() : new CometD();
    for (const type of this.client.getTransportTypes()) if (type !== transport) this.client.unregisterTransport(type);
    if (ack) this.client.registerExtension("ack", kind === "cometd-3" ? new AckExtension3() : new AckExtension());
    if (cursor) this.client.registerExtension("cursor", cursor);
    const at = new URL(url);
    // The upgrade of the adapter's WebSocket bears no headers of ours, but the credentials of the URL.
    if (transport === "websocket") [at.username, at.password] = [user, kPassword];
    this.client.configure({ url: at.href, requestHeaders: credentials, logLevel: "error", ...options });
    this.client._debug = this.client._info = this.client._warn = () => {};
    this.client.addListener("/meta/handshake", (reply) => {
      if (!reply.successful) return;
      this.handshakes += 1;
      this.is_acknowledging = reply.ext?.ack === true;
      this.client.subscribe(
        "/v2/me/*",
        (message) => this.take(message.data),
        (granted) => (this.subscriptions += granted.successful ? 1 : 0),
      );
    });
    this.client.handshake();
  }
  transport() {
    return this.client.getTransport().getType?.() ?? this.client.getTransport().type;
  }
  client_id() {
    return this.client.getClientId();
  }
  leave() {
    return new Promise((done) => this.client.disconnect(done));
  }
}

class FayeSubscriber extends Subscriber {
  constructor({ transport, url, credentials, options }) {
    super();
    this.client = new faye.Client(url, options);
    if (transport !== "websocket") this.client.disable("websocket");
    for (const [name, value] of Object.entries(credentials)) this.client.setHeader(name, value);
    this.client.addExtension({
      incoming: (message, pass) => {
        if (message.successful && message.channel === "/meta/handshake") this.handshakes += 1;
        if (message.successful && message.channel === "/meta/subscribe") this.subscriptions += 1;
        pass(message);
      },
    });
    this.client.subscribe("/v2/me/*", (data) => this.take(data));
  }
  transport() {
    return this.client._dispatcher._transport?.connectionType;
  }
  client_id() {
    return this.client._dispatcher.clientId;
  }
  leave() {
    return this.client.disconnect();
  }
}

/**
 * A client that is subscribed, over the transport that was asked for.
 * @param kind    cometd-9, cometd-3 or faye
 * @param cursor  a CursorExtension, for cometd-9
 */
export async function subscriber(kind, { transport, url, ack = false, cursor, user = kAgent, options = {} }) {
  const given = { transport, url, ack, cursor, user, options, credentials: { Authorization: basic(user) } };
  const made = kind === "faye" ? new FayeSubscriber(given) : new CometdSubscriber(kind, given);
  const name = `${kind} over ${transport}${ack ? ", acknowledging," : ""}`;
  await until(`${name} is subscribed`, () => made.subscriptions === 1);
  await until(`${name} uses its transport`, () => made.transport() === transport);
  if (ack && !made.is_acknowledging) throw new Error(`${name} was not granted acknowledgement`);
  return made;
}
