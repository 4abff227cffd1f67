/** What people are told, and by what way: the words of whoever tells, and of each kind of chat behind them. */

/** `warning`, `urgent`, `overdue`: how far it has come. `repeated`: it lasts. `over`: it has ended. `test`: somebody tries the way. */
export const NOTICE_KINDS = ["warning", "urgent", "overdue", "repeated", "over", "test"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A message for people: nobody's id in it, plain text without markup. */
export interface Notice {
  /** The same whenever it is sent again: who receives it may drop the second. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly lines: readonly string[];
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
  /** What the bridge is called. */
  readonly bridge?: string;
  /** By key, the alarms that it tells of: shown to nobody, it keeps messages about one alarm in their order. */
  readonly about?: readonly string[];
}

/**
 * What became of it. `later`: it may work in a while. `refused`: it will not, before somebody has mended the settings.
 * `words` show neither address nor secret.
 */
export type Told =
  | { readonly tag: "told" }
  | { readonly tag: "later"; readonly afterMs?: number; readonly words: string }
  | { readonly tag: "refused"; readonly words: string };

export type ChannelType = "slack" | "feishu" | "dingtalk" | "wecom" | "webhook";

/** A way to people, as it is configured. */
export interface Channel {
  readonly name: string;
  readonly type: ChannelType;
  /** Resolves within fifteen seconds, or soon after the signal. Never rejects. */
  send(notice: Notice, signal: AbortSignal): Promise<Told>;
}

export interface ChannelOptions {
  readonly userAgent: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds for one exchange; ten seconds unless set. */
  readonly timeoutMs?: number;
  /** Waits for so many milliseconds, or rejects at the signal. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}
