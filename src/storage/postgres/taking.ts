/** Claims what is due. */
import { randomUUID } from "node:crypto";
import type { ConnectorRow } from "../contract/connectors.ts";
import type { Claim } from "../contract/deliveries.ts";
import { tick } from "../rules/connector-clock.ts";
import { numberOrNull, takenOf } from "../rules/rows.ts";
import { gateOf, nothing, SOON_MS } from "../rules/taking.ts";
import { collect } from "./candidates.ts";
import { type LockedConnector, lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { endUnheld, UNCLAIMED } from "./turns.ts";

export function takingOperations(context: Context): Pick<Operations, "take"> {
  return {
    take: (name, limit, probeLimit, leaseMs, token = randomUUID(), holder) =>
      context.transact("carrying", async (transaction) => {
        const locked = await lockConnector(transaction, name, "UPDATE");
        await endUnheld(transaction, locked, locked.at, holder);
        const { waits, probing } = await look(transaction, locked);
        const connector = await moveClock(transaction, locked, waits, context.clockTickMs);
        const gate = gateOf(connector, { at: locked.at, limit, probeLimit, probing });
        if (gate.tag === "closed") return nothing(connector, locked.at, gate.waitMs);
        const { probe } = gate;
        const { rows, superseded } = await collect(transaction, locked, { token, leaseMs, probe, limit: gate.limit });
        if (rows.length === 0) return nothing(connector, locked.at, await untilDue(transaction, locked), superseded);
        if (probe) await transaction.run("UPDATE connectors SET probe_token = $1 WHERE id = $2", token, locked.id);
        const deliveries = rows.map((row) => takenOf({ ...row, origin: connector.origin }));
        return { token, connector, at: locked.at, deliveries, probe, waitMs: 0, superseded } satisfies Claim;
      }),
  };
}

/** Whether anything waits that is not put aside, and whether a probe is under way. */
async function look({ one }: Transaction, { id, row }: LockedConnector): Promise<{ waits: boolean; probing: boolean }> {
  const found = await one(
    `SELECT ${dueOf(0)} IS NOT NULL OR ${dueOf(1)} IS NOT NULL AS waits,
       (SELECT 1 FROM claims WHERE connector = $1 AND token = $2 LIMIT 1) IS NOT NULL AS probing`,
    ...[id, (row.probe_token ?? "") as string],
  );
  return { waits: found?.waits === true, probing: found?.probing === true };
}

const dueOf = (lane: 0 | 1, condition = ""): string =>
  `(SELECT d.due_at FROM deliveries d WHERE d.connector = $1 AND d.lane = ${lane} AND d.state = 'waiting' AND NOT d.parked
     ${condition} ORDER BY d.due_at, d.event LIMIT 1)`;

/** Milliseconds until something that nobody holds is due; null when there is nothing. */
async function untilDue({ one }: Transaction, { id, at }: LockedConnector): Promise<number | null> {
  const row = await one(`SELECT least(${dueOf(0, `AND ${UNCLAIMED}`)}, ${dueOf(1, `AND ${UNCLAIMED}`)}) AS due`, id);
  const due = numberOrNull(row?.due);
  if (due === null) return null;
  return due > at ? due - at : SOON_MS;
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
