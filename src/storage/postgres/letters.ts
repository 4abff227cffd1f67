/** Verdicts of death on their way to a dead-letter file. Each machine has a file; one machine writes a letter. */

import { splitId } from "../../basics/delivery-id.ts";
import { letterOf } from "../rules/rows.ts";
import { DELIVERY, EVENT } from "./columns.ts";
import type { Context, Operations } from "./context.ts";
import { NOW, STILL_DEAD } from "./values.ts";

/** A machine that asked for letters has so long to write them, in milliseconds; then another one may. */
const JOURNAL_MS = 30_000;

const OFFERED = `
  UPDATE deliveries d SET journal_by = $1::text, journal_until = ${NOW} + ${JOURNAL_MS}
  FROM (SELECT event, connector FROM deliveries WHERE state = 'dead' AND NOT journaled
          AND (journal_by IS NULL OR journal_by = $1::text OR journal_until <= ${NOW})
        ORDER BY settled_at, event LIMIT $2 FOR UPDATE SKIP LOCKED) n
  WHERE d.event = n.event AND d.connector = n.connector`;

/** Events first, each by its id: joined, all that is dead may be read for each letter. */
const JOURNALED = `
  WITH l AS MATERIALIZED (
    SELECT (SELECT e.seq FROM events e WHERE e.id = n.id LIMIT 1) AS event, n.origin, n.generation
    FROM unnest($1::text[], $2::text[], $3::int[]) AS n (id, origin, generation))
  UPDATE deliveries d SET journaled = true FROM l JOIN connectors c ON c.origin = l.origin
  WHERE d.event = l.event AND d.connector = c.id AND d.${STILL_DEAD} AND d.generation = l.generation`;

export function letterOperations({ transact, machine }: Context): Pick<Operations, "unjournaled" | "journaled"> {
  return {
    unjournaled: (limit) =>
      transact("passing", async ({ run, rows }) => {
        if ((await run(OFFERED, machine, limit)) === 0) return [];
        const letters = await rows(
          `SELECT ${DELIVERY}, c.name, c.origin, ${EVENT} FROM deliveries d JOIN connectors c ON c.id = d.connector
           JOIN events e ON e.seq = d.event
           WHERE d.state = 'dead' AND NOT d.journaled AND d.journal_by = $1::text ORDER BY d.settled_at, d.event, d.connector LIMIT $2`,
          ...[machine, limit],
        );
        return letters.map(letterOf);
      }),

    async journaled(letters) {
      if (letters.length === 0) return;
      const parts = letters.map(({ id }) => splitId(id));
      await transact("passing", ({ run }) =>
        run(
          JOURNALED,
          ...[parts.map(([id]) => id), parts.map(([, origin]) => origin), letters.map(({ generation }) => generation)],
        ),
      );
    },
  };
}
