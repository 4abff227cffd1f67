/** What there is to judge by at one moment. */
import type { GivenUp, Owed, Watched } from "../storage/contract/alarms.ts";
import type { StoreStanding } from "../storage/contract/ledger.ts";
import type { KnownBridge } from "../storage/contract/presence.ts";

/** Of the store, and of all machines that serve it. */
export interface StoreSeen {
  readonly status: Pick<StoreStanding, "connectors" | "quarantined">;
  /** By connector. */
  readonly owed: ReadonlyMap<string, Owed>;
  readonly givenUp: ReadonlyMap<string, Omit<GivenUp, "next">>;
  readonly watched: Watched;
  readonly bridges: readonly KnownBridge[];
}

/** Of this machine. */
export interface MachineSeen {
  readonly host: string;
  readonly spool: { readonly entries: number; readonly oldestAt: number | undefined } | undefined;
  readonly isStoreDown: boolean;
  readonly volumes: Readonly<Record<string, { readonly free: number; readonly size: number }>>;
}
