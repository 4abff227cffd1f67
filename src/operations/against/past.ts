/** What was done with an event so far, by the ledger's own lines. Pure. */
import type { ConnectorRow } from "../../storage/contract/connectors.ts";
import type { DecidedEvent, Decision } from "../../storage/contract/ledger.ts";

/**
 * `sent`: it was wanted, whatever became of it. `skipped`: the settings said not to send it. `waits`: nobody has decided yet.
 * `unknown`: the ledger has no line, for the connector came later, or the line is gone.
 */
export type Past = "sent" | "skipped" | "waits" | "unknown";

/** @param row the connector as the store knows it; undefined: it is new */
export function pastOf(
  { event, decisions }: DecidedEvent,
  row: Pick<ConnectorRow, "name" | "cursor"> | undefined,
): { readonly past: Past; readonly decision?: Decision } {
  if (row === undefined) return { past: "unknown" };
  const decision = decisions.find(({ connector }) => connector === row.name);
  if (decision === undefined) return { past: event.seq > row.cursor ? "waits" : "unknown" };
  return { past: isSkipped(decision) ? "skipped" : "sent", decision };
}

/** By the settings alone: one that was attempted was wanted, and skipped for what the destination said. */
function isSkipped({ state, attempts }: Decision): boolean {
  return state === "skipped" && attempts === 0;
}
