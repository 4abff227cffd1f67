/** Deliveries with what holds each, as their connectors are now. */
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import { configured, type Known } from "../known.ts";
import { isServed } from "../served.ts";
import { type Circumstances, type Hold, holdOf, wholeHoldText } from "./hold.ts";

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
  const circumstancesOf = await openCircumstances(questions, known);
  const now = Date.now();
  return entries.map((entry) => ({ ...entry, hold: holdOf(entry, circumstancesOf(entry.connector), now) }));
}

/** What holds whatever waits for these connectors, by name: those that send are not in it. */
export async function wholeHolds(
  questions: Asked,
  known: Known,
  names: readonly string[],
): Promise<ReadonlyMap<string, Hold>> {
  if (names.length === 0) return new Map();
  const circumstancesOf = await openCircumstances(questions, known);
  const now = Date.now();
  const holds = [...new Set(names)].flatMap((name) => {
    const hold = holdOf({ state: "waiting", dueAt: now }, circumstancesOf(name), now);
    return hold === null || wholeHoldText(hold, now) === undefined ? [] : [[name, hold] as const];
  });
  return new Map(holds);
}

/** By the name of a connector, as they all are now. */
async function openCircumstances(questions: Asked, known: Known): Promise<(name: string) => Circumstances> {
  const rows = new Map((await questions.connectors()).map((row) => [row.name, row]));
  const served = await isServed(questions);
  return (name) => ({ row: rows.get(name) ?? null, config: configured(known, name), isServed: served });
}
