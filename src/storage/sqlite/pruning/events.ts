/** Events that nobody needs. */
import { ABANDONED_MS } from "../../rules/bounds.ts";
import type { PrunedBatch } from "../../rules/pruning.ts";
import { EVENT } from "../columns.ts";
import type { Context, Row } from "../context.ts";
import { type Needs, needsOf } from "./needs.ts";

/** Removes batch by batch what was received before a time (milliseconds since 1970), behind every cursor, that nothing refers to. */
export function pruneEvents(context: Context, batch: number): (before: number) => PrunedBatch {
  const { all, run } = context;
  let place = 0;
  return (before) => {
    const connectors = all("SELECT id, cursor, seen_at FROM connectors");
    const ids = connectors.map(({ id }) => Number(id));
    const routed = routedByAll(connectors, context.now());
    const found =
      routed === undefined
        ? []
        : all(`SELECT ${EVENT} FROM events e WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`, place, routed, batch);
    const old = found.filter((row) => Number(row.e_received_at) < before);
    const needed = needsOf(context);
    let rows = 0;
    for (const row of old) {
      if (isNeeded(context, ids, needed, row)) continue;
      rows += run("DELETE FROM events WHERE seq = ?", Number(row.e_seq));
      // what was remembered of a healed one goes with it
      if (row.e_healed === null) continue;
      for (const table of ["healed", "healed_facts"]) run(`DELETE FROM ${table} WHERE event = ?`, Number(row.e_seq));
    }
    // they are numbered as they came: behind a batch without an old one there are none
    const more = found.length === batch && old.length > 0;
    place = more ? Number(found.at(-1)?.e_seq) : 0;
    return { rows, more };
  };
}

/** The last event that all connectors in use are behind; undefined where none is in use. */
function routedByAll(connectors: readonly Row[], at: number): number | undefined {
  const inUse = connectors.filter(({ seen_at }) => Number(seen_at) >= at - ABANDONED_MS);
  return inUse.length === 0 ? undefined : Math.min(...inUse.map(({ cursor }) => Number(cursor)));
}

/** What waits, or is dead and may be replayed, must find out that a newer event has overtaken it. */
function isNeeded({ one }: Context, connectors: readonly number[], needed: Needs, row: Row): boolean {
  const refers = (id: number) =>
    one("SELECT 1 FROM deliveries WHERE connector = ? AND event = ?", id, Number(row.e_seq)) !== undefined;
  return connectors.some(refers) || connectors.some((id) => Number.isFinite(needed(id, row)));
}
