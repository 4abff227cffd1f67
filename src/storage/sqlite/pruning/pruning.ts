/** Removing what is settled and old, in batches that intake does not feel. */
import { NOTHING, type PrunedBatch } from "../../rules/pruning.ts";
import { pruneAudit } from "../audit.ts";
import type { Context, Operations } from "../context.ts";
import { pruneTallies } from "../counting.ts";
import { pruneEdited } from "../editing.ts";
import { prunePlans } from "../plans/plans.ts";
import { dropAbove } from "../quarantine.ts";
import { pruneRoster } from "../roster/pruning.ts";
import type { Scratches } from "../roster/scratch.ts";
import { pruneSamples } from "../samples.ts";
import { pruneLedger } from "./ledger.ts";
import { shrink } from "./shrink.ts";

/** Rows of each kind in one step: callbacks wait for it on the store's thread. */
const BATCH = 200;
/** Events in one step, with the deliveries that they have. */
const EVENTS = 100;

export function pruningOperations(context: Context, scratches: Scratches): Pick<Operations, "prune"> {
  const { now } = context;
  const sweep = pruneLedger(context, EVENTS);
  return {
    prune({ retentionMs, rawRetentionMs, quarantineBytes, audit }) {
      pruneTallies(context);
      const settled = retentionMs === null ? NOTHING : sweep(now() - retentionMs);
      if (retentionMs !== null && settled.rows > 0) remember(context, now() - retentionMs);
      const raw = rawRetentionMs === null ? NOTHING : pruneRaw(context, now() - rawRetentionMs);
      const quarantine = dropAbove(context, quarantineBytes, BATCH);
      const audited = audit === undefined ? 0 : pruneAudit(context, audit, BATCH);
      const edited = pruneEdited(context, { retentionMs, rawRetentionMs }, BATCH);
      const planned = prunePlans(context, BATCH);
      const sampled = pruneSamples(context, BATCH);
      const listed = pruneRoster(context, scratches, BATCH);
      const goesOn =
        planned > 0 ||
        Math.max(audited, listed, edited, sampled) >= BATCH ||
        settled.more ||
        raw.more ||
        quarantine.more;
      return {
        rows: settled.rows + raw.rows + audited + edited + planned + listed,
        quarantineDropped: quarantine.ids.size,
        more: goesOn || shrink(context, BATCH).more,
      };
    },
  };
}

/** What came before may be without what overtook it: whoever reads old callbacks again must know. */
function remember({ run }: Context, before: number): void {
  run(
    `INSERT INTO pruned VALUES (1, ?)
     ON CONFLICT (id) DO UPDATE SET received_before = max(received_before, excluded.received_before)`,
    before,
  );
}

function pruneRaw({ run }: Context, before: number): PrunedBatch {
  const oldest = (rows: string) =>
    run(
      `DELETE FROM callbacks WHERE seq IN (SELECT seq FROM callbacks WHERE ${rows} LIMIT ?) AND received_at < ?`,
      ...[BATCH, before],
    );
  // of our own making some have numbers below 0, the oldest next to it
  const ours = oldest("seq < 0 ORDER BY seq DESC");
  const rows = oldest("seq BETWEEN 0 AND (SELECT upto FROM reading) ORDER BY seq");
  const notices = run(
    "DELETE FROM notices WHERE seq IN (SELECT seq FROM notices ORDER BY seq LIMIT ?) AND received_at < ?",
    ...[BATCH, before],
  );
  return { rows: ours + rows + notices, more: Math.max(ours, rows, notices) === BATCH };
}
