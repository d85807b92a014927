// Whom the supervisor watches, in which mode: read from what the server says.
import type { State } from "./state";
import type { Call, Hearing, Person } from "./wire";

export const kModes = ["ListenIn", "Coach", "BargeIn"] as const;
export type Mode = (typeof kModes)[number];

const lastSegment = (uri: string): string => uri.replace(/\/+$/, "").split("/").at(-1) ?? "";

/** The id of the device that is monitored by the supervisor's own. */
export function targetOf(state: State): string | undefined {
  const monitoring = state.devices.find((each) => each.supervisorMonitoringState)?.supervisorMonitoringState;
  return monitoring && lastSegment(monitoring.targetDeviceUri);
}

export const isWatched = (state: State, person: Person): boolean => {
  const target = targetOf(state);
  return target !== undefined && (person.devices ?? []).some((each) => each.id === target);
};

export const watchedCall = (state: State): Call | undefined => state.calls.find((each) => each.monitoring);

/** The mode in force: as the hearing tells it, else as the switches that are left tell it. */
export function modeOf(call: Call, hearing?: Hearing): Mode | undefined {
  const said = hearing?.parties.find((each) => each.isMe)?.mode;
  if (said) return kModes.find((each) => each === said);
  if (call.state !== "Established") return undefined;
  const canListen = call.capabilities.includes("SwitchToListenIn");
  const canBarge = call.capabilities.includes("SwitchToBargeIn");
  if (canListen && canBarge) return "Coach";
  if (canListen) return "BargeIn";
  return canBarge ? "ListenIn" : undefined;
}

/** What stands in the way of an operation of a call; "" while it is not known, nothing where it is possible. */
export function obstacle(state: State, call: Call, operation: string): string | undefined {
  const known = state.availability[call.id]?.find((each) => each.operationName === operation);
  if (call.capabilities.includes(operation) || known?.available) return undefined;
  return [known?.reason, known?.remedy].filter(Boolean).join(" ");
}
