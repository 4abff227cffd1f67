/**
 * The roster of official accounts, and what is found out with it: who has left without a callback that reached us.
 *
 * A row says that a person is subscribed, as far as anybody told us. It is made by a `subscribed` event or a page of Chat's own list,
 * and removed by an `unsubscribed` event that is newer than the subscription, in the transaction of `expand`. Nothing here
 * unsubscribes anybody by itself: `heal` alone writes a wish, of one person, whom the caller has asked Chat about just before.
 *
 * How a pass goes, for one account: `followEvents` until there is no `more` → `beginPass` → `notePage` for each page → `noteQuarantined`
 * to its end → `siftRoster` to its end → `mergePages` to its end → `reviewMissing` to its end → `holdMissing` to its end, or for each of
 * `missing`: ask Chat, then `heal` or `dropMissing` → `endPass`. A dry one ends behind the comparison. Whatever has a `holder` does nothing, and says `lost`, once the pass is another's.
 *
 * Times on Chat's clock (`subscribeTime`, `seenAt`, `chatTime`, windows) are milliseconds since 1970, as are those on the store's own
 * (`at`, `…At` otherwise); Chat's own `SubscribeTime` has whole seconds. Walks (`after`, `next`) go by user; `null` is the beginning, or the end.
 */
import type { Act } from "./audit.ts";
import type { Look, LookOptions } from "./looks.ts";

/** An official account of an app. */
export interface AccountKey {
  /** SDKAppID, as text. */
  readonly app: string;
  readonly account: string;
}

/** Whose rosters are kept: these accounts; with `account: null` every account of the app. */
export interface RosterScope {
  readonly app: string;
  readonly account: string | null;
}

/** What the store knows of an account's roster. */
export interface RosterAccount extends AccountKey {
  /** When the account was first heard of. */
  readonly knownSince: number;
  /** When the first pass was done, on Chat's clock: what happened since can be found. `null`: nothing can, yet. */
  readonly baselineAt: number | null;
  /** When the latest good pass began to read, on Chat's clock. */
  readonly readAt: number | null;
  /** Rows after the latest good pass. */
  readonly people: number;
  /** Since when Chat has said that there is no such account, and nothing else in between, and when it last did. */
  readonly noAccount: { readonly since: number; readonly at: number } | null;
  /** The latest unsubscription that a callback told, by its event time; `null`: none yet. */
  readonly toldAt: number | null;
  /** How many were found missing since then: several in a row, and Chat does not reach us. */
  readonly unheard: number;
}

// --- passes ---------------------------------------------------------------------------------------------------------

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

/** The pass, and who believes to hold it: each call that names it renews its lease. */
export interface Held {
  readonly pass: string;
  readonly holder: string;
  readonly leaseMs: number;
}

/** It is another's by now, ended, or there is none. Nothing was changed. */
export interface Lost {
  readonly tag: "lost";
}

/**
 * What the pass has read is not there any more: the database has crashed meanwhile, or a standby has taken over, or somebody has removed
 * the file. Nothing was changed, and nothing follows from what is left.
 */
export interface Vanished {
  readonly tag: "vanished";
}

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

/** A step of a walk. */
export interface RosterStep extends Held {
  /** `next` of the step before. */
  readonly after: string | null;
  /** Rows that it looks at, at most. */
  readonly limit: number;
}

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

// --- who is missing -------------------------------------------------------------------------------------------------

/**
 * `found`: by the latest pass, to be asked about. `held`: nobody is asked until a person decides; `why` is the reason. `baseline`: known as
 * subscribed before the first pass, and not there; held as well. `quarantined`: a callback that names them waits in the quarantine.
 * `no_moment`: no time is left at which they could have left. `came_back`: there, with a newer subscription.
 */
export type MissingState = "found" | "held" | "baseline" | "quarantined" | "no_moment" | "came_back";

export interface Missing extends AccountKey {
  readonly user: string;
  readonly state: MissingState;
  /** Of the subscription that seems to have ended. */
  readonly subscribeTime: number;
  /** When they were last known to be subscribed, on Chat's clock: the beginning of the window. */
  readonly seenAt: number;
  /** The newer subscription of one who came back. */
  readonly back: number | null;
  readonly foundAt: number;
  /** The pass that last found it. */
  readonly pass: string;
  readonly why: string | null;
  /** The entry of the quarantine that names them. */
  readonly entry: string | null;
}

