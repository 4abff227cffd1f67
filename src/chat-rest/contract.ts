/** What Chat's REST API can be asked, and every way in which it answers. No call throws, and none changes anything over there. */

/** Chat's clock, told by the `Date` of an answer, which has whole seconds. */
export interface ChatClock {
  /** Milliseconds by which it is ahead of ours (negative: behind), as near as an answer tells. */
  readonly aheadMs: number;
  /** When the request was sent, in milliseconds since 1970 on Chat's clock: the earliest that the answer allows. */
  readonly askedAt: number;
}

interface Told {
  /** What happened, for people: without a secret, and without the address that was asked. */
  readonly words: string;
  /** The way out. */
  readonly todo?: string;
  /** Chat's `ErrorCode`, where there was one. */
  readonly code?: number;
  /** Absent where the answer told no time. */
  readonly clock?: ChatClock;
}

/** Chat's rate, a server of it, the network, or an answer that nobody understands: nothing is known, and may be asked again. */
export interface Later extends Told {
  readonly tag: "later";
  /** Milliseconds that Chat wants to be left alone. */
  readonly afterMs?: number;
  /** Nothing that we know of is meant: a person should look. */
  readonly isOdd?: true;
}

/** Asking again is of no use until somebody has mended something. */
export interface Refused extends Told {
  /** The signature; a setting, here or in the Chat console; a fault of this program. */
  readonly tag: "credentials" | "configuration" | "ours";
}

/** What is no answer to the question itself. */
export type Unanswered = Later | Refused;

export interface ChatAnswer<T> {
  readonly tag: "ok";
  readonly value: T;
  /** Absent where the answer told no time. */
  readonly clock?: ChatClock;
}

/** The official account does not exist, was destroyed, or is one of another region or app: all three are answered the same. */
export interface NoAccount extends Told {
  readonly tag: "no_account";
}

/** The user was never imported, or was deleted. `accountsExist` confirms it. */
export interface NoUser extends Told {
  readonly tag: "no_user";
}

export interface Subscriber {
  readonly user: string;
  /** Seconds since 1970, of the present subscription. */
  readonly subscribeTime: number;
}

export interface SubscriberPage {
  readonly people: readonly Subscriber[];
  /** What the next page is asked with; empty behind the last one. */
  readonly next: string;
  /** How many subscribers the account has in all, by Chat's word. */
  readonly subscriberNum: number;
}

/** What Chat says of one official account among several. */
export type AccountInfo =
  | { readonly tag: "there"; readonly subscriberNum: number }
  | { readonly tag: "no_account" }
  /** It was left out of the answer, or what stood there is not understood. */
  | { readonly tag: "unclear"; readonly words: string };

/** Whether a user is known to Chat; `unclear` where it did not say so, or said something else. */
export type Existence = "exists" | "absent" | "unclear";

/** Official accounts that a user subscribes to, by id, with `SubscribeTime` in seconds since 1970 where Chat told it. */
export type Subscriptions = ReadonlyMap<string, number | undefined>;

export interface ChatRest {
  /** At most 50 ids; the answer has an entry for each of them. `no_account` is said of all of them together. */
  accountInfo(
    accounts: readonly string[],
    signal?: AbortSignal,
  ): Promise<ChatAnswer<ReadonlyMap<string, AccountInfo>> | NoAccount | Unanswered>;
  /** One page of at most 200 subscribers. @param next empty for the first */
  subscribers(
    account: string,
    next: string,
    signal?: AbortSignal,
  ): Promise<ChatAnswer<SubscriberPage> | NoAccount | Unanswered>;
  /** Read to its end, else it is `later`. `clock` is that of the first request: what is not in the list was not there then. */
  accountsOf(user: string, signal?: AbortSignal): Promise<ChatAnswer<Subscriptions> | NoUser | Unanswered>;
  /** At most 100 users; the answer has an entry for each of them. */
  accountsExist(
    users: readonly string[],
    signal?: AbortSignal,
  ): Promise<ChatAnswer<ReadonlyMap<string, Existence>> | Unanswered>;
  /** Addresses and ranges that callbacks come from, for a server in China (Hong Kong included) or elsewhere. */
  callbackAddresses(server: ServerPlace, signal?: AbortSignal): Promise<ChatAnswer<readonly string[]> | Unanswered>;
}

/** Where the server that takes callbacks stands. */
export type ServerPlace = "china" | "elsewhere";
