/** What a scrape has said, to be looked into. */

export interface Scrape {
  readonly text: string;
  /** Sum of the samples of this name whose labels are as given, or more; `undefined` without any. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** The label sets of a metric. */
  labels(name: string): readonly Readonly<Record<string, string>>[];
}

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/;

export function readScrape(text: string): Scrape {
  const lines = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(lineOf);
  const of = (name: string) => lines.filter((line) => line.name === name);
  return {
    text,
    value(name, labels = {}) {
      const found = of(name).filter((line) => Object.entries(labels).every(([key, text]) => line.labels[key] === text));
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
    labels: (name) => of(name).map((line) => line.labels),
  };
}

function lineOf(line: string): Line {
  const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
  if (name === "") throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
