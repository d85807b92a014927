// The two transports by hand: what no public client sends, and what a hostile one would.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Centre, kAgent } from "./centre.mjs";
import { kHandshake, post, post_head, RawConnection, RawSession } from "./raw_http.mjs";
import { frame, kBinary, kClose, kPing, kText, RawWebSocket } from "./raw_websocket.mjs";
import { until } from "./waiting.mjs";

let centre;
before(async () => {
  centre = await Centre.start();
  await centre.call();
});
after(() => centre.stop());

const handshake_text = JSON.stringify([kHandshake]);
const answers_in = (raw) => raw.received.toString().split("HTTP/1.1 ").length - 1;
const whole = (text) => post_head(centre, [`Content-Length: ${Buffer.byteLength(text)}`]) + text;

describe("http", { timeout: 60_000 }, () => {
  test("http: what a message is decides, not the path", async () => {
    for (const path of ["", "/", "/connect", "/handshake", "/anything"])
      assert.equal((await post(centre, [kHandshake], { path })).messages[0].successful, true, path);
  });

  test("http: an answer is JSON that nobody caches, and a bare message is answered in an array", async () => {
    const { headers, messages } = await post(centre, JSON.stringify(kHandshake));
    assert.match(headers["content-type"], /^application\/json/);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(messages.length, 1);
  });

  test("http: an id and a subscription come back as they came", async () => {
    const session = await RawSession.open(centre);
    for (const id of ["17", "1k", "abc"]) assert.equal((await session.ask("/meta/subscribe", { id, subscription: "/a" })).id, id);
    for (const subscription of ["/a", ["/a"], ["/a", "/b/*"]])
      assert.deepEqual((await session.subscribe(subscription)).subscription, subscription);
  });

  test("http: a handshake is alone; what comes with it is not followed", async () => {
    const session = await RawSession.open(centre);
    const { messages } = await session.post([kHandshake, { channel: "/meta/disconnect", clientId: session.id }]);
    assert.deepEqual(messages.map(({ successful }) => successful), [true, false]);
    assert.equal((await session.poll()).reply.successful, true);
  });

  test("http: one array speaks for one session", async () => {
    const [mine, other] = [await RawSession.open(centre), await RawSession.open(centre)];
    const { messages } = await mine.post([mine, other].map(({ id }) => ({ channel: "/meta/subscribe", clientId: id, subscription: "/a" })));
    assert.deepEqual(messages.map(({ error }) => error), [undefined, "402::session_unknown"]);
  });

  test("http: a connect that is not alone is not held", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const connect = { channel: "/meta/connect", clientId: session.id, connectionType: "long-polling" };
    const started = Date.now();
    const { messages } = await session.post([{ channel: "/meta/subscribe", clientId: session.id, subscription: "/a" }, connect]);
    assert.deepEqual(messages.map(({ successful }) => successful), [true, true]);
    assert.ok(Date.now() - started < 20_000, "it was held");
  });

  test("http: many overlapping connects: one carries the event, the others nothing", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const polls = Array.from({ length: 10 }, () => session.connect());
    const last = await session.hold();
    const told = await centre.tell();
    const answers = [...(await Promise.all(polls)), await last.answer];
    assert.deepEqual(answers.flatMap(({ counters }) => counters), [told]);
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test("http: an event is not lost on a poll that was cut", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const held = await session.hold();
    held.cut();
    await held.answer;
    await RawSession.open(centre); // by now the server has seen the end
    const told = await centre.tell();
    assert.deepEqual((await session.connect()).counters, [told]);
  });

  test("http: a stale, negative, huge or absurd ack drops nothing that was not sent", async () => {
    const session = await RawSession.open(centre, { ext: { ack: true } });
    await session.poll({ ext: { ack: 0 } });
    const told = await centre.tell();
    for (const ack of [-1, -9007199254740992, 9007199254740992, 1e300, 1.5, "1", null, {}, true]) {
      const { reply, counters } = await session.poll({ ext: { ack } });
      assert.equal(reply.successful, true);
      if (ack === -1) assert.deepEqual(counters, [told]);
    }
    const second = await centre.tell();
    const { reply, counters } = await session.poll({ ext: { ack: 1e300 } });
    assert.equal(counters.at(-1), second, "what was never sent is there");
    assert.deepEqual((await session.poll({ ext: { ack: 0 } })).counters.at(-1), second, "and again");
    await session.poll({ ext: { ack: reply.ext.ack } });
    assert.deepEqual((await session.poll({ ext: { ack: 0 } })).counters, [], "what was acknowledged is gone");
  });

  test("http: pipelined requests are answered in order, and a cut body by nothing", async () => {
    const raw = await RawConnection.to(centre.http);
    await raw.send(whole(handshake_text).repeat(5) + whole("{") + whole(handshake_text).slice(0, -5));
    await until("six answers", () => answers_in(raw) === 6);
    const codes = raw.received.toString().match(/HTTP\/1\.1 \d+/g).map((line) => line.slice(-3));
    assert.deepEqual(codes, ["200", "200", "200", "200", "200", "400"]);
    raw.cut();
  });

  test("http: a chunked body, in pieces of one byte", async () => {
    const raw = await RawConnection.to(centre.http);
    const half = handshake_text.length >> 1;
    const chunk = (text) => `${text.length.toString(16)};name=value\r\n${text}\r\n`;
    const text = post_head(centre, ["Transfer-Encoding: chunked"]) + chunk(handshake_text.slice(0, half)) + chunk(handshake_text.slice(half)) + "0\r\n\r\n";
    for (const byte of text) await raw.send(byte);
    await until("an answer", () => raw.received.includes('"successful":true'));
    raw.cut();
  });

  test("http: two lengths, or a length and chunks, end the connection", async () => {
    for (const more of [["Content-Length: 2", "Content-Length: 3"], ["Content-Length: 2", "Transfer-Encoding: chunked"], ["Content-Length: -1"], ["Content-Length: 99999999999999999999"]]) {
      const raw = await RawConnection.to(centre.http);
      await raw.send(`${post_head(centre, more)}[]\r\n`);
      await raw.closed();
      assert.match(raw.received.toString(), /^HTTP\/1\.1 4(00|13) /);
    }
  });

  test("http: wrong shapes and hostile keys are refused or ignored", async () => {
    const session = await RawSession.open(centre);
    const hostile = '[{"channel":"/meta/subscribe","clientId":"x","clientId":"ID","__proto__":{"a":1},"subscription":"/a","x":"\\u0000"}]';
    assert.equal((await session.post(hostile.replace("ID", session.id))).status, 200);
    for (const subscription of [undefined, "", "a", "/", "//", "/a//b", "/a/*/b", "/**/a", 5, {}, [], ["/a", 5], `/${"a".repeat(5000)}`, "/ä"]) {
      const reply = await session.subscribe(subscription);
      assert.equal(reply.successful, false, JSON.stringify(subscription)?.slice(0, 50));
      assert.match(reply.error, /^4\d\d:/);
    }
    for (const channel of [undefined, 5, "", "meta/connect", {}]) assert.equal((await session.ask(channel)).successful, false);
    for (const clientId of [undefined, 5, "", {}, "x".repeat(100_000)])
      assert.equal((await session.post([{ channel: "/meta/connect", clientId, connectionType: "long-polling" }])).messages[0].error, "402::session_unknown");
    assert.match((await session.ask("/v2/me/calls", { data: {} })).error, /^403:.*:publish_denied$/);
  });

  test("http: what is no POST is refused, JSONP with it", async () => {
    const path = `?jsonp=cb&message=${encodeURIComponent(handshake_text)}`;
    assert.equal((await post(centre, "", { method: "GET", path })).status, 405);
    assert.equal((await post(centre, "", { method: "PUT" })).status, 405);
  });

  test("http: a page of another origin is refused, our own and no page are not", async () => {
    for (const [Origin, status] of [["http://evil.example", 403], ["null", 403], [`https://${centre.http}.evil.example`, 403], [`http://${centre.http}`, 200], [undefined, 200]])
      assert.equal((await post(centre, [kHandshake], { headers: Origin ? { Origin } : {} })).status, status, Origin);
  });

  test("http: the cookie of a browser is made once, and not for scripts", async () => {
    const fresh = (await post(centre, [kHandshake])).headers["set-cookie"].find((each) => each.startsWith("BAYEUX_BROWSER="));
    assert.match(fresh, /^BAYEUX_BROWSER=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
    const again = await post(centre, [kHandshake], { headers: { Cookie: fresh.split(";")[0] } });
    assert.ok(!(again.headers["set-cookie"] ?? []).some((each) => each.startsWith("BAYEUX_BROWSER=")));
  });
});

