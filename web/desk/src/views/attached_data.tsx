import { useState } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import { obstacle } from "../watching";
import type { Call } from "../wire";
import { Button, isPossible, Operation } from "./parts";

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function Pair({ state, call, name, value }: { state: State; call: Call; name: string; value: string }) {
  const t = texts();
  const [text, setText] = useState<string>();
  const changed = text !== undefined && text !== value;
  const save = async () => {
    if (changed && (await desk.ofCall(call, "UpdateUserData", { userData: { [name]: text } }))) setText(undefined);
  };
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <input
          aria-label={name}
          value={text ?? value}
          readOnly={!isPossible(state, call, "UpdateUserData")}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && void save()}
        />
      </td>
      <td>
        <div class="row">
          {changed ? (
            <Button state={state} small why={obstacle(state, call, "UpdateUserData")} onClick={() => void save()}>
              {t.data.save}
            </Button>
          ) : null}
          {isPossible(state, call, "DeleteUserDataPair") ? (
            <Operation state={state} call={call} small operation="DeleteUserDataPair" more={() => ({ key: name })}>
              <span aria-hidden="true">×</span>
              <span class="hidden">{t.data.remove(name)}</span>
            </Operation>
          ) : null}
        </div>
      </td>
    </tr>
  );
}

function Add({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  return (
    <form
      class="row"
      onSubmit={async (event) => {
        event.preventDefault();
        if (name.trim() && (await desk.ofCall(call, "AttachUserData", { userData: { [name.trim()]: value } }))) {
          setName("");
          setValue("");
        }
      }}
    >
      <label>
        <span class="hidden">{t.data.key}</span>
        <input placeholder={t.data.key} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label>
        <span class="hidden">{t.data.value}</span>
        <input placeholder={t.data.value} value={value} onInput={(event) => setValue(event.currentTarget.value)} />
      </label>
      <button type="submit" disabled={state.connection !== "connected" || !name.trim()}>
        {t.data.add}
      </button>
    </form>
  );
}

/** What is attached to a call, changed in place. */
export function AttachedData({ state, call }: { state: State; call: Call }) {
  const t = texts();
  const pairs = Object.entries(call.userData ?? {});
  return (
    <section>
      <h3>{t.data.title}</h3>
      {pairs.length ? (
        <table class="data">
          <tbody>
            {pairs.map(([name, value]) => (
              <Pair key={name} state={state} call={call} name={name} value={shown(value)} />
            ))}
          </tbody>
        </table>
      ) : (
        <p class="note">{t.data.none}</p>
      )}
      {isPossible(state, call, "AttachUserData") ? <Add state={state} call={call} /> : null}
    </section>
  );
}
