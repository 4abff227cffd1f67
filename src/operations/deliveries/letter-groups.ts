/** Dead letters by what they have in common: so one sees what is wrong, and not four hundred times that it is. */
import type { DeadClass } from "../../storage/contract/deliveries.ts";
import type { LedgerEntry } from "../../storage/contract/ledger.ts";
import type { PlanFilter } from "../../storage/contract/plans.ts";
import type { Asked, Found, Questions } from "../../storage/contract/questions.ts";
import { reasonKind } from "../../storage/rules/reason-kind.ts";
import { insistOnConnector } from "../connectors/named.ts";

/** Which dead letters are meant. */
export type LetterFilter = Pick<PlanFilter, "connector" | "class" | "user" | "since" | "until">;

/** What was given up as the same, for one kind of reason. */
export interface LetterGroup {
  readonly connector: string;
  readonly class: DeadClass;
  /** Undefined: no reason was kept. */
  readonly kind: string | undefined;
  /** Among those that were looked at. */
  readonly count: number;
  /** The newest of them. */
  readonly example: LedgerEntry;
  /** When the first and the last of them happened to be given up, milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

export interface LetterGroups {
  /** The largest first. */
  readonly groups: readonly LetterGroup[];
  /** Rows that were read for it. */
  readonly looked: number;
  /** Where to go on; null: that was all. */
  readonly next: string | null;
}

/** Letters of one question: answers go through the thread of callbacks, so that none may be large. */
const PART = 250;

/**
 * Of the newest that are found in so many rows. Changes nothing. Rejects with `Refused` when there is no such connector.
 * @param rows to be looked at, about
 */
export async function letterGroups(
  questions: Questions,
  filter: LetterFilter,
  { rows, after }: { readonly rows: number; readonly after?: string },
): Promise<LetterGroups> {
  await insistOnConnector(questions, filter.connector);
  const letters: LedgerEntry[] = [];
  let looked = 0;
  for (let from = after; ; ) {
    const limit = Math.min(PART, rows - looked);
    const page = { limit, ...(from !== undefined && { after: from }) };
    const found = await questions.deliveries({ ...filter, states: ["dead"] }, page);
    letters.push(...found.entries);
    looked += Math.max(1, found.looked);
    if (found.next === null || looked >= rows) return { groups: groupLetters(letters), looked, next: found.next };
    from = found.next;
  }
}

/** Pure. @param letters newest first */
export function groupLetters(letters: readonly LedgerEntry[]): readonly LetterGroup[] {
  const groups = new Map<string, LetterGroup>();
  for (const letter of letters) {
    const kind = kindOf(letter);
    const deadClass = letter.class ?? "rejected";
    const key = JSON.stringify([letter.connector, deadClass, kind]);
    const at = letter.settledAt ?? letter.routedAt;
    const { example, count, from, until } = groups.get(key) ?? { example: letter, count: 0, from: at, until: at };
    groups.set(key, {
      ...{ connector: letter.connector, class: deadClass, kind, example, count: count + 1 },
      ...{ from: Math.min(from, at), until: Math.max(until, at) },
    });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

function kindOf({ reason }: LedgerEntry): string | undefined {
  return reason === null ? undefined : reasonKind(reason);
}

/** So many rows are looked at for one page of a kind. */
const MOST_ROWS = 2_000;

/** Letters of one kind of reason, newest first. May end early, and says where to go on; throws `NoPlace`. */
export async function lettersOfKind(
  questions: Questions,
  filter: LetterFilter,
  kind: string | undefined,
  { limit, after }: Asked,
): Promise<Found<LedgerEntry>> {
  await insistOnConnector(questions, filter.connector);
  const entries: LedgerEntry[] = [];
  let looked = 0;
  for (let from = after; ; ) {
    const page = { limit: kind === undefined ? limit : PART, ...(from !== undefined && { after: from }) };
    const found = await questions.deliveries({ ...filter, states: ["dead"] }, page);
    const meant = kind === undefined ? found.entries : found.entries.filter((letter) => kindOf(letter) === kind);
    entries.push(...meant);
    looked += Math.max(1, found.looked);
    const { next } = found;
    if (next === null || entries.length >= limit || looked >= MOST_ROWS) return { ...found, entries, looked };
    from = next;
  }
}
