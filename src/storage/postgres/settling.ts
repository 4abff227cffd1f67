/** What became of claimed deliveries. */
import { errorWords } from "../../basics/error-words.ts";
import type { StateChange } from "../contract/connectors.ts";
import type { Settlement, SettleRequest, SettleResult } from "../contract/deliveries.ts";
import { connectorOf } from "../rules/rows.ts";
import {
  BETWEEN_NOTES,
  changedState,
  HISTORY,
  isLate,
  isStale,
  moreDiffering,
  type SettledColumns,
  settledColumns,
} from "../rules/settling.ts";
import { type LockedConnector, lockConnector, lockConnectors } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { fitted, isUnfit } from "./fitting.ts";
import { settledTogether } from "./settled-together.ts";
import { letGo, letPersonsGo, PERSONS_OF } from "./turns.ts";
import { type Row, STILL_WAITS } from "./values.ts";
import { untilDueOfFew } from "./waiting.ts";

/** What a delivery has been through, then what it is now. */
const WRITE = `
  UPDATE deliveries d SET
    attempts = d.attempts + s.tried::int,
    first_attempt_at = coalesce(d.first_attempt_at, s.tried_at),
    first_attempt_clock = coalesce(d.first_attempt_clock, CASE WHEN s.tried_at IS NOT NULL THEN $10::bigint END),
    last_attempt_at = CASE WHEN s.tried THEN s.tried_at ELSE d.last_attempt_at END,
    history = CASE WHEN s.failure IS NULL THEN d.history
      ELSE array_append(d.history[greatest(1, cardinality(d.history) - ${HISTORY - 2}):], s.failure) END,
    reason = s.reason, note = coalesce(d.note || '${BETWEEN_NOTES}' || s.note, s.note, d.note), state = s.state, class = s.class,
    lane = coalesce(s.lane, d.lane), due_at = s.due_at, settled_at = s.settled_at,
    journaled = false, journal_by = NULL, journal_until = NULL
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::bigint[], $11::boolean[],
      $12::text[], $13::bigint[], $9::bigint[])
    AS s (event, state, class, reason, note, lane, due_at, tried, failure, settled_at, tried_at)
  WHERE d.event = s.event AND d.event = ANY($2::bigint[]) AND d.connector = $1 AND d.${STILL_WAITS} RETURNING d.event`;

/** Those that their tokens hold. */
const END_CLAIMS = `
  DELETE FROM claims c USING unnest($1::int[], $2::bigint[], $3::text[]) AS k (connector, event, token)
  WHERE c.connector = k.connector AND c.event = k.event AND c.token = k.token
    AND c.connector = ANY($1::int[]) AND c.event = ANY($2::bigint[]) RETURNING c.connector, c.event, c.person`;

/** A request, and its connector, which is locked. */
interface Settling {
  readonly request: SettleRequest;
  readonly locked: LockedConnector;
}

export function settlingOperations({ transact, log }: Context): Pick<Operations, "settle" | "release"> {
  const settleAll = (requests: readonly SettleRequest[]) =>
    transact("settling", (transaction) => settle(transaction, requests));
  return {
    settle: settledTogether({
      async settle(requests) {
        try {
          return await settleAll(requests);
        } catch (error) {
          const [request, ...others] = requests;
          // each is tried alone then
          if (!isUnfit(error) || request === undefined || others.length > 0) throw error;
          const result = await settleAll([inFittedWords(request)]);
          log?.warn({ fact: "store.words_fitted", connector: request.connector, reason: errorWords(error) });
          return result;
        }
      },
      goesAlone: changesConnector,
    }),

    release: (name, token, events) =>
      transact("settling", async (transaction) => {
        const locked = await lockConnector(transaction, name, "SHARE");
        const ended = await release(transaction, locked.id, token, events);
        await letGo(transaction, locked, PERSONS_OF, ended);
      }),
  };
}

/** Else these people would be asked of again and again, for words that nobody needs to know them by. */
function inFittedWords({ connector, token, ...told }: SettleRequest): SettleRequest {
  return { ...fitted(told), connector, token };
}

