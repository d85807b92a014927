import type { Track } from "../state";
import { texts } from "../texts";
import type { Hearing } from "../wire";
import { partyName } from "./hearing";
import { clock } from "./parts";

const kWidth = 300; // units of the drawing

function words(what: string): string {
  const t = texts();
  return (t.modes as unknown as Record<string, string>)[what] ?? t.states[what] ?? what;
}

function Row({ track, name, begin, end }: { track: Track; name: string; begin: number; end: number }) {
  const x = (at: number) => (kWidth * (at - begin)) / Math.max(1, end - begin);
  const spans = track.spans.map((span, at) => ({ ...span, to: track.spans[at + 1]?.from ?? end })).filter((span) => span.what);
  const told = spans.map((span) => `${words(span.what)} ${clock(span.from - begin)}–${clock(span.to - begin)}`).join(", ");
  return (
    <li>
      <span>{name}</span>
      <svg viewBox={`0 0 ${kWidth} 14`} preserveAspectRatio="none" role="img" aria-label={told}>
        <rect class="track" width={kWidth} height="14" rx="3" />
        {spans.map((span) => (
          <rect key={span.from} class={`span is-${span.what}`} x={x(span.from)} width={x(span.to) - x(span.from)} height="14">
            <title>{words(span.what)}</title>
          </rect>
        ))}
      </svg>
    </li>
  );
}

/** Modes and holds of the call, since it is watched. */
export function Timeline({ tracks, hearing, now }: { tracks: Track[]; hearing: Hearing; now: number }) {
  const t = texts();
  const begin = Math.min(...tracks.flatMap((track) => track.spans.map((span) => span.from)));
  const name = (id: string) => {
    const party = hearing.parties.find((each) => each.id === id);
    return party && partyName(party);
  };
  const mine = tracks.find((track) => hearing.parties.some((each) => each.isMe && each.id === track.party));
  return (
    <section>
      <h3>{t.timeline.title}</h3>
      <ul class="timeline">
        {tracks.map((track) => {
          const known = name(track.party);
          return known ? <Row key={track.party} track={track} name={known} begin={begin} end={now} /> : null;
        })}
      </ul>
      <p class="note">{mine?.spans.map((span) => t.timeline.from(words(span.what), clock(span.from - begin))).join(" · ")}</p>
    </section>
  );
}
