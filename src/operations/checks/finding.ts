/** What a check beyond the file's own faults found. */

export interface CheckFinding {
  readonly ok: boolean | "warning";
  /** The connector, or the part of the bridge, that it is about. */
  readonly about: string;
  readonly what: string;
  /** The way out; absent when all is well. */
  readonly todo?: string;
  /** The setting, with its place in the file. */
  readonly place?: string;
}

/** `config/bridge.yaml:14:5 connectors.crm.match.property` */
export type PlaceOf = (path: readonly (string | number)[]) => string;

export function isBad(findings: readonly CheckFinding[]): boolean {
  return findings.some(({ ok }) => ok === false);
}

export function findingsAsJson(findings: readonly CheckFinding[]): readonly Record<string, unknown>[] {
  return findings.map(({ ok, ...rest }) => ({ state: ok === true ? "ok" : ok === false ? "bad" : "warning", ...rest }));
}
