/** @jsxImportSource preact */
/** What came in and went out, and what waited: over an hour, a day or two weeks. */
import { sum } from "../../../basics/sum.ts";
import { type Point, RANGES, type Range, type Throughput } from "../../../operations/status/throughput.ts";
import type { SampleCounts } from "../../../storage/contract/samples.ts";
import { type Bar, Chart } from "../../parts/chart.tsx";
import type { Visit } from "../../visit.ts";
import { durationText, numberText } from "../../words/quantity.ts";
import { CHARTS } from "./words.ts";

/** What the address asks for; an hour unless it says so. */
export function rangeAsked(query: URLSearchParams): Range {
  return RANGES.find((each) => each === query.get("charts")) ?? "1h";
}

export function Charts({ throughput, visit }: { throughput: Throughput; visit: Visit }) {
  const { language, link } = visit;
  const words = CHARTS[language];
  const { range, minutes, points } = throughput;
  const count = (value: number) => numberText(value, language);
  const common = { words, visit, text: count };
  return (
    <section id="charts">
      <h2>{words.title}</h2>
      <nav class="ranges" aria-label={words.title}>
        {RANGES.map((each) => (
          <a
            href={link(each === "1h" ? "/" : `/?charts=${each}`)}
            class={each === range ? "here" : undefined}
            aria-current={each === range ? "true" : undefined}
          >
            {words.ranges[each]}
          </a>
        ))}
      </nav>
      <div class="charts">
        <Chart
          {...common}
          id="chart-callbacks"
          title={words.callbacks(minutes)}
          bars={points.map(({ at, intake }): Bar => ({ at, value: intake?.callbacks }))}
        />
        <Chart
          {...common}
          id="chart-delivered"
          title={words.delivered(minutes)}
          bars={bars(points, ({ delivered }) => delivered, sum)}
        />
        <Chart
          {...common}
          id="chart-waiting"
          title={words.waiting}
          bars={bars(points, ({ waiting }) => waiting, sum)}
        />
        <Chart
          {...common}
          id="chart-oldest"
          title={words.oldest}
          text={(ms) => (ms === 0 ? count(0) : durationText(ms, language))}
          bars={bars(points, ({ oldestMs }) => oldestMs, largest)}
        />
      </div>
    </section>
  );
}

const largest = (values: readonly number[]): number => Math.max(...values);

/** Of all connectors together. */
function bars(
  points: readonly Point[],
  of: (counts: SampleCounts) => number | undefined,
  together: (values: readonly number[]) => number,
): readonly Bar[] {
  return points.map(({ at, connectors }) => {
    const values = [...connectors.values()].flatMap((counts) => of(counts) ?? []);
    return { at, value: values.length === 0 ? undefined : together(values) };
  });
}