/** Whether more is written than what became of its own claims: nobody else may be beside it. */
function changesConnector({ decided = [], change, takenWith, differing }: SettleRequest): boolean {
  return decided.length > 0 || [change, takenWith, differing].some((each) => each !== undefined);
}

/**
 * Settles what several connectors were asked for. A claim whose lease has run out still counts while nobody else has taken it: better
 * late than twice.
 */
async function settle(transaction: Transaction, requests: readonly SettleRequest[]): Promise<readonly SettleResult[]> {
  const all = await lockAll(transaction, requests);
  const current = all.filter(({ request, locked }) => !isStale(request, locked.connector));
  const ended = await endClaims(transaction, current);
  const heldOf = ({ request, locked }: Settling) => request.settlements.filter((one) => ended.has(keyOf(locked, one)));
  const timely = current.filter((one) => !isLate(one.request, heldOf(one).length));
  const persons = timely.flatMap((one) =>
    heldOf(one).map((settlement) => {
      const { id, writes } = one.locked;
      return { id, writes, person: ended.get(keyOf(one.locked, settlement)) ?? "" };
    }),
  );
  // each sees what was written before it: statements are answered in the order in which they are sent
  const writeAll = () =>
    Promise.all([
      // a person may have discarded some meanwhile
      writeEach(
        transaction,
        timely.map((one) => ({ ...one, settlements: heldOf(one) })),
      ),
      followUp(transaction, timely, persons),
    ]);
  const [written, waits] = await (requests.some(changesConnector) ? writeAll() : transaction.last(writeAll));
  const results = all.map((one) => {
    if (!current.includes(one)) return { tag: "stale", connector: one.locked.connector } as const;
    return resultOf(transaction, one, written, timely.includes(one) ? (waits.get(one.locked.id) ?? null) : 0);
  });
  return Promise.all(results);
}

/** Behind what was written: lets these persons go, and says when each connector's next is due. */
async function followUp(
  transaction: Transaction,
  timely: readonly Settling[],
  persons: Parameters<typeof letPersonsGo>[1],
): Promise<ReadonlyMap<number, number | null>> {
  // none mostly: then what follows is sent at once
  const deciding = timely.filter(({ request: { decided = [] } }) => decided.length > 0);
  for (const one of deciding) await decide(transaction, one);
  const locked = timely.map((one) => one.locked);
  const [, waits] = await Promise.all([letPersonsGo(transaction, persons), untilDueOfFew(transaction, locked)]);
  for (const one of timely) await changeConnector(transaction, one);
  return waits;
}

async function resultOf(
  { one: rowOf }: Transaction,
  { request, locked: { id, connector } }: Settling,
  written: ReadonlySet<string>,
  waitMs: number | null,
): Promise<SettleResult> {
  const events = request.settlements.map(({ event }) => event);
  const lost = events.filter((event) => !written.has(keyOf({ id }, { event })));
  // whom many share nobody else has changed
  const after = changesConnector(request) ? await rowOf("SELECT * FROM connectors WHERE id = $1", id) : undefined;
  return { tag: "settled", lost, connector: after === undefined ? connector : connectorOf(after), waitMs };
}

async function lockAll(transaction: Transaction, requests: readonly SettleRequest[]): Promise<readonly Settling[]> {
  const lock = requests.some(changesConnector) ? "UPDATE" : "SHARE";
  const names = requests.map(({ connector }) => connector);
  const locked = new Map((await lockConnectors(transaction, names, lock)).map((one) => [one.connector.name, one]));
  return requests.map((request) => {
    const own = locked.get(request.connector);
    if (own === undefined) throw new Error(`there is no connector "${request.connector}" in the store`);
    return { request, locked: own };
  });
}

const keyOf = ({ id }: Pick<LockedConnector, "id">, { event }: Pick<Settlement, "event">): string => `${id} ${event}`;
const keyIn = ({ connector, event }: Row): string => `${connector} ${event}`;