export interface MissingFilter {
  readonly app?: string;
  readonly account?: string;
  /** All unless given. */
  readonly states?: readonly MissingState[];
  /** Only what this pass found. */
  readonly pass?: string;
}

/** Of one account, for the decision whether a person must look first. */
export interface MissingCounts extends AccountCounts {
  /** To be asked about now. */
  readonly found: number;
  /** Found and held within the last 24 hours. */
  readonly heldLately: number;
}

export interface AccountCounts {
  /** Healed within the last 24 hours. */
  readonly healedLately: number;
  /** Rows of the roster, the missing included. */
  readonly people: number;
}

/** Of those that a step has looked at. */
export interface Reviewed extends Pick<MissingCounts, "found" | "heldLately"> {
  readonly tag: "reviewed";
  readonly next: string | null;
}

export interface HoldStep extends RosterStep {
  /** The reason. */
  readonly why: string;
}

export interface HeldBack {
  readonly tag: "held";
  readonly people: number;
  readonly next: string | null;
}

/** @property next where the next step goes on; `null`: all were looked at */
export interface Discarded {
  readonly discarded: number;
  readonly next: string | null;
}

// --- healing --------------------------------------------------------------------------------------------------------

/** `left`: their list holds the account no more. `deleted`: Chat has no such user. `destroyed`: Chat has no such account. */
export type HealReason = "left" | "deleted" | "destroyed";

export interface HealRequest extends Held, AccountKey {
  readonly user: string;
  /** Of the row that ends: another one's is left alone. */
  readonly subscribeTime: number;
  /**
   * The end of the window on Chat's clock: just before the request that confirmed it. Ignored where
   * `back` is given: then the window ends just before that.
   */
  readonly until: number;
  /** The newer subscription of one who came back: it becomes an event and a row of its own. */
  readonly back?: number;
  readonly reason: HealReason;
  /** `chat.max_clock_skew`. */
  readonly skewMs: number;
  /** Where somebody has decided it: its row of the audit is written with the event. */
  readonly act?: Act;
}

/**
 * `healed`: its event is stored. `gone`: there is no such row (any more): a callback, a person or another pass was faster. `newer`: an
 * event that the row does not know of is newer. `unread`: a callback that may be theirs is not read yet: come again.
 * `no_moment`: no time is left at which it could have happened; listed as such.
 */
export type HealResult =
  | { readonly tag: "healed"; readonly event: string; readonly eventTime: number }
  | { readonly tag: "gone" | "newer" | "unread" | "no_moment" }
  | Lost;

/** What is known of a healed wish beside its event. */
export interface Healed {
  /** The event's id. */
  readonly event: string;
  readonly reason: HealReason;
  /** In the window, on Chat's clock. */
  readonly happenedBetween: readonly [from: number, to: number];
  readonly discoveredAt: number;
  /** The event of the genuine callback that came after all. */
  readonly callback: string | null;
}

/** What was told, and what was found, of one account in one month. */
export interface Coverage extends AccountKey {
  /** `2026-11`, UTC, by event time. */
  readonly month: string;
  /** Unsubscriptions that callbacks told. */
  readonly told: number;
  /** Those that we found. */
  readonly found: number;
  /** The longest from the beginning of the window to the discovery, milliseconds. */
  readonly longestMs: number;
}

/** How an official account is covered. */
export interface AccountStatus extends RosterAccount {
  /** The latest comparison, whether it was believed or not; `null`: there was none. */
  readonly latest: Pass | null;
  /** How many seem to be missing, by what is known of them. */
  readonly missing: Partial<Readonly<Record<MissingState, number>>>;
  /** The latest twelve months, latest first. */
  readonly coverage: readonly Coverage[];
  /** Of all months. */
  readonly sums: { readonly told: number; readonly found: number };
}

/** All accounts whose rosters are kept. */
export interface ReconcilingStatus {
  /** By app and account; the first 500. */
  readonly accounts: readonly AccountStatus[];
  /** There are more accounts than these. */
  readonly more: boolean;
  /** Who is missing was counted up to 10,000 in all, and there are more. */
  readonly atLeast: boolean;
}

// --- the methods ----------------------------------------------------------------------------------------------------

