/** A pass: Chat's own list of one account, read page by page and compared with ours. How one goes: roster.ts. */
import type { AccountKey } from "./accounts.ts";
import type { Act } from "./audit.ts";
import type { Held, Lost, RosterStep } from "./held-pass.ts";
import type { Missing } from "./missing.ts";

/**
 * `release`: no page is read, only what was held is asked about again. `dry`: read and compared as any other, but nobody is listed, and no roster
 * changed: whom it finds is told to whoever runs it. Both hold the account against passes.
 */
export type PassKind = "roster" | "release" | "dry";

/** `done`: its roster is the account's. `void`: nothing was delivered for it, `why` says what was wrong. */
export type PassState = "reading" | "sifting" | "done" | "void";

export interface Pass extends AccountKey {
  readonly id: string;
  readonly kind: PassKind;
  readonly state: PassState;
  readonly why: string | null;
  readonly begunAt: number;
  readonly endedAt: number | null;
  /** Chat's clock when it began to read. */
  readonly chatTime: number;
  /** Whether it is the account's first: it finds nobody to deliver. */
  readonly isBaseline: boolean;
  /** Chat's `SubscriberNum` at its beginning. */
  readonly subscribers: number;
  readonly pages: number;
  /** Different people on them. */
  readonly people: number;
  /** With what the next page is asked for; `""` before the first. */
  readonly next: string;
  /** Rows of the roster that were looked at, and how many of them were found missing, held, and healed. */
  readonly looked: number;
  readonly missing: number;
  readonly held: number;
  readonly healed: number;
}

export interface BeginPass extends AccountKey {
  /** Fresh for each; who names it again finds the same pass. */
  readonly id: string;
  readonly kind: PassKind;
  /** Who runs it: a bridge, or a command. */
  readonly holder: string;
  /** After so long without a word of the holder the pass is anybody's to end or to continue. */
  readonly leaseMs: number;
  /** Chat's clock and `SubscriberNum`, as they were before the first page is asked for. */
  readonly chatTime: number;
  readonly subscribers: number;
  /** Chat says that there is such an account: whatever it has said of that before is over. */
  readonly isThere?: true;
  /** An earlier pass that stopped in the middle of reading is continued if its latest page is not older. 0: never. */
  readonly continueMs: number;
}

/**
 * `begun`: with nothing read. `continued`: an earlier one that lost its holder, all rows of whose noted pages are still there. What
 * cannot be continued is void by then. `taken`: another holds the account, for so long.
 */
export type PassBegun =
  | { readonly tag: "begun" | "continued"; readonly pass: Pass }
  | { readonly tag: "taken"; readonly holder: string; readonly forMs: number };

/** Somebody whom Chat lists. */
export interface Subscriber {
  readonly user: string;
  /** Chat's `SubscribeTime`, in milliseconds. */
  readonly subscribeTime: number;
}

export interface NotedPage extends Held {
  /** Counts from 0. Noted again, it replaces what was noted. */
  readonly page: number;
  readonly people: readonly Subscriber[];
  /** With what this page says the next one is asked for; `""`: it was the last. */
  readonly next: string;
}

/** `repeated`: a page before had the same `next`: nothing was noted. */
export type PageNoted = { readonly tag: "noted"; readonly people: number } | { readonly tag: "repeated" } | Lost;

export interface Named {
  readonly tag: "named";
  /** People of this account in entries of the quarantine that can be read. */
  readonly people: number;
  readonly next: string | null;
}

export interface Sifted {
  readonly tag: "sifted";
  readonly looked: number;
  /** Newly found, or found again without having been held, named or listed. */
  readonly found: number;
  /** Of those looked at and missing: named in the quarantine. */
  readonly quarantined: number;
  /** Known to be missing already, and held or listed since. */
  readonly known: number;
  /** Of a dry pass whom it has found; of any other nobody: they are listed. */
  readonly told: readonly Missing[];
  readonly next: string | null;
}

export interface MergeStep extends RosterStep {
  /** `chat.max_clock_skew`: what is newer by more than this and two seconds is another subscription. */
  readonly skewMs: number;
  /** `deliver`: who left and came back is `found`, with `back`; else listed as `came_back`. */
  readonly cameBack: "record" | "deliver";
}

export interface Merged {
  readonly tag: "merged";
  readonly added: number;
  readonly cameBack: number;
  /** Of a dry pass those who came back; of any other nobody. */
  readonly told: readonly Missing[];
  readonly next: string | null;
}

/** Somebody wants a pass of this account, sooner than it would come by itself. */
export interface PassWish extends AccountKey {
  /** When it was wished, on the store's clock. Wished again, it is the later one's. */
  readonly at: number;
  /** Who wishes it: whoever is healed by the pass is healed in their name. */
  readonly act: Act;
}

export type PassEnd =
  /** Everything was read, sifted and merged; what is left to ask about is asked in the next pass. */
  | { readonly state: "done" }
  /** `noAccount`: because Chat said that there is no such account. */
  | { readonly state: "void"; readonly why: string; readonly noAccount?: true };
