/** What came in and went out, and what stood, over an hour, a day or two weeks. */
import type { Questions } from "../../storage/contract/questions.ts";
import type { Sample, SampleCounts, SpanMinutes } from "../../storage/contract/samples.ts";
import { mergedCounts, spanBegin } from "../../storage/rules/samples.ts";

export const RANGES = ["1h", "24h", "14d"] as const;
export type Range = (typeof RANGES)[number];

const HOUR_MS = 3_600_000;
const SHAPES: Readonly<Record<Range, { readonly minutes: SpanMinutes; readonly ms: number }>> = {
  "1h": { minutes: 1, ms: HOUR_MS },
  "24h": { minutes: 10, ms: 24 * HOUR_MS },
  "14d": { minutes: 120, ms: 14 * 24 * HOUR_MS },
};

export interface Point {
  /** When its span began, milliseconds since 1970. */
  readonly at: number;
  /** What came in; absent: no bridge has told of this span. */
  readonly intake: SampleCounts | undefined;
  /** By name; of a connector that is not in it nobody has told. */
  readonly connectors: ReadonlyMap<string, SampleCounts>;
}

export interface Throughput {
  readonly range: Range;
  readonly minutes: SpanMinutes;
  /** The oldest first, without a gap. The latest is not over yet. */
  readonly points: readonly Point[];
  /** What came in in all of it. */
  readonly intake: SampleCounts;
}

/** @param now milliseconds since 1970 */
export async function throughputOf(
  questions: Pick<Questions, "samples">,
  range: Range,
  now: number,
): Promise<Throughput> {
  const { minutes, ms } = SHAPES[range];
  const last = spanBegin(now, minutes);
  const first = spanBegin(now - ms, minutes) + minutes * 60_000;
  return pointsOf(await questions.samples(minutes, first), { range, minutes, first, last });
}

/** Samples of all machines as one series. Pure. */
export function pointsOf(
  samples: readonly Sample[],
  {
    range,
    minutes,
    first,
    last,
  }: Pick<Throughput, "range" | "minutes"> & { readonly first: number; readonly last: number },
): Throughput {
  const spans = new Map<number, Map<string, SampleCounts>>();
  for (const { at, connector, counts } of samples) {
    const span = spans.get(at) ?? new Map<string, SampleCounts>();
    spans.set(at, span.set(connector, mergedCounts(span.get(connector) ?? {}, counts)));
  }
  const points: Point[] = [];
  for (let at = first; at <= last; at += minutes * 60_000) {
    const span = spans.get(at) ?? new Map<string, SampleCounts>();
    const connectors = new Map([...span].filter(([name]) => name !== ""));
    points.push({ at, intake: span.get(""), connectors });
  }
  const intake = points.reduce((sum, point) => mergedCounts(sum, point.intake ?? {}), {});
  return { range, minutes, points, intake };
}

/** Within how many seconds so large a share of the answers went out: a border of a bucket, `Infinity` above the last; undefined: there were none. */
export function ackWithin({ acks = {} }: SampleCounts, share: number): number | undefined {
  const buckets = Object.entries(acks)
    .map(([border, count]) => [Number(border), count] as const)
    .toSorted(([a], [b]) => a - b);
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [border, count] of buckets) {
    seen += count;
    if (all > 0 && seen >= share * all) return border;
  }
  return undefined;
}

/** How many answers took longer than a border. @param seconds one of the histogram's */
export function acksBeyond({ acks = {} }: SampleCounts, seconds: number): number {
  return Object.entries(acks).reduce((sum, [border, count]) => sum + (Number(border) > seconds ? count : 0), 0);
}
