/** What `check` found beyond the file's own faults, as lines with a mark. */

import { printableLines } from "../basics/text.ts";
import type { Paint } from "./cli.ts";

export interface CheckLine {
  readonly ok: boolean | "warning";
  /** The connector, or the part of the bridge, that it is about. */
  readonly about: string;
  readonly what: string;
  /** The way out; absent when all is well. */
  readonly todo?: string;
  /** The setting, with its place in the file. */
  readonly place?: string;
}

const MARKS = { ok: "✓", bad: "✗", warning: "!" } as const;

/** A heading for each part, below it a line for each finding; what to do and where stand below the finding. */
export function renderLines(lines: readonly CheckLine[], paint: Paint): string {
  const parts = [...new Set(lines.map(({ about }) => about))];
  return parts
    .flatMap((part) => [
      paint.bold(part),
      ...lines.filter(({ about }) => about === part).map((line) => render(line, paint)),
    ])
    .join("\n");
}

function render({ ok, what, todo, place }: CheckLine, paint: Paint): string {
  const mark = ok === true ? paint.green(MARKS.ok) : ok ? paint.yellow(MARKS.warning) : paint.red(MARKS.bad);
  // what a destination says of itself is foreign text
  const lines = [`  ${mark} ${printableLines(what)}`];
  if (todo !== undefined) lines.push(`      → ${printableLines(todo)}`);
  if (place !== undefined && ok !== true) lines.push(`        ${paint.dim(place)}`);
  return lines.join("\n");
}

export function isBad(lines: readonly CheckLine[]): boolean {
  return lines.some(({ ok }) => ok === false);
}

/** `config/bridge.yaml:14:5 connectors.crm.match.property` */
export type PlaceOf = (path: readonly (string | number)[]) => string;

export function linesAsJson(lines: readonly CheckLine[]): readonly Record<string, unknown>[] {
  return lines.map(({ ok, ...rest }) => ({ state: ok === true ? "ok" : ok === false ? "bad" : "warning", ...rest }));
}
