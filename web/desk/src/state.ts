// What the desk knows, as one value, and how each piece of news changes it. Pure: no clock, no network, no page.
import type { Availability, Call, Channel, DemoUser, Device, Hearing, Me, Message, Person, User } from "./wire";

export type Connection = "connecting" | "connected" | "lost";

/** What is known of the list of users: not asked yet, refused with the server's words, or there. */
export interface People {
  list: Person[];
  refusal?: string;
  isThere: boolean;
}

export interface State {
  phase: "starting" | "signedOut" | "signedIn";
  demoUsers: DemoUser[];
  connection: Connection;
  user?: User;
  devices: Device[];
  channels: Channel[];
  calls: Call[]; // in the order in which they came
  ended?: Call; // the last that is over, which may still be given a disposition
  since: Record<string, number>; // ms of the day: a call's begin by its id, a state's by "state" or "user <id>"
  first: Record<string, boolean>; // a time in `since` is when the desk first saw it so: it may be older
  availability: Record<string, Availability[]>; // by call, until its capabilities change
  hearing: Record<string, Hearing>; // by call
  people: People;
  voiceRefusal?: string; // why the voice session could not begin by itself: in the server's words
  chosen?: string; // the user whom the supervisor looks at
  busy: string[]; // what was asked for and is not answered yet
  problem?: string; // a sentence: what went wrong last
}

export type Action =
  | { type: "signedOut"; problem?: string; demoUsers?: DemoUser[] }
  | { type: "signedIn"; user: User }
  | { type: "snapshot"; me: Me; at: number }
  | { type: "notified"; message: Message; at: number }
  | { type: "connection"; connection: Connection }
  | { type: "people"; list: Person[]; at: number }
  | { type: "peopleRefused"; refusal: string }
  | { type: "availability"; call: string; list: Availability[] }
  | { type: "hearing"; hearing: Hearing }
  | { type: "noHearing"; call: string }
  | { type: "voiceRefused"; refusal?: string }
  | { type: "chosen"; user?: string }
  | { type: "busy"; what: string; begins: boolean }
  | { type: "problem"; text?: string };

export const kNothing: State = {
  phase: "starting",
  demoUsers: [],
  connection: "connecting",
  devices: [],
  channels: [],
  calls: [],
  since: {},
  first: {},
  availability: {},
  hearing: {},
  people: { list: [], isThere: false },
  busy: [],
};

export const voiceStateOf = (channels: Channel[] | undefined) => channels?.find((each) => each.channel === "voice")?.userState;

/** A person's state in one word of the wire: a call goes before what the agent says of themselves. */
export function statusOf(person: Person): string {
  if (person.activeCall) return person.activeCall.state;
  const state = (voiceStateOf(person.channels) ?? person.devices?.[0]?.userState)?.state ?? "LoggedOut";
  const isGone = person.devices?.length && person.devices.every((each) => each.deviceState !== "Active");
  return isGone && state !== "LoggedOut" ? "PhoneGone" : state;
}

const without = <T>(record: Record<string, T>, key: string): Record<string, T> => {
  const { [key]: _, ...rest } = record;
  return rest;
};

/** The time since which `key` is as it is now: kept while `same`, else `at`. */
function dated(state: State, key: string, same: boolean, at: number): Pick<State, "since" | "first"> {
  if (same && key in state.since) return state;
  const isFirst = !(key in state.since);
  return { since: { ...state.since, [key]: at }, first: { ...state.first, [key]: isFirst } };
}

const sameList = (one: string[], other: string[]) => one.length === other.length && one.every((each, at) => each === other[at]);

function withCall(state: State, call: Call, at: number): State {
  const known = state.calls.find((each) => each.id === call.id);
  if (call.state === "Released" || call.state === "Completed") {
    if (!known) return state;
    return {
      ...state,
      calls: state.calls.filter((each) => each.id !== call.id),
      ended: call,
      availability: without(state.availability, call.id),
      hearing: without(state.hearing, call.id),
    };
  }
  const calls = known ? state.calls.map((each) => (each.id === call.id ? call : each)) : [...state.calls, call];
  const kept = known && known.state === call.state && sameList(known.capabilities, call.capabilities);
  return {
    ...state,
    calls,
    availability: kept ? state.availability : without(state.availability, call.id),
    since: { ...state.since, [call.id]: state.since[call.id] ?? at - 1000 * Number(call.duration) },
  };
}

