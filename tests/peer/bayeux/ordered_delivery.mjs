// What every client must get: all numbers, once, in order.
import assert from "node:assert/strict";
import { until } from "./waiting.mjs";

// What is not yet taken by the slowest stays well below what the server keeps for a client by default.
const kWindow = 250;

/** Tells `count` numbers, at most kWindow of them ahead of the slowest of `readers`. */
export async function tell_paced(centre, readers, count, padding) {
  const slowest = () => Math.min(...readers.map((reader) => reader.last()));
  for (let told = slowest(); told < count; ) {
    if (told - slowest() >= kWindow) await until("the slowest goes on", () => told - slowest() < kWindow, 60);
    told = await centre.tell(padding);
  }
}

/** What stalls the telling is seen here in the reader that stalled it: a gap or a double comes first. */
export function got_all_in_order(reader, count) {
  reader.counters.forEach((counter, n) => assert.equal(counter, n + 1, `event ${n + 1} in order`));
  assert.equal(reader.counters.length, count);
}

/** Tells `count` numbers and waits until all readers have the last; whether they have all, each test finds out. */
export async function tell_all(centre, readers, count, padding) {
  try {
    await tell_paced(centre, readers, count, padding);
    await until("the last event arrives", () => readers.every((reader) => reader.last() >= count), 60);
  } catch (error) {
    console.error(String(error));
  }
}
