/** Persons in a PostgreSQL store: who there is, and one person's events and deliveries, in bounded steps. */
import type { LedgerEntry, TracedEvent } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import { type LedgerFilter, NotReady } from "../contract/questions.ts";
import { eventsWithin } from "../rules/bounds.ts";
import { isContentMeant } from "../rules/ledger-content.ts";
import { isMeant } from "../rules/ledger-walk.ts";
import { type PersonPlace, personPlace, toPersonPlace } from "../rules/places.ts";
import { storyOf } from "../rules/rows.ts";
import { EVENT } from "./columns.ts";
import type { Transaction } from "./context.ts";
import { editsBehind } from "./edits.ts";
import { LEDGER } from "./filters.ts";
import { hasIndex } from "./indexes.ts";
import { isThere } from "./is-there.ts";
import { connectorsIn, entriesOf, keyOf } from "./reading.ts";
import type { Row } from "./values.ts";

export async function traceLook(
  transaction: Transaction,
  user: string,
  { from, rows, limit }: LookOptions,
): Promise<Look<TracedEvent>> {
  const { meant: connectors } = await connectorsIn(transaction, {});
  const { found, last } = await eventsOf(transaction, user, from, eventsWithin(rows, connectors.length, limit));
  const deliveries = await transaction.rows(
    `${LEDGER} WHERE d.event = ANY($1::bigint[])`,
    found.map((event) => String(event.e_seq)),
  );
  const hasLinks = await isThere(transaction, "healed");
  const links = hasLinks ? await transaction.rows("SELECT * FROM healed WHERE user_id = $1", user) : [];
  const ofEvent = Map.groupBy(
    deliveries.toSorted((a, b) => Number(a.connector) - Number(b.connector)),
    ({ event }) => Number(event),
  );
  const edits = await editsBehind(transaction, found);
  return {
    found: found.map((event) => storyOf(event, ofEvent.get(Number(event.e_seq)) ?? [], links, edits)),
    looked: 1 + found.length * (1 + connectors.length),
    next: last && personPlace(last),
  };
}

/** One user's deliveries; of an event that is cut in two, the rest comes with the next look. */
export async function personLedger(
  transaction: Transaction,
  filter: LedgerFilter & { readonly user: string },
  { from, rows, limit }: LookOptions,
): Promise<Look<LedgerEntry>> {
  const { meant, originOf, numberOf } = await connectorsIn(transaction, filter);
  const events = await eventsOf(transaction, filter.user, from, eventsWithin(rows, meant.length, rows));
  const begun = from === null ? undefined : toPersonPlace(from);
  const isBegun = begun !== undefined && begun.origin !== "";
  const all = [...(isBegun ? [begun] : []), ...events.found.map(placeOf)];
  const before = (event: number) =>
    isBegun && event === begun.event ? numberOf(begun.origin) : Number.POSITIVE_INFINITY;
  const lines = await transaction.rows(
    "SELECT event, connector, state, class FROM deliveries WHERE event = ANY($1::bigint[])",
    all.map(({ event }) => event),
  );
  const ofEvent = Map.groupBy(
    lines.map(keyOf).filter(({ connector, event }) => meant.includes(connector) && connector < before(event)),
    ({ event }) => event,
  );
  const keys = all.flatMap((place) =>
    (ofEvent.get(place.event) ?? [])
      .toSorted((a, b) => b.connector - a.connector)
      .filter((key) => isMeant(key, filter))
      .map((key) => ({ key, place })),
  );
  const chosen = keys.slice(0, limit);
  const last = keys.length > chosen.length ? chosen.at(-1) : undefined;
  const next = last === undefined ? events.last : { ...last.place, origin: originOf(last.key.connector) };
  const entries = await entriesOf(
    transaction,
    chosen.map(({ key }) => key),
  );
  return {
    found: entries.filter((entry) => isContentMeant(entry, filter)),
    looked: 1 + all.length * (1 + meant.length) + chosen.length,
    next: next && personPlace(next),
  };
}
interface Events {
  readonly found: readonly Row[];
  /** The place behind them; null when there are no more. */
  readonly last: PersonPlace | null;
}

async function eventsOf({ rows }: Transaction, user: string, from: string | null, most: number): Promise<Events> {
  const place = from === null ? undefined : toPersonPlace(from);
  const behind = place === undefined ? "" : "AND (e.app, e.event_time, e.seq) < ($3, $4, $5)";
  const found = await rows(
    `SELECT ${EVENT}, e.stored_at, e.callback AS e_callback FROM events e WHERE e.user_id = $1 ${behind}
     ORDER BY e.app DESC, e.event_time DESC, e.seq DESC LIMIT $2`,
    ...[user, most, ...(place === undefined ? [] : [place.app, place.eventTime, place.event])],
  );
  const last = found.length < most ? undefined : found.at(-1);
  return { found, last: last === undefined ? null : placeOf(last) };
}

function placeOf({ e_app: app, e_event_time: time, e_seq: seq }: Row): PersonPlace {
  return { app: String(app), eventTime: Number(time), event: Number(seq), origin: "" };
}

/** One user after the other: each may have any number of events. */
const PEOPLE = (first: ">=" | ">"): string => `
  WITH RECURSIVE people AS (
    (SELECT user_id FROM events WHERE user_id ~${first}~ $1 ORDER BY user_id USING ~<~ LIMIT 1)
    UNION ALL
    SELECT (SELECT e.user_id FROM events e WHERE e.user_id ~>~ p.user_id ORDER BY e.user_id USING ~<~ LIMIT 1)
    FROM people p WHERE p.user_id IS NOT NULL)
  SELECT user_id FROM people WHERE user_id IS NOT NULL LIMIT $2`;

export async function peopleLook(
  transaction: Transaction,
  prefix: string,
  { from, rows, limit }: LookOptions,
): Promise<Look<string>> {
  if (!(await hasIndex(transaction, "events_by_prefix"))) {
    throw new NotReady("the index that finds users by the beginning of their ids is still being built by a bridge");
  }
  const most = Math.min(rows, limit) + 1;
  const users = await transaction.rows(PEOPLE(from === null ? ">=" : ">"), from ?? prefix, most);
  // users who begin so stand together, whatever follows
  const all = users.map(({ user_id: user }) => String(user));
  const end = all.findIndex((user) => !user.startsWith(prefix));
  const meant = end === -1 ? all : all.slice(0, end);
  const found = meant.slice(0, most - 1);
  return { found, looked: users.length + 1, next: meant.length > found.length ? (found.at(-1) ?? null) : null };
}
