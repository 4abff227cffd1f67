/** Which bridges serve the store, by their signs of life. */

import type { KnownBridge } from "../contract/presence.ts";
import { isServing, REMEMBERED_MS } from "../rules/presence.ts";
import { bridgeOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { NOW } from "./values.ts";

export function presenceOperations({ transact }: Context): Pick<Operations, "serving" | "ended" | "bridges"> {
  return {
    serving: ({ id, host, process, version, configuration }) =>
      transact("passing", async ({ run }) => {
        await run(
          `INSERT INTO bridges (id, host, process, version, configuration, since, seen_at)
           SELECT $1, $2, $3, $4, $5, clock.now, clock.now FROM (SELECT ${NOW} AS now) clock
           ON CONFLICT (id) DO UPDATE SET configuration = excluded.configuration, seen_at = excluded.seen_at, ended_at = NULL`,
          ...[id, host, process, version, JSON.stringify(configuration)],
        );
        await run(`DELETE FROM bridges WHERE abs(seen_at - ${NOW}) > $1 AND id <> $2`, REMEMBERED_MS, id);
      }),

    ended: (id) =>
      transact("passing", async ({ run }) => {
        await run(`UPDATE bridges SET ended_at = ${NOW}, seen_at = ${NOW} WHERE id = $1`, id);
      }),

    bridges: () => transact("leisure", bridgesIn),
  };
}

export async function bridgesIn({ rows, now }: Transaction): Promise<readonly KnownBridge[]> {
  const at = await now();
  const found = (await rows("SELECT * FROM bridges")).map(bridgeOf);
  // put in order here: the transaction may not be allowed to sort
  return found
    .toSorted((a, b) => b.seenAt - a.seenAt || (a.id < b.id ? -1 : 1))
    .map((bridge) => ({ ...bridge, serves: isServing(bridge, at) }));
}
