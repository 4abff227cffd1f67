/** Removing what is settled and old, in batches that intake does not feel. */

import { ABANDONED_MS } from "../rules/bounds.ts";
import { pruneAudit } from "./audit.ts";
import { EVENT } from "./columns.ts";
import type { Context, Operations, Row } from "./context.ts";
import { pruneTallies } from "./counting.ts";
import { personOf } from "./order.ts";
import { prunePlans } from "./plans.ts";
import { dropAbove } from "./quarantine.ts";

const BATCH = 500;

/** What `PRAGMA auto_vacuum` says of a store that can shrink: https://sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;
/** Free pages that stay for what comes next: a share of all, and at least so many. */
const SPARE_SHARE = 1 / 8;
const LEAST_SPARE_PAGES = 250;

/** What a batch found: how many rows went, and whether there may be more. */
interface Batch {
  readonly rows: number;
  readonly more: boolean;
}
const NOTHING: Batch = { rows: 0, more: false };

/** Where in the ledger the next batch begins, so that what must stay is not looked at again in each of them. */
interface Place {
  readonly at: number;
  readonly connector: number;
  readonly event: number;
}
const START: Place = { at: 0, connector: 0, event: 0 };

export function pruningOperations(context: Context): Pick<Operations, "prune"> {
  const { all, one, run, now } = context;
  let ledgerPlace = START;
  let eventPlace = 0;
  // first the ledger, to its end, then events: before that most are referred to
  let sweeping: "ledger" | "events" = "ledger";

  function sweep(before: number): Batch {
    const ledger = sweeping === "ledger" ? pruneLedger(before) : NOTHING;
    if (ledger.more) return ledger;
    const events = pruneEvents(before);
    sweeping = events.more ? "events" : "ledger";
    return { rows: ledger.rows + events.rows, more: events.more };
  }

  /** What came before may be without what overtook it: whoever reads old callbacks again must know. */
  function remember(before: number): void {
    run(
      `INSERT INTO pruned VALUES (1, ?)
       ON CONFLICT (id) DO UPDATE SET received_before = max(received_before, excluded.received_before)`,
      before,
    );
  }

  function pruneLedger(before: number): Batch {
    const { at, connector, event } = ledgerPlace;
    const found = all(
      `SELECT d.connector, d.event, d.settled_at, d.state, ${EVENT} FROM deliveries d CROSS JOIN events e ON e.seq = d.event
       WHERE d.state <> 'waiting' AND d.settled_at < ? AND (d.settled_at, d.connector, d.event) > (?, ?, ?)
       ORDER BY d.settled_at, d.connector, d.event LIMIT ?`,
      ...[before, at, connector, event, BATCH],
    );
    const needed = needsOf();
    let rows = 0;
    for (const row of found) {
      // a row that is newer than a dead one of the same person stays: else a replay could overwrite it
      if (row.state === "dead" || Number(row.e_event_time) >= needed(Number(row.connector), row)) continue;
      rows += run("DELETE FROM deliveries WHERE connector = ? AND event = ?", Number(row.connector), Number(row.event));
    }
    const last = found.length === BATCH ? found.at(-1) : undefined;
    ledgerPlace =
      last === undefined
        ? START
        : { at: Number(last.settled_at), connector: Number(last.connector), event: Number(last.event) };
    return { rows, more: last !== undefined };
  }

  /** Since which event time a person's story is needed at a connector: that of the first which waits or is dead. */
  function needsOf(): (connector: number, row: Row) => number {
    const known = new Map<string, number>();
    return (connector, row) => {
      const key = `${connector} ${personOf(row)}`;
      const since = known.get(key) ?? neededSince(connector, row);
      known.set(key, since);
      return since;
    };
  }

  function neededSince(connector: number, row: Row): number {
    const first = one(
      `SELECT min(e.event_time) AS time FROM events e CROSS JOIN deliveries d ON d.connector = ? AND d.event = e.seq
       WHERE e.user = ? AND e.app = ? AND d.state IN ('dead', 'waiting')`,
      ...[connector, String(row.e_user), String(row.e_app)],
    );
    return first?.time === null || first?.time === undefined ? Number.POSITIVE_INFINITY : Number(first.time);
  }

  /** Events that nothing refers to, behind every cursor. */
  function pruneEvents(before: number): Batch {
    const connectors = all("SELECT id, cursor, seen_at FROM connectors");
    const inUse = connectors.filter(({ seen_at }) => Number(seen_at) >= now() - ABANDONED_MS);
    const routed = Math.min(...inUse.map(({ cursor }) => Number(cursor)));
    const found = Number.isFinite(routed)
      ? all(
          `SELECT ${EVENT} FROM events e WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
          ...[eventPlace, routed, BATCH],
        )
      : [];
    const old = found.filter((row) => Number(row.e_received_at) < before);
    const needed = needsOf();
    let rows = 0;
    for (const row of old) {
      const seq = Number(row.e_seq);
      const refers = connectors.some(
        ({ id }) => one("SELECT 1 FROM deliveries WHERE connector = ? AND event = ?", Number(id), seq) !== undefined,
      );
      // what waits, or is dead and may be replayed, must find out that a newer event has overtaken it
      const needs = refers || connectors.some(({ id }) => Number.isFinite(needed(Number(id), row)));
      if (!needs) rows += run("DELETE FROM events WHERE seq = ?", seq);
    }
    // they are numbered as they came: behind a batch without an old one there are none
    const more = found.length === BATCH && old.length > 0;
    eventPlace = more ? Number(found.at(-1)?.e_seq) : 0;
    return { rows, more };
  }

  function pruneRaw(before: number): Batch {
    const rows = run(
      `DELETE FROM callbacks WHERE seq IN (
         SELECT seq FROM callbacks WHERE seq <= (SELECT upto FROM reading) ORDER BY seq LIMIT ?) AND received_at < ?`,
      ...[BATCH, before],
    );
    return { rows, more: rows === BATCH };
  }

  function boundQuarantine(bytes: number): Batch {
    const { ids, more } = dropAbove(context, bytes, BATCH);
    return { rows: ids.size, more };
  }

  /** Gives the disk back what pruning has freed, where the store was made so that it can be; the next rows use some of it. */
  function shrink(): Batch {
    const read = (pragma: string) => Number(one(`PRAGMA ${pragma}`)?.[pragma] ?? 0);
    if (read("auto_vacuum") !== INCREMENTAL) return NOTHING;
    const spare = Math.max(LEAST_SPARE_PAGES, Math.floor(read("page_count") * SPARE_SHARE));
    const excess = read("freelist_count") - spare;
    if (excess <= 0) return NOTHING;
    all(`PRAGMA incremental_vacuum(${Math.min(excess, BATCH)})`);
    return { rows: 0, more: excess > BATCH };
  }

  return {
    prune({ retentionMs, rawRetentionMs, quarantineBytes, audit }) {
      pruneTallies(context);
      const settled = retentionMs === null ? NOTHING : sweep(now() - retentionMs);
      if (retentionMs !== null && settled.rows > 0) remember(now() - retentionMs);
      const raw = rawRetentionMs === null ? NOTHING : pruneRaw(now() - rawRetentionMs);
      const quarantine = boundQuarantine(quarantineBytes);
      const audited = audit === undefined ? 0 : pruneAudit(context, audit, BATCH);
      const planned = prunePlans(context, BATCH);
      const goesOn = planned > 0 || audited >= BATCH || [settled, raw, quarantine].some(({ more }) => more);
      return {
        rows: settled.rows + raw.rows + audited + planned,
        quarantineDropped: quarantine.rows,
        more: goesOn || shrink().more,
      };
    },
  };
}
