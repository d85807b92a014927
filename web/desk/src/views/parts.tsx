import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { desk } from "../desk";
import type { State } from "../state";
import { texts } from "../texts";
import { obstacle } from "../watching";
import type { Call } from "../wire";

// One clock for all times that are shown.
const ticking = new Set<(now: number) => void>();
setInterval(() => {
  const now = Date.now();
  for (const tell of ticking) tell(now);
}, 1000);

export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** How long ago `since` was, in ms of the day; nothing where that is not known. Hundreds of them tick, so each writes by itself. */
export function Timer({ since, isFirst }: { since?: number; isFirst?: boolean }) {
  const place = useRef<HTMLTimeElement>(null);
  useLayoutEffect(() => {
    if (since === undefined) return;
    const show = (now: number) => {
      if (place.current) place.current.textContent = (isFirst ? "≥ " : "") + clock(now - since);
    };
    show(Date.now());
    ticking.add(show);
    return () => void ticking.delete(show);
  }, [since, isFirst]);
  return since === undefined ? null : <time ref={place} />;
}

interface ButtonProps {
  state: State;
  what?: string; // the name under which it waits
  onClick: () => void;
  why?: string; // it is off: the reason, "" where that is not known yet
  about?: string; // what it will do, said before
  pressed?: boolean;
  primary?: boolean;
  small?: boolean;
  label?: string; // for screen readers, where the children are no words
  onAsk?: () => void; // somebody may want to know why
  children: ComponentChildren;
}

/** A button that cannot be stale: without a connection it is off. Off, it can still be reached, and says why. */
export function Button({ state, what, onClick, why, about, pressed, primary, small, label, onAsk, children }: ButtonProps) {
  const id = useId();
  const isOff = why !== undefined;
  const waits = what !== undefined && state.busy.includes(what);
  const hint = isOff ? why : about;
  return (
    <span class="button">
      <button
        type="button"
        class={[primary ? "primary" : "", small ? "small" : ""].filter(Boolean).join(" ") || undefined}
        disabled={state.connection !== "connected"}
        aria-disabled={isOff || undefined}
        aria-pressed={pressed}
        aria-busy={waits || undefined}
        aria-label={label}
        aria-describedby={hint ? id : undefined}
        onClick={() => !isOff && !waits && onClick()}
        onFocus={onAsk}
        onPointerEnter={onAsk}
      >
        {children}
      </button>
      {hint ? (
        <span role="tooltip" id={id} class="hint">
          {hint}
        </span>
      ) : null}
    </span>
  );
}

interface OperationProps {
  state: State;
  call: Call;
  operation: string;
  more?: () => Record<string, unknown> | undefined; // nothing: something is missing, the operation is not sent
  primary?: boolean;
  small?: boolean;
  children?: ComponentChildren;
}

/** An operation of a call: on while the server lists it, else off with the server's reason. */
export function Operation({ state, call, operation, more, primary, small, children }: OperationProps) {
  return (
    <Button
      state={state}
      what={`${call.id} ${operation}`}
      primary={primary}
      small={small}
      why={obstacle(state, call, operation)}
      onAsk={() => void desk.explain(call.id)}
      onClick={() => {
        const members = more ? more() : {};
        if (members) void desk.ofCall(call, operation, members);
      }}
    >
      {children ?? texts().ops[operation] ?? operation}
    </Button>
  );
}

/** The first of `operations` that is possible, else the first at all. */
export function oneOf(state: State, call: Call, operations: string[]): string {
  return operations.find((each) => obstacle(state, call, each) === undefined) ?? operations[0]!;
}

export const isPossible = (state: State, call: Call, operation: string): boolean => obstacle(state, call, operation) === undefined;
