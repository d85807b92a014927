// Clients that come back: after silence, a reload, a new server; and what they missed meanwhile.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { ReloadExtension } from "cometd/ReloadExtension.js";
import { CometD } from "cometd";
import { Centre, kAgent } from "./centre.mjs";
import { CursorExtension, subscriber } from "./clients.mjs";
import { LossyProxy } from "./lossy_proxy.mjs";
import { kHandshake, post, RawSession } from "./raw_http.mjs";
import { until } from "./waiting.mjs";

const kinds = ["cometd-9", "cometd-3", "faye"].flatMap((kind) =>
  ["long-polling", "websocket"].map((transport) => ({ kind, transport })),
);
/** Not to wait longer between two tries than a test may. */
const options_of = (kind) => (kind === "faye" ? { retry: 0.2 } : { backoffIncrement: 50, maxBackoff: 200, maxNetworkDelay: 2000 });

let centre; // soon tired of waiting for the silent
before(async () => {
  centre = await Centre.start(["timeout_s = 2", "max_interval_s = 1"]);
  await centre.call();
});
after(() => centre.stop());

/** A client behind a proxy of its own that loses nothing until it is told to. */
async function proxied(each) {
  const proxy = await LossyProxy.to(centre.http, { seed: 1 });
  const url = centre.url.replace(centre.http, proxy.address);
  return { proxy, url, reader: await subscriber(each.kind, { ...each, url, options: options_of(each.kind) }) };
}
/** By the server's own clock: polls of another session are held for twice the silence that is allowed. */
async function sessions_expire() {
  const watcher = await RawSession.open(centre, { subscribe: null });
  await watcher.poll();
  for (let n = 0; n < 2; ++n) await watcher.connect();
  await watcher.disconnect();
}
async function is_told(reader) {
  const told = await centre.tell();
  await until(`event ${told} comes`, () => reader.counters.includes(told));
}

describe("coming back", { timeout: 60_000, concurrency: true }, () => {
  for (const each of kinds)
    test(`expired while it was away, it shakes hands and subscribes again: ${each.kind}, ${each.transport}`, async () => {
      const { proxy, reader } = await proxied(each);
      await is_told(reader);
      const id = reader.client_id();
      await proxy.refuse();
      await sessions_expire();
      await proxy.resume();
      await until("it is subscribed again", () => reader.subscriptions === 2, 40);
      assert.notEqual(reader.client_id(), id);
      await is_told(reader);
      await reader.leave();
      proxy.stop();
    });
});

describe("a new server", { timeout: 90_000 }, () => {
  test("a server that was restarted gets all its clients back by themselves", async () => {
    const other = await Centre.start();
    await other.call();
    const readers = [];
    for (const each of kinds) readers.push(await subscriber(each.kind, { ...each, url: other.url, options: options_of(each.kind) }));
    await other.restart();
    await until("all are subscribed again", () => readers.every(({ subscriptions }) => subscriptions === 2), 60);
    await other.call();
    const told = await other.tell();
    for (const reader of readers) {
      await until(`event ${told} comes`, () => reader.counters.includes(told));
      await reader.leave();
    }
    await other.stop();
  });
});

describe("recovery", { timeout: 60_000 }, () => {
  const all_of = async (after) => {
    const got = [];
    for (let cursor = after; ; ) {
      const page = await centre.api(kAgent, "GET", `/me/events?after=${cursor}&limit=70`);
      assert.equal(page.gap, undefined);
      got.push(...page.events);
      if (page.cursor === page.newest) return got;
      cursor = page.cursor;
    }
  };
  const counter_of = ({ data }) => data.call?.userData?.counter;

  test("with a cursor a new session gets exactly what was missed, in order, then what is new", async () => {
    const first = await RawSession.open(centre, { ext: { earshot: true } });
    const known = await centre.tell();
    const { messages } = await first.poll();
    assert.deepEqual(messages.flatMap((message) => counter_of({ data: {}, ...message }) ?? []), [known]);
    const cursor = messages.find((message) => message.data).ext.earshot.sequence;
    await first.disconnect();
    const missed = [];
    for (let n = 0; n < 300; ++n) missed.push(await centre.tell());

    const asked = await all_of(cursor);
    assert.deepEqual(asked.map(counter_of), missed);
    asked.forEach(({ sequence }, n) => assert.equal(sequence, cursor + 1 + n, "numbers have no hole"));

    const second = await RawSession.open(centre, { ext: { earshot: { after: cursor } } });
    assert.equal(second.handshake.ext.earshot.gap, undefined);
    const fresh = await centre.tell();
    const events = [];
    while (events.length < missed.length + 1) {
      const { messages: more } = await second.poll();
      events.push(...more.filter(({ data }) => data));
      assert.ok(more.length > 1, `only ${events.length}`);
    }
    assert.deepEqual(events.map(counter_of), [...missed, fresh]);
    assert.deepEqual(events.map(({ ext }) => ext.earshot.sequence), events.map((_, n) => cursor + 1 + n));
    await second.disconnect();
  });

  for (const transport of ["long-polling", "websocket"])
    test(`a CometD client with a cursor misses nothing of its absences: ${transport}`, async () => {
      const cursor = new CursorExtension();
      const { proxy, reader } = await proxied({ kind: "cometd-9", transport, cursor });
      const told = [];
      for (let round = 1; round <= 2; ++round) {
        for (let n = 0; n < 20; ++n) told.push(await centre.tell());
        await proxy.refuse(); // with some of these under way
        for (let n = 0; n < 20; ++n) told.push(await centre.tell());
        await sessions_expire();
        await proxy.resume();
        for (let n = 0; n < 20; ++n) told.push(await centre.tell());
        await until(`all of round ${round} has come`, () => reader.last() === told.at(-1));
        assert.equal(reader.handshakes, round + 1);
      }
      assert.deepEqual(reader.counters, told);
      assert.equal(cursor.gaps, 0);
      await reader.leave();
      proxy.stop();
    });

  test("a cursor from before a restart is a gap that is announced", async () => {
    const other = await Centre.start();
    const before_it = (await RawSession.open(other, { ext: { earshot: true } })).handshake.ext.earshot.newest;
    await other.restart();
    await other.api(kAgent, "GET", "/me");
    const { handshake } = await RawSession.open(other, { ext: { earshot: { after: before_it } } });
    assert.equal(handshake.ext.earshot.gap.snapshot, "/api/v2/me?subresources=*");
    await other.api(kAgent, "GET", handshake.ext.earshot.gap.snapshot.replace("/api/v2", ""));
    await other.stop();
  });
});

