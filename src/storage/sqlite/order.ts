/** Whose turn it is among one person's events: the order is that of rules/persons.ts. */
import type { SQLInputValue } from "node:sqlite";
import { type EventInSql, orderInSql, overtakesInSql, placeInOrder, placeInSql } from "../rules/persons.ts";
import type { AllClaims, Claimed, ConnectorClaims } from "./claims.ts";
import type { Context, Row } from "./context.ts";

/** A person: one user of one app. */
export const personOf = (row: Row): string => `${String(row.e_app).length} ${row.e_app} ${row.e_user}`;

export const rowPlace = (row: Row): number =>
  placeInOrder({
    eventTime: Number(row.e_event_time),
    kind: row.e_kind === "unsubscribed" ? "unsubscribed" : "subscribed",
  });
/** Columns of `events`. */
const eventOf = (alias: string): EventInSql => ({
  ...{ user: `${alias}.user`, app: `${alias}.app`, account: `${alias}.official_account`, kind: `${alias}.kind` },
  ...{ eventTime: `${alias}.event_time`, place: placeInSql(`${alias}.event_time`, `${alias}.kind`) },
});
/** The event in hand: parameters. */
const GIVEN: EventInSql = { user: "?2", app: "?3", eventTime: "?4", account: "?5", place: "?6", kind: "?7" };

/** So many earlier events are looked at one by one; who has more is remembered. */
const NEAR = 64;
const REMEMBERED_PERSONS = 1_000;

// who happened earlier stands before it, and the index says so: only of the same time an event itself is read
const BEFORE = `(p.event_time < ?4 OR (${orderInSql(eventOf("p").place, "p.seq")}) < (${orderInSql("?5", "?6")}))`;
// by the index of what waits, which is short: the deliveries themselves are as many as there ever were
const WAITING = "deliveries d INDEXED BY deliveries_waiting";
const nearWaits = (order: string): string => `SELECT count(*) AS seen, max(waits) AS waits FROM (
    SELECT (SELECT 1 FROM ${WAITING} WHERE d.connector = ?1 AND d.event = p.seq AND d.state = 'waiting') AS waits
    FROM events p WHERE p.user = ?2 AND p.app = ?3 AND p.event_time <= ?4 AND ${BEFORE}
    ${order} LIMIT ${NEAR})`;
// hardly anybody has more events than these: in any order, which costs a tenth
const ANY_WAIT = nearWaits("");
// backwards: what waits is nearly always among the latest
const NEAR_WAITS = nearWaits("ORDER BY p.event_time DESC");
const FAR_WAITS = `SELECT 1 FROM events p CROSS JOIN ${WAITING} ON d.connector = ?1 AND d.event = p.seq AND d.state = 'waiting'
  WHERE p.user = ?2 AND p.app = ?3 AND p.event_time BETWEEN ?7 AND ?4 AND ${BEFORE} LIMIT 1`;

/** Whether there are other events of the person of event `e`, which could stand in its way: for most there are none. */
export const COMPANY = `
  EXISTS (SELECT 1 FROM events o WHERE o.user = e.user AND o.app = e.app AND o.seq <> e.seq) AS company`;

const FATE_OF_N = "(SELECT d.state FROM deliveries d WHERE d.connector = ?1 AND d.event = n.seq)";
const OVERTAKING = `SELECT 1 FROM events n WHERE ${overtakesInSql(eventOf("n"), GIVEN, FATE_OF_N)} LIMIT 1`;

const SUPERSEDE_OLDER = `UPDATE deliveries SET state = 'superseded', parked = NULL, settled_at = ?8
  WHERE connector = ?1 AND state = 'waiting' AND event IN (
    SELECT p.seq FROM events p WHERE ${overtakesInSql(GIVEN, eventOf("p"), "'waiting'")}) RETURNING event`;

/** Rows have the columns `EVENT` and `COMPANY`. */
export interface Order {
  /** Whether an earlier event of this person still waits for this connector. */
  blocked(connector: number, row: Row): boolean;
  /** Whether a newer event of the same person and official account makes this state write pointless. */
  overtaken(connector: number, row: Row): boolean;
  /** Settles what waits and is overtaken by this one; none of it may be under way. Returns their events. */
  supersedeOlder(connector: number, row: Row): number[];
}

