/** Who asks too often, by account and by address. */
import { openBuckets } from "./buckets.ts";
import type { Sender } from "./sender.ts";
import type { Visitor } from "./visitor.ts";

/** Whose turn it is: strangers take nothing of those who are known. */
export type Lane = "known" | "strangers";

export interface TooOften {
  readonly lane: Lane;
  /** For whoever sent it. */
  readonly words: string;
}

export interface Allowances {
  /** Takes one of theirs; undefined while there was any. Wrong tokens are taken by `mayGuess`. */
  tooOften(visitor: Visitor, sender: Pick<Sender, "network">): TooOften | undefined;
  /** Whether this address may be told at once that a token is wrong. */
  mayGuess(sender: Pick<Sender, "network">): boolean;
}

/** Requests a second of an account, and of an address that shows no token. */
const PER_SECOND = { burst: 20, refillMs: 1_000, most: 10_000 } as const;
/** Wrong tokens of an address, beyond which each waits. */
const GUESSES = { burst: 10, refillMs: 600_000, most: 10_000 } as const;

/** @param monotonic milliseconds of a clock that never jumps */
export function openAllowances(monotonic: () => number): Allowances {
  const ofAccount = openBuckets(PER_SECOND);
  const ofStranger = openBuckets(PER_SECOND);
  const ofGuesses = openBuckets(GUESSES);
  return {
    tooOften(visitor, { network }) {
      const known = nameOf(visitor);
      if (known !== undefined && !ofAccount(known, monotonic())) {
        return { lane: "known", words: "20 requests a second are what an account may make" };
      }
      if ((visitor.tag === "stranger" || visitor.tag === "refused") && !ofStranger(network, monotonic())) {
        return { lane: "strangers", words: "too many requests without a token come from your address" };
      }
      return undefined;
    },
    mayGuess: ({ network }) => ofGuesses(network, monotonic()),
  };
}

function nameOf(visitor: Visitor): string | undefined {
  if (visitor.tag === "account") return visitor.account.name;
  return visitor.tag === "introduced" ? visitor.identity.name : undefined;
}
