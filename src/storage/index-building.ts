/** Sees to it that a store gets the indexes that questions want, beside a running bridge and in nobody's way. */
import { errorWords } from "../basics/error-words.ts";
import { type Loop, startLoop } from "../basics/loop.ts";
import { atMostEvery } from "../basics/once-a-minute.ts";
import type { Logger } from "../connector.ts";
import { type StoreSettings, sqliteFile } from "./open.ts";

/** When there was something that hindered it, or another machine is at it, in milliseconds. */
const AGAIN_MS = 60_000;
/** Somebody may drop one. */
const LOOK_MS = 6 * 3_600_000;
const SAY_AGAIN_MS = 3_600_000;

/** A SQLite store has all that it needs from the beginning. */
export function startIndexBuilding(settings: StoreSettings, log: Logger): Pick<Loop, "stop"> {
  if (sqliteFile(settings) !== undefined) return { stop: async () => undefined };
  const stopping = new AbortController();
  const { signal } = stopping;
  const sayTrouble = atMostEvery(SAY_AGAIN_MS, (reason: string) =>
    log.warn({
      ...{ fact: "store.index_missing", reason },
      todo: "searches of people are slower meanwhile; give the role that right, or run the statement as the owner of the tables",
    }),
  );

  async function round(): Promise<number> {
    const { buildIndexes } = await import("./postgres/indexes.ts");
    const onBuild = (index: string, isDone: boolean) =>
      log.info({ fact: isDone ? "store.index_built" : "store.index_building", index });
    try {
      return (await buildIndexes({ ...settings, onBuild, signal })) === "built" ? LOOK_MS : AGAIN_MS;
    } catch (error) {
      if (!signal.aborted) sayTrouble(errorWords(error));
      return AGAIN_MS;
    }
  }

  const loop = startLoop({ round, log, what: "indexes" });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}