export function openOrder(context: Context, claims: AllClaims): Order {
  const { all, one, now } = context;
  let version: unknown;

  /** Another process may have made old letters wait again. */
  function heedOthers(): void {
    const current = one("PRAGMA data_version")?.data_version;
    if (current !== version) claims.forgetClear();
    version = current;
  }

  function farBlocked(own: ConnectorClaims, row: Row, values: SQLInputValue[]): boolean {
    heedOthers();
    const person = personOf(row);
    if (one(FAR_WAITS, ...values, own.clear.get(person) ?? 0) !== undefined) return true;
    if (own.clear.size >= REMEMBERED_PERSONS) own.clear.clear();
    own.clear.set(person, Number(row.e_event_time));
    // what else this transaction settled may wait after all
    context.onRollback(() => own.clear.delete(person));
    return false;
  }

  return {
    blocked(connector, row) {
      if (row.company === 0) return false;
      const person = [String(row.e_user), String(row.e_app), Number(row.e_event_time)];
      const values = [connector, ...person, rowPlace(row), Number(row.e_seq)];
      const any = one(ANY_WAIT, ...values);
      if (any?.waits === 1) return true;
      if (Number(any?.seen) < NEAR) return false;
      return one(NEAR_WAITS, ...values)?.waits === 1 || farBlocked(claims.of(connector), row, values);
    },
    overtaken: (connector, row) => row.company === 1 && one(OVERTAKING, connector, ...given(row)) !== undefined,
    supersedeOlder: (connector, row) =>
      all(SUPERSEDE_OLDER, connector, ...given(row), now()).map(({ event }) => Number(event)),
  };
}

/** The parameters of `GIVEN`. */
function given(row: Row): SQLInputValue[] {
  const { e_user: user, e_app: app, e_event_time: time, e_account: account, e_kind: kind } = row;
  return [String(user), String(app), Number(time), String(account), rowPlace(row), String(kind)];
}

// --- parking --------------------------------------------------------------------------------------------------------

/** Takes a delivery out of what is due, until whoever goes before it is settled. */
export function park(context: Context, own: ConnectorClaims, connector: number, row: Row): void {
  context.run(
    "UPDATE deliveries SET parked = ?, turn = ? WHERE connector = ? AND event = ?",
    ...[personOf(row), rowPlace(row), connector, Number(row.e_seq)],
  );
  own.parked += 1;
}

/**
 * Lets the next parked delivery of a person go: needed whenever one of theirs leaves its place. One too many does no harm:
 * it is looked at again and parked again.
 * @param before only if its turn is earlier
 */
export function freeNext(
  { one, run }: Pick<Context, "one" | "run">,
  connector: number,
  person: string,
  before = Number.POSITIVE_INFINITY,
): boolean {
  const next = one(
    `SELECT event, turn FROM deliveries WHERE connector = ? + 0 AND parked = ? || '' ORDER BY ${orderInSql("turn", "event")} LIMIT 1`,
    ...[connector, person],
  );
  if (next === undefined || Number(next.turn) > before) return false;
  return (
    run("UPDATE deliveries SET parked = NULL WHERE connector = ? AND event = ?", connector, Number(next.event)) > 0
  );
}

/** `freeNext` for the process that parks. */
export function freeNextOf(
  context: Context,
  own: ConnectorClaims,
  connector: number,
  person: string,
  before?: number,
): boolean {
  if (own.parked === 0 || !freeNext(context, connector, person, before)) return false;
  context.onCommit(() => {
    own.parked -= 1;
  });
  return true;
}

/**
 * One of a person's deliveries waits again that was under way. Who comes before it may go; and where newer wishes supersede,
 * all are looked at again: one that came meanwhile may make its retry pointless, and must not wait for it.
 */
export function freeBeside(
  context: Context,
  own: ConnectorClaims,
  connector: number,
  { person, turn: before }: Pick<Claimed, "person" | "turn">,
  supersedes: boolean,
): void {
  if (own.parked === 0) return;
  if (!supersedes) {
    freeNextOf(context, own, connector, person, before);
    return;
  }
  const freed = context.run(
    "UPDATE deliveries SET parked = NULL WHERE connector = ? AND parked = ?",
    connector,
    person,
  );
  context.onCommit(() => {
    own.parked -= freed;
  });
}
