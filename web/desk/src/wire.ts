// The Voice API as the desk reads it. Names and spelling are the wire's; what the desk does not read is left out.

export interface UserState {
  id: string;
  displayName: string;
  state: string;
  since?: string; // of the users one looks after
}

/** A state an agent may choose, and the operation that does so. */
export interface AgentState {
  operationName: string;
  id?: string;
  displayName: string;
  state: string;
}

export interface Monitoring {
  state: string; // ListenIn, Coach, BargeIn: as it was asked for
  mode: string;
  scope: string;
  targetDeviceUri: string;
}

export interface Device {
  id: string;
  deviceState: "Active" | "Inactive";
  userState?: UserState;
  phoneNumber: string;
  capabilities?: string[];
  supervisorMonitoringState?: Monitoring;
  doNotDisturb?: string;
  forwardTo?: string;
  uri: string;
}

export interface Participant {
  phoneNumber: string;
  formattedPhoneNumber: string;
}

export interface Call {
  id: string;
  state: string;
  participants: Participant[];
  ani?: string;
  dnis: string;
  callType: string;
  parentCallUri?: string;
  capabilities: string[];
  userData?: Record<string, unknown>;
  duration: string; // seconds
  mute: "On" | "Off";
  recordingState?: string;
  supervisorListeningIn: boolean;
  monitoredUserMuted: boolean;
  monitoring: boolean;
  uri: string;
}

export interface Channel {
  channel: string;
  userState?: UserState;
}

export interface User {
  id: string;
  userName: string;
  firstName?: string;
  lastName?: string;
  roles: string[];
}

export interface Group {
  id: string;
  name: string;
}

/** What GET /me?subresources=* answers. */
export interface Me extends User {
  devices: Device[];
  calls: Call[];
  channels: Channel[];
}

export interface ActiveCall {
  id: string;
  state: string;
  callType?: string;
  monitored?: boolean;
  since?: string;
  participants?: Participant[];
  queue?: string;
}

/** A user as a supervisor sees them. */
export interface Person extends User {
  devices?: Device[];
  channels?: Channel[];
  skills?: { name: string }[];
  groups?: Group[];
  activeCall?: ActiveCall | null;
}

/** One operation of a call, and what is in its way. */
export interface Availability {
  operationName: string;
  available: boolean;
  reasonCode?: string;
  reason?: string;
  remedy?: string;
}

export interface HearingParty {
  id: string;
  phoneNumber: string;
  displayName?: string;
  role: string;
  state?: string;
  mode?: string;
  isMe?: boolean;
  level?: number; // 0 to 100
  quality?: { lossPercent?: number; jitterMs?: number; roundTripMs?: number };
}

export interface HearingWay {
  speaker: string;
  listener: string;
  open: boolean;
  since: string;
  rule: string;
}

export interface Hearing {
  callUuid: string;
  revision: number;
  parties: HearingParty[];
  ways: HearingWay[];
}

/** Somebody of the directory who can be called. */
export interface Contact {
  name: string;
  phoneNumbers: { phoneNumber: string }[];
}

export interface DemoUser {
  userName: string;
  password: string;
  firstName: string;
  lastName: string;
  roles: string[];
}

/** The data of a notification: what it carries depends on its messageType. */
export interface Message {
  messageType: string;
  notificationType?: string;
  call?: Call;
  devices?: Device[];
  channels?: Channel[];
  hearing?: Hearing;
  userId?: string;
  activeCall?: ActiveCall | null;
  operationName?: string;
  errorMessage?: string;
}

export const isSupervisor = (user: User): boolean =>
  user.roles.includes("ROLE_SUPERVISOR") || user.roles.includes("ROLE_ADMIN");

/** Whether the server shows what they do now: supervisors see those of their groups. */
export const isSeen = (person: Person): boolean => (person.devices ?? []).some((each) => each.deviceState !== undefined);

export const nameOf = (user: User): string => [user.firstName, user.lastName].filter(Boolean).join(" ") || user.userName;

export const otherParties = (call: Call): string => call.participants.map((each) => each.formattedPhoneNumber || each.phoneNumber).join(", ");
