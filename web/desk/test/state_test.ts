import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, kNothing, reduce, type State, statusOf } from "../src/state";
import type { Call } from "../src/wire";
import { ada, call, established, hearing, me, notReady, phone, ready } from "./data";

const play = (actions: Action[], from: State = kNothing): State => actions.reduce(reduce, from);
const told = (one: Call, at = 0): Action => ({ type: "notified", message: { messageType: "CallStateChangeMessage", call: one }, at });
const signedIn: Action[] = [
  { type: "signedIn", user: me },
  { type: "snapshot", me, at: 1000 },
];

test("a snapshot and the notifications after it are the later snapshot", () => {
  const later = { ...me, calls: [established], channels: [notReady] };
  const pushed = play([
    ...signedIn,
    told(call, 2000),
    { type: "notified", message: { messageType: "ChannelStateChangeMessageV2", channels: [notReady] }, at: 3000 },
    told(established, 9000),
  ]);
  const read = play([...signedIn, { type: "snapshot", me: later, at: 9000 }]);
  for (const part of ["calls", "channels", "devices", "user"] as const) assert.deepEqual(pushed[part], read[part]);
});

test("nothing is changed in place", () => {
  const before = play([...signedIn, told(call)]);
  const copy = structuredClone(before);
  play([told(established), { type: "busy", what: "x", begins: true }, { type: "hearing", hearing, at: 0 }, { type: "people", list: [ada], at: 5 }], before);
  assert.deepEqual(before, copy);
});

test("a call's time runs from its duration, and does not jump with later news", () => {
  const state = play([...signedIn, told(established, 100_000), told({ ...established, capabilities: ["Retrieve"], duration: "9" }, 102_500)]);
  assert.equal(state.since.G7DB, 93_000);
});

test("a call that is over leaves the list and may be given its result", () => {
  const state = play([...signedIn, told(established), { type: "hearing", hearing, at: 0 }, told({ ...established, state: "Released", capabilities: [] })]);
  assert.deepEqual(state.calls, []);
  assert.equal(state.ended?.id, "G7DB");
  assert.deepEqual(state.hearing, {});
});

test("the end of a call nobody knew is no news", () => {
  const before = play(signedIn);
  assert.equal(play([told({ ...call, state: "Released" })], before), before);
});

test("reasons are forgotten when what is possible changes, not before", () => {
  const reasons: Action = { type: "availability", call: "G7DB", list: [{ operationName: "Hold", available: false, reason: "No." }] };
  const same = play([...signedIn, told(call), reasons, told({ ...call, userData: { a: "1" } })]);
  assert.equal(same.availability.G7DB?.length, 1);
  assert.equal(play([told(established)], same).availability.G7DB, undefined);
});

test("a failed operation says what happened and keeps the call", () => {
  const message = { messageType: "CallStateChangeMessage", notificationType: "Error", call: established, operationName: "Hold", errorMessage: "The phone refused." };
  const state = play([...signedIn, told(established), { type: "notified", message, at: 1 }]);
  assert.equal(state.problem, "Hold: The phone refused.");
  assert.equal(state.calls.length, 1);
});

test("a device's news replaces that device alone", () => {
  const other = { ...phone, id: "other" };
  const gone = { ...phone, deviceState: "Inactive" as const };
  const state = play([{ type: "snapshot", me: { ...me, devices: [phone, other] }, at: 0 }, { type: "notified", message: { messageType: "DeviceStateChangeMessage", devices: [gone] }, at: 1 }]);
  assert.deepEqual(state.devices, [gone, other]);
});

test("the own state's time begins with its change", () => {
  const change = (channel: typeof ready, at: number): Action => ({ type: "notified", message: { messageType: "ChannelStateChangeMessageV2", channels: [channel] }, at });
  const first = play(signedIn);
  assert.deepEqual([first.since.state, first.first.state], [1000, true]);
  const same = play([change(ready, 2000)], first);
  assert.equal(same.since.state, 1000);
  const other = play([change(notReady, 3000)], same);
  assert.deepEqual([other.since.state, other.first.state], [3000, false]);
});

test("an older drawing never replaces a newer one, levels of the same do", () => {
  const newer = play([{ type: "hearing", hearing, at: 0 }]);
  assert.equal(play([{ type: "hearing", hearing: { ...hearing, revision: 3 }, at: 1 }], newer), newer);
  const louder = { ...hearing, parties: hearing.parties.map((each) => ({ ...each, level: 90 })) };
  assert.equal(play([{ type: "hearing", hearing: louder, at: 1 }], newer).hearing.G7DB?.parties[0]?.level, 90);
});

