/** Claims what is due. */
import { randomUUID } from "node:crypto";
import type { ConnectorRow } from "../contract/connectors.ts";
import type { AskedTake, Claim, Holder } from "../contract/deliveries.ts";
import { tick } from "../rules/connector-clock.ts";
import { numberOrNull, takenOf } from "../rules/rows.ts";
import { gateOf, nothing } from "../rules/taking.ts";
import { collect } from "./candidates.ts";
import { type LockedConnector, lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { endUnheld, UNCLAIMED, UNHELD } from "./turns.ts";
import type { Row } from "./values.ts";
import { dueOf, untilDue, untilThen } from "./waiting.ts";

export function takingOperations(context: Context): Pick<Operations, "take"> {
  return {
    take: (name, limit, probeLimit, leaseMs, token = randomUUID(), holder) =>
      context.transact("carrying", async (transaction) => {
        const locked = await lockConnector(transaction, name, "UPDATE");
        const asked = { limit, probeLimit, leaseMs, token, holder };
        const [claim] = await takeFromEach(transaction, [{ asked, locked }], context.clockTickMs);
        if (claim === undefined) throw new Error("nothing was answered");
        return claim;
      }),
  };
}

type Asked = Omit<AskedTake, "connector" | "holder"> & { readonly holder: Holder | undefined };

/** A take, and its connector, which is locked for it. */
interface Taking {
  readonly asked: Asked;
  readonly locked: LockedConnector;
}

/** Claims of several connectors, in their order. */
export async function takeFromEach(
  transaction: Transaction,
  takings: readonly Taking[],
  clockTickMs: number,
): Promise<readonly Claim[]> {
  let found = await look(transaction, takings);
  const unheld = takings.filter(({ locked }) => found.get(locked.id)?.unheld === true);
  for (const { asked, locked } of unheld) await endUnheld(transaction, locked, locked.at, asked.holder);
  // whom these have let go may be due
  if (unheld.length > 0) found = await look(transaction, takings);
  return Promise.all(takings.map((taking) => takeFrom(transaction, taking, found.get(taking.locked.id), clockTickMs)));
}

async function takeFrom(
  transaction: Transaction,
  { asked: { limit, probeLimit, leaseMs, token }, locked }: Taking,
  found: Row | undefined,
  clockTickMs: number,
): Promise<Claim> {
  const dueAt = [numberOrNull(found?.normal), numberOrNull(found?.slow)];
  const waits = dueAt.some((due) => due !== null);
  const connector = await moveClock(transaction, locked, waits, clockTickMs);
  const gate = gateOf(connector, { at: locked.at, limit, probeLimit, probing: found?.probing === true });
  if (gate.tag === "closed") return nothing(connector, locked.at, gate.waitMs);
  const { probe } = gate;
  const { rows, superseded } = await collect(transaction, locked, { token, leaseMs, probe, limit: gate.limit, dueAt });
  const isFull = probe || rows.length === gate.limit;
  // else all that was due has been looked through, and nobody was let go
  const isAsSeen = !isFull && superseded === 0;
  const until = () => (isAsSeen ? untilThen(numberOrNull(found?.next), locked.at) : untilDue(transaction, locked));
  const waitMs = rows.length > 0 && isFull ? 0 : await until();
  if (rows.length === 0) return nothing(connector, locked.at, waitMs, superseded);
  if (probe) await transaction.run("UPDATE connectors SET probe_token = $1 WHERE id = $2", token, locked.id);
  const deliveries = rows.map((row) => takenOf({ ...row, origin: connector.origin }));
  return { token, connector, at: locked.at, deliveries, probe, waitMs, superseded };
}

const NEXT = (lane: 0 | 1): string => dueOf(lane, { of: "q.id", condition: `AND d.due_at > q.at AND ${UNCLAIMED}` });
/** In the order of one index, as `UNCLAIMED`. */
const isClaimed = (condition: string): string =>
  `(SELECT c.event FROM claims c WHERE c.connector = q.id AND ${condition} ORDER BY c.event LIMIT 1) IS NOT NULL`;

/**
 * When the first that is not put aside is due, by lane (null: there is none), when the next is that nobody holds, whether a probe is
 * under way, and whether claims are nobody's any more. Of which holder a token is its beginning says, so all tokens are one list.
 */
const LOOK = `
  SELECT q.id, ${dueOf(0, { of: "q.id" })} AS normal, ${dueOf(1, { of: "q.id" })} AS slow, least(${NEXT(0)}, ${NEXT(1)}) AS next,
    ${isClaimed("c.token = q.probe")} AS probing, ${isClaimed(UNHELD("c", "q.at", "q.holder", "$5"))} AS unheld
  FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[]) AS q (id, at, probe, holder)`;

/** By their connectors. */
async function look({ rows }: Transaction, takings: readonly Taking[]): Promise<ReadonlyMap<number, Row>> {
  if (takings.length === 0) return new Map();
  const found = await rows(
    LOOK,
    ...[takings.map(({ locked }) => locked.id), takings.map(({ locked }) => locked.at)],
    takings.map(({ locked }) => (locked.row.probe_token ?? "") as string),
    takings.map(({ asked }) => asked.holder?.id ?? null),
    takings.flatMap(({ asked }) => asked.holder?.tokens ?? []),
  );
  return new Map(found.map((row) => [Number(row.id), row]));
}

/** Moves the connector's own clock on. */
async function moveClock(
  { run }: Transaction,
  { id, row, connector, at }: LockedConnector,
  waits: boolean,
  tickMs: number,
): Promise<ConnectorRow> {
  const ran = tick(connector, { at, lastAt: Number(row.clock_at), waits, tickMs });
  if (ran === undefined) return connector;
  await run("UPDATE connectors SET clock = clock + $1, clock_at = $2 WHERE id = $3", ran, at, id);
  return { ...connector, clock: connector.clock + ran };
}
