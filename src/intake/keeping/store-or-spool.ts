/**
 * Where callbacks are kept: in the store, and where it does not take them in time, in the spool. From a failure on the other
 * way round, until the store is known to be back.
 */
import { within } from "../../basics/waiting.ts";
import type { Logger } from "../../connector.ts";
import type { AcceptResult, Intake } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import type { Attempt } from "./group.ts";
import { storeHealth } from "./store-health.ts";

/** Where callbacks go, fsynced, while the store cannot take them. Calls may overlap. */
export interface SpoolWriter {
  /** Resolves when the intake is on disk. */
  append(intake: Intake): Promise<void>;
  /** Whether it takes nothing more. */
  isFull?(): boolean;
}

/** Which of the two took or takes what comes. */
export type KeepingPlace = "store" | "spool" | "nowhere";

export interface StoreOrSpoolOptions {
  readonly storage: Pick<Storage, "accept" | "ping">;
  readonly spool: SpoolWriter;
  readonly log: Logger;
  /** How often a store that failed is asked whether it is back, in milliseconds. */
  readonly probeMs: number;
  /** Called when the store fails, with why; and when it is known to be well. */
  readonly onTrouble?: ((why: string | undefined) => void) | undefined;
}

/**
 * Keeps an intake until a time by the clock of `performance.now()`. Never rejects. What is kept later than that stays kept:
 * then `onLate` is called.
 */
export type Keep = (intake: Intake, until: number, onLate: (attempt: Attempt) => void) => Promise<Attempt>;

export interface StoreOrSpool {
  /** Both, the one that is to be tried first ahead. */
  inOrder(): readonly [first: Keep, second: Keep];
  /** Where the next intake is likely to be kept. */
  keeping(): KeepingPlace;
  /** Stops asking the store whether it is back. */
  stop(): void;
}

export function storeOrSpool({ storage, spool, log, probeMs, onTrouble }: StoreOrSpoolOptions): StoreOrSpool {
  const health = storeHealth({ storage, log, probeMs, onTrouble });
  let spoolFails = false;

  const toStore: Keep = async (intake, until, onLate) => {
    const attempt = await inTime("store", storage.accept(intake), until, onLate);
    if (attempt.ok) health.succeeded();
    else health.failed(attempt.why);
    return attempt;
  };

  const toSpool: Keep = async (intake, until, onLate) => {
    const attempt = await inTime("spool", spool.append(intake).then(noneRefused), until, onLate);
    if (!attempt.ok && !spoolFails) log.error({ fact: "intake.spool_fails", reason: attempt.why });
    spoolFails = !attempt.ok;
    return attempt;
  };

  return {
    inOrder: () => (health.failing() ? [toSpool, toStore] : [toStore, toSpool]),
    keeping() {
      if (!health.failing()) return "store";
      return spoolFails || spool.isFull?.() ? "nowhere" : "spool";
    },
    stop: health.stop,
  };
}

const noneRefused = (): AcceptResult => ({ refused: [] });

/** What `work` makes of it until then. What it makes of it later holds as well. */
async function inTime(
  by: "store" | "spool",
  work: Promise<AcceptResult>,
  until: number,
  onLate: (attempt: Attempt) => void,
): Promise<Attempt> {
  try {
    const result = await within(Math.max(0, Math.round(until - performance.now())), by, work);
    return { ok: true, by, result };
  } catch (error) {
    void work.then(
      (result) => onLate({ ok: true, by, result }),
      () => undefined,
    );
    const ended = work.catch(() => undefined);
    return { ok: false, why: String(error), ended };
  }
}
