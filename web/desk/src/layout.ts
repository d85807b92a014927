// Where the parties of a call stand in the drawing, and how the ways between them run. Pure geometry.
import type { HearingParty, HearingWay } from "./wire";

export interface Box {
  id: string;
  x: number;
  y: number;
}

export interface Way {
  path: string;
  middle: { x: number; y: number };
}

export const kBox = { width: 140, height: 62 };
const kWidth = 440;
const kRowGap = 96; // between rows, for the arrows
const kShift = 13; // of a way to its own side, so that two opposite ones do not cover each other
const kBend = 20;

const isAbove = (party: HearingParty): boolean => party.role !== "Supervisor" && party.role !== "Guest";
const byRole = (one: HearingParty, other: HearingParty): number => order(one) - order(other);
const order = (party: HearingParty): number => {
  const at = ["Customer", "Outsider", "Trunk", "Colleague", "Agent", "Supervisor", "Guest"].indexOf(party.role);
  return at < 0 ? 3 : at;
};

function rowsOf(parties: HearingParty[]): HearingParty[][] {
  const rows: HearingParty[][] = [];
  for (const part of [parties.filter(isAbove).sort(byRole), parties.filter((each) => !isAbove(each)).sort(byRole)])
    for (let at = 0; at < part.length; at += 2) rows.push(part.slice(at, at + 2));
  return rows;
}

/** Two in a row: the customer first, supervisors below all others. */
export function placed(parties: HearingParty[]): { boxes: Box[]; width: number; height: number } {
  const rows = rowsOf(parties);
  const boxes = rows.flatMap((row, level) =>
    row.map((party, at) => ({
      id: party.id,
      x: row.length === 1 ? (kWidth - kBox.width) / 2 : at * (kWidth - kBox.width - 4) + 2,
      y: 2 + level * (kBox.height + kRowGap),
    })),
  );
  return { boxes, width: kWidth, height: Math.max(1, rows.length) * (kBox.height + kRowGap) - kRowGap + 4 };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** From the middle of `box` towards (dx, dy): where the border is. */
function border(box: Box, x: number, y: number, dx: number, dy: number): { x: number; y: number } {
  const left = dx === 0 ? Infinity : ((dx > 0 ? box.x + kBox.width : box.x) - x) / dx;
  const top = dy === 0 ? Infinity : ((dy > 0 ? box.y + kBox.height : box.y) - y) / dy;
  const share = Math.min(left, top);
  return { x: x + dx * share, y: y + dy * share };
}

export function wayBetween(from: Box, to: Box): Way {
  const start = { x: from.x + kBox.width / 2, y: from.y + kBox.height / 2 };
  const end = { x: to.x + kBox.width / 2, y: to.y + kBox.height / 2 };
  const length = Math.hypot(end.x - start.x, end.y - start.y) || 1;
  const direction = { x: (end.x - start.x) / length, y: (end.y - start.y) / length };
  const side = { x: -direction.y, y: direction.x };
  const a = border(from, start.x + side.x * kShift, start.y + side.y * kShift, direction.x, direction.y);
  const b = border(to, end.x + side.x * kShift, end.y + side.y * kShift, -direction.x, -direction.y);
  const bend = { x: (a.x + b.x) / 2 + side.x * kBend, y: (a.y + b.y) / 2 + side.y * kBend };
  return {
    path: `M${round(a.x)} ${round(a.y)} Q${round(bend.x)} ${round(bend.y)} ${round(b.x)} ${round(b.y)}`,
    middle: { x: round((a.x + 2 * bend.x + b.x) / 4), y: round((a.y + 2 * bend.y + b.y) / 4) },
  };
}

/** Those that can be drawn: both of their ends are there. Open ones last, so that they lie on top. */
export function drawable(ways: HearingWay[], boxes: Box[]): (HearingWay & Way)[] {
  const box = (id: string) => boxes.find((each) => each.id === id);
  return ways
    .flatMap((way) => {
      const from = box(way.speaker);
      const to = box(way.listener);
      return from && to ? [{ ...way, ...wayBetween(from, to) }] : [];
    })
    .sort((one, other) => Number(one.open) - Number(other.open));
}
