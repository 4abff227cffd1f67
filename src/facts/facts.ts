/**
 * What the parts of a bridge have seen and done since it began, as plain numbers: intake, delivery and housekeeping note them as
 * they go, at a few nanoseconds each, and know nothing of whoever reads them.
 */
import { type AlarmFacts, openAlarmFacts } from "./alarm-facts.ts";
import { type ConnectorFacts, openConnectorFacts } from "./connector-facts.ts";
import { type IntakeFacts, openIntakeFacts } from "./intake-facts.ts";
import { type KeepingFacts, openKeepingFacts } from "./keeping-facts.ts";
import { openReconcileFacts, type ReconcileFacts } from "./reconcile-facts.ts";

export interface RouterFacts {
  /** When the oldest callback was received that the router has found and not dealt with, milliseconds since 1970. */
  behindSince: number | undefined;
}

export interface UpkeepFacts {
  /** Settled rows that were old enough to go. */
  prunedRows: number;
  /** Quarantine entries that had to go for others. */
  quarantineDropped: number;
}

export interface Facts {
  readonly intake: IntakeFacts;
  readonly keeping: KeepingFacts;
  readonly router: RouterFacts;
  readonly upkeep: UpkeepFacts;
  readonly reconcile: ReconcileFacts;
  readonly alarms: AlarmFacts;
  /** One connector's; the same for as long as it is configured. */
  connector(name: string): ConnectorFacts;
  /** After a reload: forgets what is not configured any more, so that renaming for ever takes no memory. */
  keepOnly(configured: { readonly apps: readonly string[]; readonly connectors: readonly string[] }): void;
}

export function openFacts(): Facts {
  const connectors = new Map<string, ConnectorFacts>();
  const intake = openIntakeFacts();
  return {
    intake,
    keeping: openKeepingFacts(),
    router: { behindSince: undefined },
    upkeep: { prunedRows: 0, quarantineDropped: 0 },
    reconcile: openReconcileFacts(),
    alarms: openAlarmFacts(),
    connector(name) {
      const known = connectors.get(name);
      if (known !== undefined) return known;
      const fresh = openConnectorFacts();
      connectors.set(name, fresh);
      return fresh;
    },
    keepOnly({ apps, connectors: names }) {
      intake.keepApps(new Set(apps));
      for (const name of connectors.keys()) if (!names.includes(name)) connectors.delete(name);
    },
  };
}
