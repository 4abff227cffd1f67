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
import { endUnheld } from "./turns.ts";
import { dueOf, untilDue } from "./waiting.ts";

export function takingOperations(context: Context): Pick<Operations, "take"> {
  return {
    take: (name, limit, probeLimit, leaseMs, token = randomUUID(), holder) =>
      context.transact("carrying", async (transaction) => {
        const locked = await lockConnector(transaction, name, "UPDATE");
        return takeFrom(transaction, locked, { limit, probeLimit, leaseMs, token, holder }, context.clockTickMs);
      }),
  };
}

type Asked = Omit<AskedTake, "connector" | "holder"> & { readonly holder: Holder | undefined };

/** Claims of a connector that is locked for it. */
export async function takeFrom(
  transaction: Transaction,
  locked: LockedConnector,
  { limit, probeLimit, leaseMs, token, holder }: Asked,
  clockTickMs: number,
): Promise<Claim> {
  await endUnheld(transaction, locked, locked.at, holder);
  const { dueAt, probing } = await look(transaction, locked);
  const waits = dueAt.some((due) => due !== null);
  const connector = await moveClock(transaction, locked, waits, clockTickMs);
  const gate = gateOf(connector, { at: locked.at, limit, probeLimit, probing });
  if (gate.tag === "closed") return nothing(connector, locked.at, gate.waitMs);
  const { probe } = gate;
  const claiming = { token, leaseMs, probe, limit: gate.limit, dueAt };
  const { rows, superseded } = await collect(transaction, locked, claiming);
  const isFull = probe || rows.length === gate.limit;
  const waitMs = rows.length > 0 && isFull ? 0 : await untilDue(transaction, locked);
  if (rows.length === 0) return nothing(connector, locked.at, waitMs, superseded);
  if (probe) await transaction.run("UPDATE connectors SET probe_token = $1 WHERE id = $2", token, locked.id);
  const deliveries = rows.map((row) => takenOf({ ...row, origin: connector.origin }));
  return { token, connector, at: locked.at, deliveries, probe, waitMs, superseded };
}

/** When the first that is not put aside is due, by lane (null: there is none), and whether a probe is under way. */
async function look({ one }: Transaction, { id, row }: LockedConnector) {
  const found = await one(
    `SELECT ${dueOf(0)} AS normal, ${dueOf(1)} AS slow,
       (SELECT 1 FROM claims WHERE connector = $1 AND token = $2 LIMIT 1) IS NOT NULL AS probing`,
    ...[id, (row.probe_token ?? "") as string],
  );
  return { dueAt: [numberOrNull(found?.normal), numberOrNull(found?.slow)], probing: found?.probing === true };
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
