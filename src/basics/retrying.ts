/** Trying again and again what must be done, as long as one may. */
import { sleep } from "./waiting.ts";

export interface Trying<T> {
  /** Called after each failure; what it resolves with, if anything, is the result instead. */
  readonly onTrouble: (error: unknown) => Promise<T | undefined>;
  /** Aborts when nobody can wait any longer. */
  readonly signal: AbortSignal;
  /** Milliseconds between two tries. */
  readonly tryAgainMs?: number;
}

const TRY_AGAIN_MS = 1_000;

/** Tries once at least, and until it works or the signal aborts; then resolves with undefined. Does not reject unless `onTrouble` does. */
export async function keepTrying<T>(
  act: () => Promise<T>,
  { onTrouble, signal, tryAgainMs = TRY_AGAIN_MS }: Trying<T>,
): Promise<T | undefined> {
  do {
    try {
      return await act();
    } catch (error) {
      const instead = await onTrouble(error);
      if (instead !== undefined) return instead;
      await sleep(tryAgainMs, signal).catch(() => undefined);
    }
  } while (!signal.aborted);
  return undefined;
}
