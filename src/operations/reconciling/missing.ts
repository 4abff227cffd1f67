/** Who seems to be missing: listed page by page, counted, and taken off the roster by somebody's decision. */
import { time, timeOrNull } from "../../basics/format.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { Asked } from "../../storage/contract/questions.ts";
import type { AccountKey, Missing, MissingFilter, MissingState } from "../../storage/contract/roster.ts";
import type { Storage } from "../../storage/contract/storage.ts";

/** Whom an operation means: everybody unless one is named. */
export type AccountChoice = Partial<AccountKey>;

export interface MissingPage {
  readonly entries: readonly Missing[];
  /** Hand it in as `after` to go on; null: that was all. */
  readonly next: string | null;
}

/** `null`: `after` is none that a page has given. */
export async function listMissing(
  storage: Pick<Storage, "missing">,
  filter: AccountChoice,
  { limit, after }: Asked,
): Promise<MissingPage | null> {
  const place = after === undefined ? undefined : placeOf(after);
  if (place === null) return null;
  const found = await storage.missing(filter, { limit: limit + 1, ...(place && { after: place }) });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return { entries, next: found.length > limit && last !== undefined ? nameOf(last) : null };
}

type Place = Pick<Missing, "app" | "account" | "user">;

const nameOf = ({ app, account, user }: Place): string =>
  Buffer.from(JSON.stringify([app, account, user])).toString("base64url");

function placeOf(name: string): Place | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(name, "base64url").toString("utf8"));
    if (!Array.isArray(parts)) return null;
    const [app, account, user] = parts as unknown[];
    if (typeof app !== "string" || typeof account !== "string" || typeof user !== "string") return null;
    return { app, account, user };
  } catch {
    return null;
  }
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
  storage: Pick<Storage, "missing">,
  filter: MissingFilter,
): Promise<readonly MissingGroup[]> {
  const groups = new Map<string, MissingGroup>();
  let after: Missing | undefined;
  do {
    const page = await storage.missing(filter, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { app, account, state, pass } of page) {
      const key = JSON.stringify([app, account, state, pass]);
      groups.set(key, { app, account, state, pass, people: (groups.get(key)?.people ?? 0) + 1 });
    }
    after = page.length < PAGE ? undefined : page.at(-1);
  } while (after !== undefined);
  return [...groups.values()];
}

/** About whom a person decides. Whom a callback names, or who is there, is only told. */
const DECIDED: readonly MissingState[] = ["held", "baseline", "no_moment"];

export function heldOf(storage: Pick<Storage, "missing">, { app, account }: AccountChoice) {
  const of = { ...(app !== undefined && { app }), ...(account !== undefined && { account }) };
  return tallyMissing(storage, { ...of, states: DECIDED });
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
  let discarded = 0;
  for (const { app, account, state, pass } of groups) {
    for (let step = -1; step !== 0; discarded += step) {
      step = await storage.discardMissing({ app, account, states: [state], pass }, act);
    }
  }
  return discarded;
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
