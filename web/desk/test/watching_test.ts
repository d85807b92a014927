import assert from "node:assert/strict";
import { test } from "node:test";
import { drawable, kBox, placed, wayBetween } from "../src/layout";
import { kNothing } from "../src/state";
import { de } from "../src/texts/de";
import { en } from "../src/texts/en";
import { isWatched, modeOf, obstacle, targetOf } from "../src/watching";
import { ada, established, hearing, phone } from "./data";

const supervised = (...capabilities: string[]) => ({ ...established, monitoring: true, capabilities });

test("the mode is the hearing's; without it the switches that are left tell it", () => {
  assert.equal(modeOf(supervised("SwitchToBargeIn"), hearing), "Coach");
  assert.equal(modeOf(supervised("SwitchToBargeIn")), "ListenIn");
  assert.equal(modeOf(supervised("SwitchToListenIn")), "BargeIn");
  assert.equal(modeOf(supervised("SwitchToListenIn", "SwitchToBargeIn")), "Coach");
  assert.equal(modeOf({ ...supervised("Answer"), state: "Ringing" }), undefined);
});

test("whom a device monitors is found by the last part of the URI", () => {
  const monitoring = { state: "ListenIn", mode: "AllCalls", scope: "Call", targetDeviceUri: "https://other.example/api/v2/devices/adb019dc/" };
  const state = { ...kNothing, devices: [{ ...phone, id: "mine", supervisorMonitoringState: monitoring }] };
  assert.equal(targetOf(state), "adb019dc");
  assert.equal(isWatched(state, ada), true);
  assert.equal(isWatched(state, { ...ada, devices: [] }), false);
  assert.equal(isWatched(kNothing, ada), false);
});

test("what is listed is possible; else the server's own words say why not", () => {
  const reason = { operationName: "Retrieve", available: false, reason: "The call is not held.", remedy: "This is for a call that is held." };
  const state = { ...kNothing, availability: { G7DB: [reason, { operationName: "SetCallDisposition", available: true }] } };
  assert.equal(obstacle(state, established, "Hold"), undefined);
  assert.equal(obstacle(state, established, "SetCallDisposition"), undefined);
  assert.equal(obstacle(state, established, "Retrieve"), "The call is not held. This is for a call that is held.");
  assert.equal(obstacle(kNothing, established, "Retrieve"), "");
});

test("parties do not cover each other, supervisors stand below", () => {
  for (let count = 1; count <= 8; ++count) {
    const parties = Array.from({ length: count }, (_, at) => ({ id: String(at), phoneNumber: "", role: at === 0 ? "Supervisor" : "Agent" }));
    const { boxes, width, height } = placed(parties);
    assert.equal(boxes.length, count);
    for (const one of boxes) {
      assert.ok(one.x >= 0 && one.x + kBox.width <= width && one.y >= 0 && one.y + kBox.height <= height);
      for (const other of boxes)
        assert.ok(one === other || Math.abs(one.x - other.x) >= kBox.width || Math.abs(one.y - other.y) >= kBox.height);
    }
    const supervisor = boxes.find((each) => each.id === "0")!;
    assert.ok(boxes.every((each) => each.y <= supervisor.y));
  }
});

test("two opposite ways run apart, and end at the boxes", () => {
  const [one, other] = [
    { id: "1", x: 0, y: 0 },
    { id: "2", x: 290, y: 150 },
  ];
  const there = wayBetween(one, other);
  const back = wayBetween(other, one);
  assert.ok(Math.hypot(there.middle.x - back.middle.x, there.middle.y - back.middle.y) > 25);
  for (const path of [there.path, back.path]) assert.doesNotMatch(path, /NaN|Infinity/);
});

test("a way whose end is not shown is not drawn; open ones lie on top", () => {
  const { boxes } = placed(hearing.parties);
  const stranger = { ...hearing.ways[0]!, listener: "9" };
  assert.deepEqual(drawable([hearing.ways[1]!, stranger, hearing.ways[0]!], boxes).map((each) => each.open), [false, true]);
});

test("both languages have the same texts, and none is empty", () => {
  const paths = (value: unknown, at = ""): string[] =>
    typeof value === "object" && value ? Object.entries(value).flatMap(([name, each]) => paths(each, `${at}.${name}`)) : [`${at} ${value === "" ? "empty" : typeof value}`];
  assert.deepEqual(paths(de).sort(), paths(en).sort());
  assert.ok(!paths(en).some((each) => each.endsWith("empty")));
});