function withDevices(state: State, devices: Device[]): State {
  const fresh = (each: Device) => devices.find((device) => device.id === each.id) ?? each;
  const added = devices.filter((device) => !state.devices.some((each) => each.id === device.id));
  return { ...state, devices: [...state.devices.map(fresh), ...added] };
}

function withChannels(state: State, channels: Channel[], at: number): State {
  const before = voiceStateOf(state.channels);
  const now = voiceStateOf(channels);
  return { ...state, channels, ...dated(state, "state", before?.id === now?.id, at) };
}

function withPerson(state: State, person: Person, at: number): State {
  const known = state.people.list.find((each) => each.id === person.id);
  const same = known !== undefined && statusOf(known) === statusOf(person) && known.activeCall?.id === person.activeCall?.id;
  const list = known ? state.people.list.map((each) => (each.id === person.id ? person : each)) : [...state.people.list, person];
  return { ...state, people: { ...state.people, list }, ...dated(state, `user ${person.id}`, same, at) };
}

/** The list is whole: whoever is not in it is gone. */
function withPeople(state: State, list: Person[], at: number): State {
  const ids = new Set(list.map((each) => each.id));
  const stay = state.people.list.filter((each) => ids.has(each.id));
  let next: State = { ...state, people: { list: stay, isThere: true } };
  for (const person of list) next = withPerson(next, person, at);
  return next;
}

function withHearing(state: State, hearing: Hearing): State {
  const known = state.hearing[hearing.callUuid];
  if (known && known.revision > hearing.revision) return state; // it was on its way
  return { ...state, hearing: { ...state.hearing, [hearing.callUuid]: hearing } };
}

function notified(state: State, message: Message, at: number): State {
  const { call, devices, channels, hearing } = message;
  const failed =
    message.errorMessage !== undefined
      ? { ...state, problem: [message.operationName, message.errorMessage].filter(Boolean).join(": ") }
      : state;
  if (message.messageType === "UserStateChangeMessage") {
    const person = state.people.list.find((each) => each.id === message.userId);
    if (!person) return state;
    const news = { devices: devices ?? person.devices, channels: channels ?? person.channels };
    const activeCall = "activeCall" in message ? message.activeCall : person.activeCall;
    return withPerson(state, { ...person, ...news, activeCall }, at);
  }
  if (hearing) return withHearing(failed, hearing);
  if (call) return withCall(failed, call, at);
  if (devices) return withDevices(failed, devices);
  if (channels) return withChannels(failed, channels, at);
  return failed;
}

function snapshot(state: State, me: Me, at: number): State {
  const { devices, calls, channels, ...user } = me;
  let next: State = { ...state, phase: "signedIn", user, devices, calls: [] };
  next = withChannels(next, channels, at);
  for (const call of calls) next = withCall(next, call, at);
  const ids = new Set(calls.map((each) => each.id));
  const ofCalls = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).filter(([id]) => ids.has(id)));
  const known = calls.filter((call) => {
    const before = state.calls.find((each) => each.id === call.id);
    return before && before.state === call.state && sameList(before.capabilities, call.capabilities);
  });
  const stale = new Set(known.map((each) => each.id));
  return {
    ...next,
    availability: Object.fromEntries(Object.entries(state.availability).filter(([id]) => stale.has(id))),
    hearing: ofCalls(state.hearing),
  };
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "signedOut":
      return { ...kNothing, phase: "signedOut", problem: action.problem, demoUsers: action.demoUsers ?? state.demoUsers };
    case "signedIn":
      return { ...kNothing, phase: "signedIn", user: action.user, demoUsers: state.demoUsers };
    case "snapshot":
      return snapshot(state, action.me, action.at);
    case "notified":
      return notified(state, action.message, action.at);
    case "connection":
      return state.connection === action.connection ? state : { ...state, connection: action.connection };
    case "people":
      return withPeople(state, action.list, action.at);
    case "peopleRefused":
      return { ...state, people: { list: [], isThere: true, refusal: action.refusal } };
    case "availability":
      return { ...state, availability: { ...state.availability, [action.call]: action.list } };
    case "hearing":
      return withHearing(state, action.hearing);
    case "noHearing":
      return { ...state, hearing: without(state.hearing, action.call) };
    case "voiceRefused":
      return state.voiceRefusal === action.refusal ? state : { ...state, voiceRefusal: action.refusal };
    case "chosen":
      return { ...state, chosen: action.user };
    case "busy":
      return { ...state, busy: action.begins ? [...state.busy, action.what] : state.busy.filter((each) => each !== action.what) };
    case "problem":
      return { ...state, problem: action.text };
  }
}
