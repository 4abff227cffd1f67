/** What destinations said of their settings when they were asked last: asking takes as long as they take, and nobody waits for it. */
import type { Config } from "../../config/checked-config.ts";
import { checkDestinations } from "./destinations.ts";
import type { CheckFinding } from "./finding.ts";

export interface Check {
  /** When it began, milliseconds since 1970. */
  readonly at: number;
  /** Absent: the destination is being asked. */
  readonly findings?: readonly CheckFinding[];
}

export interface Checks {
  /** Asks, unless it is being asked; what it said before is forgotten. */
  start(connector: string): void;
  latest(connector: string): Check | undefined;
}

/** What was found is told for so long: settings over there change. Milliseconds. */
const KEPT_MS = 600_000;

/** @param check never rejects */
export function openChecks(
  check: (connector: string) => Promise<readonly CheckFinding[]>,
  clock: () => number,
): Checks {
  const checks = new Map<string, Check>();
  return {
    start(connector) {
      const last = checks.get(connector);
      if (last !== undefined && last.findings === undefined) return;
      const mine = { at: clock() };
      checks.set(connector, mine);
      void check(connector).then((findings) => checks.set(connector, { ...mine, findings }));
    },
    latest(connector) {
      const found = checks.get(connector);
      return found === undefined || clock() - found.at > KEPT_MS ? undefined : found;
    },
  };
}

/** Of one connector; settings are named by their paths. Never rejects. @param version of this program */
export function checkConnector(config: Config, name: string, version: string): Promise<readonly CheckFinding[]> {
  const connectors = config.connectors.filter((connector) => connector.name === name);
  return checkDestinations({ ...config, connectors }, (path) => path.join("."), version);
}
