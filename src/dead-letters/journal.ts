/**
 * The loop that writes verdicts of death to the dead-letter file. The store is the truth, the file its journal: a verdict is
 * stored, its line appended and synced, and only then noted as journaled. A crash in between repeats the line.
 */

import { type Loop, startLoop } from "../basics/loop.ts";
import { onceAMinute } from "../basics/once-a-minute.ts";
import { errorWords, type Logger } from "../connector.ts";
import type { Storage } from "../storage/contract/storage.ts";
import type { DeadLetterFile } from "./file.ts";
import { lineOf } from "./line.ts";

export interface JournalOptions {
  readonly storage: Pick<Storage, "unjournaled" | "journaled">;
  readonly file: DeadLetterFile;
  readonly log: Logger;
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
}

/** Letters in one append. */
const BATCH = 200;
/** How often verdicts that nobody rang for are looked for (another process may have stored them), in milliseconds. */
const LOOK_MS = 5_000;
/** How long a file that cannot be written is left alone, in milliseconds. */
const RETRY_MS = 1_000;

/** `stop` writes what is pending once more and closes the file. */
export function startJournal({ storage, file, log, redact }: JournalOptions): Pick<Loop, "wake" | "stop"> {
  let failing = false;
  const logFailure = onceAMinute((error: unknown, waiting: number) =>
    log.error({
      fact: "dead_letters.unwritten",
      file: file.path,
      letters: waiting,
      reason: errorWords(error),
    }),
  );

  /** Writes some letters. Returns how many were written; undefined when the file cannot be. */
  async function batch(): Promise<number | undefined> {
    const letters = await storage.unjournaled(BATCH);
    if (letters.length === 0) return 0;
    try {
      await file.append(letters.map((letter) => lineOf(letter, redact)));
    } catch (error) {
      failing = true;
      logFailure(error, letters.length);
      return undefined;
    }
    if (failing) log.info({ fact: "dead_letters.written_again", file: file.path });
    failing = false;
    await storage.journaled(letters.map(({ id, generation }) => ({ id, generation })));
    return letters.length;
  }

  async function round(): Promise<number> {
    const written = await batch();
    if (written === undefined) return RETRY_MS;
    return written === 0 ? LOOK_MS : 0;
  }

  const loop = startLoop({ round, log, what: "journal" });
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop();
      try {
        await batch();
      } catch (error) {
        // the verdicts are in the store: the next start writes them
        log.warn({ fact: "dead_letters.left", reason: String(error) });
      }
      await file.close();
    },
  };
}