/** Ends those claims that these hold, and says whose deliveries they were. */
async function endClaims({ rows }: Transaction, settling: readonly Settling[]): Promise<ReadonlyMap<string, string>> {
  const all = settling.flatMap(({ request: { token, settlements }, locked: { id } }) =>
    settlements.map(({ event }) => ({ id, event, token })),
  );
  if (all.length === 0) return new Map();
  const ended = await rows(
    END_CLAIMS,
    ...[all.map(({ id }) => id), all.map(({ event }) => event), all.map(({ token }) => token)],
  );
  return new Map(ended.map((row) => [keyIn(row), String(row.person)]));
}

/** Ends claims of this token, all of them unless events are named, and says which. */
async function release({ rows }: Transaction, id: number, token: string, events: readonly number[] | undefined) {
  if (events?.length === 0) return [];
  const ended =
    events === undefined
      ? await rows("DELETE FROM claims WHERE connector = $1 AND token = $2 RETURNING event", id, token)
      : await rows(
          "DELETE FROM claims WHERE connector = $1 AND token = $2 AND event = ANY($3::bigint[]) RETURNING event",
          ...[id, token, events],
        );
  return ended.map(({ event }) => Number(event));
}

/** Settles what nobody holds. */
async function decide(transaction: Transaction, { request, locked }: Settling): Promise<void> {
  const { decided = [] } = request;
  if (decided.length === 0) return;
  const events = decided.map(({ event }) => event);
  const held = await transaction.rows(
    "SELECT event FROM claims WHERE connector = $1 AND event = ANY($2::bigint[])",
    ...[locked.id, events],
  );
  const taken = new Set(held.map(({ event }) => Number(event)));
  const settlements = decided.filter(({ event }) => !taken.has(event));
  await write(transaction, locked, settlements, false);
  await letGo(
    transaction,
    locked,
    PERSONS_OF,
    settlements.map(({ event }) => event),
  );
}

/** Writes what still waits, of each connector by itself: as one statement it would have a plan for an empty table and another for a full one. */
async function writeEach(
  transaction: Transaction,
  parts: readonly { readonly locked: LockedConnector; readonly settlements: readonly Settlement[] }[],
): Promise<ReadonlySet<string>> {
  const written = await Promise.all(parts.map((part) => write(transaction, part.locked, part.settlements, true)));
  return new Set(written.flat());
}

/** Returns which. */
async function write(
  { rows }: Transaction,
  { id, connector, at }: LockedConnector,
  settlements: readonly Settlement[],
  held: boolean,
): Promise<readonly string[]> {
  if (settlements.length === 0) return [];
  const columns = settlements.map((settlement) => settledColumns(settlement, at, held));
  const column = <T>(of: (columns: SettledColumns) => T): T[] => columns.map(of);
  const written = await rows(
    WRITE,
    ...[id, column((c) => c.event), column((c) => c.state), column((c) => c.class), column((c) => c.reason)],
    ...[
      column((c) => c.note),
      column((c) => c.lane),
      column((c) => c.dueAt),
      column((c) => c.triedAt),
      connector.clock,
    ],
    ...[column((c) => c.tried), column((c) => c.failure), column((c) => c.settledAt)],
  );
  return written.map((row) => keyOf({ id }, { event: Number(row.event) }));
}

async function changeConnector(
  transaction: Transaction,
  { request: { change, takenWith, differing }, locked }: Settling,
): Promise<void> {
  const { id, connector, at } = locked;
  if (change !== undefined) await changeState(transaction, locked, change);
  if (takenWith !== undefined) {
    await transaction.run("UPDATE connectors SET taken_with = $1 WHERE id = $2", takenWith, id);
  }
  if (differing !== undefined) {
    const all = moreDiffering(connector.differing, differing, at);
    await transaction.run("UPDATE connectors SET differing = $1 WHERE id = $2", all, id);
  }
}

async function changeState(
  { run }: Transaction,
  { id, connector, at }: LockedConnector,
  change: StateChange,
): Promise<void> {
  const { state, putOff, since, probeAt } = changedState(connector, change, at);
  await run(
    "UPDATE connectors SET state = $1, put_off = $2, version = version + 1, since = $3, probe_at = $4 WHERE id = $5",
    ...[state, putOff, since, probeAt, id],
  );
}
