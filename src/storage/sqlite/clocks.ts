/** What requests have shown of clocks: the senders' newest RequestTimes, and hosts of ours whose clock is off. */
import type { ClockOff } from "../contract/ledger.ts";
import { CLOCK_FORGOTTEN_MS } from "../rules/bounds.ts";
import { clockOffOf } from "../rules/rows.ts";
import type { Context, Operations } from "./context.ts";

export function clockOperations({ all, run, now }: Context): Pick<Operations, "noteClocks"> {
  return {
    noteClocks({ newest, clock }) {
      for (const [app, requestTime] of Object.entries(newest)) {
        run(
          `INSERT INTO newest VALUES (?, ?)
           ON CONFLICT (app) DO UPDATE SET request_time = max(request_time, excluded.request_time)`,
          ...[app, requestTime],
        );
      }
      if (clock?.offMs === null) run("DELETE FROM clocks_off WHERE host = ?", clock.host);
      else if (clock !== undefined) {
        run(
          `INSERT INTO clocks_off VALUES (?1, ?2, ?3, ?3)
           ON CONFLICT (host) DO UPDATE SET off_ms = excluded.off_ms, at = excluded.at`,
          ...[clock.host, clock.offMs, now()],
        );
      }
      run("DELETE FROM clocks_off WHERE at < ?", now() - CLOCK_FORGOTTEN_MS);
      return Object.fromEntries(
        all("SELECT * FROM newest").map(({ app, request_time }) => [String(app), Number(request_time)]),
      );
    },
  };
}

/** Empty where 0.1.0 has made the store. */
export function clocksOff({ all }: Pick<Context, "all">): readonly ClockOff[] {
  const isThere = all("SELECT 1 FROM sqlite_schema WHERE name = 'clocks_off'").length > 0;
  return isThere ? all("SELECT * FROM clocks_off ORDER BY host").map(clockOffOf) : [];
}
