/** A courier's round: take, deliver, settle. Waiting is its loop's. */
import type { AnsweredBatch } from "../settlement/answered.ts";
import type { Settler } from "../settlement/settler.ts";
import type { Throttle } from "../throttle.ts";
import type { Claimed, Claims } from "./claims.ts";
import type { Prefetch } from "./prefetch.ts";
import type { Concluded, Sending } from "./sending.ts";

export interface RoundOptions {
  readonly claims: Pick<Claims, "giveBack">;
  readonly ahead: Pick<Prefetch<Claimed>, "begin" | "next" | "cancel">;
  readonly sending: Pick<Sending, "free" | "send" | "inTrouble" | "recover" | "idle">;
  /** Whether other machines serve the same store. */
  readonly isShared: boolean;
  readonly rest: Throttle["rest"];
  /** The longest wait when there is nothing to do, in milliseconds. */
  readonly pollMs: number;
}

/** Where machines share a database a round is mostly waiting for it, and longest while callbacks crowd in: so much is work of ours. */
const WORK_BESIDE_DATABASE = 1 / 6;

/** Milliseconds of a round by which a courier rests. Pure. */
export const workOf = (tookMs: number, isShared: boolean): number =>
  isShared ? tookMs * WORK_BESIDE_DATABASE : tookMs;

/** One round; resolves with milliseconds until the next one is worth while. Rejects when the store does not answer. */
export type Round = () => Promise<number>;

export function openRound({ claims, ahead, sending, isShared, rest, pollMs }: RoundOptions): Round {
  /** True while callbacks crowd in: what is taken ahead would become stale while the courier rests. */
  let rested = false;

  /** The verdict of trouble comes before anything more is sent. */
  async function recover(): Promise<void> {
    await ahead.cancel();
    await sending.recover();
  }

  /** Resolves when the last batch is on its way, with whether all is: meanwhile the next claim can be sent. */
  async function deliver(claimed: Claimed): Promise<boolean> {
    const left = await sending.send(claimed);
    await claims.giveBack(claimed.claim, left);
    // the verdict of a probe comes before the next claim
    if (claimed.claim.probe) await sending.idle();
    return left.length === 0;
  }

  return async () => {
    if (sending.inTrouble()) await recover();
    if (isShared) await sending.free();
    const started = performance.now();
    const claimed = await ahead.next();
    const waitMs = Math.min(claimed.claim.waitMs ?? pollMs, pollMs);
    if (claimed.claim.deliveries.length === 0) return waitMs;
    const isMore = waitMs === 0;
    if (isMore && !isShared && !claimed.claim.probe && !rested) ahead.begin();
    const isSent = await deliver(claimed);
    const tookMs = performance.now() - started;
    rested = await rest(workOf(tookMs, isShared));
    return isMore || !isSent ? 0 : Math.max(0, waitMs - tookMs);
  };
}

/** Settles what was answered. @param pollMs when the courier looks for more in any case */
export async function settleAnswered(
  claims: Pick<Claims, "giveBack" | "settled">,
  settler: Pick<Settler, "write">,
  answered: AnsweredBatch,
  pollMs: number,
): Promise<Concluded> {
  const after = await settler.write(answered);
  // not stored while there was time: better sent once more than held until a restart
  if (after === undefined) await claims.giveBack(answered.claim, answered.batch);
  else claims.settled(answered.claim, answered.batch.length);
  // lost: others hold what was claimed, and perhaps the rest of it
  if (after?.connector.state.status !== "ready" || after.lost.length > 0) return "trouble";
  return (after.waitMs ?? pollMs) < pollMs ? "more soon" : "nothing soon";
}