describe("reload", { timeout: 60_000 }, () => {
  for (const type of ["long-polling", "websocket"])
    test(`a page that reloads goes on with its session and loses nothing: ${type}`, async () => {
      const stored = new Map();
      window.sessionStorage = {
        getItem: (name) => stored.get(name) ?? null,
        setItem: (name, text) => stored.set(name, text),
        removeItem: (name) => stored.delete(name),
      };
      const counters = [];
      const page = async () => {
        const client = new CometD();
        for (const each of client.getTransportTypes()) if (each !== type) client.unregisterTransport(each);
        client.registerExtension("reload", new ReloadExtension());
        const at = new URL(centre.url);
        if (type === "websocket") [at.username, at.password] = [kAgent, "hush-hush"];
        client.configure({ url: at.href, requestHeaders: { Cookie: centre.cookie_of(kAgent) }, logLevel: "error" });
        let is_open = false;
        client.addListener("/meta/connect", ({ successful }) => (is_open = successful));
        client.handshake(({ ext }) => {
          client.is_resumed = ext?.reload === true;
          client.subscribe("/v2/me/*", ({ data }) => data.call && counters.push(data.call.userData.counter));
        });
        await until("the page is connected", () => is_open);
        return client;
      };
      let client = await page();
      const id = client.getClientId();
      const told = [await centre.tell()];
      await until("it comes", () => counters.length === told.length);
      for (let n = 0; n < 5; ++n) {
        client.reload();
        // Only when the server has seen the poll's end: what it wrote before then would be lost, unacknowledged.
        await new Promise(setImmediate);
        await centre.api(kAgent, "GET", "/me");
        told.push(await centre.tell()); // while no page is there
        client = await page();
        assert.equal(client.is_resumed, true);
        assert.equal(client.getClientId(), id);
        told.push(await centre.tell());
        await until("both come", () => counters.length >= told.length);
      }
      assert.deepEqual(counters, told);
      await new Promise((done) => client.disconnect(done));
    });
});

describe("tabs", { timeout: 60_000 }, () => {
  test("six tabs of one browser are all told everything; those that are crowded come more seldom", async () => {
    const [browser] = (await post(centre, [kHandshake])).headers["set-cookie"].find((each) => each.startsWith("BAYEUX_")).split(";");
    const requestHeaders = { Cookie: `${centre.cookie_of(kAgent)}; ${browser}` };
    const tabs = [];
    const crowded = new Set();
    for (let n = 0; n < 6; ++n) {
      const tab = await subscriber("cometd-9", { transport: "long-polling", url: centre.url, options: { requestHeaders } });
      tab.client.addListener("/meta/connect", ({ advice }) => advice && crowded[advice["multiple-clients"] ? "add" : "delete"](tab));
      tabs.push(tab);
    }
    await until("two tabs are crowded out", () => crowded.size === 2);
    const told = [];
    for (let n = 0; n < 50; ++n) told.push(await centre.tell());
    for (const tab of tabs) await until("a tab is told", () => tab.counters.length === told.length);
    for (const tab of tabs) assert.deepEqual(tab.counters, told);
    for (const tab of tabs.splice(0, 3)) await (crowded.delete(tab), tab.leave());
    await until("the others find room", () => crowded.size === 0);
    for (const tab of tabs) {
      assert.equal(tab.handshakes, 1);
      await tab.leave();
    }
  });
});
