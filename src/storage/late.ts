/**
 * A store that may be down when the bridge starts: until it can be opened, everything that is asked of it rejects, so that
 * callbacks go to the spool and the rest waits. A machine that restarts in the middle of an outage must not lose callbacks.
 */
import type { Logger } from "../connector.ts";
import { type Loop, startLoop } from "../loop.ts";
import type { Storage } from "./contract.ts";
import { answerCall, storageFrom, wordsOf } from "./remote.ts";

export interface LateOptions {
  readonly open: () => Promise<Storage>;
  /** What no waiting cures: a wrong password, a newer schema. Later it is waited for all the same: callbacks come in. */
  readonly isFinal: (error: unknown) => boolean;
  /** `postgres host/database`, for people. */
  readonly description: string;
  /** Whether several machines share it. */
  readonly shared: boolean;
  readonly log: Logger;
}

const TRY_AGAIN_MS = 1_000;

/** Opens the store, now or later. Rejects at once with an error that is final. */
export async function openLate({ open, isFinal, description, shared, log }: LateOptions): Promise<Storage> {
  let store: Storage | undefined;
  let trouble: unknown;
  let opening: Loop | undefined;

  async function tryToOpen(): Promise<boolean> {
    try {
      store = await open();
      return true;
    } catch (error) {
      trouble = error;
      return false;
    }
  }

  if (!(await tryToOpen())) {
    if (isFinal(trouble)) throw trouble;
    log.error({ fact: "store.unavailable", store: description, reason: wordsOf(trouble) });
    opening = startLoop({ round, log, what: "store" });
  }

  async function round(): Promise<number> {
    if (!(await tryToOpen())) return TRY_AGAIN_MS;
    log.info({ fact: "store.opened", store: description });
    void opening?.stop();
    return TRY_AGAIN_MS;
  }

  async function close(): Promise<void> {
    await opening?.stop();
    await store?.close();
  }

  return storageFrom({
    description,
    shared,
    ask: (name, args) => (store === undefined ? Promise.reject(trouble) : answerCall(store, name, args)),
    close,
  });
}
