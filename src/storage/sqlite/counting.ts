/** How much of what there is, kept as it changes: with a million rows, counting them would hold up intake. */
import type { Context } from "./context.ts";

const MINUTE = 60_000;
/** Tallies older than the longest question, in minutes. */
const TALLIES_MINUTES = 2 * 24 * 60;

/** To be called in the transaction that made deliveries wait, or wait no more. */
export function addWaiting({ run }: Context, connector: number, change: number): void {
  if (change !== 0) run("UPDATE connectors SET waiting = waiting + ? WHERE id = ?", change, connector);
}

/** Adds to how many were delivered, or died, in this minute. */
export function tally({ run, now }: Context, connector: number, counts: ReadonlyMap<string, number>): void {
  const minute = Math.floor(now() / MINUTE);
  for (const state of ["delivered", "dead"]) {
    const count = counts.get(state) ?? 0;
    if (count === 0) continue;
    run(
      `INSERT INTO tallies (connector, state, minute, count) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      ...[connector, state, minute, count],
    );
  }
}

/** What a repair of many does to the counts, written once for all of them. */
export interface Recount {
  /** One waits, or waits no more. */
  waits(connector: number, change: 1 | -1): void;
  /** What was tallied at `at` (milliseconds) is taken back: a letter that is replayed or discarded is no longer dead. */
  livesAgain(connector: number, at: number): void;
  /** To be called in the same transaction. */
  write(): void;
}

export function openRecount(context: Context): Recount {
  const waiting = new Map<number, number>();
  const dead = new Map<string, { connector: number; minute: number; count: number }>();
  return {
    waits: (connector, change) => void waiting.set(connector, (waiting.get(connector) ?? 0) + change),
    livesAgain(connector, at) {
      const minute = Math.floor(at / MINUTE);
      const key = `${connector} ${minute}`;
      dead.set(key, { connector, minute, count: (dead.get(key)?.count ?? 0) + 1 });
    },
    write() {
      for (const [connector, change] of waiting) addWaiting(context, connector, change);
      for (const { connector, minute, count } of dead.values()) {
        context.run(
          "UPDATE tallies SET count = max(0, count - ?) WHERE connector = ? AND state = 'dead' AND minute = ?",
          ...[count, connector, minute],
        );
      }
    },
  };
}

/** How many were delivered, or died, in the last so many milliseconds. */
export function tallied(
  { one, now }: Pick<Context, "one" | "now">,
  connector: number,
  state: "delivered" | "dead",
  ms: number,
): number {
  const row = one(
    "SELECT sum(count) AS sum FROM tallies WHERE connector = ? AND state = ? AND minute >= ?",
    ...[connector, state, Math.floor((now() - ms) / MINUTE)],
  );
  return Number(row?.sum ?? 0);
}

export function pruneTallies({ run, now }: Context): void {
  run("DELETE FROM tallies WHERE minute < ?", Math.floor(now() / MINUTE) - TALLIES_MINUTES);
}
