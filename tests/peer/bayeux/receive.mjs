// Receives a user's notifications with the public CometD client as it comes, over one transport:
//   node receive.mjs --url http://HOST:PORT/api/v2/notifications --user U --password P
//        [--channel '/v2/me/*']… [--count N] [--timeout SECONDS] [--transport long-polling|websocket]
// Logs in by Basic (GET /me gives the JSESSIONID), subscribes, then writes `subscribed` to standard error.
// Each message is a line of JSON on standard output. Ends with 0 after `count` messages, with 1 when
// `timeout` passed or the server refused. Without them it goes on until it is told to stop.
import { parseArgs } from "node:util";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    user: { type: "string" },
    password: { type: "string" },
    channel: { type: "string", multiple: true, default: ["/v2/me/*"] },
    count: { type: "string", default: "Infinity" },
    timeout: { type: "string" },
    transport: { type: "string", default: "long-polling" },
  },
});
const wanted = Number(options.count);
const tell = (words) => process.stderr.write(`${words}\n`);
const fail = (words) => {
  tell(`failed: ${words}`);
  process.exit(1);
};
const answered = (call) => new Promise((done) => call(done));

/** The session cookie of the user, as `JSESSIONID=…`. */
async function log_in() {
  const credentials = Buffer.from(`${options.user}:${options.password}`).toString("base64");
  const me = options.url.replace(/\/notifications\/?$/, "/me");
  const answer = await fetch(me, { headers: { Authorization: `Basic ${credentials}` } });
  await answer.text();
  if (!answer.ok) fail(`GET ${me}: HTTP ${answer.status}`);
  // All cookies in one text: Debian 12's Node cannot list them.
  return /\bJSESSIONID=[^;,]+/.exec(answer.headers.get("set-cookie"))?.[0] ?? fail("no JSESSIONID was given");
}

let received = 0;
function receive(message) {
  process.stdout.write(`${JSON.stringify({ channel: message.channel, data: message.data })}\n`);
  if (++received === wanted) leave(0);
}

async function leave(status) {
  await answered((done) => client.disconnect(done));
  process.exit(status);
}

if (options.timeout) setTimeout(() => fail(`${received} messages in ${options.timeout} s`), 1000 * options.timeout);

adapt();
const client = new CometD();
for (const transport of client.getTransportTypes())
  if (transport !== options.transport) client.unregisterTransport(transport);
// The upgrade of this client carries no headers of ours, but the credentials of the URL.
const url = new URL(options.url);
if (options.transport === "websocket") [url.username, url.password] = [options.user, options.password];
client.configure({ url: url.href, requestHeaders: { Cookie: await log_in() }, logLevel: "warn" });

// Subscriptions do not outlive a session: they are made again after every handshake.
client.addListener("/meta/handshake", async (reply) => {
  if (!reply.successful) return tell(`handshake refused: ${JSON.stringify(reply)}`);
  for (const channel of options.channel) {
    const granted = await answered((done) => client.subscribe(channel, receive, done));
    if (!granted.successful) fail(`subscription refused: ${JSON.stringify(granted)}`);
  }
  tell("subscribed");
});
client.addListener("/meta/unsuccessful", (message) => tell(`unsuccessful: ${JSON.stringify(message)}`));
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => leave(0));
client.handshake();
