/** The loop that brings what is spooled to the store, as soon as the store is back. */

import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { within } from "../basics/waiting.ts";
import type { Logger } from "../connector.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { Spool } from "./spool.ts";

/** How often it looks, in milliseconds. */
const LOOK_MS = 1_000;
/** A store that hangs must not keep the bridge from stopping, in milliseconds. */
const STORE_MS = 4_000;

const FOREIGN_TODO =
  "if a newer release wrote them, give it the file under the spool's name; nothing in it was handed over here";

/** Whoever wants more of them raises `quarantine.max_size` before the next time. */
const OUTSIDE = "the quarantine has no room for these stale callbacks";

/**
 * Also takes over what an earlier run has left.
 * @param onTaken called when the store has got something from the spool
 */
export function startTakeOver(
  spool: Pick<Spool, "path" | "pending" | "take" | "look">,
  storage: Pick<Storage, "accept" | "ping">,
  log: Logger,
  onTaken?: () => void,
): Pick<Loop, "wake" | "stop"> {
  const { path } = spool;
  const logKept = onceAMinute((error: unknown) => log.warn({ fact: "spool.kept", path, reason: errorWords(error) }));
  let loop: Loop | undefined;

  async function round(): Promise<number> {
    if (!spool.pending()) return LOOK_MS;
    await spool.look();
    let entries = 0;
    try {
      // a store that is down is asked once, not once for every portion
      await within(STORE_MS, "store", storage.ping());
      await spool.take({
        accept: (intake) => within(STORE_MS, "store", storage.accept(intake)),
        refused: (reason, file) => log.error({ fact: "spool.refused", reason, file }),
        unreadable: (bytes, file) => log.error({ fact: "spool.unreadable", bytes, file }),
        foreign: (lines, file) => log.error({ fact: "spool.foreign", lines, file, todo: FOREIGN_TODO }),
        outside: (count) => log.error({ fact: "spool.outside", path, entries: count, reason: OUTSIDE }),
        taken: (count) => {
          entries += count;
          onTaken?.();
        },
        get stopping() {
          return loop?.stopping ?? false;
        },
      });
    } catch (error) {
      logKept(error);
    }
    if (entries > 0) log.info({ fact: "spool.taken", path, entries });
    return LOOK_MS;
  }

  loop = startLoop({ round, log, what: "spool" });
  return loop;
}
