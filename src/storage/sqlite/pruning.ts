/** Removing what is settled and old, in bites that intake does not feel. */
import type { Context, Operations } from "./context.ts";

const BITE = 2_000;

export function pruningOperations(context: Context): Pick<Operations, "prune"> {
  const { all, one, run, now } = context;

  function pruneLedger(before: number): number {
    // a delivered row that is newer than a dead one of the same person stays: else a replay could overwrite it
    const deliveries = run(
      `DELETE FROM deliveries WHERE (connector, event) IN (
         SELECT d.connector, d.event FROM deliveries d JOIN events e ON e.seq = d.event
         WHERE d.settled_at < ? AND d.state IN ('delivered', 'superseded', 'skipped', 'discarded')
           AND NOT EXISTS (
             SELECT 1 FROM events o JOIN deliveries x ON x.connector = d.connector AND x.event = o.seq
             WHERE o.user = e.user AND o.app = e.app AND o.event_time <= e.event_time AND x.state IN ('dead', 'waiting'))
         LIMIT ?)`,
      ...[before, BITE],
    );
    return deliveries + pruneEvents(before);
  }

  /** Events that nothing refers to, behind every cursor. */
  function pruneEvents(before: number): number {
    return run(
      `DELETE FROM events WHERE seq IN (
         SELECT e.seq FROM events e WHERE e.received_at < ?1 AND e.seq <= coalesce((SELECT min(cursor) FROM connectors), 0)
           AND NOT EXISTS (SELECT 1 FROM connectors c JOIN deliveries d ON d.connector = c.id AND d.event = e.seq)
           -- a newer event may still supersede an older one that waits, or is dead and may be replayed
           AND NOT EXISTS (SELECT 1 FROM events o JOIN connectors c JOIN deliveries d ON d.connector = c.id AND d.event = o.seq
             WHERE o.user = e.user AND o.app = e.app AND d.state IN ('dead', 'waiting'))
         ORDER BY e.seq LIMIT ?2)`,
      ...[before, BITE],
    );
  }

  function pruneRaw(before: number): number {
    return run(
      `DELETE FROM callbacks WHERE seq IN (
         SELECT seq FROM callbacks WHERE seq <= (SELECT upto FROM reading) AND received_at < ? ORDER BY seq LIMIT ?)`,
      ...[before, BITE],
    );
  }

  /** Returns how many of the oldest had to go. */
  function boundQuarantine(bytes: number): number {
    let excess = Number(one("SELECT coalesce(sum(length(body) + 256), 0) AS n FROM quarantine")?.n ?? 0) - bytes;
    let dropped = 0;
    for (const { seq, size } of excess > 0
      ? all("SELECT seq, length(body) + 256 AS size FROM quarantine ORDER BY seq LIMIT ?", BITE)
      : []) {
      if (excess <= 0) break;
      dropped += run("DELETE FROM quarantine WHERE seq = ?", Number(seq));
      excess -= Number(size);
    }
    return dropped;
  }

  return {
    prune({ retentionMs, rawRetentionMs, quarantineBytes }) {
      const ledger = retentionMs === null ? 0 : pruneLedger(now() - retentionMs);
      const raw = rawRetentionMs === null ? 0 : pruneRaw(now() - rawRetentionMs);
      const quarantineDropped = boundQuarantine(quarantineBytes);
      return { rows: ledger + raw, quarantineDropped, more: Math.max(ledger, raw, quarantineDropped) >= BITE };
    },
  };
}