describe("websocket", { timeout: 60_000 }, () => {
  test("websocket: an upgrade selects no protocol and no extension", async () => {
    const headers = ["Sec-WebSocket-Protocol: bayeux", "Sec-WebSocket-Extensions: permessage-deflate"];
    const { status, head } = await RawWebSocket.to(centre, { headers });
    assert.equal(status, 101);
    assert.doesNotMatch(head, /Sec-WebSocket-(Protocol|Extensions)/i);
  });

  test("websocket: a page of another origin, and nobody, are not let in", async () => {
    for (const origin of ["http://evil.example", "null"])
      assert.equal((await RawWebSocket.to(centre, { headers: [`Origin: ${origin}`] })).status, 403);
    assert.equal((await RawWebSocket.to(centre, { headers: [`Origin: http://${centre.http}`] })).status, 101);
    assert.equal((await RawWebSocket.to(centre, { user: null })).status, 403);
  });

  test("websocket: events are pushed at once while the connect stays held", async () => {
    const line = await (await RawWebSocket.to(centre)).open();
    await line.say([{ channel: "/meta/connect", id: "held", clientId: line.id, connectionType: "websocket" }]);
    const told = [await centre.tell(), await centre.tell(), await centre.tell()];
    await until("they come", () => line.counters().length === 3);
    assert.deepEqual(line.counters(), told);
    assert.ok(!line.messages().some(({ id }) => id === "held"));
  });

  test("websocket: a message in frames of one byte, with pings in between", async () => {
    const line = await RawWebSocket.to(centre);
    const bytes = Buffer.from(JSON.stringify([{ ...kHandshake, id: "slow" }]));
    for (const [n, byte] of bytes.entries()) {
      const part = frame(n ? 0 : kText, [byte], { fin: n === bytes.length - 1 });
      await line.send(part.subarray(0, 3));
      await line.send(part.subarray(3));
      if (n % 20 === 0) await line.send(frame(kPing, `${n}`));
    }
    assert.equal((await line.reply_to("slow")).successful, true);
    assert.equal((await line.pong()).payload.toString(), "0");
  });

  test("websocket: what breaks the rules closes with the code that says so", async () => {
    const cases = {
      "a binary message": [frame(kBinary, "[]"), 1003],
      "no JSON": [frame(kText, "{"), 1007],
      "deep JSON": [frame(kText, "[".repeat(60_000)), 1007],
      "no UTF-8": [frame(kText, [0xc3, 0x28]), 1007],
      "a frame that is not masked": [frame(kText, "[]", { masked: false }), 1002],
      "a frame that goes on with nothing": [frame(0, "[]"), 1002],
      "a ping in pieces": [frame(kPing, "x", { fin: false }), 1002],
      "an unknown opcode": [frame(5, "x"), 1002],
      "a long ping": [frame(kPing, "x".repeat(126)), 1002],
      "201 messages": [frame(kText, JSON.stringify(Array(201).fill({}))), 1009],
      "more than 256 KiB in pieces": [Buffer.concat([frame(kText, "[", { fin: false }), ...Array(5).fill(frame(0, " ".repeat(60_000), { fin: false }))]), 1009],
      "a frame of 2^63 bytes": [Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), 1009],
    };
    for (const [what, [bytes, code]] of Object.entries(cases)) {
      const line = await RawWebSocket.to(centre);
      await line.send(bytes);
      assert.equal(await line.close_code(), code, what);
    }
  });

  test("websocket: an empty array, Faye's keep-alive, is answered by one", async () => {
    const line = await RawWebSocket.to(centre);
    await line.send(frame(kText, "[]"));
    assert.deepEqual(await until("an answer", () => line.texts()[0]), []);
  });

  test("websocket: a close frame is answered by one, and the session lives on", async () => {
    const line = await (await RawWebSocket.to(centre)).open();
    await line.send(frame(kClose, [0x03, 0xe8]));
    assert.equal(await line.close_code(), 1000);
    const { messages } = await post(centre, [{ channel: "/meta/subscribe", clientId: line.id, subscription: "/a" }]);
    assert.equal(messages[0].successful, true);
  });

  test("websocket: a session goes from polling to a socket and back, in order", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const held = await session.hold();
    const line = await RawWebSocket.to(centre);
    line.id = session.id;
    await line.ask("/meta/connect", { connectionType: "websocket", advice: { timeout: 0 } });
    assert.ok((await held.answer).status >= 400, "the held poll is let go without an event");
    const first = await centre.tell();
    await until("it comes over the socket", () => line.counters().includes(first));
    await session.poll();
    const second = await centre.tell();
    assert.deepEqual((await session.poll()).counters, [second]);
    assert.deepEqual(line.counters(), [first]);
  });

  test("websocket: another session on a socket is unknown until the socket is its own", async () => {
    const line = await (await RawWebSocket.to(centre)).open();
    const other = await RawSession.open(centre);
    const reply = await line.ask("/meta/subscribe", { clientId: other.id, subscription: "/a" });
    assert.equal(reply.error, "402::session_unknown");
    assert.equal((await line.ask("/meta/subscribe", { subscription: "/a" })).successful, true);
  });

  test("websocket: random bytes end no one but the socket they come on", async () => {
    const healthy = await (await RawWebSocket.to(centre)).open();
    let seed = 0x2545f491;
    const byte = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) >>> 24);
    for (let n = 0; n < 30; ++n) {
      const line = await RawWebSocket.to(centre);
      await line.send(Buffer.from(Array.from({ length: 500 }, byte)));
      line.cut();
    }
    const told = await centre.tell();
    await until("the other is told", () => healthy.counters().includes(told));
  });
});
