/** What was counted minute by minute. */
import { type Sample, SPANS, type SpanMinutes } from "../contract/samples.ts";
import { MOST_SAMPLES, SAMPLES_KEPT_MS, sampleOf } from "../rules/samples.ts";
import type { Context, Operations } from "./context.ts";
import { isThere, type Reading } from "./reading.ts";

export function sampleOperations({ run }: Context): Pick<Operations, "keepSamples"> {
  return {
    keepSamples(machine, samples) {
      for (const { minutes, at, connector, counts } of samples) {
        run(
          `INSERT INTO samples (minutes, at, machine, connector, counts) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (minutes, at, machine, connector) DO UPDATE SET counts = excluded.counts`,
          ...[minutes, at, machine, connector, JSON.stringify(counts)],
        );
      }
    },
  };
}

export function samplesLooked(reading: Reading, minutes: SpanMinutes, since: number): readonly Sample[] {
  // one that an older release has made has none
  if (!isThere(reading, "samples")) return [];
  const newest = `SELECT * FROM samples WHERE minutes = ? AND at >= ? ORDER BY at DESC LIMIT ${MOST_SAMPLES}`;
  return reading.all(newest, minutes, since).map(sampleOf);
}

/** @param most of each length of spans @returns how many went */
export function pruneSamples({ run, now }: Context, most: number): number {
  const old = "SELECT at, machine, connector FROM samples WHERE minutes = ?1 AND at < ?2 LIMIT ?3";
  const remove = `DELETE FROM samples WHERE minutes = ?1 AND (at, machine, connector) IN (${old})`;
  const gone = SPANS.map((minutes) => run(remove, minutes, now() - SAMPLES_KEPT_MS[minutes], most));
  return Math.max(...gone);
}
