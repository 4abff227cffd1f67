/** Removing what is settled and old, in batches that nobody feels. */
import { ABANDONED_MS } from "../rules/bounds.ts";
import { lastPlaceAtTimeOf } from "../rules/persons.ts";
import { pruneAudit } from "./audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { pruneEdited } from "./editing.ts";
import { prunePlans } from "./plans/plans.ts";
import { dropAbove } from "./quarantine.ts";
import { pruneRoster } from "./roster/pruning.ts";
import { pruneSamples } from "./samples.ts";

const BATCH = 2_000;
/** A budget that nobody has used for so long is forgotten, in milliseconds. */
const UNUSED_MS = 24 * 3_600_000;

// each look-up is a question of its own, by index: a join would be planned by statistics that may not exist yet

/** What a person's delivery stands for: their first one in this state at this connector. */
const ofPerson = (state: "dead" | "waiting", connector: string, person: string, more = ""): string =>
  `(SELECT x.event FROM deliveries x WHERE x.connector = ${connector} AND x.person = ${person} AND x.state = '${state}' ${more}
    ORDER BY x.turn LIMIT 1)`;

// what is newer than a dead one of the same person stays: else a replay could overwrite it
const UP_TO_THEN = `AND x.turn <= ${lastPlaceAtTimeOf("d.turn")}`;
const LEDGER = `
  DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
    SELECT d.ctid FROM deliveries d
    WHERE d.settled_at < $1 AND d.state <> 'waiting' AND d.state <> 'dead'
      AND ${ofPerson("dead", "d.connector", "d.person", UP_TO_THEN)} IS NULL
      AND ${ofPerson("waiting", "d.connector", "d.person", UP_TO_THEN)} IS NULL
    ORDER BY d.settled_at LIMIT $2))`;

/** Of any connector: a newer event may still supersede an older one that waits, or is dead and may be replayed. */
const needed = (state: "dead" | "waiting"): string =>
  `(SELECT c.id FROM connectors c WHERE ${ofPerson(state, "c.id", "e.person")} IS NOT NULL LIMIT 1)`;

/** Events that nothing refers to, behind every cursor, up to the first young one. */
const EVENTS = `
  DELETE FROM events WHERE ctid = ANY(ARRAY(
    SELECT e.ctid FROM events e
    WHERE e.received_at < $1 AND e.seq <= coalesce((SELECT min(cursor) FROM connectors WHERE seen_at >= $3), 0)
      AND e.seq < coalesce((SELECT y.seq FROM events y WHERE y.received_at >= $1 ORDER BY y.seq LIMIT 1), 9223372036854775807)
      AND (SELECT d.event FROM deliveries d WHERE d.event = e.seq LIMIT 1) IS NULL
      AND ${needed("dead")} IS NULL AND ${needed("waiting")} IS NULL
    ORDER BY e.seq LIMIT $2))`;

/** The oldest are looked at, and no more: numbers grow nearly as times do. */
const RAW = `
  DELETE FROM callbacks WHERE ctid = ANY(ARRAY(
    SELECT c.ctid FROM (SELECT ctid, seq, received_at FROM callbacks ORDER BY seq LIMIT $2) c
    WHERE c.received_at < $1 AND (SELECT u.callback FROM unread u WHERE u.callback = c.seq) IS NULL))`;

const OLD_NOTICES = `
  DELETE FROM notices WHERE ctid = ANY(ARRAY(
    SELECT n.ctid FROM (SELECT ctid, received_at FROM notices ORDER BY seq LIMIT $2) n WHERE n.received_at < $1))`;

/** What came before may be without what overtook it: whoever reads old callbacks again must know. */
const REMEMBER = `
  INSERT INTO pruned VALUES (1, $1)
  ON CONFLICT (id) DO UPDATE SET received_before = greatest(pruned.received_before, excluded.received_before)`;

/** What was remembered of healed events goes with them. */
const HEALED = `
  DELETE FROM healed WHERE ctid = ANY(ARRAY(
    SELECT h.ctid FROM healed h WHERE h.discovered_at < $1 AND (SELECT e.seq FROM events e WHERE e.seq = h.event) IS NULL
    LIMIT ${BATCH}))`;
const HEALED_FACTS = `
  DELETE FROM healed_facts WHERE ctid = ANY(ARRAY(
    SELECT f.ctid FROM healed_facts f WHERE (SELECT e.seq FROM events e WHERE e.seq = f.event) IS NULL LIMIT ${BATCH}))`;

export function pruningOperations({ transact }: Context): Pick<Operations, "prune"> {
  return {
    prune: ({ retentionMs, rawRetentionMs, quarantineBytes, audit }) =>
      transact("housekeeping", async (transaction) => {
        const at = await transaction.now();
        const ledger = retentionMs === null ? 0 : await pruneLedger(transaction, at, retentionMs);
        const raw = rawRetentionMs === null ? 0 : await pruneRaw(transaction, at - rawRetentionMs);
        await transaction.run("DELETE FROM permits WHERE used_at < $1", at - UNUSED_MS);
        const audited = audit === undefined ? 0 : await pruneAudit(transaction, audit, BATCH);
        const edited = await pruneEdited(transaction, { retentionMs, rawRetentionMs }, BATCH);
        const planned = await prunePlans(transaction, BATCH);
        const sampled = await pruneSamples(transaction, at, BATCH);
        const listed = await pruneRoster(transaction, at, BATCH);
        // last: intake waits for whoever holds the sums
        const { ids, more } = await dropAbove(transaction, quarantineBytes, BATCH);
        const most = Math.max(ledger, raw, audited, edited, listed, sampled);
        return {
          rows: ledger + raw + audited + edited + planned + listed,
          quarantineDropped: ids.size,
          more: more || planned > 0 || most >= BATCH,
        };
      }),
  };
}

async function pruneRaw({ run }: Transaction, before: number): Promise<number> {
  return (await run(RAW, before, BATCH)) + (await run(OLD_NOTICES, before, BATCH));
}

async function pruneLedger({ run }: Transaction, at: number, retentionMs: number): Promise<number> {
  const before = at - retentionMs;
  const rows = (await run(LEDGER, before, BATCH)) + (await run(EVENTS, before, BATCH, at - ABANDONED_MS));
  if (rows > 0) await run(REMEMBER, before);
  await run(HEALED, before);
  await run(HEALED_FACTS);
  return rows;
}
