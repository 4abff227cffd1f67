/** How what was counted becomes spans of different lengths, and for how long they are kept. Pure. */
import { type Sample, type SampleCounts, SPANS, type SpanMinutes } from "../contract/samples.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a look reads at most. */
export const MOST_SAMPLES = 20_000;

/** Milliseconds; the longest of charts is what the longest span is kept for. */
export const SAMPLES_KEPT_MS: Readonly<Record<SpanMinutes, number>> = { 1: DAY_MS, 10: 2 * DAY_MS, 120: 14 * DAY_MS };

/** Of one connector each; empty: of what comes in. */
export type CountsByConnector = ReadonlyMap<string, SampleCounts>;

/** Two spans, or two machines', as one: what was counted is added up, of what stood the most is told. */
export function mergedCounts(one: SampleCounts, other: SampleCounts): SampleCounts {
  const { acks, ...counts } = {
    ...joined(one, other, ["delivered", "dead", "callbacks", "refused"], (a, b) => a + b),
    ...joined(one, other, ["waiting", "oldestMs"], Math.max),
    acks: one.acks ?? other.acks,
  };
  if (acks === undefined) return counts;
  const borders = new Set([...Object.keys(one.acks ?? {}), ...Object.keys(other.acks ?? {})]);
  const of = (border: string) => (one.acks?.[border] ?? 0) + (other.acks?.[border] ?? 0);
  return { ...counts, acks: Object.fromEntries([...borders].map((border) => [border, of(border)])) };
}

type Numeric = Exclude<keyof SampleCounts, "acks">;

function joined(
  one: SampleCounts,
  other: SampleCounts,
  names: readonly Numeric[],
  join: (a: number, b: number) => number,
): Partial<Record<Numeric, number>> {
  const pairs = names.flatMap((name): [Numeric, number][] => {
    const [a, b] = [one[name], other[name]];
    if (a === undefined && b === undefined) return [];
    return [[name, a === undefined || b === undefined ? (a ?? b ?? 0) : join(a, b)]];
  });
  return Object.fromEntries(pairs);
}

/** The spans that a machine is in. */
export interface RunningSpans {
  /**
   * A minute is over. Returns the spans that it belongs to, each whole as far as it has come: whoever keeps them may do so again.
   * @param at when it began, milliseconds since 1970
   */
  add(at: number, counted: CountsByConnector): readonly Sample[];
}

export function openSpans(): RunningSpans {
  const running = new Map<SpanMinutes, { readonly at: number; readonly counts: Map<string, SampleCounts> }>();
  return {
    add(at, counted) {
      return SPANS.flatMap((minutes): Sample[] => {
        const begun = spanBegin(at, minutes);
        const known = running.get(minutes);
        const span = known?.at === begun ? known : { at: begun, counts: new Map<string, SampleCounts>() };
        running.set(minutes, span);
        for (const [connector, counts] of counted) {
          span.counts.set(connector, mergedCounts(span.counts.get(connector) ?? {}, counts));
        }
        return [...counted.keys()].map((connector) => ({
          ...{ minutes, at: begun, connector },
          counts: span.counts.get(connector) ?? {},
        }));
      });
    },
  };
}

/** When the span began in which a moment lies. */
export function spanBegin(at: number, minutes: SpanMinutes): number {
  return Math.floor(at / (minutes * MINUTE_MS)) * minutes * MINUTE_MS;
}

/** By column. */
export function sampleOf(row: Readonly<Record<string, unknown>>): Sample {
  return {
    minutes: Number(row.minutes) as SpanMinutes,
    at: Number(row.at),
    connector: String(row.connector),
    counts: JSON.parse(String(row.counts)) as SampleCounts,
  };
}
