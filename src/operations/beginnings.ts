/**
 * Ids as people name them: whole, by any beginning that no other has, or as a list has shown them (`3f0c9a1b…:crm`). What is named
 * is looked for by index, in bounded steps.
 */
import { matchesWildcard } from "../basics/wildcard.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import { type Found, NotReady, type Questions } from "../storage/contract/questions.ts";
import { oneDelivery } from "./deliveries/list.ts";

/** What a text names. */
export type Named<T> =
  | { readonly tag: "one"; readonly id: string }
  /** `why`: beginnings cannot be looked for just now. */
  | { readonly tag: "none"; readonly why?: string }
  /** A few of those that are meant; `more`: there are others. */
  | { readonly tag: "several"; readonly candidates: readonly T[]; readonly more: boolean };

/** So many candidates are looked at; of more nobody could choose. */
const MOST = 20;
/** So many of them are told. */
export const MOST_TOLD = 5;

/** A pattern of ids. */
export interface Typed {
  /** Hexadecimal digits with which each begins. */
  readonly beginning: string;
  isMeant(id: string): boolean;
  /** Meant to its end: `3f0c:crm` means crm before it means crm_eu. */
  isMeantExactly(id: string): boolean;
}

/** Digits of an event's id, or of an entry's. */
const WHOLE = 64;
const CUT = /…|\.{3}/;

/** Undefined where it can be no part of an id. Pure. */
export function typedId(text: string): Typed | undefined {
  const [first = "", ...rest] = text.trim().split(CUT);
  const [digits = "", ...more] = first.split(":");
  const beginning = digits.toLowerCase();
  if (!/^[0-9a-f]{1,64}$/.test(beginning) || text.includes("*")) return undefined;
  const end = more.length === 0 ? "" : `${beginning.length < WHOLE ? "*" : ""}:${more.join(":")}`;
  const pattern = [beginning + end, ...rest].join("*");
  return {
    beginning,
    isMeant: (id) => matchesWildcard(`${pattern}*`, id),
    isMeantExactly: (id) => matchesWildcard(pattern, id),
  };
}

/** Whether a text is rather the beginning of a delivery's id than a place in the ledger. Pure. */
export function isBeginning(text: string): boolean {
  return CUT.test(text) || (/^[0-9a-f]{1,64}(:|$)/i.test(text) && !/^\d{1,16}:/.test(text));
}

const WHOLE_DELIVERY = /^[0-9a-f]{64}:[^…]+$/;

/** Which delivery is meant: of several, the one that is dead, since nearly everybody who names one has a dead letter in mind. */
export async function deliveryNamed(questions: Questions, text: string): Promise<Named<LedgerEntry>> {
  if (WHOLE_DELIVERY.test(text)) return { tag: "one", id: text };
  const found = await idsNamed(text, (beginning, page) => questions.deliveryIds(beginning, page));
  if (found.tag !== "several") return found;
  const entries = await Promise.all(found.candidates.map((id) => oneDelivery(questions, id)));
  const all = entries.filter((entry) => entry !== null);
  const dead = all.filter(({ state }) => state === "dead");
  const [only] = dead;
  if (only !== undefined && dead.length === 1 && !found.more) return { tag: "one", id: only.id };
  return { ...found, candidates: all };
}

/** Which entry of the quarantine is meant. */
export async function entryNamed(
  questions: Pick<Questions, "quarantineEntry" | "quarantineIds">,
  text: string,
): Promise<Named<string>> {
  if ((await questions.quarantineEntry(text)) !== null) return { tag: "one", id: text };
  return idsNamed(text, (beginning, page) => questions.quarantineIds(beginning, page));
}

/** Users whose ids begin so, where nobody has just this id. */
export async function peopleNamed(questions: Pick<Questions, "people">, text: string): Promise<Named<string>> {
  const beginning = text.replace(/…$/, "");
  if (beginning === "") return { tag: "none" };
  return readily(async () => {
    const { entries, next } = await questions.people(beginning, { limit: MOST });
    return named(entries, next !== null);
  });
}

type AskIds = (beginning: string, page: { limit: number; after?: string }) => Promise<Found<string>>;

async function idsNamed(text: string, ask: AskIds): Promise<Named<string>> {
  const typed = typedId(text);
  if (typed === undefined) return { tag: "none" };
  return readily(async () => {
    const { ids, more } = await meantIds(typed, ask);
    const exactly = ids.filter(typed.isMeantExactly);
    return exactly.length === 1 && !more ? named(exactly, false) : named(ids, more);
  });
}

async function meantIds(
  typed: Typed,
  ask: AskIds,
): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const { entries, next } = await ask(typed.beginning, { limit: MOST, ...(after !== undefined && { after }) });
    ids.push(...entries.filter(typed.isMeant));
    if (ids.length > MOST) return { ids: ids.slice(0, MOST), more: true };
    if (next === null) return { ids, more: false };
    after = next;
  }
}

function named(candidates: readonly string[], more: boolean): Named<string> {
  const [first, another] = candidates;
  if (first === undefined) return { tag: "none" };
  return another === undefined && !more ? { tag: "one", id: first } : { tag: "several", candidates, more };
}

async function readily(look: () => Promise<Named<string>>): Promise<Named<string>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof NotReady) return { tag: "none", why: error.message };
    throw error;
  }
}
