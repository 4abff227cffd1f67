/** What a pass is made of: where it reads, whom it asks, and how it gives way. */

import type { ChatRest } from "../chat-rest/contract.ts";
import type { Logger } from "../connector.ts";
import type { ReconcileFacts } from "../facts/reconcile-facts.ts";
import type { AccountKey, RosterAccount } from "../storage/contract/accounts.ts";
import type { Held, Lost, Vanished } from "../storage/contract/held-pass.ts";
import type { RosterStore } from "../storage/contract/roster.ts";
import type { HoldLimits } from "../storage/rules/healing.ts";
import { says } from "./words.ts";

export interface PassSettings {
  /** `chat.max_clock_skew` */
  readonly skewMs: number;
  readonly holdAbove: HoldLimits;
  readonly cameBack: "record" | "deliver";
  readonly destroyedAccount: "hold" | "unsubscribe";
}

export interface PassParts {
  readonly storage: RosterStore;
  /** Of the app that the account is of. */
  readonly chat: ChatRest;
  readonly settings: PassSettings;
  readonly log: Logger;
  readonly facts: ReconcileFacts;
  /** Who runs it; another for each process. */
  readonly holder: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Aborts when it must come to its end. */
  readonly signal: AbortSignal;
  /** Called after a piece of work in the store: gives way to whoever has none of the time. */
  readonly giveWay: (workedMs: number) => Promise<void>;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly pause: (ms: number) => Promise<void>;
  /** Why nobody may be delivered now: some machine may hold callbacks that the store does not know. */
  readonly whyWait: () => Promise<string | undefined>;
}

/** Long enough for a question to both hosts of a region, with a new signature, and for a permit before it. */
const LEASE_MS = 60_000;

export const heldAs = (pass: string, holder: string): Held => ({ pass, holder, leaseMs: LEASE_MS });

/** Why a step did not come to its end. */
export type Stop =
  | { readonly tag: "void"; readonly why: string; readonly noAccount?: true }
  /** It is another's by now. */
  | Lost
  /** We are to end; it may be continued. */
  | { readonly tag: "stopped" };

const VANISHED = says("vanished").words;

export const STOPPED: Stop = { tag: "stopped" };
export const voidFor = (why: string): Stop => ({ tag: "void", why });

/** Takes a walk of the store to its end, step by step. `each` is told of every step. */
export async function walk<Answer extends { readonly next: string | null }>(
  { signal, giveWay }: Pick<PassParts, "signal" | "giveWay">,
  step: (after: string | null) => Promise<Answer | Vanished | Lost>,
  each: (answer: Answer) => void = () => undefined,
): Promise<Stop | undefined> {
  let after: string | null = null;
  do {
    if (signal.aborted) return STOPPED;
    const began = performance.now();
    const answer: Answer | Vanished | Lost = await step(after);
    if (!("next" in answer)) return answer.tag === "lost" ? answer : voidFor(VANISHED);
    each(answer);
    after = answer.next;
    await giveWay(performance.now() - began);
  } while (after !== null);
  return undefined;
}

/** Whatever was stored so far is followed. */
export async function followAll({
  storage,
  signal,
  giveWay,
}: Pick<PassParts, "storage" | "signal" | "giveWay">): Promise<void> {
  for (let more = true; more && !signal.aborted; ) {
    const began = performance.now();
    ({ more } = await storage.followEvents(STEP));
    await giveWay(performance.now() - began);
  }
}

/** Rows in one call of the store: short enough for whoever waits behind it. */
export const STEP = 500;

/** What is known of an account; of one that nobody has heard of, nothing. */
export async function accountIn(
  { storage }: Pick<PassParts, "storage">,
  { app, account }: AccountKey,
): Promise<Pick<RosterAccount, "baselineAt" | "noAccount">> {
  const all = await storage.rosterAccounts();
  return all.find((row) => row.app === app && row.account === account) ?? { baselineAt: null, noAccount: null };
}
