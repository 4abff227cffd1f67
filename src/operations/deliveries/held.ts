/** Deliveries with what holds each, as their connectors are now. */
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import { configured, type Known } from "../known.ts";
import { isServed } from "../status/bridges.ts";
import { type Hold, holdOf } from "./hold.ts";

/** A line of the ledger, with what keeps it waiting. */
export interface HeldEntry extends LedgerEntry {
  readonly hold: Hold | null;
}

type Asked = Pick<Questions, "connectors" | "bridges">;

/** In the order in which they came. Asks for connectors and bridges only when something waits. */
export async function withHolds(
  questions: Asked,
  known: Known,
  entries: readonly LedgerEntry[],
): Promise<readonly HeldEntry[]> {
  if (entries.every(({ state }) => state !== "waiting")) return entries.map((entry) => ({ ...entry, hold: null }));
  const rows = new Map((await questions.connectors()).map((row) => [row.name, row]));
  const served = await isServed(questions);
  const now = Date.now();
  return entries.map((entry) => {
    const config = configured(known, entry.connector);
    const row = rows.get(entry.connector) ?? null;
    return { ...entry, hold: holdOf(entry, { row, config, isServed: served }, now) };
  });
}
