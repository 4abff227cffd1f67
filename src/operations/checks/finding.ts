/** What a check beyond the file's own faults found. */
import type { Found } from "../../basics/sentence-tables.ts";
import type { SentenceValues } from "../../basics/sentences.ts";

export interface CheckFinding {
  readonly ok: boolean | "warning";
  /** The connector, or the part of the bridge, that it is about. */
  readonly about: string;
  readonly what: string;
  /** Of the bridge's own findings, and of connectors that say which of theirs it is: as of a `Finding`. */
  readonly code?: string;
  readonly values?: SentenceValues;
  /** The way out; absent when all is well. */
  readonly todo?: string;
  /** The setting, with its place in the file. */
  readonly place?: string;
}

/** What the bridge's own checks say: there is a sentence of it in every language. */
export type OwnFinding = CheckFinding & Pick<Found, "code">;

/** `config/bridge.yaml:14:5 connectors.crm.match.property` */
export type PlaceOf = (path: readonly (string | number)[]) => string;

export function isBad(findings: readonly CheckFinding[]): boolean {
  return findings.some(({ ok }) => ok === false);
}

export function findingsAsJson(findings: readonly CheckFinding[]): readonly Record<string, unknown>[] {
  return findings.map(({ ok, ...rest }) => ({ state: ok === true ? "ok" : ok === false ? "bad" : "warning", ...rest }));
}
