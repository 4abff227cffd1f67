/**
 * Sends a claim batch by batch, several at once, and settles what is answered. From the first sign of trouble on, of our own
 * or another machine's, nothing more is begun.
 */
import { semaphore } from "../../basics/semaphore.ts";
import type { Claim, TakenDelivery } from "../../storage/contract/deliveries.ts";
import type { Answer } from "../answer.ts";
import type { AnsweredBatch } from "../settlement/answered.ts";
import type { Claimed } from "./claims.ts";

export interface SendingOptions {
  /** Most deliveries in one batch. */
  readonly largestBatch: number;
  /** Batches under way at once; another number from time to time. */
  readonly concurrency: () => number;
  /** Answered batches that may wait to be settled: when the store is slow, requests wait for it after all. */
  readonly unsettled: number;
  /** Whether a batch is under way until it is settled, not until it is answered. */
  readonly untilSettled: boolean;
  /**
   * @param holds whether one more call may begin
   * @param isFull whether no other batch may be begun beside it. Never rejects.
   */
  readonly deliver: (batch: readonly TakenDelivery[], holds: () => boolean, isFull: boolean) => Promise<Answer>;
  /** Never rejects. */
  readonly conclude: (answered: AnsweredBatch) => Promise<Concluded>;
  /** Called after a settlement behind which there may be something to take, or trouble to recover from. */
  readonly onSettled: () => void;
  /** Whether nothing more is to be begun. */
  readonly isStopping: () => boolean;
}

/** What a settlement leaves behind. */
export type Concluded =
  /** What the store said lets nothing more be sent. */
  | "trouble"
  /** Something may go before the store is asked in any case. */
  | "more soon"
  | "nothing soon";

export interface Sending {
  /** Resolves when another batch may go out. */
  free(): Promise<void>;
  /**
   * Sends what was claimed. Resolves when the last batch is on its way, with what was not sent: there is trouble, or the claim
   * holds no longer.
   */
  send(claimed: Claimed): Promise<readonly TakenDelivery[]>;
  /** Whether another batch may go out. */
  hasRoom(): boolean;
  /** Whether there was a sign of trouble since the last `recover`. */
  inTrouble(): boolean;
  /** Waits for the verdict of what is under way; then more may be sent. */
  recover(): Promise<void>;
  /** Resolves when all is settled or given up. */
  idle(): Promise<void>;
}

export function openSending(options: SendingOptions): Sending {
  const { largestBatch, isStopping } = options;
  const calls = semaphore(options.concurrency);
  const settlements = semaphore(options.unsettled);
  let troubled = false;

  async function deliver(claim: Claim, batch: readonly TakenDelivery[], holds: () => boolean): Promise<void> {
    const result = await options.deliver(batch, holds, calls.isFull());
    if (result.tag !== "outcomes") troubled = true;
    await settlements.free();
    const settled = concluded({ claim, batch, result });
    settlements.run(() => settled);
    if (options.untilSettled) await settled;
  }

  async function concluded(answered: AnsweredBatch): Promise<void> {
    const left = await options.conclude(answered);
    if (left === "trouble") troubled = true;
    if (troubled || left === "more soon") options.onSettled();
  }

  async function idle(): Promise<void> {
    await calls.idle();
    await settlements.idle();
  }

  return {
    free: calls.free,
    hasRoom: () => !calls.isFull(),
    async send({ claim, lastCall }) {
      const left = [...claim.deliveries];
      const holds = () => !lastCall();
      await calls.free();
      while (left.length > 0 && !troubled && !isStopping() && holds()) {
        const batch = left.splice(0, largestBatch);
        calls.run(() => deliver(claim, batch, holds));
        if (left.length > 0) await calls.free();
      }
      return left;
    },
    inTrouble: () => troubled,
    async recover() {
      await idle();
      troubled = false;
    },
    idle,
  };
}
