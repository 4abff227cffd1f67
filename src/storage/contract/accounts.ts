/** Official accounts, and what the store knows of the roster of each. Times and words: roster.ts. */
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
