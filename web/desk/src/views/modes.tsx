import { useEffect } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import { isWatched, kModes, type Mode, modeOf, obstacle, targetOf, watchedCall } from "../watching";
import { nameOf, type Person } from "../wire";
import { Button } from "./parts";

/** Monitoring of one device at a time: another begins when the one before has ended. */
async function watch(person: Person, mode: Mode): Promise<void> {
  desk.dispatch({ type: "chosen", user: person.id });
  const target = person.devices?.[0];
  if (!target) return;
  const before = targetOf(desk.state);
  if (before && before !== target.id && !(await desk.stopWatching())) return;
  await desk.ofDevice(mode, { targetDeviceUri: target.uri });
}

/** Listen, coach and barge in: what each will do is said before. On the call that is watched they switch. */
export function Modes({ state, person, large }: { state: State; person: Person; large?: boolean }) {
  const t = texts();
  const watched = isWatched(state, person);
  const call = watched ? watchedCall(state) : undefined;
  const device = state.devices[0];
  const asked = watched ? device?.supervisorMonitoringState?.state : undefined; // of the next call
  const mode = call ? modeOf(call, state.hearing[call.id]) : asked;
  const signature = call ? `${call.id} ${call.capabilities.join()}` : "";
  useEffect(() => {
    if (call && large) void desk.explain(call.id);
  }, [signature]);
  const agent = person.firstName || nameOf(person);
  const why = (each: Mode): string | undefined => {
    if (mode === each) return undefined;
    if (call) return obstacle(state, call, `SwitchTo${each}`);
    return device?.capabilities?.includes(each) ? undefined : t.floor.cannotWatch;
  };
  const act = (each: Mode) => {
    if (mode === each) return;
    void (call ? desk.ofCall(call, `SwitchTo${each}`) : watch(person, each));
  };
  return (
    <div class={large ? "modes large" : "modes"} role="group" aria-label={`${t.modes.label}: ${nameOf(person)}`}>
      {kModes.map((each) => (
        <Button
          key={each}
          state={state}
          small={!large}
          what={call ? `${call.id} SwitchTo${each}` : `device ${each}`}
          pressed={watched ? mode === each : undefined}
          why={why(each)}
          about={mode === each ? undefined : t.modes.before[each]!(agent)}
          onAsk={() => call && void desk.explain(call.id)}
          onClick={() => act(each)}
        >
          {t.modes[each]}
          {large ? <small>{t.modes.effect[each]!(agent)}</small> : null}
        </Button>
      ))}
    </div>
  );
}
