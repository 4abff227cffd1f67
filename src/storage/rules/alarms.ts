/** What is kept of alarms, as rows and back. Pure. */
import type { KeptAlarm, KeptNotice, Owed, RosterWatched, ShownAlarms, Silence } from "../contract/alarms.ts";
import { COUNTED_OFTEN, countedOf } from "./counts.ts";

/** Nobody is told of more in one round: those behind them come once these are told. */
const NOTICES_AT_ONCE = 100;
/** Of alarms, and of silences. */
const KEPT_AT_ONCE = 1_000;

export const NOTICES = `SELECT * FROM alarm_notices ORDER BY seq LIMIT ${NOTICES_AT_ONCE}`;
export const ALARMS = `SELECT key, state FROM alarms ORDER BY key LIMIT ${KEPT_AT_ONCE}`;
/** @param now the store's time, as its SQL has it */
export const silencesAt = (now: string): string =>
  `SELECT * FROM alarm_silences WHERE until > ${now} ORDER BY name LIMIT ${KEPT_AT_ONCE}`;
export const COUNT_UNTOLD = `SELECT count(*) AS n FROM (SELECT 1 FROM alarm_notices LIMIT ${COUNTED_OFTEN}) n`;
export const NO_ALARMS: ShownAlarms = { alarms: [], silences: [], untold: 0 };

type Row = Readonly<Record<string, unknown>>;

export const alarmOf = ({ key, state }: Row): KeptAlarm => ({ key: String(key), state: String(state) });

export const noticeOf = ({ id, notice, tries, due_at }: Row): KeptNotice => ({
  id: String(id),
  notice: String(notice),
  tries: Number(tries),
  dueAt: Number(due_at),
});

export const silenceOf = ({ name, until, why, actor, at }: Row): Silence => ({
  name: String(name),
  until: Number(until),
  why: String(why),
  actor: String(actor),
  at: Number(at),
});

/**
 * Each is counted one behind the bound. @param due how many wait that are owed, or are of people who are not known over there
 * @param oldest of the routed and the unrouted ones
 */
export function owedOf(
  due: { readonly owed: number; readonly unknown: number },
  unrouted: number,
  oldest: readonly (number | null)[],
): Owed {
  const { count, ended } = countedOf(due.owed + unrouted, COUNTED_OFTEN);
  const unknown = countedOf(due.unknown, COUNTED_OFTEN);
  const times = oldest.filter((at) => at !== null);
  return {
    oldestAt: times.length === 0 ? null : Math.min(...times),
    people: count,
    isMore: !ended,
    unknown: { people: unknown.count, isMore: !unknown.ended },
  };
}

/** Nothing waits. */
export const NOBODY_OWED = owedOf({ owed: 0, unknown: 0 }, 0, []);

/** Accounts that are watched at most, and the latest passes of each. */
export const MOST_ROSTERS = 200;
export const LATEST_PASSES = 3;

/** @param passes the latest ended ones, newest first */
export function rosterWatchedOf({ app, account, unheard }: Row, held: number, passes: readonly Row[]): RosterWatched {
  const firstGood = passes.findIndex(({ state }) => state !== "void");
  const ended = passes[0]?.ended_at;
  return {
    ...{ app: String(app), account: String(account), unheard: Number(unheard), held },
    voids: firstGood === -1 ? passes.length : firstGood,
    at: ended === null || ended === undefined ? null : Number(ended),
  };
}
