/**
 * What is told of alarms, and what is remembered of them. Pure.
 *
 * At half of a deadline a warning, at 90 % an urgent word, and when it has passed: overdue; what has no deadline is urgent as soon as it
 * is so. Each once, and the highest alone where several are reached at once. While it lasts it is told again, at twice the distance
 * each time; when it has been over for a while, that is told once. What comes back before that is the same alarm. What the settings do not ask for any more is
 * forgotten: nobody may be told that it is over.
 */
import { type AlarmName, type AlarmState, alarmKey, type Detail, type Holding, RUNGS, type Rung } from "./alarm.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Between two words about what has no deadline of its own, the first time. */
const FIRST_DISTANCE_MS = HOUR;
const LONGEST_DISTANCE_MS = 24 * HOUR;
/** What is over for less than this is not over. */
const QUIET_MS = 5 * MINUTE;

const SHARES: Readonly<Record<Rung, number>> = { warning: 0.5, urgent: 0.9, overdue: 1 };

/** When each rung of a deadline is reached, milliseconds of age. */
export const rungAt = (rung: Rung, deadlineMs: number): number => Math.round(deadlineMs * SHARES[rung]);

/** `null`: it is not far enough to be told. */
export function rungOf(ageMs: number, deadlineMs: number | null): Rung | null {
  if (deadlineMs === null) return "urgent";
  return RUNGS.findLast((rung) => ageMs >= rungAt(rung, deadlineMs)) ?? null;
}

/** How long it is not told again, after so many repeats. */
export function distanceMs(repeats: number, deadlineMs: number | null): number {
  return Math.min(LONGEST_DISTANCE_MS, (deadlineMs ?? FIRST_DISTANCE_MS) * 2 ** Math.min(repeats, 20));
}

export function quietMs(deadlineMs: number | null): number {
  return Math.min(QUIET_MS, (deadlineMs ?? Number.POSITIVE_INFINITY) / 2);
}

/** One thing to tell. */
export interface Word {
  readonly kind: Rung | "repeated" | "over";
  readonly name: AlarmName;
  readonly subject: string;
  readonly since: number;
  /** When it ended; of what is over alone. */
  readonly until?: number;
  readonly deadlineMs: number | null;
  readonly detail: Detail;
}

export interface AlarmMoment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether nobody can tell at this moment how it is: then it stays as it was. */
  readonly isUnknown: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
  /** Whether anybody wants to hear of it, by the settings in force; of everything unless given. */
  readonly isWanted?: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
  /** Whether nothing is to be told of it. */
  readonly isSilenced: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
}

export interface Decided {
  readonly words: readonly Word[];
  /** All that is remembered from now on, by key. */
  readonly states: ReadonlyMap<string, AlarmState>;
}

/** What follows for each alarm; what nobody has to hear of is not remembered. */
export function decide(
  before: ReadonlyMap<string, AlarmState>,
  holding: readonly Holding[],
  moment: AlarmMoment,
): Decided {
  const held = new Map(holding.map((one) => [alarmKey(one), one]));
  const words: Word[] = [];
  const states = new Map<string, AlarmState>();
  for (const key of new Set([...before.keys(), ...held.keys()])) {
    const { state, word } = next(before.get(key), held.get(key), moment);
    if (state !== undefined) states.set(key, state);
    if (word !== undefined) words.push(word);
  }
  return { words, states };
}

interface Next {
  readonly state?: AlarmState;
  readonly word?: Word;
}

function next(state: AlarmState | undefined, holding: Holding | undefined, moment: AlarmMoment): Next {
  if (holding === undefined && state !== undefined && moment.isWanted?.(state) === false) return {};
  if (holding === undefined && state !== undefined && moment.isUnknown(state)) return { state };
  const found = holding && foundOf(holding, state, moment.now);
  // it is as it was, and others have more time from now on: nobody is told that it is over
  if (state !== undefined && found?.level === null && wasNear(state, found, moment.now)) return {};
  // of what is far from its deadline nothing is remembered
  if (found !== undefined && found.level !== null) return holdsOn(state, found, found.level, moment);
  return state === undefined ? {} : ending(state, moment);
}

/** Whether it would be told of, had its deadline not been changed. */
function wasNear(state: AlarmState, found: Found, now: number): boolean {
  return state.deadlineMs !== found.deadlineMs && rungOf(now - found.since, state.deadlineMs) !== null;
}

interface Found extends Omit<Holding, "since"> {
  readonly since: number;
  readonly level: Rung | null;
}

function foundOf(holding: Holding, state: AlarmState | undefined, now: number): Found {
  const since = Math.min(now, holding.since ?? state?.since ?? now);
  return { ...holding, since, level: rungOf(now - since, holding.deadlineMs) };
}

function holdsOn(
  state: AlarmState | undefined,
  { level: _, ...found }: Found,
  level: Rung,
  { now, isSilenced }: AlarmMoment,
): Next {
  const { rung = null, toldAt = null, repeats = 0 } = state ?? {};
  const on: AlarmState = { ...found, rung, toldAt, repeats, clearAt: null };
  if (isSilenced(on)) return { state: on };
  if (isHigher(level, rung)) {
    return { state: { ...on, rung: level, toldAt: now, repeats: 0 }, word: { kind: level, ...found } };
  }
  if (toldAt === null || now - toldAt < distanceMs(repeats, found.deadlineMs)) return { state: on };
  return { state: { ...on, toldAt: now, repeats: repeats + 1 }, word: { kind: "repeated", ...found } };
}

const isHigher = (one: Rung, other: Rung | null): boolean =>
  other === null || RUNGS.indexOf(one) > RUNGS.indexOf(other);

/** It is no more: forgotten where nobody has heard of it, told once where it stays away. */
function ending(state: AlarmState, { now, isSilenced }: AlarmMoment): Next {
  if (state.rung === null) return {};
  const clearAt = state.clearAt ?? now;
  const over = { ...state, clearAt };
  if (now - clearAt < quietMs(state.deadlineMs) || isSilenced(state)) return { state: over };
  const { name, subject, since, deadlineMs, detail } = state;
  return { word: { kind: "over", name, subject, since, until: clearAt, deadlineMs, detail } };
}
