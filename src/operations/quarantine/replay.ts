/** What a replay of the quarantine would take in: read once more, after a fix, or with a corrected clock. */
import type { Questions } from "../../storage/contract/questions.ts";
import { TAKEN_BY_ANOTHER } from "../../storage/rules/repairing.ts";
import { everyFound } from "../patience.ts";
import { reread } from "./reread.ts";
import { distanceNeeded, type EntryHead, type LeftOut, leftOut } from "./stale-selection.ts";
import type { EntryFate } from "./take-in.ts";

/** Which entries are meant: these, or every one; of those that came stale then what was at most `staleWithin` ms off. */
export type ReplayChoice =
  | { readonly tag: "ids"; readonly ids: readonly string[] }
  | { readonly tag: "all"; readonly staleWithin: number | undefined };

export interface ReplayPlan {
  /** Of every entry that was meant. */
  readonly verdicts: readonly EntryFate[];
  /** By id, those that are understood and left all the same, with why. */
  readonly left: ReadonlyMap<string, LeftOut>;
  /** How far off those were that only wait to be told a distance, in milliseconds; undefined when there are none. */
  readonly needed: number | undefined;
}

type Asking = Pick<Questions, "quarantined" | "quarantineEntry">;

/** Bodies may be large. */
const PAGE = 20;

/**
 * Everything is read before anything is removed. Changes nothing.
 * @param onRead called with how many were read so far
 */
export async function planReplay(
  questions: Asking,
  choice: ReplayChoice,
  onRead: (entries: number) => void,
): Promise<ReplayPlan> {
  if (choice.tag === "ids") {
    return { verdicts: await readEach(questions, choice.ids), left: new Map(), needed: undefined };
  }
  const { heads, verdicts } = await readAll(questions, onRead);
  const left = leftOut(heads, choice.staleWithin);
  return { verdicts, left, needed: distanceNeeded(heads, left) };
}

/** What the plan takes in. */
export function understoodIn({ verdicts, left }: ReplayPlan): readonly EntryFate[] {
  return verdicts.filter(({ id, fault }) => fault === undefined && !left.has(id));
}

async function readAll(questions: Asking, onRead: (entries: number) => void) {
  const heads: EntryHead[] = [];
  const verdicts: EntryFate[] = [];
  for await (const page of everyFound(questions.quarantined, PAGE)) {
    for (const entry of page) {
      const { id, app, fault, receivedAt, stale } = entry;
      heads.push({ id, app, fault, receivedAt, ...(stale !== undefined && { stale }) });
      verdicts.push(verdictOf(id, reread(entry, Date.now())));
    }
    onRead(verdicts.length);
  }
  return { heads, verdicts };
}

async function readEach(questions: Asking, ids: readonly string[]): Promise<EntryFate[]> {
  const verdicts: EntryFate[] = [];
  for (const id of ids) {
    const entry = await questions.quarantineEntry(id);
    verdicts.push(
      entry === null ? { id, users: 0, fault: TAKEN_BY_ANOTHER } : verdictOf(id, reread(entry, Date.now())),
    );
  }
  return verdicts;
}

function verdictOf(id: string, reading: ReturnType<typeof reread>): EntryFate {
  return reading.tag === "faulty" ? { id, users: 0, fault: reading.fault } : { id, users: reading.users };
}
