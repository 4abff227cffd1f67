/** The bench's result: what was measured, against what, and the goal. */

export interface Row {
  readonly what: string;
  readonly value: string;
  /** The goal that the project has set itself; empty where there is none. */
  readonly goal: string;
  /** More of it: percentiles, memory. */
  readonly detail: string;
}

export interface BenchOptions {
  readonly destinations: import("./processes.ts").Process;
  /** Seconds of one slice. */
  readonly seconds: number;
  /** Slices of each kind. */
  readonly rounds: number;
  /** A part of the name of what is measured; all unless given. `memory` knows it. */
  readonly only?: string | undefined;
}

/** A Markdown table, as the README shows it. */
export function renderTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, value, goal, detail }) => `| ${what} | ${value} | ${goal} | ${detail} |`);
  return ["| | measured | goal | |", "|---|---|---|---|", ...lines].join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Least and most. */
export function range(values: readonly number[], digits = 2): string {
  return `${Math.min(...values).toFixed(digits)} to ${Math.max(...values).toFixed(digits)}`;
}

/** Least, median and most. */
export function spread(values: readonly number[], digits = 2): string {
  return [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(" / ");
}
