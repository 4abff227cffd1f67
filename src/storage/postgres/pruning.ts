/** Removing what is settled and old, in bites that nobody feels. */
import type { Context, Operations, Transaction } from "./context.ts";

const BITE = 2_000;
/** A budget that nobody has used for so long is forgotten, in milliseconds. */
const UNUSED_MS = 24 * 3_600_000;

// a delivered row that is newer than a dead one of the same person stays: else a replay could overwrite it
const LEDGER = `
  DELETE FROM deliveries WHERE (event, connector) IN (
    SELECT d.event, d.connector FROM deliveries d JOIN events e ON e.seq = d.event
    WHERE d.settled_at < $1 AND d.state <> 'waiting' AND d.state <> 'dead'
      AND NOT EXISTS (
        SELECT 1 FROM events o JOIN deliveries x ON x.connector = d.connector AND x.event = o.seq
        WHERE o.user_id = e.user_id AND o.app = e.app AND o.event_time <= e.event_time AND x.state IN ('dead', 'waiting'))
    LIMIT $2)`;

/** Events that nothing refers to, behind every cursor, up to the first young one. */
const EVENTS = `
  DELETE FROM events WHERE seq IN (
    SELECT e.seq FROM events e
    WHERE e.received_at < $1 AND e.seq <= coalesce((SELECT min(cursor) FROM connectors), 0)
      AND e.seq < coalesce((SELECT y.seq FROM events y WHERE y.received_at >= $1 ORDER BY y.seq LIMIT 1), 9223372036854775807)
      AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event = e.seq)
      -- a newer event may still supersede an older one that waits, or is dead and may be replayed
      AND NOT EXISTS (SELECT 1 FROM events o JOIN deliveries d ON d.event = o.seq
        WHERE o.user_id = e.user_id AND o.app = e.app AND d.state IN ('dead', 'waiting'))
    ORDER BY e.seq LIMIT $2)`;

/** The oldest are looked at, and no more: numbers grow nearly as times do. */
const RAW = `
  DELETE FROM callbacks WHERE seq IN (
    SELECT c.seq FROM (SELECT seq, received_at FROM callbacks ORDER BY seq LIMIT $2) c
    WHERE c.received_at < $1 AND NOT EXISTS (SELECT 1 FROM unread u WHERE u.callback = c.seq))`;

const QUARANTINE = `
  DELETE FROM quarantine WHERE seq IN (
    SELECT seq FROM (
      SELECT seq, sum(octet_length(body) + 256) OVER (ORDER BY seq DESC) AS upto FROM quarantine) q
    WHERE upto > $1 ORDER BY seq LIMIT $2)`;

export function pruningOperations({ transact }: Context): Pick<Operations, "prune"> {
  return {
    prune: ({ retentionMs, rawRetentionMs, quarantineBytes }) =>
      transact("leisure", async (transaction) => {
        const at = await transaction.now();
        const ledger = retentionMs === null ? 0 : await pruneLedger(transaction, at - retentionMs);
        const raw = rawRetentionMs === null ? 0 : await transaction.run(RAW, at - rawRetentionMs, BITE);
        const quarantineDropped = await transaction.run(QUARANTINE, quarantineBytes, BITE);
        await transaction.run("DELETE FROM permits WHERE used_at < $1", at - UNUSED_MS);
        return { rows: ledger + raw, quarantineDropped, more: Math.max(ledger, raw, quarantineDropped) >= BITE };
      }),
  };
}

async function pruneLedger({ run }: Transaction, before: number): Promise<number> {
  return (await run(LEDGER, before, BITE)) + (await run(EVENTS, before, BITE));
}