test("a list of users is whole; pushes change one of them; strangers are not added", () => {
  const people: Action = { type: "people", list: [ada, { ...ada, id: "u2" }], at: 10 };
  const push = (userId: string): Action => ({ type: "notified", message: { messageType: "UserStateChangeMessage", userId, channels: [notReady] }, at: 20 });
  const state = play([people, push("u2"), push("stranger")]);
  assert.deepEqual(state.people.list.map(statusOf), ["Ready", "NotReady"]);
  assert.deepEqual([state.since["user u1"], state.since["user u2"]], [10, 20]);
  assert.deepEqual(play([{ type: "people", list: [ada], at: 30 }], state).people.list.map((each) => each.id), ["u1"]);
});

test("a user's time is the server's, where it says so", () => {
  const at = (since: string) => ({ ...ada, activeCall: { id: "G7DB", state: "Established", since } });
  const state = play([{ type: "people", list: [at("2026-11-30T16:00:00.000Z")], at: 5 }]);
  assert.deepEqual([state.since["user u1"], state.first["user u1"]], [Date.UTC(2026, 10, 30, 16), false]);
  const later = play([{ type: "people", list: [at("2026-11-30T16:00:07.000Z")], at: 9 }], state);
  assert.equal(later.since["user u1"], Date.UTC(2026, 10, 30, 16, 0, 7));
});

test("the timeline tells what each party did, and who left", () => {
  const [customer, agent, mine] = hearing.parties;
  const later = { ...hearing, revision: 5, parties: [{ ...customer!, state: "Held" }, { ...mine!, mode: "BargeIn" }] };
  const state = play([
    { type: "hearing", hearing, at: 10 },
    { type: "hearing", hearing, at: 20 },
    { type: "hearing", hearing: later, at: 30 },
    { type: "hearing", hearing: later, at: 40 },
  ]);
  const spans = (id: string) => state.tracks.G7DB!.find((each) => each.party === id)!.spans.map((each) => `${each.from} ${each.what}`);
  assert.deepEqual(spans(customer!.id), ["10 Established", "30 Held"]);
  assert.deepEqual(spans(mine!.id), ["10 Coach", "30 BargeIn"]);
  assert.deepEqual(spans(agent!.id), ["10 Established", "30 "]);
});

test("a user about whom nothing is new stays the very same", () => {
  const before = play([{ type: "people", list: [ada], at: 1 }]);
  const after = play([{ type: "people", list: [structuredClone(ada)], at: 2 }], before);
  assert.equal(after.people.list[0], before.people.list[0]);
});

test("a push is whole: without a call there is none", () => {
  const onCall = { ...ada, activeCall: { id: "c", state: "Established" } };
  const message = { messageType: "UserStateChangeMessage", userId: "u1", channels: [notReady] };
  const state = play([{ type: "people", list: [onCall], at: 1 }]);
  assert.equal(statusOf(state.people.list[0]!), "Established");
  const held = play([{ type: "notified", message: { ...message, activeCall: { id: "c", state: "Held" } }, at: 2 }], state);
  assert.equal(statusOf(held.people.list[0]!), "Held");
  assert.equal(statusOf(play([{ type: "notified", message, at: 3 }], held).people.list[0]!), "NotReady");
});

test("a drawing that is pushed has no levels: those measured last stay", () => {
  const pushed = { ...hearing, revision: 5, parties: hearing.parties.map(({ level, ...each }) => each) };
  assert.equal(play([{ type: "hearing", hearing, at: 0 }, { type: "hearing", hearing: pushed, at: 1 }]).hearing.G7DB?.parties[0]?.level, 40);
});

test("a person's state is their call's, then their phone's absence, then what they say", () => {
  assert.equal(statusOf({ ...ada, activeCall: { id: "c", state: "Held" } }), "Held");
  assert.equal(statusOf({ ...ada, devices: [{ ...phone, deviceState: "Inactive" }] }), "PhoneGone");
  assert.equal(statusOf({ ...ada, channels: [], devices: [{ ...phone, deviceState: "Inactive" }] }), "LoggedOut");
});

test("who is signed out leaves nothing behind", () => {
  const state = play([...signedIn, told(established), { type: "people", list: [ada], at: 1 }, { type: "signedOut", problem: "Over." }]);
  assert.deepEqual(state, { ...kNothing, phase: "signedOut", problem: "Over." });
});
