/** The trouble that the listener is in: one line of the log each, however often it is tried. */
import type { Logger } from "../connector.ts";

export interface AdminTrouble {
  /** Undefined without any. */
  words(): string | undefined;
  /** What the latest try came to; undefined: all is well. @param isWanted whether there is to be a listener at all */
  latest(words: string | undefined, isWanted: boolean): void;
}

/** @param onChange called when `words` says something else */
export function openAdminTrouble(log: Pick<Logger, "error" | "info">, onChange: () => void): AdminTrouble {
  let trouble: string | undefined;
  return {
    words: () => trouble,
    latest(words, isWanted) {
      if (words === trouble) return;
      if (words !== undefined) log.error({ fact: "admin.unavailable", reason: words, todo: TODO });
      else if (isWanted) log.info({ fact: "admin.recovered" });
      trouble = words;
      onChange();
    },
  };
}

const TODO = "nothing else waits for it, and it is tried again by itself; `admin: false` switches it off";
