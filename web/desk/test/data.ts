// Resources as the server shows them, cut to what the desk reads.
import type { Call, Channel, Device, Hearing, Me, Person } from "../src/wire";

export const ready: Channel = { channel: "voice", userState: { id: "9430250E", displayName: "Ready", state: "Ready" } };
export const notReady: Channel = { channel: "voice", userState: { id: "900D55CC", displayName: "Not Ready", state: "NotReady" } };
export const phone: Device = {
  id: "adb019dc",
  deviceState: "Active",
  phoneNumber: "5001",
  capabilities: [],
  uri: "http://127.0.0.1:8080/api/v2/devices/adb019dc",
};
export const call: Call = {
  id: "G7DB",
  state: "Ringing",
  participants: [{ phoneNumber: "5000", formattedPhoneNumber: "5000" }],
  dnis: "5001",
  callType: "Internal",
  capabilities: ["Answer"],
  duration: "0",
  mute: "Off",
  supervisorListeningIn: false,
  monitoredUserMuted: false,
  monitoring: false,
  uri: "http://127.0.0.1:8080/api/v2/me/calls/G7DB",
};
export const established: Call = { ...call, state: "Established", capabilities: ["Hangup", "Hold"], duration: "7" };
export const me: Me = { id: "u1", userName: "agent", roles: ["ROLE_AGENT"], devices: [phone], calls: [], channels: [ready] };
export const ada: Person = { id: "u1", userName: "agent", firstName: "Ada", roles: ["ROLE_AGENT"], devices: [phone], channels: [ready], activeCall: null };
export const hearing: Hearing = {
  callUuid: "G7DB",
  revision: 4,
  parties: [
    { id: "1", phoneNumber: "5000", role: "Customer", level: 40 },
    { id: "2", phoneNumber: "5001", role: "Agent", displayName: "Ada Agent" },
    { id: "3", phoneNumber: "5005", role: "Supervisor", isMe: true, mode: "Coach" },
  ],
  ways: [
    { speaker: "3", listener: "1", open: false, since: "2026-11-30T16:00:00.000Z", rule: "Coach reaches the agent only" },
    { speaker: "3", listener: "2", open: true, since: "2026-11-30T16:00:00.000Z", rule: "Coach reaches the agent" },
  ],
};
