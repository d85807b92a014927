// 10,000 events in order through each client, as fast as the API makes them.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Centre, kAgent, kSupervisor } from "./centre.mjs";
import { subscriber } from "./clients.mjs";
import { got_all_in_order, tell_all } from "./ordered_delivery.mjs";

const kEvents = 10_000;
const kinds = ["cometd-9", "cometd-3", "faye"].flatMap((kind) =>
  ["long-polling", "websocket"].map((transport) => ({ kind, transport })),
);

let centre;
const readers = new Map();
before(async () => {
  centre = await Centre.start();
  await centre.call({ supervised: true });
  for (const [n, each] of kinds.entries())
    readers.set(each, await subscriber(each.kind, { ...each, url: centre.url, user: n % 2 ? kSupervisor : kAgent }));
  await tell_all(centre, [...readers.values()], kEvents);
});
after(async () => {
  for (const reader of readers.values()) await reader.leave();
  await centre.stop();
});

describe("delivery", () => {
  for (const each of kinds)
    test(`10,000 events in order: ${each.kind}, ${each.transport}`, () => {
      const reader = readers.get(each);
      got_all_in_order(reader, kEvents);
      assert.equal(reader.handshakes, 1);
      assert.equal(reader.transport(), each.transport);
    });
});
