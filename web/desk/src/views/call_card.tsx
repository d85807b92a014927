import { useEffect, useState } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import { type Call, otherParties } from "../wire";
import { AttachedData } from "./attached_data";
import { NumberInput } from "./number_input";
import { Button, isPossible, oneOf, Operation, Timer } from "./parts";

const kWhenListed = ["SwapCalls", "CompleteTransfer", "CompleteConference", "ClearCall"];
const kRecording = ["StartCallRecording", "PauseCallRecording", "ResumeCallRecording", "StopCallRecording"];
const kElsewhere = ["InitiateTransfer", "SingleStepTransfer", "InitiateConference", "SingleStepConference"];
const kKeys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

function Flags({ call }: { call: Call }) {
  const t = texts();
  const recording = call.recordingState && t.call.recording[call.recordingState];
  return (
    <p class="flags">
      {recording ? <span class="flag is-recording">{recording}</span> : null}
      {call.supervisorListeningIn ? <span class="flag">{t.call.supervised}</span> : null}
      {call.monitoredUserMuted ? <span class="flag is-warning">{t.call.muted}</span> : null}
      {call.callType === "Consult" ? <span class="flag">{t.call.consult}</span> : null}
    </p>
  );
}

function Known({ call }: { call: Call }) {
  const t = texts();
  const rows = [
    [t.call.from, call.ani],
    [t.call.dialled, call.dnis],
    [t.call.type, t.call.types[call.callType] ?? call.callType],
  ].filter((row) => row[1]);
  return (
    <dl class="known">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Participants({ state, call }: { state: State; call: Call }) {
  const t = texts();
  if (call.participants.length < 2) return null;
  return (
    <section>
      <h3>{t.call.participants}</h3>
      <ul class="participants">
        {call.participants.map((each) => (
          <li key={each.phoneNumber}>
            {each.formattedPhoneNumber || each.phoneNumber}
            {isPossible(state, call, "RemoveParticipantFromConference") ? (
              <Operation
                state={state}
                call={call}
                small
                operation="RemoveParticipantFromConference"
                more={() => ({ participant: each.phoneNumber })}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Elsewhere({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const [number, setNumber] = useState("");
  const destination = () => (number.trim() ? { destination: { phoneNumber: number.trim() } } : undefined);
  return (
    <section>
      <h3>{t.elsewhere.title}</h3>
      <div class="row">
        <NumberInput label={t.elsewhere.label} value={number} onInput={setNumber} />
      </div>
      <div class="row">
        {kElsewhere.map((each) => (
          <Operation key={each} state={state} call={call} operation={each} more={destination} />
        ))}
      </div>
    </section>
  );
}

/** Keys are clicked, or typed while one of them has the focus. */
function Keypad({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const send = (digits: string) => void desk.ofCall(call, "SendDtmf", { digits });
  return (
    <div class="keypad" role="group" aria-label={t.keypad.title} onKeyDown={(event) => kKeys.includes(event.key) && send(event.key)}>
      {kKeys.map((each) => (
        <Button key={each} state={state} label={t.keypad.key(each)} onClick={() => send(each)}>
          {each}
        </Button>
      ))}
    </div>
  );
}

export function Disposition({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const [text, setText] = useState("");
  const [saved, setSaved] = useState("");
  return (
    <form
      class="row"
      onSubmit={async (event) => {
        event.preventDefault();
        if (text.trim() && (await desk.ofCall(call, "SetCallDisposition", { disposition: text.trim() }))) setSaved(text.trim());
      }}
    >
      <label class="grow">
        {t.disposition.label}
        <input value={text} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <button type="submit" disabled={state.connection !== "connected" || !text.trim()}>
        {t.disposition.save}
      </button>
      <span role="status" class="note">
        {saved && saved === text.trim() ? t.disposition.saved : ""}
      </span>
    </form>
  );
}

export function CallCard({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const [keys, setKeys] = useState(false);
  const signature = `${call.state} ${call.capabilities.join()}`;
  useEffect(() => void desk.explain(call.id), [call.id, signature]);
  const rings = call.state === "Ringing";
  const canKey = isPossible(state, call, "SendDtmf");
  return (
    <article class={`card call is-${call.state}`} aria-labelledby={`call-${call.id}`}>
      <header>
        <h2 id={`call-${call.id}`}>{otherParties(call) || "…"}</h2>
        <p class={`status is-${call.state}`} role={rings ? "alert" : undefined}>
          <b>{t.states[call.state] ?? call.state}</b> <Timer since={state.since[call.id]} />
        </p>
      </header>
      <Flags call={call} />
      <Known call={call} />
      <div class="row" role="group" aria-label={t.call.operations}>
        {rings || call.state === "Offered" ? <Operation state={state} call={call} operation="Answer" primary /> : null}
        {isPossible(state, call, "Reject") ? <Operation state={state} call={call} operation="Reject" /> : null}
        <Operation state={state} call={call} operation={oneOf(state, call, ["Hold", "Retrieve"])} />
        {[oneOf(state, call, ["MuteCall", "UnmuteCall"]), ...kWhenListed, ...kRecording]
          .filter((each) => isPossible(state, call, each))
          .map((each) => (
            <Operation key={each} state={state} call={call} operation={each} />
          ))}
        <Button
          state={state}
          pressed={keys}
          why={canKey ? undefined : (state.availability[call.id]?.find((each) => each.operationName === "SendDtmf")?.reason ?? "")}
          onClick={() => setKeys(!keys)}
        >
          {t.ops.SendDtmf}
        </Button>
        <Operation state={state} call={call} operation="Hangup" />
      </div>
      {keys && canKey ? <Keypad state={state} call={call} /> : null}
      <Participants state={state} call={call} />
      <Elsewhere state={state} call={call} />
      <AttachedData state={state} call={call} />
      <section>
        <h3>{t.disposition.title}</h3>
        <Disposition state={state} call={call} />
      </section>
    </article>
  );
}
