import { useState } from "preact/hooks";
import { desk } from "../desk";
import { type State, voiceStateOf } from "../state";
import { texts } from "../texts";
import { type AgentState, otherParties, type UserState } from "../wire";
import { CallCard, Disposition } from "./call_card";
import { NumberInput } from "./number_input";
import { Button, Timer } from "./parts";

/** Where the server does not say what an agent may choose: the operations of the documented API. */
const kDocumented: AgentState[] = ["Ready", "NotReady", "AfterCallWork", "AuxWork", "Offline"].map((each) => ({
  operationName: each,
  displayName: each,
  state: each,
}));

/** A state in the reader's language; one that an administrator has named, as it is named. */
function stateName(states: AgentState[], mine: UserState): string {
  const t = texts();
  const one = states.find((each) => each.id === mine.id);
  return (one && t.states[one.operationName]) || (one ? mine.displayName : (t.states[mine.state] ?? mine.displayName));
}

function States({ state, mine }: { state: State; mine: UserState }) {
  const t = texts();
  const states = state.agentStates.length ? state.agentStates : kDocumented;
  const isOne = (one: AgentState) => states.filter((each) => each.operationName === one.operationName).length === 1;
  const isMine = (one: AgentState) => (one.id ? one.id === mine.id : one.state === mine.state);
  return (
    <>
      {states.map((each) => (
        <Button
          key={each.id ?? each.operationName}
          state={state}
          what={each.operationName}
          pressed={isMine(each)}
          onClick={() => void desk.voiceState(each.operationName)}
        >
          {(isOne(each) && t.states[each.operationName]) || each.displayName}
        </Button>
      ))}
    </>
  );
}

function MyState({ state }: { state: State }) {
  const t = texts();
  const mine = voiceStateOf(state.channels);
  const isOut = !mine || mine.state === "LoggedOut";
  return (
    <section class="card" aria-labelledby="my-state">
      <h2 id="my-state">{t.state.title}</h2>
      <p class={`status is-${mine?.state}`} aria-live="polite">
        <b>{mine ? stateName(state.agentStates, mine) : "–"}</b> <Timer since={state.since.state} isFirst={state.first.state} />
      </p>
      <div class="row" role="group" aria-labelledby="my-state">
        {isOut ? (
          <Button state={state} what="session" primary onClick={() => void desk.beginSession()}>
            {t.state.begin}
          </Button>
        ) : (
          <States state={state} mine={mine} />
        )}
      </div>
    </section>
  );
}

function MyPhone({ state }: { state: State }) {
  const t = texts();
  const device = state.devices[0];
  if (!device) return <p class="card note">{t.phone.none}</p>;
  const isThere = device.deviceState === "Active";
  const isOut = voiceStateOf(state.channels)?.state === "LoggedOut";
  const word = isThere ? t.phone.there : isOut ? t.phone.out : t.phone.gone;
  return (
    <section class="card" aria-labelledby="my-phone">
      <h2 id="my-phone">{t.phone.mine(device.phoneNumber)}</h2>
      <p class={isThere ? "status is-Ready" : "status is-PhoneGone"}>
        <b>{word}</b>
      </p>
      {isOut && state.voiceRefusal ? <p class="problem">{state.voiceRefusal}</p> : null}
      {device.doNotDisturb === "On" ? <p class="note">{t.phone.quiet}</p> : null}
      {device.forwardTo ? <p class="note">{t.phone.forwards(device.forwardTo)}</p> : null}
      <div class="row">
        {["DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOff"]
          .filter((each) => device.capabilities?.includes(each))
          .map((each) => (
            <Button key={each} state={state} what={`device ${each}`} onClick={() => void desk.ofDevice(each)}>
              {t.ops[each]}
            </Button>
          ))}
      </div>
      {device.capabilities?.includes("ForwardCallsOn") ? <Forward state={state} /> : null}
      {isThere ? null : <p class="note">{t.phone.help(device.phoneNumber)}</p>}
    </section>
  );
}

/** To a number of one's own choice; the server says where nobody can be called. */
function Forward({ state }: { state: State }) {
  const t = texts();
  const [number, setNumber] = useState("");
  return (
    <form
      class="row"
      onSubmit={async (event) => {
        event.preventDefault();
        if (number.trim() && (await desk.ofDevice("ForwardCallsOn", { destination: number.trim() }))) setNumber("");
      }}
    >
      <NumberInput label={t.phone.forwardTo} value={number} onInput={setNumber} />
      <button type="submit" disabled={state.connection !== "connected" || !number.trim()}>
        {t.ops.ForwardCallsOn}
      </button>
    </form>
  );
}

function Dial({ state }: { state: State }) {
  const t = texts();
  const [number, setNumber] = useState("");
  return (
    <form
      class="card"
      aria-labelledby="dial"
      onSubmit={async (event) => {
        event.preventDefault();
        if (state.connection === "connected" && number.trim() && (await desk.dial(number.trim()))) setNumber("");
      }}
    >
      <h2 id="dial">{t.dial.title}</h2>
      <div class="row">
        <NumberInput label={t.dial.label} value={number} onInput={setNumber} />
        <button type="submit" class="primary" disabled={state.connection !== "connected" || !number.trim()}>
          {t.dial.button}
        </button>
      </div>
    </form>
  );
}

export function Agent({ state }: { state: State }) {
  const t = texts();
  const { calls, ended } = state;
  return (
    <main id="content" class="agent">
      <h1 class="hidden">{t.nav.agent}</h1>
      <div class="side">
        <MyState state={state} />
        <MyPhone state={state} />
        <Dial state={state} />
      </div>
      <div class="calls">
        {calls.map((call) => (
          <CallCard key={call.id} state={state} call={call} />
        ))}
        {calls.length === 0 && ended ? (
          <section class="card" aria-labelledby="ended">
            <h2 id="ended">{t.call.over(otherParties(ended))}</h2>
            <Disposition state={state} call={ended} />
          </section>
        ) : null}
        {calls.length === 0 ? (
          <p class="card empty">{voiceStateOf(state.channels)?.state === "NotReady" ? t.call.noneNotReady : t.call.none}</p>
        ) : null}
      </div>
    </main>
  );
}
