/** What could not be understood, kept raw. */
import type { QuarantineEntry } from "../contract.ts";
import { quarantineOf } from "../rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";

type QuarantineOperations = Pick<Operations, "quarantined" | "quarantineEntry" | "quarantineRemove">;

/** Keeps entries that are not kept yet, sorted, so that no two machines wait for each other. */
export async function keepQuarantine({ run }: Transaction, entries: readonly QuarantineEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const sorted = entries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const column = <T>(of: (entry: QuarantineEntry) => T): T[] => sorted.map(of);
  await run(
    `INSERT INTO quarantine (id, app, command, platform, client_ip, received_at, body, fault, size)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[], $8::text[], $9::bigint[])
     ON CONFLICT (id) DO NOTHING`,
    ...[column((q) => q.id), column((q) => q.app), column((q) => q.command), column((q) => q.platform)],
    ...[column((q) => q.clientIp), column((q) => q.receivedAt), column((q) => q.body), column((q) => q.fault)],
    column((q) => q.size),
  );
}

export function quarantineOperations({ transact }: Context): QuarantineOperations {
  return {
    quarantined: ({ limit, after = "" }) =>
      transact("leisure", async ({ rows }) =>
        (
          await rows(
            `SELECT * FROM quarantine WHERE seq > coalesce((SELECT seq FROM quarantine WHERE id = $1), 0) ORDER BY seq LIMIT $2`,
            ...[after, limit],
          )
        ).map(quarantineOf),
      ),
    quarantineEntry: (id) =>
      transact("leisure", async ({ one }) => {
        const row = await one("SELECT * FROM quarantine WHERE id = $1", id);
        return row === undefined ? null : quarantineOf(row);
      }),
    quarantineRemove: (ids) =>
      transact("leisure", ({ run }) => run("DELETE FROM quarantine WHERE id = ANY($1::text[])", ids)),
  };
}
