/** What requests have shown of clocks: the senders' newest RequestTimes, and machines of ours whose clock is off. */
import type { ClockOff } from "../contract/ledger.ts";
import { CLOCK_FORGOTTEN_MS } from "../rules/bounds.ts";
import { clockOffOf } from "../rules/rows.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { isThere } from "./is-there.ts";
import { NOW } from "./values.ts";

const INSERT_NEWEST = `
  INSERT INTO newest SELECT * FROM unnest($1::text[], $2::bigint[])
  ON CONFLICT (app) DO UPDATE SET request_time = excluded.request_time WHERE newest.request_time < excluded.request_time`;

export function clockOperations({ transact }: Context): Pick<Operations, "noteClocks"> {
  return {
    noteClocks: ({ newest, clock }) =>
      transact("work", async ({ run, rows }) => {
        // sorted, so that no two machines wait for each other
        const apps = Object.keys(newest).sort();
        if (apps.length > 0)
          await run(
            INSERT_NEWEST,
            apps,
            apps.map((app) => newest[app] ?? 0),
          );
        if (clock?.offMs === null) await run("DELETE FROM clocks_off WHERE host = $1", clock.host);
        else if (clock !== undefined) {
          await run(
            `INSERT INTO clocks_off VALUES ($1, $2, ${NOW}, ${NOW})
             ON CONFLICT (host) DO UPDATE SET off_ms = excluded.off_ms, at = excluded.at`,
            ...[clock.host, clock.offMs],
          );
        }
        await run(`DELETE FROM clocks_off WHERE at < ${NOW} - ${CLOCK_FORGOTTEN_MS}`);
        const known = await rows("SELECT * FROM newest");
        return Object.fromEntries(known.map(({ app, request_time }) => [String(app), Number(request_time)]));
      }),
  };
}

/** Empty where 0.1.0 has made the store. */
export async function clocksOff(transaction: Transaction): Promise<readonly ClockOff[]> {
  if (!(await isThere(transaction, "clocks_off"))) return [];
  return (await transaction.rows("SELECT * FROM clocks_off ORDER BY host")).map(clockOffOf);
}
