/** When the next pass of an account is due. Pure; milliseconds since 1970. */
import type { RosterAccount } from "../storage/contract/accounts.ts";
import type { Pass } from "../storage/contract/passes.ts";

/** By itself no pass is begun so soon after the last one. */
export const LEAST_MS = 15 * 60_000;
/** What Chat says of an account that it does not know counts when it has said so again after this time. */
export const SAID_AGAIN_MS = 3_600_000;

export interface DueBy {
  /** `reconcile.every` */
  readonly every: number;
  /** Latest passes of the account, newest first. */
  readonly passes: readonly Pick<Pass, "begunAt" | "endedAt" | "state">[];
  readonly noAccount: RosterAccount["noAccount"];
  /** When something last happened after which callbacks may be missing: a start, a time without intake, a destroyed account. */
  readonly wantedAt: number;
}

/** One that lies in the past, or is 0: now. */
export function dueAt({ every, passes, noAccount, wantedAt }: DueBy): number {
  const [last] = passes;
  // the store knows whether somebody still runs it
  if (last === undefined || last.endedAt === null) return 0;
  const least = last.endedAt + LEAST_MS;
  const isProven = noAccount === null || noAccount.at - noAccount.since >= SAID_AGAIN_MS;
  if (!isProven) return Math.max(least, noAccount.since + SAID_AGAIN_MS);
  if (wantedAt > last.begunAt) return least;
  const usual = Math.max(least, last.begunAt + every);
  if (last.state !== "void" || noAccount !== null) return usual;
  return Math.min(usual, last.endedAt + LEAST_MS * 2 ** (voidInARow(passes) - 1));
}

function voidInARow(passes: DueBy["passes"]): number {
  const good = passes.findIndex(({ state }) => state === "done");
  return good === -1 ? passes.length : good;
}

/** By how much longer than it meant a process has to have slept to have been without its intake. */
const FROZEN_MS = 30_000;

/**
 * Whether callbacks may have been missed since the last look.
 * @param sleptMs by which clock ran on, wall or monotonic
 */
export function wasAway(sleptMs: number, meantMs: number, lostSince: number): boolean {
  return lostSince > 0 || sleptMs > meantMs + FROZEN_MS;
}
