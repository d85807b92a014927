// What the desk knows, as one value, and how each piece of news changes it. Pure: no clock, no network, no page.
import type { AgentState, Availability, Call, Channel, DemoUser, Device, Hearing, Me, Message, Person, User } from "./wire";

export type Connection = "connecting" | "connected" | "lost";

/** What is known of the list of users: not asked yet, refused with the server's words, or there. */
export interface People {
  list: Person[];
  refusal?: string;
  isThere: boolean;
}

/** What a party of a watched call did, for how long: a span runs until the next one begins. */
export interface Track {
  party: string; // its id in the hearing
  spans: { from: number; what: string }[]; // ms of the day; a mode, or Held, Established…
}

export interface State {
  phase: "starting" | "signedOut" | "signedIn";
  demoUsers: DemoUser[];
  connection: Connection;
  user?: User;
  devices: Device[];
  channels: Channel[];
  agentStates: AgentState[]; // what an agent may choose; empty: the server does not say
  calls: Call[]; // in the order in which they came
  ended?: Call; // the last that is over, which may still be given a disposition
  since: Record<string, number>; // ms of the day: a call's begin by its id, a state's by "state" or "user <id>"
  first: Record<string, boolean>; // a time in `since` is when the desk first saw it so: it may be older
  availability: Record<string, Availability[]>; // by call, until its capabilities change
  hearing: Record<string, Hearing>; // by call
  tracks: Record<string, Track[]>; // by call, since it is watched
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
  | { type: "hearing"; hearing: Hearing; at: number }
  | { type: "noHearing"; call: string }
  | { type: "agentStates"; list: AgentState[] }
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
  agentStates: [],
  calls: [],
  since: {},
  first: {},
  availability: {},
  hearing: {},
  tracks: {},
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

/** Since when, as the server says: their part in the call, or the state. */
function sinceOf(person: Person): number {
  return Date.parse(person.activeCall?.since ?? person.devices?.[0]?.userState?.since ?? "");
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
      tracks: without(state.tracks, call.id),
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

/** News of users: who is the same as before stays the very same, and is not drawn again. */
function withPersons(state: State, list: Person[], isWhole: boolean, at: number): State {
  const known = new Map(state.people.list.map((each) => [each.id, each]));
  const since = { ...state.since };
  const first = { ...state.first };
  const next = new Map(isWhole ? [] : known);
  for (const news of list) {
    const before = known.get(news.id);
    const person = before && JSON.stringify(before) === JSON.stringify(news) ? before : news;
    next.set(person.id, person);
    const isSame = before && statusOf(before) === statusOf(person) && before.activeCall?.id === person.activeCall?.id;
    const told = sinceOf(person);
    if (isSame && (Number.isNaN(told) || since[`user ${person.id}`] === told)) continue;
    since[`user ${person.id}`] = Number.isNaN(told) ? at : told;
    first[`user ${person.id}`] = Number.isNaN(told) && !before;
  }
  return { ...state, people: { list: [...next.values()], isThere: true }, since, first };
}

function tracksOf(before: Track[], hearing: Hearing, at: number): Track[] {
  const gone = before.filter((track) => !hearing.parties.some((each) => each.id === track.party));
  const here = hearing.parties.map((party): Track => {
    const spans = before.find((each) => each.party === party.id)?.spans ?? [];
    const what = (party.isMe ? party.mode : party.state) ?? "Established";
    return { party: party.id, spans: spans.at(-1)?.what === what ? spans : [...spans, { from: at, what }] };
  });
  return [...here, ...gone.map((track) => (track.spans.at(-1)?.what === "" ? track : { ...track, spans: [...track.spans, { from: at, what: "" }] }))];
}

function withHearing(state: State, hearing: Hearing, at: number): State {
  const known = state.hearing[hearing.callUuid];
  if (known && known.revision > hearing.revision) return state; // it was on its way
  const parties = hearing.parties.map((party) => {
    const before = known?.parties.find((each) => each.id === party.id);
    return { level: before?.level, quality: before?.quality, ...party }; // what is pushed has no levels
  });
  const call = hearing.callUuid;
  return {
    ...state,
    hearing: { ...state.hearing, [call]: { ...hearing, parties } },
    tracks: { ...state.tracks, [call]: tracksOf(state.tracks[call] ?? [], hearing, at) },
  };
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
    const news = { devices: devices ?? person.devices, channels: channels ?? person.channels, activeCall: message.activeCall };
    return withPersons(state, [{ ...person, ...news }], false, at);
  }
  if (hearing) return withHearing(failed, hearing, at);
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
    tracks: ofCalls(state.tracks),
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
      return withPersons(state, action.list, true, action.at);
    case "peopleRefused":
      return { ...state, people: { list: [], isThere: true, refusal: action.refusal } };
    case "availability":
      return { ...state, availability: { ...state.availability, [action.call]: action.list } };
    case "hearing":
      return withHearing(state, action.hearing, action.at);
    case "noHearing":
      return { ...state, hearing: without(state.hearing, action.call) };
    case "agentStates":
      return { ...state, agentStates: action.list };
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
