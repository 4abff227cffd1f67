/** What was counted minute by minute. */
import { type Sample, SPANS, type SpanMinutes } from "../contract/samples.ts";
import { MOST_SAMPLES, SAMPLES_KEPT_MS, sampleOf } from "../rules/samples.ts";
import type { Context, Operations, Transaction } from "./context.ts";
import { isThere } from "./is-there.ts";

export function sampleOperations({ transact }: Context): Pick<Operations, "keepSamples"> {
  return {
    keepSamples: (machine, samples) =>
      transact("passing", async ({ run }) => {
        for (const { minutes, at, connector, counts } of samples) {
          await run(
            `INSERT INTO samples (minutes, at, machine, connector, counts) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (minutes, at, machine, connector) DO UPDATE SET counts = excluded.counts`,
            ...[minutes, at, machine, connector, JSON.stringify(counts)],
          );
        }
      }),
  };
}

export async function samplesLooked(
  transaction: Transaction,
  minutes: SpanMinutes,
  since: number,
): Promise<readonly Sample[]> {
  // one that an older release has made has none
  if (!(await isThere(transaction, "samples"))) return [];
  const newest = `SELECT * FROM samples WHERE minutes = $1 AND at >= $2 ORDER BY at DESC LIMIT ${MOST_SAMPLES}`;
  return (await transaction.rows(newest, minutes, since)).map(sampleOf);
}

/** @param at the database's time @param most of each length of spans @returns how many went */
export async function pruneSamples({ run }: Transaction, at: number, most: number): Promise<number> {
  const old = "SELECT s.ctid FROM samples s WHERE s.minutes = $1 AND s.at < $2 LIMIT $3";
  let gone = 0;
  for (const minutes of SPANS) {
    const removed = await run(
      `DELETE FROM samples WHERE ctid = ANY(ARRAY(${old}))`,
      ...[minutes, at - SAMPLES_KEPT_MS[minutes], most],
    );
    gone = Math.max(gone, removed);
  }
  return gone;
}
