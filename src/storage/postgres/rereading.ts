/** Raw callbacks read once more, and what follows for events that were read otherwise before. */
import type { Correction } from "../contract/ledger.ts";
import { behindCallback, PAGE_BYTES } from "../rules/bounds.ts";
import { WAITS_ANEW } from "../rules/repairing.ts";
import { callbackOf, knownOf, numberOrNull } from "../rules/rows.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { letOthersGo } from "./repairing.ts";
import { NOW, type Row } from "./values.ts";

const PAGE = `
  WITH page AS (
    SELECT c.seq, octet_length(c.body) AS size FROM callbacks c
    WHERE c.seq > $1 AND c.received_at >= $2 AND (SELECT u.callback FROM unread u WHERE u.callback = c.seq) IS NULL
    ORDER BY c.seq LIMIT $3),
  sized AS (SELECT seq, size, sum(size) OVER (ORDER BY seq) - size AS before FROM page)
  SELECT c.* FROM sized s JOIN callbacks c ON c.seq = s.seq WHERE s.before = 0 OR s.before + s.size <= $4 ORDER BY c.seq`;

const CORRECT = `
  UPDATE events e SET operator = n.operator, by_admin = n.by_admin
  FROM unnest($1::bigint[], $2::text[], $3::boolean[]) AS n (seq, operator, by_admin) WHERE e.seq = n.seq`;

const SEND_AGAIN = `
  UPDATE deliveries d SET ${WAITS_ANEW}, due_at = ${NOW}, parked = false, generation = d.generation + 1, reason = NULL,
    note = n.note, journal_by = NULL, journal_until = NULL
  FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (event, name, note) JOIN connectors c ON c.name = n.name
  WHERE d.event = n.event AND d.connector = c.id AND d.state = 'skipped' RETURNING d.connector, d.person`;

export function rereadingOperations({ transact }: Context): Pick<Operations, "callbacks" | "known" | "correct"> {
  return {
    callbacks: ({ since, after, limit }) =>
      transact("leisure", async ({ rows, one }) => {
        const page = await rows(PAGE, behindCallback(after), since, limit, PAGE_BYTES);
        return {
          callbacks: page.map(callbackOf),
          prunedBefore: numberOrNull((await one("SELECT received_before FROM pruned"))?.received_before),
        };
      }),

    known: (events) =>
      transact("leisure", async ({ rows }) =>
        (
          await rows(
            `SELECT e.seq, e.id, e.callback, e.operator, e.by_admin FROM unnest($1::bigint[], $2::text[]) AS n (event_time, id)
             JOIN events e ON e.event_time = n.event_time AND e.id = n.id`,
            events.map(({ eventTime }) => eventTime),
            events.map(({ id }) => id),
          )
        ).map(knownOf),
      ),

    correct: (corrections, act) =>
      transact("leisure", async (transaction) => {
        // in the way of every take: nobody looks at these persons' order meanwhile
        await transaction.rows("SELECT 1 FROM connectors ORDER BY id FOR UPDATE");
        await transaction.run(
          CORRECT,
          ...[corrections.map(({ seq }) => seq), corrections.map(({ operator }) => operator)],
          corrections.map(({ byAdmin }) => byAdmin),
        );
        const changed = await sendAgain(transaction, corrections);
        await letOthersGo(transaction, changed);
        await noteAct(transaction, act, corrections.length);
        return changed.length;
      }),
  };
}

function sendAgain({ rows }: Transaction, corrections: readonly Correction[]): Promise<readonly Row[]> {
  const all = corrections.flatMap(({ seq, again }) => again.map((one) => ({ seq, ...one })));
  return rows(
    SEND_AGAIN,
    ...[all.map(({ seq }) => seq), all.map(({ connector }) => connector), all.map(({ note }) => note)],
  );
}
