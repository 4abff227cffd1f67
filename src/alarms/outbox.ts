/**
 * Sends what was decided on, beside the rounds in which that is done: a chat that hangs keeps back neither a judgement nor what is to be
 * said of something else. Words about one alarm go out one after the other, in the order in which they were decided on.
 */
import type { Channel } from "../notices/notice.ts";
import type { Book, BookChanges, BookPage, Pending } from "./book.ts";
import { chainsOf } from "./chains.ts";
import { delayBefore, type SendingOptions, type SentNotice, sendToFirst } from "./sending.ts";

export interface Outbox {
  /** Ids of what is being sent: whether these are still to be told, a page that is opened meanwhile cannot know. */
  sending(): ReadonlySet<string>;
  /**
   * Begins to send what is due, by the first of these channels that works.
   * @param pending the oldest first @param unclear what was being sent when the page was opened
   */
  tell(page: BookPage, pending: readonly Pending[], unclear: ReadonlySet<string>, channels: readonly Channel[]): void;
  /** Resolves when nothing is being sent any more. */
  idle(): Promise<void>;
}

export interface OutboxOptions extends SendingOptions {
  readonly book: Book;
  /** The book has thrown this: what was sent may be sent again, under the same id. */
  readonly onTrouble: (error: unknown) => void;
  /** Something was due that could not be begun, and now there is room for it. */
  readonly onRoom?: () => void;
}

/** So many are sent at the same time. */
const MOST_AT_ONCE = 8;

export function openOutbox(options: OutboxOptions): Outbox {
  const { onTrouble, onRoom = () => undefined } = options;
  const running = new Map<Promise<void>, readonly string[]>();
  let isAnyLeft = false;
  const sending = () => new Set([...running.values()].flat());

  function begin(page: BookPage, chain: readonly Pending[], channels: readonly Channel[]): void {
    const run = sendChain(page, chain, channels, options)
      .catch(onTrouble)
      .finally(() => {
        running.delete(run);
        if (isAnyLeft) onRoom();
      });
    running.set(
      run,
      chain.map(({ notice }) => notice.id),
    );
  }

  return {
    sending,
    tell(page, pending, unclear, channels) {
      const busy = new Set([...unclear, ...sending()]);
      const due = chainsOf(pending).filter((chain) => chain.some(({ dueAt }) => dueAt <= page.now));
      const free = due.filter((chain) => chain.every(({ notice }) => !busy.has(notice.id)));
      const now = free.slice(0, MOST_AT_ONCE - running.size);
      isAnyLeft = now.length < due.length;
      for (const chain of now) begin(page, chain, channels);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running.keys());
    },
  };
}

/** One after the other, until one must wait: those behind it wait as well. One that is refused keeps nobody back. */
async function sendChain(
  page: BookPage,
  chain: readonly Pending[],
  channels: readonly Channel[],
  options: OutboxOptions,
): Promise<void> {
  for (const [index, one] of chain.entries()) {
    const sent = await sendToFirst(one.notice, channels, options);
    if (sent.tag === "stopped") return;
    const untold = { told: [], later: chain.slice(index), refused: [one] }[sent.tag];
    const changes = afterwards(untold, sent, page.now, options);
    const ended = sent.tag === "told" ? [one.notice.id] : changes.ended;
    const isMine = await options.book.note(page, { ...changes, ended });
    if (!isMine || sent.tag === "later") return;
  }
}

/** What is noted of those that nobody heard. Those that are not due yet were tried for the sake of others: that is no try of theirs. */
function afterwards(
  untold: readonly Pending[],
  sent: SentNotice,
  now: number,
  { log }: OutboxOptions,
): Required<Pick<BookChanges, "ended" | "later">> {
  const afterMs = sent.tag === "later" ? sent.afterMs : 0;
  const tried = untold.filter(({ dueAt }) => dueAt <= now);
  const delays = tried.map(({ notice, tries }) => ({ notice, delayMs: delayBefore(tries, afterMs) }));
  for (const {
    notice: { id, kind, title },
    delayMs,
  } of delays)
    if (delayMs === null) log.error({ fact: "alert.unheard", id, kind, title });
  return {
    ended: delays.flatMap(({ notice, delayMs }) => (delayMs === null ? notice.id : [])),
    later: delays.flatMap(({ notice, delayMs }) => (delayMs === null ? [] : { id: notice.id, delayMs })),
  };
}
