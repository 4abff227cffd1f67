/** What a metric is, declared once: its name, what it means, and where its values come from. */
import type { Histogram } from "../facts/histogram.ts";
import type { ScrapeMoment } from "./moment.ts";

export type Labels = Readonly<Record<string, string>>;
export type Sample<T> = readonly [labels: Labels, value: T];

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}
/** Without a sample where nobody knows: a zero would say that somebody does. */
export type MetricDefinition = Described &
  (
    | { readonly type: "counter" | "gauge"; readonly read: Read<number> }
    | { readonly type: "histogram"; readonly read: Read<Histogram> }
  );

/** All of ours begin with it, but for what every process tells under the same name. */
const PREFIX = "unsub_bridge_";
const nameOf = (name: string): string => (name.startsWith("process_") ? name : PREFIX + name);

type Read<T> = (moment: ScrapeMoment) => readonly Sample<T>[];
type Value = (moment: ScrapeMoment) => number | undefined;

/** One that only grows, since the process began. Its name ends with `_total`. */
export function counter(
  name: `${string}_total`,
  help: string,
  labels: readonly string[],
  read: Read<number>,
): MetricDefinition {
  return { type: "counter", name: nameOf(name), help, labels, read };
}

export function gauge(name: string, help: string, labels: readonly string[], read: Read<number>): MetricDefinition {
  return { type: "gauge", name: nameOf(name), help, labels, read };
}

/** A gauge without labels, or none where its value is unknown. */
export function value(name: string, help: string, read: Value): MetricDefinition {
  return gauge(name, help, [], (moment) => {
    const found = read(moment);
    return found === undefined ? [] : [[{}, found]];
  });
}

/** A counter without labels. */
export function total(name: `${string}_total`, help: string, read: (moment: ScrapeMoment) => number): MetricDefinition {
  return counter(name, help, [], (moment) => [[{}, read(moment)]]);
}

export function histogram(
  name: string,
  help: string,
  labels: readonly string[],
  read: Read<Histogram>,
): MetricDefinition {
  return { type: "histogram", name: nameOf(name), help, labels, read };
}

/** One sample for each of a closed set, 1 for the one that holds and 0 for the others. */
export function stateSet(
  label: string,
  states: readonly string[],
  now: string | undefined,
  more: Labels = {},
): Sample<number>[] {
  return states.map((state) => [{ ...more, [label]: state }, state === now ? 1 : 0]);
}
