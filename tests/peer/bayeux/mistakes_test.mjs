// What other servers got wrong, one check each, by hand over HTTP and WebSocket. Each was a defect of a server
// somewhere: a lost event, a client that polled for ever, a session that nobody ended.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Centre, kAgent, kSupervisor } from "./centre.mjs";
import { kHandshake, parts_of, post, RawSession } from "./raw_http.mjs";
import { RawWebSocket } from "./raw_websocket.mjs";
import { until } from "./waiting.mjs";

const kAck = { ack: true };
const ids_of = (messages) => messages.map(({ id }) => id);
const cookie_in = (answer) => answer.headers["set-cookie"].find((each) => each.startsWith("BAYEUX_BROWSER=")).split(";")[0];

let centre; // with the delays of a real one
let hasty; // holds connects longer than it waits for silent clients
before(async () => {
  [centre, hasty] = await Promise.all([Centre.start(), Centre.start(["timeout_s = 4", "max_interval_s = 2"])]);
  await centre.call({ supervised: true });
});
after(async () => {
  await centre.stop();
  await hasty.stop();
});

/** A connect as an acknowledging client sends it. */
const acked = (ack, more) => ({ ext: { ack }, ...more });

describe("mistakes", { concurrency: 1, timeout: 90_000 }, () => {
  test("mistake 1: an acknowledged event survives polls that overlap and an answer that was lost", async () => {
    const session = await RawSession.open(centre, { ext: kAck });
    await session.poll(acked(0));
    const first = await centre.tell();
    const lost = await session.poll(acked(0)); // the client never saw it: it says 0 again
    assert.deepEqual(lost.counters, [first]);
    const old = await session.poll(acked(0));
    const second = await centre.tell();
    const again = await session.poll(acked(0));
    assert.deepEqual(old.counters, [first]);
    assert.deepEqual(again.counters, [first, second]);
    const third = await centre.tell();
    assert.deepEqual((await session.poll(acked(again.reply.ext.ack))).counters, [third]);
  });

  test("mistake 2: a connect is not held while something is unacknowledged", async () => {
    const session = await RawSession.open(centre, { ext: kAck });
    await session.poll(acked(0));
    const told = await centre.tell();
    await session.poll(acked(0));
    const before_it = Date.now();
    assert.deepEqual((await session.connect(acked(0))).counters, [told]);
    assert.ok(Date.now() - before_it < 20_000, "it was held");
  });

  test("mistake 3: what comes between handshake and first connect is acknowledged like all else", async () => {
    const session = await RawSession.open(centre, { ext: kAck });
    const told = await centre.tell();
    const lost = await session.poll(acked(0));
    const again = await session.poll(acked(0));
    assert.deepEqual([lost.counters, again.counters], [[told], [told]]);
    assert.deepEqual((await session.poll(acked(again.reply.ext.ack))).counters, []);
  });

  test("mistake 4: an older connect is released with an error and carries nothing", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const older = await session.hold({ id: "older" });
    const newer = await session.hold({ id: "newer" });
    const abandoned = await older.answer;
    assert.ok(abandoned.status >= 400, `HTTP ${abandoned.status}`);
    const told = await centre.tell();
    const answer = await newer.answer;
    assert.deepEqual([answer.reply.id, answer.counters, abandoned.counters], ["newer", [told], []]);
  });

  test("mistake 5: a session does not expire under a held connect, nor between two", async () => {
    const session = await RawSession.open(hasty);
    await session.poll();
    for (let n = 0; n < 2; ++n) {
      const { reply } = await session.connect(); // held for twice as long as a client may be silent
      assert.equal(reply.successful, true);
    }
  });

  test("mistake 6: a session whose WebSocket broke expires", async () => {
    const line = await (await RawWebSocket.to(hasty)).open();
    line.cut();
    // Any message would lengthen its life, so this one only looks at the end: a held connect of another session
    // lasts longer than this session may be silent.
    const other = await RawSession.open(hasty);
    await other.poll();
    await other.connect();
    const { messages } = await post(hasty, [{ channel: "/meta/subscribe", clientId: line.id, subscription: "/v2/me" }]);
    assert.equal(messages[0].error, "402::session_unknown");
  });

  test("mistake 7: after a move to a new socket events go there, and none to the old one", async () => {
    const old = await (await RawWebSocket.to(centre)).open();
    const fresh = await RawWebSocket.to(centre);
    fresh.id = old.id;
    await fresh.ask("/meta/unsubscribe", { subscription: "/none" }); // any message moves it
    const told = await centre.tell();
    await until("the new socket is told", () => fresh.counters().includes(told));
    assert.deepEqual([fresh.counters(), old.counters()], [[told], []]);
  });

  test("mistake 7: events that nobody could take are there when a cut socket's client comes back", async () => {
    const old = await (await RawWebSocket.to(centre)).open();
    old.cut();
    await RawSession.open(centre); // by now the server has seen the end
    const told = [await centre.tell(), await centre.tell()];
    const fresh = await RawWebSocket.to(centre);
    fresh.id = old.id;
    await fresh.ask("/meta/connect", { connectionType: "websocket", advice: { timeout: 0 } });
    await until("both come", () => fresh.counters().length === 2);
    assert.deepEqual(fresh.counters(), told);
  });

  test("mistake 8: a handshake makes a new session, on a socket that has one as well", async () => {
    const line = await (await RawWebSocket.to(centre)).open();
    const again = await line.ask("/meta/handshake", kHandshake);
    assert.notEqual(again.clientId, line.id);
    const session = await RawSession.open(centre);
    const { messages } = await session.post([{ ...kHandshake, clientId: session.id }]);
    assert.notEqual(messages[0].clientId, session.id);
  });

  test("mistake 9: who expired shall shake hands, who disconnected shall stop", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    const held = await session.hold();
    assert.equal((await session.disconnect()).successful, true);
    const last = (await held.answer).reply;
    assert.deepEqual([last.successful, last.advice.reconnect], [false, "none"]);
    const { reply } = await session.poll();
    assert.deepEqual([reply.successful, reply.error, reply.advice.reconnect], [false, "402::session_unknown", "handshake"]);
  });

  test("mistake 10: the advice of one client is not that of another", async () => {
    const session = await RawSession.open(centre);
    await session.poll();
    await post(centre, [{ channel: "/meta/connect", clientId: "nobody", connectionType: "long-polling" }]);
    await post(centre, [{ ...kHandshake, supportedConnectionTypes: ["telepathy"] }]);
    await session.poll({ advice: { timeout: 0, interval: 7000 } });
    for (const { advice } of [(await session.poll()).reply, (await RawSession.open(centre)).handshake])
      assert.deepEqual(advice, { reconnect: "retry", interval: 0, timeout: 25_000 });
  });

  test("mistake 11: every handshake is advised: retry, or none where it is refused", async () => {
    const { handshake } = await RawSession.open(centre);
    assert.deepEqual(handshake.advice, { reconnect: "retry", interval: 0, timeout: 25_000 });
    for (const supportedConnectionTypes of [["callback-polling"], [], undefined]) {
      const [refused] = (await post(centre, [{ ...kHandshake, supportedConnectionTypes }])).messages;
      assert.equal(refused.successful, false);
      assert.equal(refused.advice.reconnect, "none");
      assert.match(refused.error, /^301:.*:connection_type_unsupported$/);
    }
  });

  test("mistake 12: polls of a browser are counted again after each way out of a hold", async () => {
    const Cookie = cookie_in(await post(centre, [kHandshake]));
    const tabs = [];
    for (let n = 0; n < 5; ++n) tabs.push(await RawSession.open(centre, { headers: { Cookie } }));
    for (const tab of tabs) await tab.poll();
    for (let round = 0; round < 3; ++round) {
      const held = [];
      for (const tab of tabs.slice(0, 4)) held.push(await tab.hold());
      const { reply } = await tabs[4].connect();
      assert.equal(reply.advice["multiple-clients"], true);
      assert.ok(reply.advice.interval >= 1000 && reply.advice.reconnect === "retry" && reply.advice.timeout > 0);
      if (round === 0) held.forEach((each) => each.cut());
      else await centre.tell();
      for (const each of held) await each.answer;
      for (const tab of tabs) await tab.poll();
    }
    const { is_over, cut } = await tabs[4].hold();
    assert.ok(!is_over());
    cut();
  });

  test("mistake 13: a clientId in a body is nobody's proof", async () => {
    const session = await RawSession.open(centre, { headers: { Cookie: cookie_in(await post(centre, [kHandshake])) } });
    await session.poll();
    const stolen = [{ channel: "/meta/connect", clientId: session.id, connectionType: "long-polling", advice: { timeout: 0 } }];
    const cookie = cookie_in(await post(centre, [kHandshake]));
    for (const [whose, options] of Object.entries({
      "another user": { user: kSupervisor },
      "another user in that browser": { user: kSupervisor, headers: session.headers },
      "another browser": { headers: { Cookie: cookie } },
      "no browser, of a session that came with one": {},
    })) {
      const { messages } = await post(centre, stolen, options);
      assert.equal(messages[0].error, "402::session_unknown", whose);
    }
    const line = await RawWebSocket.to(centre, { user: kSupervisor });
    line.id = session.id;
    assert.equal((await line.ask("/meta/connect", { connectionType: "websocket" })).error, "402::session_unknown");
    assert.equal((await post(centre, [kHandshake], { user: null })).status, 403);
    assert.equal((await session.poll()).reply.successful, true);
  });

  test("mistake 14: bodies, arrays, nesting, subscriptions and sessions are bounded", async () => {
    const session = await RawSession.open(centre, { user: kSupervisor });
    const many = (count) => Array.from({ length: count }, (_, n) => ({ channel: "/meta/unsubscribe", id: `${n}`, clientId: session.id, subscription: "/a" }));
    assert.equal((await session.post(many(200))).messages.length, 200);
    assert.equal((await session.post(many(201))).status, 413);
    assert.equal((await session.post(`[${" ".repeat(256 * 1024)}]`)).status, 413);
    assert.equal((await session.post("[".repeat(100_000))).status, 400);
    assert.equal((await session.post(`${'[{"channel":"/meta/connect","ext":'}${"[".repeat(100)}${"]".repeat(100)}}]`)).status, 400);
    const channels = (from, count) => Array.from({ length: count }, (_, n) => `/c/${from + n}`);
    assert.equal((await session.subscribe(channels(0, 499))).successful, true);
    assert.match((await session.subscribe(channels(499, 1))).error, /^429:/);
    const sessions = [];
    for (let n = 0; n < 20; ++n) sessions.push(await RawSession.open(centre, { user: kSupervisor, subscribe: null }));
    assert.equal((await session.poll()).reply.error, "402::session_unknown", "the idle one makes room");
    const held = [];
    for (const each of sessions) {
      await each.poll();
      held.push(await each.hold());
    }
    const [refused] = (await post(centre, [kHandshake], { user: kSupervisor })).messages;
    assert.deepEqual([refused.error, refused.advice?.reconnect], ["429::too_many_sessions", "none"]);
    for (const each of sessions) await each.disconnect();
    for (const each of held) await each.answer;
  });

  test("mistake 15: over WebSocket a connect is answered after its hold, and all else at once", async () => {
    const line = await (await RawWebSocket.to(hasty)).open();
    await line.say([{ channel: "/meta/connect", id: "held", clientId: line.id, connectionType: "websocket" }]);
    assert.equal((await line.ask("/meta/subscribe", { subscription: "/v2/other" })).successful, true);
    assert.ok(!ids_of(line.messages()).includes("held"), "the connect is held");
    assert.equal((await line.reply_to("held")).successful, true);
  });

  test("mistake 16: no pattern opens what belongs to another user", async () => {
    const user = kSupervisor;
    const sessions = [];
    for (const pattern of ["/**", "/*", "/v2/**", "/v2/me/*"]) sessions.push(await RawSession.open(hasty, { user, subscribe: pattern }));
    await hasty.call(); // of the agent alone
    await hasty.tell();
    for (const session of sessions) {
      const { messages } = await session.poll();
      assert.deepEqual(messages.filter(({ data }) => data?.call), []);
    }
    for (const channel of ["/meta/**", "/meta/connect"]) {
      const session = await RawSession.open(hasty, { subscribe: null });
      assert.match((await session.subscribe(channel)).error, /^403:/);
    }
  });

  test("mistake 17: malformed JSON is 400, and an unknown /meta channel fails alone", async () => {
    const session = await RawSession.open(centre);
    for (const text of ["", "{", "[", "nonsense", "[1]", "[[]]", '"x"', "null", "[]", "[{}", '[{"channel":"/meta/connect"},]', '[{"a":"\\ud800"}]'])
      assert.equal((await session.post(text)).status, 400, text);
    const unknown = { channel: "/meta/telepathy", id: "1", clientId: session.id };
    const known = { channel: "/meta/subscribe", id: "2", clientId: session.id, subscription: "/v2/me" };
    const { status, messages } = await session.post([unknown, known]);
    assert.equal(status, 200);
    assert.deepEqual([messages[0].successful, messages[0].error], [false, "403:/meta/telepathy:publish_denied"]);
    assert.equal(messages[1].successful, true);
  });

  test("mistake 18: an event comes once, whatever patterns it fits", async () => {
    const session = await RawSession.open(centre, { subscribe: ["/v2/me/*", "/v2/me/calls", "/v2/**", "/**", "/v2/me/*"] });
    const told = await centre.tell();
    assert.deepEqual((await session.poll()).counters, [told]);
  });

  test("mistake 19: acknowledged events and their number are one WebSocket message", async () => {
    const line = await (await RawWebSocket.to(centre)).open({ ext: kAck });
    const told = await centre.tell();
    const reply = await line.ask("/meta/connect", { connectionType: "websocket", ext: { ack: 1 } });
    const with_events = line.texts().filter((text) => parts_of(text).counters.length > 0);
    assert.deepEqual(with_events.map((text) => parts_of(text).counters), [[told]]);
    assert.equal(parts_of(with_events[0]).reply.ext.ack, reply.ext.ack);
  });
});
