/**
 * Handing portions to the store. A callback that the store cannot take, alone as little as with others, stays unread, and keeps no others
 * where the store can read them without it; where it reads them in their order, it takes none behind it.
 */
import { errorWords } from "../../basics/error-words.ts";
import type { Expansion } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";

export interface Expander {
  /** Rejects where it is the store that is in trouble, and not a callback. */
  expand(expansions: readonly Expansion[]): Promise<void>;
  /** Throws the first that was a callback's, if there was any. */
  end(): void;
}

/** When so many in a row fail, alone, it is the store. */
const FAILURES_IN_A_ROW = 3;

/** For one round. */
export function openExpander(storage: Pick<Storage, "expand">): Expander {
  const failed = new Map<number, unknown>();
  let inARow = 0;

  async function alone(expansion: Expansion): Promise<void> {
    const { callback } = expansion;
    // without what came before it, its last part must not end it
    if (failed.has(callback)) return;
    try {
      await storage.expand([expansion]);
      inARow = 0;
    } catch (error) {
      failed.set(callback, error);
      inARow += 1;
      if (inARow >= FAILURES_IN_A_ROW) throw error;
    }
  }

  return {
    async expand(expansions) {
      const left = expansions.filter(({ callback }) => !failed.has(callback));
      if (left.length === 0) return;
      if (left.length === 1) return alone(left[0] as Expansion);
      const together = await storage.expand(left).then(
        () => true,
        () => false,
      );
      if (together) inARow = 0;
      else for (const each of left) await alone(each);
    },
    end() {
      for (const [callback, error] of failed) {
        throw new Error(`callback ${callback} cannot be made into events, and waits: ${errorWords(error)}`, {
          cause: error,
        });
      }
    },
  };
}
