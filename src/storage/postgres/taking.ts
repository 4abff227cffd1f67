/** Claims what is due. */
import { randomUUID } from "node:crypto";
import type { Claim } from "../contract.ts";
import { numberOrNull, takenOf } from "../rules/rows.ts";
import { collect } from "./candidates.ts";
import { type LockedConnector, lockConnector } from "./connectors.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { endUnheld } from "./turns.ts";

/** When something is due that nobody may have just now, in milliseconds. */
const SOON_MS = 50;

export function takingOperations(context: Context): Pick<Operations, "take"> {
  return {
    take: (name, limit, probeLimit, leaseMs, token = randomUUID(), holder) =>
      context.transact("work", async (transaction) => {
        const locked = await lockConnector(transaction, name, "UPDATE");
        await endUnheld(transaction, locked, locked.at, holder);
        const { waits, probing } = await look(transaction, locked);
        const connector = await tick(transaction, locked, waits, context.clockTickMs);
        const none = { token: "", connector, deliveries: [], probe: false, superseded: 0 };
        const probe = connector.state.status !== "ready";
        if (probe) {
          if (connector.probeAt === null || probing) return { ...none, waitMs: null };
          if (connector.probeAt > locked.at) return { ...none, waitMs: connector.probeAt - locked.at };
        }
        const { rows, superseded } = await collect(transaction, locked, {
          ...{ token, leaseMs, probe },
          limit: probe ? Math.min(limit, probeLimit) : limit,
        });
        if (rows.length === 0) return { ...none, superseded, waitMs: await untilDue(transaction, locked) };
        if (probe) await transaction.run("UPDATE connectors SET probe_token = $1 WHERE id = $2", token, locked.id);
        const deliveries = rows.map((row) => takenOf({ ...row, origin: connector.origin }));
        return { token, connector, deliveries, probe, waitMs: 0, superseded } satisfies Claim;
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

const UNCLAIMED = "AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.connector = $1 AND c.event = d.event)";

/** Milliseconds until something that nobody holds is due; null when there is nothing. */
async function untilDue({ one }: Transaction, { id, at }: LockedConnector): Promise<number | null> {
  const row = await one(`SELECT least(${dueOf(0, UNCLAIMED)}, ${dueOf(1, UNCLAIMED)}) AS due`, id);
  const due = numberOrNull(row?.due);
  if (due === null) return null;
  return due > at ? due - at : SOON_MS;
}

/**
 * Moves the connector's own clock on: by what it ran since the last look, never by a jump or a pause. All machines look
 * through the same window, so it runs no faster for their number.
 */
async function tick({ run }: Transaction, { id, row, connector, at }: LockedConnector, waits: boolean, tickMs: number) {
  const { state } = connector;
  const running = state.status === "ready" || (state.status === "backing_off" && !state.told);
  const passed = at - Number(row.clock_at);
  if (passed >= 0 && (passed < tickMs || !waits)) return connector;
  const ran = running && waits ? Math.max(0, Math.min(passed, 2 * tickMs)) : 0;
  await run("UPDATE connectors SET clock = clock + $1, clock_at = $2 WHERE id = $3", ran, at, id);
  return { ...connector, clock: connector.clock + ran };
}
