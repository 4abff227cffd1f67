/** The metrics as prom-client has them, set from a moment when they are told. */
import { Counter, Gauge, type Histogram as PromHistogram, Registry } from "prom-client";
import type { Histogram } from "../facts/histogram.ts";
import type { Labels, MetricDefinition, Sample } from "./definition.ts";
import type { ScrapeMoment } from "./moment.ts";

export interface MetricsRegistry {
  /** In the text format of Prometheus 0.0.4. */
  text(moment: ScrapeMoment): Promise<string>;
}

export function openRegistry(definitions: readonly MetricDefinition[]): MetricsRegistry {
  const registry = new Registry();
  let current: ScrapeMoment | undefined;
  const now = (): ScrapeMoment => {
    if (current === undefined) throw new Error("metrics are told from a moment");
    return current;
  };
  for (const definition of definitions) register(registry, definition, now);
  return {
    text(moment) {
      // all of them read it before this call returns: another scrape finds its own
      current = moment;
      const text = registry.metrics();
      current = undefined;
      return text;
    },
  };
}

function register(registry: Registry, definition: MetricDefinition, now: () => ScrapeMoment): void {
  const { name, help, labels: labelNames } = definition;
  const described = { name, help, labelNames, registers: [registry] };
  switch (definition.type) {
    case "counter":
      new Counter({
        ...described,
        collect() {
          this.reset();
          const samples = definition.read(now());
          if (samples.length === 0 && labelNames.length === 0) this.remove();
          for (const [labels, value] of samples) this.inc(labels, value);
        },
      });
      return;
    case "gauge":
      new Gauge({
        ...described,
        collect() {
          this.reset();
          const samples = definition.read(now());
          // without labels it would be 0 by itself
          if (samples.length === 0 && labelNames.length === 0) this.remove();
          for (const [labels, value] of samples) this.set(labels, value);
        },
      });
      return;
    case "histogram":
      registry.registerMetric(histogramOf(name, help, () => definition.read(now())));
  }
}

/** prom-client's own can only observe: this one is counted elsewhere, and told in the form that its registry asks for. */
function histogramOf(name: string, help: string, read: () => readonly Sample<Histogram>[]): PromHistogram {
  const told = {
    name,
    help,
    type: "histogram",
    get: async () => ({ name, help, type: "histogram", values: read().flatMap((sample) => seriesOf(name, sample)) }),
  };
  return told as unknown as PromHistogram;
}

interface Series {
  readonly metricName: string;
  readonly labels: Labels & { readonly le?: number | string };
  readonly value: number;
}

/** Buckets hold all that lies at or below their border. */
function seriesOf(name: string, [labels, histogram]: Sample<Histogram>): Series[] {
  let below = 0;
  const buckets = histogram.borders.map((border, index): Series => {
    below += histogram.counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: border } as Series["labels"], value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" } as Series["labels"], value: histogram.count },
    { metricName: `${name}_sum`, labels, value: histogram.sum },
    { metricName: `${name}_count`, labels, value: histogram.count },
  ];
}
