import { Component } from "preact";
import { useState } from "preact/hooks";
import { desk } from "../desk";
import { type State, statusOf } from "../state";
import { language, texts } from "../texts";
import { isWatched, watchedCall } from "../watching";
import { isSeen, nameOf, type Person } from "../wire";
import { Live } from "./live";
import { Modes } from "./modes";
import { Button, Timer } from "./parts";

type Order = "name" | "state" | "time";

interface TileProps {
  state: State;
  person: Person;
  signature: string; // of all else that the tile shows
}

/** One of hundreds, most of which stay as they are when something changes. */
class Tile extends Component<TileProps> {
  override shouldComponentUpdate(next: TileProps): boolean {
    return next.person !== this.props.person || next.signature !== this.props.signature;
  }
  override render() {
    return <TileOf state={this.props.state} person={this.props.person} />;
  }
}

function signatureOf(state: State, person: Person): string {
  const key = `user ${person.id}`;
  const call = isWatched(state, person) ? watchedCall(state) : undefined;
  const ofCall = call ? [call, state.availability[call.id], state.hearing[call.id]?.revision] : [];
  const mine = [state.devices[0]?.capabilities, state.devices[0]?.supervisorMonitoringState];
  return JSON.stringify([language(), state.connection, state.busy, mine, isWatched(state, person), state.chosen === person.id, state.since[key], ofCall]);
}

/** Whom they talk to, and the queue that brought the call. */
function withWhom(person: Person): string {
  const call = person.activeCall;
  if (!call) return "\u00a0"; // tiles keep their height
  const numbers = (call.participants ?? []).map((each) => each.formattedPhoneNumber || each.phoneNumber);
  return [numbers.join(", "), call.queue].filter(Boolean).join(" · ") || "\u00a0";
}

function TileOf({ state, person }: { state: State; person: Person }) {
  const t = texts();
  const status = statusOf(person);
  const watched = isWatched(state, person);
  const key = `user ${person.id}`;
  const where = [person.devices?.[0]?.phoneNumber, ...(person.groups ?? []).map((each) => each.name)].filter(Boolean).join(" · ");
  return (
    <li class={`tile is-${status}${watched ? " is-watched" : ""}`}>
      <h3>
        <button type="button" class="plain" aria-current={state.chosen === person.id || undefined} onClick={() => desk.dispatch({ type: "chosen", user: person.id })}>
          {nameOf(person)}
        </button>
        {watched ? <span class="flag">{t.floor.watching}</span> : person.activeCall?.monitored ? <span class="flag">{t.floor.watched}</span> : null}
      </h3>
      <p class={`status is-${status}`}>
        <b>{t.states[status] ?? status}</b> <Timer since={state.since[key]} isFirst={state.first[key]} />
      </p>
      <p class="note">{where}</p>
      <p class="note with">{withWhom(person)}</p>
      {person.id === state.user?.id ? null : <Modes state={state} person={person} />}
    </li>
  );
}

function Figures({ people }: { people: Person[] }) {
  const t = texts();
  const count = (is: (status: string) => boolean) => people.filter((each) => is(statusOf(each))).length;
  const calls = new Set(people.flatMap((each) => each.activeCall?.id ?? []));
  const figures: [string, number][] = [
    [t.floor.calls, calls.size],
    [t.floor.ready, count((status) => status === "Ready")],
    [t.floor.away, count((status) => ["NotReady", "AuxWork", "AfterCallWork"].includes(status))],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div class="card" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Where the server has no list of users, a phone is still watched by its number. */
function ByNumber({ state, refusal }: { state: State; refusal: string }) {
  const t = texts();
  const [number, setNumber] = useState("");
  return (
    <section class="card">
      <p class="problem">
        {t.floor.refused} {refusal}
      </p>
      <h2 id="by-number">{t.floor.byNumber}</h2>
      <div class="row">
        <label>
          <span class="hidden">{t.floor.number}</span>
          <input type="tel" placeholder={t.floor.number} value={number} onInput={(event) => setNumber(event.currentTarget.value)} />
        </label>
        {(["ListenIn", "Coach", "BargeIn"] as const).map((each) => (
          <Button key={each} state={state} onClick={() => number.trim() && void desk.ofDevice(each, { phoneNumber: number.trim() })}>
            {t.modes[each]}
          </Button>
        ))}
      </div>
    </section>
  );
}

function sorted(state: State, people: Person[], order: Order): Person[] {
  const since = (person: Person) => state.since[`user ${person.id}`] ?? 0;
  const compare: Record<Order, (one: Person, other: Person) => number> = {
    name: () => 0,
    state: (one, other) => statusOf(one).localeCompare(statusOf(other)),
    time: (one, other) => since(one) - since(other),
  };
  return [...people].sort((one, other) => compare[order](one, other) || nameOf(one).localeCompare(nameOf(other)));
}

function Wall({ state }: { state: State }) {
  const t = texts();
  const [filter, setFilter] = useState("all");
  const [order, setOrder] = useState<Order>("name");
  const [text, setText] = useState("");
  const people = state.people.list.filter(isSeen);
  const groups = [...new Map(people.flatMap((each) => each.groups ?? []).map((each) => [each.id, each.name]))];
  const fits = (person: Person) => {
    const wanted = text.trim().toLocaleLowerCase();
    const words = [nameOf(person), person.userName, ...(person.devices ?? []).map((each) => each.phoneNumber)];
    if (wanted && !words.some((each) => each.toLocaleLowerCase().includes(wanted))) return false;
    if (filter === "all") return true;
    if (filter === "call") return Boolean(person.activeCall);
    return (person.groups ?? []).some((each) => each.id === filter);
  };
  const shown = sorted(state, people.filter(fits), order);
  const filters: [string, string][] = [["all", t.floor.all], ...groups, ["call", t.floor.onCall]];
  return (
    <>
      <Figures people={people} />
      <div class="row tools">
        <h2>{t.floor.agents(people.length)}</h2>
        <div class="row" role="group" aria-label={t.floor.filter}>
          {filters.map(([id, name]) => (
            <button type="button" key={id} aria-pressed={filter === id} onClick={() => setFilter(id)}>
              {name}
            </button>
          ))}
        </div>
        <label>
          {t.floor.sort}{" "}
          <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
            {Object.entries(t.floor.sorts).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="hidden">{t.floor.search}</span>
          <input type="search" placeholder={t.floor.search} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </div>
      {people.length === 0 ? <p class="card empty">{t.floor.none}</p> : null}
      {people.length > 0 && shown.length === 0 ? <p class="card empty">{t.floor.noMatch}</p> : null}
      <ul class="wall">
        {shown.map((person) => (
          <Tile key={person.id} state={state} person={person} signature={signatureOf(state, person)} />
        ))}
      </ul>
    </>
  );
}

export function Floor({ state }: { state: State }) {
  const t = texts();
  const { people } = state;
  return (
    <main id="content" class="floor">
      <h1 class="hidden">{t.floor.title}</h1>
      <div class="people">
        {people.refusal !== undefined ? <ByNumber state={state} refusal={people.refusal} /> : null}
        {people.refusal === undefined && people.isThere ? <Wall state={state} /> : null}
        {people.isThere ? null : <p class="card empty">{t.loading}</p>}
      </div>
      <Live state={state} />
    </main>
  );
}
