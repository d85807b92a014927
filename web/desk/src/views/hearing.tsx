import { drawable, kBox, placed } from "../layout";
import { texts } from "../texts";
import type { Hearing, HearingParty } from "../wire";

const kBar = 40; // of a level, in units of the drawing

export function partyName(party: HearingParty): string {
  const t = texts();
  if (party.isMe) return t.hearing.me;
  return party.displayName || t.hearing.roles[party.role] || party.phoneNumber;
}

function Node({ party, x, y }: { party: HearingParty; x: number; y: number }) {
  const t = texts();
  const level = Math.max(0, Math.min(100, party.level ?? 0));
  const filled = (kBar * level) / 100;
  const second = party.isMe && party.mode ? (t.modes as Record<string, unknown>)[party.mode] : party.phoneNumber;
  return (
    <g class={party.isMe ? "party is-me" : "party"} transform={`translate(${x} ${y})`}>
      <rect class="box" width={kBox.width} height={kBox.height} rx="12" />
      <text x="12" y="26" class="name">
        {partyName(party).slice(0, 16)}
      </text>
      <text x="12" y="45" class="soft">
        {String(second).slice(0, 18)}
      </text>
      <rect class="bar0" x={kBox.width - 15} y="11" width="5" height={kBar} rx="2" />
      <rect class="bar" x={kBox.width - 15} y={11 + kBar - filled} width="5" height={filled} rx="2" />
    </g>
  );
}

/** Who hears whom, as the server says it: open ways are solid, closed ones dotted and still there. */
export function Drawing({ hearing }: { hearing: Hearing }) {
  const t = texts();
  const { boxes, width, height } = placed(hearing.parties);
  const ways = drawable(hearing.ways, boxes);
  const party = (id: string) => hearing.parties.find((each) => each.id === id);
  const sentence = (way: { speaker: string; listener: string; open: boolean }) => {
    const [speaker, listener] = [party(way.speaker), party(way.listener)];
    if (!speaker || !listener) return "";
    return (way.open ? t.hearing.hears : t.hearing.hearsNot)(partyName(listener), partyName(speaker));
  };
  return (
    <figure class="hearing" aria-label={t.hearing.title}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${t.hearing.title}: ${ways.map(sentence).join("; ")}`}>
        <defs>
          {["open", "shut"].map((each) => (
            <marker key={each} id={`tip-${each}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0 8 4 0 8z" class={`tip ${each}`} />
            </marker>
          ))}
        </defs>
        {ways.map((way) => (
          <g key={`${way.speaker} ${way.listener}`}>
            <path
              class={way.open ? "way open" : "way shut"}
              data-speaker={party(way.speaker)?.phoneNumber}
              data-listener={party(way.listener)?.phoneNumber}
              d={way.path}
              marker-end={`url(#tip-${way.open ? "open" : "shut"})`}
            />
            {way.open ? null : (
              <path class="cross" d={`M${way.middle.x - 4} ${way.middle.y - 4}l8 8m0 -8l-8 8`} />
            )}
          </g>
        ))}
        {boxes.map((box) => {
          const each = party(box.id);
          return each ? <Node key={box.id} party={each} x={box.x} y={box.y} /> : null;
        })}
      </svg>
      <details>
        <summary>{t.hearing.rules}</summary>
        <ul class="ways">
          {ways.map((way) => (
            <li key={`${way.speaker} ${way.listener}`}>
              {sentence(way)}. <span class="note">{way.rule}</span>
            </li>
          ))}
          {hearing.parties
            .filter((each) => each.quality)
            .map((each) => (
              <li key={each.id}>
                {partyName(each)}: {t.hearing.quality(each.quality?.lossPercent ?? 0, each.quality?.jitterMs ?? 0)}
              </li>
            ))}
        </ul>
      </details>
    </figure>
  );
}