/** The store's side of healing. What holds for every method of a store holds here (storage.ts). */
export interface RosterStore {
  /**
   * Whose rosters this bridge wants kept, said at each start and every few minutes; `null`: none. Until somebody has wanted one, no
   * row is made. What was stored of an account before it was wanted is followed then (`followEvents`). When for half a day nobody has, and somebody has said `null` for so long, `prune` removes them all; likewise
   * the rows of accounts that left the list. A bridge that was down keeps what it had.
   */
  keepRoster(scopes: readonly RosterScope[] | null): Promise<void>;
  /**
   * Follows the events in the order in which they were stored, up to `limit` more: which accounts there are, what a machine of an older release
   * did not do in its `expand`, and what was told. Each event once; what the roster knows already changes nothing.
   */
  followEvents(limit: number): Promise<{ readonly more: boolean }>;
  /** All accounts that were heard of and are in scope. */
  rosterAccounts(): Promise<readonly RosterAccount[]>;

  /**
   * Passes of these accounts are wanted: whoever runs passes on this store sees it, and the next one that is begun of an account has served its
   * wish. Returns the time of the store's clock at which it was wished. The act is written down, however few are healed.
   */
  wishPasses(accounts: readonly AccountKey[], act: Act): Promise<number>;
  /** Those that no pass has served, oldest first; at most 1,000. */
  passWishes(): Promise<readonly PassWish[]>;
  /** Whoever wished them so wants them no more; what somebody else has wished meanwhile stays. */
  dropWishes(accounts: readonly AccountKey[], act: Act): Promise<void>;

  beginPass(request: BeginPass): Promise<PassBegun>;
  /** Renews the lease. False when it is lost. */
  renewPass(held: Held): Promise<boolean>;
  notePage(page: NotedPage): Promise<PageNoted>;
  /** Reads `limit` entries of the quarantine, oldest first, and remembers whom of the account they name. */
  noteQuarantined(step: RosterStep): Promise<Named | Lost>;
  /**
   * Looks at rows of the roster from a minute before the pass and earlier that are on none of its pages, and have no newer event: these are missing. Of a baseline
   * they are listed as such. Who was held or listed stays so.
   */
  siftRoster(step: RosterStep): Promise<Sifted | Vanished | Lost>;
  /**
   * Takes people from the pages over into the roster: whom no unsubscription is known of at or after the second of their `SubscribeTime`. Who is
   * there is missing no more. A newer `SubscribeTime` within the skew corrects a row.
   */
  mergePages(step: MergeStep): Promise<Merged | Vanished | Lost>;
  /**
   * Looks through those who are listed, and counts them. Whose row is gone, and who was found before and not by this pass, is listed no
   * more; a dry one changes nothing.
   */
  reviewMissing(step: RosterStep): Promise<Reviewed | Lost>;
  accountCounts(account: AccountKey): Promise<AccountCounts>;
  /** Whoever of these is found is held, for this reason. */
  holdMissing(step: HoldStep): Promise<HeldBack | Lost>;
  /** By app, account and user. Whose row is gone, or is of another subscription, is not told. */
  missing(filter: MissingFilter, look: LookOptions): Promise<Look<Missing>>;
  /** Chat says that they are there: not listed any more. Their rows stay. */
  dropMissing(held: Held, users: readonly string[]): Promise<{ readonly tag: "dropped" } | Lost>;
  /**
   * One person has left, as Chat has confirmed. In one transaction: the row goes (`app`, `account`, `user`, `subscribeTime` must be as given), the
   * event is stored with the raw callback of our own making that it is read from, and nobody finds that unread. Nothing is
   * written in any other case. Done again after a lost answer, it says `gone`.
   */
  heal(request: HealRequest): Promise<HealResult>;
  /** Ends it. What its pages held goes. */
  endPass(held: Held, end: PassEnd): Promise<{ readonly tag: "ended" } | Lost>;

  /** The latest passes, newest first. */
  passes(filter: {
    readonly app?: string;
    readonly account?: string;
    readonly limit: number;
  }): Promise<readonly Pass[]>;
  /**
   * Removes the rows of those who are held or listed, so that they are known again only when they subscribe again: of the next 500 those
   * who are meant. @param from `next` of the step before; `null`: from the beginning
   */
  discardMissing(filter: MissingFilter, act: Act, from: string | null): Promise<Discarded>;
  /** Latest month first. @param of one account; all unless given */
  coverage(of?: AccountKey): Promise<readonly Coverage[]>;
}
