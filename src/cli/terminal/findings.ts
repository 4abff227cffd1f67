/** What `check` found beyond the file's own faults, as lines with a mark. */

import { printableLines } from "../../basics/text.ts";
import type { CheckFinding } from "../../operations/checks/finding.ts";
import type { Paint } from "./printer.ts";

const MARKS = { ok: "✓", bad: "✗", warning: "!" } as const;

/** A heading for each part, below it a line for each finding; what to do and where stand below the finding. */
export function renderFindings(findings: readonly CheckFinding[], paint: Paint): string {
  const parts = [...new Set(findings.map(({ about }) => about))];
  return parts
    .flatMap((part) => [
      paint.bold(part),
      ...findings.filter(({ about }) => about === part).map((finding) => render(finding, paint)),
    ])
    .join("\n");
}

function render({ ok, what, todo, place }: CheckFinding, paint: Paint): string {
  const mark = ok === true ? paint.green(MARKS.ok) : ok ? paint.yellow(MARKS.warning) : paint.red(MARKS.bad);
  // what a destination says of itself is foreign text
  const lines = [`  ${mark} ${printableLines(what)}`];
  if (todo !== undefined) lines.push(`      → ${printableLines(todo)}`);
  if (place !== undefined && ok !== true) lines.push(`        ${paint.dim(place)}`);
  return lines.join("\n");
}
