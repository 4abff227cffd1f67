/** Who seems to be missing: listed page by page, counted, and taken off the roster by somebody's decision. */
import { time, timeOrNull } from "../../basics/format.ts";
import type { AccountKey } from "../../storage/contract/accounts.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Discarded, Missing, MissingFilter, MissingState } from "../../storage/contract/missing.ts";
import type { Asked, Found, Questions } from "../../storage/contract/questions.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { inTurns } from "../in-turns.ts";
import { everyFound, patientPage } from "../patience.ts";

/** Whom an operation means: everybody unless one is named. */
export type AccountChoice = Partial<AccountKey>;

/** `null`: `after` is none that a page has given. */
export function listMissing(
  questions: Pick<Questions, "missing">,
  filter: AccountChoice,
  page: Asked,
  isPatient: boolean,
): Promise<Found<Missing> | null> {
  return patientPage(page, (part) => questions.missing(filter, part), isPatient);
}

/** How many of one account, in one state, one pass has found. */
export interface MissingGroup extends AccountKey {
  readonly state: MissingState;
  readonly pass: string;
  readonly people: number;
}

const PAGE = 1_000;

/** All of them, however many: page by page. */
export async function tallyMissing(
  questions: Pick<Questions, "missing">,
  filter: MissingFilter,
): Promise<readonly MissingGroup[]> {
  const groups = new Map<string, MissingGroup>();
  for await (const page of everyFound((part) => questions.missing(filter, part), PAGE)) {
    for (const { app, account, state, pass } of page) {
      const key = JSON.stringify([app, account, state, pass]);
      groups.set(key, { app, account, state, pass, people: (groups.get(key)?.people ?? 0) + 1 });
    }
  }
  return [...groups.values()];
}

/** About whom a person decides. Whom a callback names, or who is there, is only told. */
const DECIDED: readonly MissingState[] = ["held", "baseline", "no_moment"];

export function heldOf(questions: Pick<Questions, "missing">, { app, account }: AccountChoice) {
  const of = { ...(app !== undefined && { app }), ...(account !== undefined && { account }) };
  return tallyMissing(questions, { ...of, states: DECIDED });
}

/**
 * Takes them off the roster, until they subscribe again; nobody is sent. Never more than was shown: what a later pass has found is
 * another group. Returns how many.
 */
export async function discardHeld(
  storage: Pick<Storage, "discardMissing">,
  groups: readonly MissingGroup[],
  act: Act,
): Promise<number> {
  let all = 0;
  for (const { app, account, state, pass } of groups) {
    let from: string | null = null;
    do {
      const after: string | null = from;
      const step: Discarded = await inTurns(() =>
        storage.discardMissing({ app, account, states: [state], pass }, act, after),
      );
      all += step.discarded;
      from = step.next;
    } while (from !== null);
  }
  return all;
}

export function missingJson({ app, account, user, state, subscribeTime, seenAt, back, ...more }: Missing): object {
  const { foundAt, pass, why, entry } = more;
  return {
    ...{ app, account, user, state, why, pass, entry },
    subscribedAt: time(subscribeTime),
    seenAt: timeOrNull(seenAt),
    backAt: timeOrNull(back),
    foundAt: time(foundAt),
  };
}
