/**
 * A store that may be down when the bridge starts: until it can be opened, everything that is asked of it rejects, so that
 * callbacks go to the spool and the rest waits. A machine that restarts in the middle of an outage must not lose callbacks.
 */
import type { Logger } from "../connector.ts";
import { startLoop } from "../loop.ts";
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
export async function openLate(options: LateOptions): Promise<Storage> {
  try {
    // one that is there needs nobody before it
    return await options.open();
  } catch (error) {
    if (options.isFinal(error)) throw error;
    return openLater(options, error);
  }
}

function openLater({ open, description, shared, log }: LateOptions, first: unknown): Storage {
  let store: Storage | undefined;
  let trouble = first;
  log.error({ fact: "store.unavailable", store: description, reason: wordsOf(trouble) });
  const opening = startLoop({ round, log, what: "store" });

  async function round(): Promise<number> {
    try {
      store = await open();
      log.info({ fact: "store.opened", store: description });
      void opening.stop();
    } catch (error) {
      trouble = error;
    }
    return TRY_AGAIN_MS;
  }

  return storageFrom({
    description,
    shared,
    ask: (name, args) => (store === undefined ? Promise.reject(trouble) : answerCall(store, name, args)),
    async close() {
      await opening.stop();
      await store?.close();
    },
  });
}
