/** The ledger of a PostgreSQL store, walked in bounded steps. */
import { deliveryIdOf, splitId } from "../../basics/delivery-id.ts";
import type { LedgerEntry } from "../contract/ledger.ts";
import type { Look, LookOptions } from "../contract/looks.ts";
import type { LedgerFilter } from "../contract/questions.ts";
import { contentColumns, contentOf, isContentMeant } from "../rules/ledger-content.ts";
import { asStep, cut, type Key, lastOf, merged, type Place, type Run, type WalkStep } from "../rules/ledger-walk.ts";
import { ledgerPlace, toLedgerPlace } from "../rules/places.ts";
import type { Transaction } from "./context.ts";
import { beginningWith } from "./hex-order.ts";
import { hasIndex } from "./indexes.ts";
import { connectorsIn, entriesOf, keyOf } from "./reading.ts";
import type { Row } from "./values.ts";

/** Above all deliveries that there can be. */
const NEWEST: Place = { event: Number.MAX_SAFE_INTEGER, connector: 0 };

export async function ledgerLook(
  transaction: Transaction,
  filter: LedgerFilter,
  floor: number,
  { from, rows, limit }: LookOptions,
): Promise<Look<LedgerEntry>> {
  const { meant, originOf, numberOf } = await connectorsIn(transaction, filter);
  const place = from === null ? undefined : toLedgerPlace(from);
  const at = place === undefined ? NEWEST : { event: place.event, connector: numberOf(place.origin) };
  const { step, looked } = await stepOf(transaction, filter, { meant, at, floor, rows });
  const ofMeant = { ...step, keys: step.keys.filter(({ connector }) => meant.includes(connector)) };
  const { chosen, place: next } = cut(ofMeant, filter, limit);
  const entries = await entriesOf(transaction, chosen);
  return {
    found: entries.filter((entry) => isContentMeant(entry, filter)),
    looked: looked + chosen.length,
    next: next && ledgerPlace({ event: next.event, origin: originOf(next.connector) }),
    ...(next !== null && (await storedAt(transaction, next.event))),
  };
}

interface Part {
  readonly meant: readonly number[];
  readonly at: Place;
  readonly floor: number;
  readonly rows: number;
}

/** By the index of what waits, or of what is dead, where only these are meant and it is there; else all of them together. */
async function stepOf(
  transaction: Transaction,
  filter: LedgerFilter,
  part: Part,
): Promise<{ readonly step: WalkStep; readonly looked: number }> {
  const [state] = filter.states?.length === 1 ? filter.states : [];
  const index = state === "dead" ? "deliveries_dead_by_event" : "deliveries_waiting";
  const isIndexed = (state === "dead" || state === "waiting") && (await hasIndex(transaction, index));
  if (!isIndexed) {
    const all = await runOfAll(transaction, filter, part);
    return { step: asStep(all), looked: all.keys.length };
  }
  const runs = await Promise.all(part.meant.map((connector) => runOf(transaction, filter, { state, connector }, part)));
  return { step: merged(runs), looked: runs.reduce((sum, { keys }) => sum + keys.length, 0) };
}

async function runOf(
  transaction: Transaction,
  filter: LedgerFilter,
  { state, connector }: { readonly state: "dead" | "waiting"; readonly connector: number },
  { meant, at, floor, rows }: Part,
): Promise<Run> {
  const each = Math.max(1, Math.floor(rows / meant.length));
  const found = await transaction.rows(
    `SELECT ${keyColumns(filter)} FROM deliveries d WHERE d.connector = $1 AND d.event <= $2 AND d.event >= $3
       AND d.state = '${state}' ORDER BY d.event DESC LIMIT $4`,
    ...[connector, lastOf(connector, at), floor, each],
  );
  return { keys: found.map((row) => withContent(row, filter)), more: found.length === each };
}

async function runOfAll({ rows: read }: Transaction, filter: LedgerFilter, { at, floor, rows }: Part): Promise<Run> {
  const found = await read(
    `SELECT ${keyColumns(filter)} FROM deliveries d WHERE (d.event, d.connector) < ($1, $2) AND d.event >= $3
     ORDER BY d.event DESC, d.connector DESC LIMIT $4`,
    ...[at.event, at.connector, floor, rows],
  );
  return { keys: found.map((row) => withContent(row, filter)), more: found.length === rows };
}

const keyColumns = (filter: LedgerFilter): string => `d.event, d.connector, d.state, d.class${contentColumns(filter)}`;

const withContent = (row: Row, filter: LedgerFilter): Key => ({ ...keyOf(row), ...contentOf(row, filter) });

/** What was received later than this event was stored has a higher number. */
async function storedAt({ one }: Transaction, event: number): Promise<{ readonly backTo?: number }> {
  const at = (await one("SELECT stored_at FROM events WHERE seq = $1", event))?.stored_at;
  return at === null || at === undefined ? {} : { backTo: Number(at) };
}

/** Events have an index by id here. @throws NotReady where the database's language sorts ids otherwise than by their digits */
export async function deliveryIdsLook(
  transaction: Transaction,
  beginning: string,
  { from, rows, limit }: LookOptions,
): Promise<Look<string>> {
  const most = Math.max(1, Math.min(rows, limit));
  const events = await beginningWith(transaction, "events", beginning, { from, most });
  const deliveries = await transaction.rows(
    `SELECT d.event, c.origin FROM deliveries d JOIN connectors c ON c.id = d.connector WHERE d.event = ANY($1::bigint[])`,
    events.map(({ seq }) => Number(seq)),
  );
  const byEvent = Map.groupBy(deliveries, ({ event }) => Number(event));
  const found = events.flatMap(({ id, seq }) =>
    (byEvent.get(Number(seq)) ?? []).map(({ origin }) => deliveryIdOf(String(id), String(origin))),
  );
  const next = events.length < most ? null : String(events.at(-1)?.id);
  return { found, looked: events.length + deliveries.length, next };
}

/** Events have an index by id here. */
export async function deliveryLook(transaction: Transaction, id: string): Promise<Look<LedgerEntry>> {
  const [eventId, origin] = splitId(id);
  const key = await transaction.one(
    "SELECT e.seq AS event, c.id AS connector FROM events e, connectors c WHERE e.id = $1 AND c.origin = $2",
    ...[eventId, origin],
  );
  const found = key === undefined ? [] : await entriesOf(transaction, [keyOf({ ...key, class: null })]);
  return { found, looked: 1, next: null };
}
