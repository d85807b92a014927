// Readers that stall, and clients that are too many: they end themselves and trouble nobody else.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Centre, kSupervisor } from "./centre.mjs";
import { subscriber } from "./clients.mjs";
import { tell_paced } from "./ordered_delivery.mjs";
import { kHandshake, post, RawSession } from "./raw_http.mjs";
import { RawWebSocket } from "./raw_websocket.mjs";
import { until } from "./waiting.mjs";

// An event of 9 kB goes to each session of the agent: 3,000 of them are more than a stalled reader can leave in the
// system's socket buffers and the server's queue together.
const kPadding = "x".repeat(8_000);
const kEvents = 3_000;
const kMostGrowthKb = 48 * 1024; // far below what was told to the stalled ones, 27 MB each

let centre;
before(async () => {
  centre = await Centre.start();
  await centre.call();
});
after(() => centre.stop());

/** The session is over, and its client is told to shake hands. */
async function is_ended(id) {
  const connect = { channel: "/meta/connect", clientId: id, connectionType: "long-polling", advice: { timeout: 0 } };
  const [reply] = (await post(centre, [connect])).messages;
  assert.deepEqual([reply.error, reply.advice?.reconnect], ["402::session_unknown", "handshake"]);
}

describe("limits", { timeout: 120_000 }, () => {
  test("limits: readers that stall are ended, memory stays, and others get all", async () => {
    const healthy = [];
    for (const transport of ["long-polling", "websocket"])
      healthy.push(await subscriber("cometd-9", { transport, url: centre.url }));
    await tell_paced(centre, healthy, 200, kPadding); // what the server needs at work, it has by now
    const memory = centre.memory_kb();
    const never_polls = [await RawSession.open(centre), await RawSession.open(centre, { ext: { ack: true } })];
    const stalled = [];
    for (const ext of [undefined, undefined, { ack: true }]) {
      stalled.push(await (await RawWebSocket.to(centre)).open({ ext }));
      stalled.at(-1).socket.pause();
    }
    let most = 0;
    for (let count = 400; count <= kEvents; count += 200) {
      await tell_paced(centre, healthy, count, kPadding);
      most = Math.max(most, centre.memory_kb());
    }
    await until("the others get all", () => healthy.every((reader) => reader.last() === kEvents));
    assert.ok(most < memory + kMostGrowthKb, `memory grew from ${memory} kB to ${most} kB`);
    for (const { id } of [...never_polls, ...stalled]) await is_ended(id);
    for (const reader of healthy) {
      assert.deepEqual(reader.counters, Array.from({ length: kEvents }, (_, n) => n + 1));
      assert.equal(reader.handshakes, 1);
      await reader.leave();
    }
    for (const line of stalled) line.cut();
  });

  test("limits: with sequence numbers a reader that paused loses nothing", async () => {
    const session = await RawSession.open(centre, { ext: { earshot: true } });
    await session.poll();
    const told = [];
    for (let n = 0; n < 1000; ++n) told.push(await centre.tell(kPadding)); // 9 MB, of which 1 MiB may wait in a queue
    const got = [];
    while (got.length < told.length) {
      const { reply, counters } = await session.poll();
      assert.equal(reply.successful, true, reply.error);
      assert.ok(counters.length > 0, `only ${got.length}`);
      got.push(...counters);
    }
    assert.deepEqual(got, told);
    await session.disconnect();
  });

  test("limits: handshakes in a rush are put off, not refused for ever", async () => {
    const user = kSupervisor;
    const rush = await Promise.all(Array.from({ length: 120 }, () => post(centre, [kHandshake], { user })));
    const replies = rush.map(({ messages }) => messages[0]);
    const put_off = replies.filter(({ successful }) => !successful);
    assert.ok(put_off.length > 0, "all were let in");
    for (const { error, advice } of put_off)
      assert.deepEqual([error, advice.reconnect, advice.interval], ["429::too_many_handshakes", "handshake", 1000]);
    await until("it is let in", async () => (await post(centre, [kHandshake], { user })).messages[0].successful);
  });

  test("limits: sockets on which nobody speaks are counted", async () => {
    const lines = [];
    for (let n = 0; n < 21; ++n) lines.push(await RawWebSocket.to(centre, { user: kSupervisor }));
    assert.deepEqual(lines.map(({ status }) => status), [...Array(20).fill(101), 429]);
    for (const line of lines) line.cut();
    await until("there is room again", async () => (await RawWebSocket.to(centre, { user: kSupervisor })).status === 101);
  });

  test("limits: what all these left behind is given back", async () => {
    const told = await centre.tell();
    const session = await RawSession.open(centre, { ext: { earshot: { after: 0 } } });
    assert.equal(session.handshake.ext.earshot.gap.snapshot, "/api/v2/me?subresources=*");
    const next = await centre.tell();
    assert.deepEqual((await session.poll()).counters, [next]);
    assert.equal(next, told + 1);
  });
});
