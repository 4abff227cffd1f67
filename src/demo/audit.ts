/** Does it add up? What was acknowledged, against the ledger, against what the destinations got. Pure. */
import { count } from "../basics/format.ts";
import type { DeliveryState } from "../storage/contract/deliveries.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";

export interface Evidence {
  /** Ids of the events whose callbacks were answered OK. */
  readonly acknowledged: ReadonlySet<string>;
  /** Names of the connectors. */
  readonly connectors: readonly string[];
  /** The whole ledger. */
  readonly ledger: readonly LedgerEntry[];
  /** Whether the destination has got what this entry is about. */
  readonly has: (entry: LedgerEntry) => boolean;
  /** By connector: how many things the destination keeps. */
  readonly kept: ReadonlyMap<string, number>;
  /** Ids of the deliveries that the dead-letter file names. */
  readonly journaled: ReadonlySet<string>;
}

/** What became of all events at one connector. */
export interface Sum {
  readonly connector: string;
  readonly events: number;
  readonly states: Readonly<Record<DeliveryState, number>>;
}

export interface Audit {
  readonly sums: readonly Sum[];
  /** What does not add up, in words; empty when everything does. */
  readonly faults: readonly string[];
}

export function audit(evidence: Evidence): Audit {
  const byConnector = Map.groupBy(evidence.ledger, ({ connector }) => connector);
  const sums = evidence.connectors.map((connector) => sumOf(connector, byConnector.get(connector) ?? []));
  const faults = evidence.connectors.flatMap((connector) =>
    faultsOf(connector, byConnector.get(connector) ?? [], evidence),
  );
  return { sums, faults };
}

function sumOf(connector: string, entries: readonly LedgerEntry[]): Sum {
  const states = { waiting: 0, delivered: 0, dead: 0, superseded: 0, skipped: 0, discarded: 0 };
  for (const { state } of entries) states[state] += 1;
  return { connector, events: entries.length, states };
}

function faultsOf(connector: string, entries: readonly LedgerEntry[], evidence: Evidence): string[] {
  const { acknowledged, has, kept, journaled } = evidence;
  const ids = new Set(entries.map(({ event }) => event.id));
  const delivered = entries.filter(({ state }) => state === "delivered");
  const lost = [...acknowledged].filter((id) => !ids.has(id)).length;
  const strange = [...ids].filter((id) => !acknowledged.has(id)).length;
  const missing = delivered.filter((entry) => !has(entry)).length;
  const more = (kept.get(connector) ?? 0) - delivered.length;
  const unwritten = entries.filter(({ id, state }) => state === "dead" && !journaled.has(id)).length;
  const faults: readonly (readonly [amount: number, what: string])[] = [
    [lost, "acknowledged, but not in the ledger"],
    [ids.size === entries.length ? 0 : entries.length - ids.size, "twice in the ledger"],
    [strange, "in the ledger, but never acknowledged"],
    [missing, "delivered by the ledger, but not found at the destination"],
    [Math.max(0, more), "found at the destination, but not delivered by the ledger"],
    [unwritten, "dead, but not in the dead-letter file"],
  ];
  return faults.flatMap(([amount, what]) => (amount === 0 ? [] : [`${connector}: ${count(amount, "event")} ${what}`]));
}
