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
import { type LockedConnector, lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { fitted, isUnfit } from "./fitting.ts";
import { letGo, PERSONS_OF } from "./turns.ts";
import { STILL_WAITS } from "./values.ts";
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

export function settlingOperations({ transact, log }: Context): Pick<Operations, "settle" | "release"> {
  return {
    async settle(request) {
      try {
        return await transact("settling", (transaction) => settle(transaction, request));
      } catch (error) {
        if (!isUnfit(error)) throw error;
        const result = await transact("settling", (transaction) => settle(transaction, inFittedWords(request)));
        log?.warn({ fact: "store.words_fitted", connector: request.connector, reason: errorWords(error) });
        return result;
      }
    },

    release: (name, token, events) =>
      transact("settling", async (transaction) => {
        const locked = await lockConnector(transaction, name, "SHARE");
        const ended = await endClaims(transaction, locked.id, token, events);
        await letGo(transaction, locked, PERSONS_OF, [...ended]);
      }),
  };
}

/** Else these people would be asked of again and again, for words that nobody needs to know them by. */
function inFittedWords({ connector, token, ...told }: SettleRequest): SettleRequest {
  return { ...fitted(told), connector, token };
}

/** A claim whose lease has run out still counts while nobody else has taken it: better late than twice. */
async function settle(transaction: Transaction, request: SettleRequest): Promise<SettleResult> {
  const { connector: name, token, settlements, change, takenWith, differing } = request;
  const alone = (request.decided ?? []).length > 0 || [change, takenWith, differing].some((each) => each !== undefined);
  const locked = await lockConnector(transaction, name, alone ? "UPDATE" : "SHARE");
  const { id, connector } = locked;
  if (isStale(request, connector)) return { tag: "stale", connector };
  const events = settlements.map(({ event }) => event);
  const ended = await endClaims(transaction, id, token, events);
  if (isLate(request, ended.size)) return { tag: "settled", lost: events, connector, waitMs: 0 };
  const ours = settlements.filter(({ event }) => ended.has(event));
  // a person may have discarded some meanwhile
  const written = await write(transaction, locked, ours, true);
  const decided = await withoutClaims(transaction, id, request.decided ?? []);
  await write(transaction, locked, decided, false);
  await letGo(transaction, locked, PERSONS_OF, [...ended, ...decided.map(({ event }) => event)]);
  if (change !== undefined) await changeState(transaction, locked, change);
  if (takenWith !== undefined) {
    await transaction.run("UPDATE connectors SET taken_with = $1 WHERE id = $2", takenWith, id);
  }
  if (differing !== undefined) {
    const all = moreDiffering(connector.differing, differing, locked.at);
    await transaction.run("UPDATE connectors SET differing = $1 WHERE id = $2", all, id);
  }
  const waitMs = await untilDueOfFew(transaction, locked);
  // whom many share nobody else has changed
  const after = alone ? await transaction.one("SELECT * FROM connectors WHERE id = $1", id) : undefined;
  const lost = events.filter((event) => !written.has(event));
  return { tag: "settled", lost, connector: after === undefined ? connector : connectorOf(after), waitMs };
}

/** Ends those claims that this token holds, all of them unless events are named, and says which. */
async function endClaims(
  { rows }: Transaction,
  id: number,
  token: string,
  events: readonly number[] | undefined,
): Promise<ReadonlySet<number>> {
  if (events?.length === 0) return new Set();
  const ended =
    events === undefined
      ? await rows("DELETE FROM claims WHERE connector = $1 AND token = $2 RETURNING event", id, token)
      : await rows(
          "DELETE FROM claims WHERE connector = $1 AND token = $2 AND event = ANY($3::bigint[]) RETURNING event",
          ...[id, token, events],
        );
  return new Set(ended.map(({ event }) => Number(event)));
}

async function withoutClaims({ rows }: Transaction, id: number, settlements: readonly Settlement[]) {
  if (settlements.length === 0) return [];
  const events = settlements.map(({ event }) => event);
  const held = await rows("SELECT event FROM claims WHERE connector = $1 AND event = ANY($2::bigint[])", id, events);
  const taken = new Set(held.map(({ event }) => Number(event)));
  return settlements.filter(({ event }) => !taken.has(event));
}

/** Writes what still waits. Returns which. */
async function write(
  { rows }: Transaction,
  { id, connector, at }: LockedConnector,
  settlements: readonly Settlement[],
  held: boolean,
): Promise<ReadonlySet<number>> {
  if (settlements.length === 0) return new Set();
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
  return new Set(written.map(({ event }) => Number(event)));
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
