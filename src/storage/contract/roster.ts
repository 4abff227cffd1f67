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
import type { AccountKey, RosterAccount, RosterScope } from "./accounts.ts";
import type { Act } from "./audit.ts";
import type { Coverage, HealRequest, HealResult } from "./healing.ts";
import type { Held, Lost, RosterStep, Vanished } from "./held-pass.ts";
import type { Look, LookOptions } from "./looks.ts";
import type {
  AccountCounts,
  Discarded,
  HeldBack,
  HoldStep,
  Missing,
  MissingFilter,
  MissingState,
  Reviewed,
} from "./missing.ts";
import type {
  BeginPass,
  Merged,
  MergeStep,
  Named,
  NotedPage,
  PageNoted,
  Pass,
  PassBegun,
  PassEnd,
  PassWish,
  Sifted,
} from "./passes.ts";

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
