/**
 * Writing a verdict until the store takes it: the destination has answered, and only this step may be repeated. A store in trouble is
 * waited for. One that refuses nothing but this verdict would be asked for ever, and nothing of that connector be sent any
 * more: then these deliveries are tried again instead.
 */

import { keepTrying } from "../../basics/retrying.ts";
import { sentence } from "../../connector.ts";
import type { Settlement, SettleResult } from "../../storage/contract/deliveries.ts";
import type { Verdict } from "../verdict/batch.ts";

export interface WriteOptions {
  readonly write: (verdict: Verdict) => Promise<SettleResult>;
  readonly onTrouble: (error: unknown) => void;
  /** Called when these deliveries are tried again since the store takes anything but their verdict. */
  readonly onRefused: (error: unknown) => void;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
  /** Milliseconds between two tries. */
  readonly tryAgainMs?: number;
}

/** What the store has taken. */
export interface WrittenSettlements {
  readonly verdict: Verdict;
  readonly result: SettleResult;
}

/** Failures in the same words, one after the other, until the verdict itself is suspected. */
const SAME_WORDS = 5;
/** The destination may have taken them: what is sent again has the same id, but should not come often. Milliseconds. */
const REFUSED_DELAY_MS = 10 * 60_000;
const REFUSED = sentence("not_stored");

/** Resolves with what was settled; with undefined when the bridge could wait no longer. Never rejects. */
export function writeUntilTaken(verdict: Verdict, options: WriteOptions): Promise<WrittenSettlements | undefined> {
  const { write, onTrouble, onRefused } = options;
  let [words, inARow] = ["", 0];
  return keepTrying<WrittenSettlements>(async () => ({ verdict, result: await write(verdict) }), {
    ...options,
    async onTrouble(error) {
      inARow = String(error) === words ? inARow + 1 : 1;
      words = String(error);
      const instead = inARow < SAME_WORDS ? undefined : await writeInstead(verdict, write);
      if (instead === undefined) onTrouble(error);
      else onRefused(error);
      return instead;
    },
  });
}

/** There is nothing simpler: a store that does not take this either is in trouble. */
async function writeInstead(verdict: Verdict, write: WriteOptions["write"]): Promise<WrittenSettlements | undefined> {
  const again: Verdict = { settlements: verdict.settlements.map(sentAgain), decided: [] };
  try {
    return { verdict: again, result: await write(again) };
  } catch {
    return undefined;
  }
}

function sentAgain({ event }: Settlement): Settlement {
  return { event, to: "waiting", reason: REFUSED, delayMs: REFUSED_DELAY_MS, lane: "same", attempted: true };
}
