// 10,000 events through each acknowledging client over connections that break: exactly once, in order.
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Centre, kAgent, kSupervisor } from "./centre.mjs";
import { subscriber } from "./clients.mjs";
import { LossyProxy } from "./lossy_proxy.mjs";
import { got_all_in_order, tell_all } from "./ordered_delivery.mjs";

const kEvents = 10_000;
const kRates = { cut: 0.06, dropped: 0.06, late: 0.06 };
const kinds = ["cometd-9", "cometd-3"].flatMap((kind) =>
  ["long-polling", "websocket"].map((transport, n) => ({ kind, transport, user: n ? kSupervisor : kAgent })),
);

let centre;
const proxies = new Map();
const readers = new Map();
before(async () => {
  centre = await Centre.start();
  await centre.call({ supervised: true });
  for (const [n, each] of kinds.entries()) {
    const proxy = await LossyProxy.to(centre.http, { seed: 1000 + n, ...kRates });
    proxies.set(each, proxy);
    const url = centre.url.replace(centre.http, proxy.address);
    const options = { backoffIncrement: 5, maxBackoff: 20, maxNetworkDelay: 5000 };
    readers.set(each, await subscriber(each.kind, { ...each, url, ack: true, options }));
  }
  for (const proxy of proxies.values()) proxy.loses = true;
  await tell_all(centre, [...readers.values()], kEvents);
});
after(async () => {
  for (const proxy of proxies.values()) proxy.loses = false;
  for (const reader of readers.values()) await reader.leave();
  for (const proxy of proxies.values()) proxy.stop();
  await centre.stop();
});

describe("loss", () => {
  for (const each of kinds)
    test(`10,000 events exactly once over loss: ${each.kind}, ${each.transport}, ack`, () => {
      const reader = readers.get(each);
      got_all_in_order(reader, kEvents);
      assert.equal(reader.handshakes, 1, "it stays one session");
      const { cut, dropped, late } = proxies.get(each).counts;
      for (const [what, count] of Object.entries({ cut, dropped, late })) assert.ok(count > 50, `${what}: only ${count}`);
    });
});
