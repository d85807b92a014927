import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import { isWatched, modeOf, targetOf, watchedCall } from "../watching";
import { type Call, nameOf, otherParties, type Person } from "../wire";
import { Drawing } from "./hearing";
import { Modes } from "./modes";
import { Button, Operation, Timer } from "./parts";
import { Timeline } from "./timeline";

/** Muting the agent belongs to the supervisor's device: it lists it while it is possible. */
function MuteAgent({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const operation = call.monitoredUserMuted ? "UnmuteMonitoredUser" : "MuteMonitoredUser";
  const listed = state.devices[0]?.capabilities?.includes(operation);
  const known = state.availability[call.id]?.find((each) => each.operationName === operation);
  return (
    <Button
      state={state}
      what={`${call.id} ${operation}`}
      why={listed || known?.available ? undefined : [known?.reason, known?.remedy].filter(Boolean).join(" ")}
      onAsk={() => void desk.explain(call.id)}
      onClick={() => void desk.ofCall(call, operation)}
    >
      {t.ops[operation]}
    </Button>
  );
}

function StopWatching({ state }: { state: State }) {
  return (
    <Button state={state} what="device CancelSupervisorMonitoring" onClick={() => void desk.stopWatching()}>
      {texts().ops.CancelSupervisorMonitoring}
    </Button>
  );
}

/** What a supervisor may set (supervisor agent state control of the API). */
const kStates = ["Ready", "NotReady", "Offline"];

function AgentState({ state, person }: { state: State; person: Person }) {
  const t = texts();
  return (
    <section aria-labelledby="agent-state">
      <h3 id="agent-state">{t.floor.setState(nameOf(person))}</h3>
      <div class="row">
        {kStates.map((each) => (
          <Button key={each} state={state} small what={`${person.id} ${each}`} onClick={() => void desk.stateOf(person, each)}>
            {each === "Offline" ? t.floor.logOff : t.states[each]}
          </Button>
        ))}
      </div>
    </section>
  );
}

function Watched({ state, call, person }: { state: State; call: Call; person?: Person }) {
  const t = texts();
  const hearing = state.hearing[call.id];
  const data = Object.entries(call.userData ?? {});
  return (
    <>
      <header>
        <h2 id="live">{person ? nameOf(person) : otherParties(call)}</h2>
        <p class={`status is-${call.state}`}>
          <b>{t.states[call.state] ?? call.state}</b> <Timer since={state.since[call.id]} />
        </p>
      </header>
      <p class="note">{otherParties(call)}</p>
      {hearing ? <Drawing hearing={hearing} /> : null}
      {call.state === "Ringing" ? <Operation state={state} call={call} operation="Answer" primary /> : null}
      {person ? <Modes state={state} person={person} large /> : null}
      {modeOf(call, hearing) === "Coach" ? <p class="note">{t.modes.final}</p> : null}
      <div class="row">
        <MuteAgent state={state} call={call} />
        <StopWatching state={state} />
      </div>
      {person ? <AgentState state={state} person={person} /> : null}
      {hearing && state.tracks[call.id] ? <Timeline tracks={state.tracks[call.id]!} hearing={hearing} now={Date.now()} /> : null}
      {data.length ? (
        <section>
          <h3>{t.data.title}</h3>
          <table class="data">
            <tbody>
              {data.map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{typeof value === "string" ? value : JSON.stringify(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  );
}

/** The call the supervisor watches; else whom they chose, and what each mode would do. */
export function Live({ state }: { state: State }) {
  const t = texts();
  const call = watchedCall(state);
  const watched = state.people.list.find((each) => isWatched(state, each));
  const chosen = watched ?? state.people.list.find((each) => each.id === state.chosen);
  return (
    <aside class="card live" aria-labelledby="live">
      {call ? (
        <Watched state={state} call={call} person={watched} />
      ) : (
        <>
          <h2 id="live">{chosen ? nameOf(chosen) : t.hearing.title}</h2>
          <p class="note">{targetOf(state) ? t.floor.waits(watched ? nameOf(watched) : "…") : t.floor.chooseOne}</p>
          {chosen ? <Modes state={state} person={chosen} large /> : null}
          {targetOf(state) ? <StopWatching state={state} /> : null}
          {chosen && chosen.id !== state.user?.id ? <AgentState state={state} person={chosen} /> : null}
        </>
      )}
    </aside>
  );
}
