/** Faults of a configuration at their places, in order. */

import { printable } from "../../basics/text.ts";
import type { Source } from "../yaml/source.ts";
import { dotted, type Path } from "../yaml/tree.ts";

/** A fault of the configuration at its place. */
export interface Fault {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** From 1; 0 when the fault has no place in the file. */
  readonly line: number;
  readonly column: number;
  /** Dotted path of the setting, such as `connectors.crm.match.property`; empty for the file itself. */
  readonly path: string;
  /** What is wrong. */
  readonly what: string;
  /** What to do. */
  readonly todo: string;
  /** The source line, for the caret. */
  readonly source: string;
  /** The environment variable that is missing, when that is the fault: these are listed together. */
  readonly variable?: string;
  /** What probably stands in its place: what `todo` says as well. */
  readonly hint?: string;
}

/** A fault before it has a line. */
export interface FaultAt {
  readonly offset: number;
  readonly path: Path;
  readonly what: string;
  readonly todo: string;
  readonly severity?: Fault["severity"];
  /** The environment variable that is missing. */
  readonly variable?: string;
  /** Told only where the file has no error: that may be why it seems to be so. */
  readonly isSecondary?: true;
}

export function faultIn(source: Source, at: FaultAt): Fault {
  const place = source.placeOf(at.offset);
  return {
    severity: at.severity ?? "error",
    file: source.file,
    ...place,
    path: printable(dotted(at.path)),
    what: printable(at.what),
    todo: printable(at.todo),
    source: source.line(place.line),
    ...(at.variable !== undefined && { variable: at.variable }),
  };
}

/** A fault of a file as a whole: it cannot be opened, say. */
export function faultOfFile(file: string, what: string, todo: string, path: Path = []): Fault {
  return {
    severity: "error",
    file,
    line: 0,
    column: 0,
    path: printable(dotted(path)),
    what: printable(what),
    todo: printable(todo),
    source: "",
  };
}

/** By place; each said once. */
export function sortFaults(faults: readonly Fault[]): Fault[] {
  const unique = new Map(faults.map((fault) => [JSON.stringify(fault), fault]));
  return [...unique.values()].sort(
    (a, b) => a.line - b.line || a.column - b.column || compare(a.path, b.path) || compare(a.what, b.what),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
