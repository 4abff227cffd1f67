/** Conditions about what stands in a line of the ledger and its event, which no index knows. Pure. */
import type { Reason } from "../../connector.ts";
import type { LedgerEntry } from "../contract/ledger.ts";
import type { LedgerFilter } from "../contract/questions.ts";
import { reasonOf } from "./rows.ts";

/** The part of a line that a filter asks for: read beside its key, so that a line is read whole only where it is meant. */
export interface KeyContent {
  readonly account?: string;
  readonly reason?: Reason | null;
  /** Milliseconds since 1970. */
  readonly receivedAt?: number;
}

type Asked = Pick<LedgerFilter, "account" | "reason" | "until">;

/** What a step selects of each delivery `d` for it: begins with a comma, or is empty. The same for all stores. */
export function contentColumns({ account, reason, until }: Asked): string {
  const ofEvent = (column: string) => `(SELECT e.${column} FROM events e WHERE e.seq = d.event)`;
  return [
    account === undefined ? "" : `, ${ofEvent("official_account")} AS k_account`,
    reason === undefined ? "" : ", d.reason AS k_reason",
    until === undefined ? "" : `, ${ofEvent("received_at")} AS k_received_at`,
  ].join("");
}

/** @param row with those columns; of an event that is gone meanwhile they are null */
export function contentOf(row: Readonly<Record<string, unknown>>, { account, reason, until }: Asked): KeyContent {
  return {
    ...(account !== undefined && { account: String(row.k_account) }),
    ...(reason !== undefined && { reason: reasonOf(row.k_reason) }),
    ...(until !== undefined && { receivedAt: Number(row.k_received_at) }),
  };
}

export function isKeyContentMeant(key: KeyContent, { account, reason, until }: Asked): boolean {
  if (account !== undefined && key.account !== account) return false;
  if (until !== undefined && (key.receivedAt ?? 0) >= until) return false;
  return reason === undefined || saysSo(key.reason, reason);
}

/** Of a line that was read whole. */
export function isContentMeant(entry: LedgerEntry, filter: LedgerFilter): boolean {
  const { officialAccount: account, receivedAt } = entry.event;
  return receivedAt >= (filter.since ?? 0) && isKeyContentMeant({ account, receivedAt, reason: entry.reason }, filter);
}

function saysSo(reason: Reason | null | undefined, text: string): boolean {
  return reason !== null && reason !== undefined && says(reason, text);
}

/** Whether any part of it says this, whatever the case: our words, their code, the status, what the destination said. */
function says({ words, code = "", status, category = "", message = "" }: Reason, text: string): boolean {
  const said = [words, code, status === undefined ? "" : `HTTP ${status}`, category, message].join("\n").toLowerCase();
  return said.includes(text.toLowerCase());
}
