/** What reconciling asks of Chat: its REST client answers this. No call throws, and none changes anything over there. */

/** Chat's clock, told by an answer. */
export interface ChatClock {
  /** Milliseconds since 1970 on Chat's clock when the request was sent: the earliest that the answer allows. */
  readonly askedAt: number;
}

export interface Answered<T> {
  readonly tag: "ok";
  readonly value: T;
  /** Absent where the answer told no time. */
  readonly clock?: ChatClock;
}

/** Nothing is known, and may be asked again; `isOdd`: the answer is nothing that anybody here understands. */
export interface Later {
  readonly tag: "later";
  readonly words: string;
  /** Milliseconds that Chat wants to be left alone. */
  readonly afterMs?: number;
  readonly isOdd?: true;
}

/** Asking again is of no use until somebody has mended something. */
export interface Refused {
  readonly tag: "credentials" | "configuration" | "ours";
  readonly words: string;
  readonly todo?: string;
}

export type Unanswered = Later | Refused;

/** Chat says that there is no such account, or no such user. */
export interface Absent<Tag extends "no_account" | "no_user"> {
  readonly tag: Tag;
  readonly words: string;
  readonly clock?: ChatClock;
}

export interface SubscriberPage {
  /** `subscribeTime` in seconds since 1970. */
  readonly people: readonly { readonly user: string; readonly subscribeTime: number }[];
  readonly next: string;
  readonly subscriberNum: number;
}

export type AccountInfo =
  | { readonly tag: "there"; readonly subscriberNum: number }
  | { readonly tag: "no_account" }
  | { readonly tag: "unclear"; readonly words: string };

export type Existence = "exists" | "absent" | "unclear";

export interface Chat {
  accountInfo(
    accounts: readonly string[],
    signal?: AbortSignal,
  ): Promise<Answered<ReadonlyMap<string, AccountInfo>> | Absent<"no_account"> | Unanswered>;
  subscribers(
    account: string,
    next: string,
    signal?: AbortSignal,
  ): Promise<Answered<SubscriberPage> | Absent<"no_account"> | Unanswered>;
  /** Read to its end; by account, `SubscribeTime` in seconds since 1970 where Chat told it. */
  accountsOf(
    user: string,
    signal?: AbortSignal,
  ): Promise<Answered<ReadonlyMap<string, number | undefined>> | Absent<"no_user"> | Unanswered>;
  accountsExist(
    users: readonly string[],
    signal?: AbortSignal,
  ): Promise<Answered<ReadonlyMap<string, Existence>> | Unanswered>;
}
