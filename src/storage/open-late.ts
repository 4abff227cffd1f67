/**
 * A store that may be down when the bridge starts, or be lost to it later: while it cannot be used, everything that is asked
 * of it rejects, so that callbacks go to the spool and the rest waits. A machine that restarts in the middle of an outage
 * must not lose callbacks.
 */

import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import type { Logger } from "../connector.ts";
import type { Storage } from "./contract/storage.ts";
import { answerCall, storageFrom } from "./dispatch.ts";

export interface LateOptions {
  /** @param lose called when what was opened may not be used any more: it is closed then, and opened again */
  readonly open: (lose: (why: Error) => void) => Promise<Storage>;
  /** What no waiting cures: a wrong password, a newer schema. Later it is waited for all the same: callbacks come in. */
  readonly isFinal: (error: unknown) => boolean | Promise<boolean>;
  /** `postgres host/database`, for people. */
  readonly description: string;
  /** Whether several machines share it. */
  readonly shared: boolean;
  readonly log: Logger;
}

const TRY_AGAIN_MS = 1_000;
const LONGEST_PAUSE_MS = 5_000;

/** Opens the store, now or later. Rejects at once with an error that is final. */
export async function openLate({ open, isFinal, description, shared, log }: LateOptions): Promise<Storage> {
  let store: Storage | undefined;
  let trouble: unknown;
  let opening: Loop | undefined;
  let closed = false;

  try {
    store = await open(lose);
  } catch (error) {
    if (await isFinal(error)) throw error;
    openLater(error);
  }

  function lose(why: Error): void {
    const lost = store;
    store = undefined;
    if (closed) return;
    openLater(why);
    void lost?.close().catch((error) => log.warn({ fact: "store.not_closed", reason: errorWords(error) }));
  }

  function openLater(why: unknown): void {
    trouble = undefined;
    failed(why);
    opening = tryUntilDone(openAgain, failed, log);
  }

  async function openAgain(): Promise<void> {
    store = await open(lose);
    log.info({ fact: "store.opened", store: description });
  }

  /** Said once for the same trouble. */
  function failed(why: unknown): void {
    const isNews = errorWords(why) !== errorWords(trouble);
    trouble = why;
    if (isNews) log.error({ fact: "store.unavailable", store: description, reason: errorWords(why) });
  }

  return storageFrom({
    description,
    shared,
    ask: (name, args) => (store === undefined ? Promise.reject(trouble) : answerCall(store, name, args)),
    async close() {
      closed = true;
      await opening?.stop();
      await store?.close();
    },
  });
}

/** Tries at once, then after longer and longer pauses, until it is done. */
function tryUntilDone(act: () => Promise<void>, onFailure: (error: unknown) => void, log: Logger): Loop {
  let tries = 0;
  const loop = startLoop({ round, log, what: "store" });
  return loop;

  async function round(): Promise<number> {
    tries += 1;
    try {
      await act();
      void loop.stop();
    } catch (error) {
      onFailure(error);
    }
    return Math.min(LONGEST_PAUSE_MS, TRY_AGAIN_MS * tries);
  }
}
