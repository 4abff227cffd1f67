/**
 * Group commit: concurrent requests share one transaction of the store. Where the store does not take a group in time,
 * the spool does; where neither does, its requests are told so, and nothing was promised to anybody.
 *
 * One deadline holds for all of it: waiting for a group, the store and the spool. Each request is told before its own, and
 * what is kept after that stays kept.
 */

import { LAG_LOOK_MS, startLoopLag } from "../../basics/loop-lag.ts";
import { ANSWER_WITHIN_MS } from "../../config/schema.ts";
import type { Intake } from "../../storage/contract/callbacks.ts";
import { answerDeadline } from "./answer-deadline.ts";
import { type GroupLimits, intakeBytes, type KeepResult, tell } from "./group.ts";
import { groupKeeper } from "./group-keeper.ts";
import { groupQueue } from "./group-queue.ts";
import { type LoadLimits, openLoad } from "./load.ts";
import { type KeepingPlace, type StoreOrSpoolOptions, storeOrSpool } from "./store-or-spool.ts";

export interface GroupCommit {
  /**
   * Keeps one request's callback and quarantine entries, durably. Never rejects; resolves before the request's deadline.
   * @param release called once when neither store nor spool holds its bytes any more, which may be later than the result
   * @param seenAt the first moment that the request was seen, in milliseconds of a clock that does not jump; unless given: now
   */
  keep(intake: Intake, release?: () => void, seenAt?: number): Promise<KeepResult>;
  /** Where the next request is likely to be kept. */
  keeping(): KeepingPlace;
  /** Resolves when nothing waits any more; stops asking the store whether it is back. */
  stop(): Promise<void>;
}

export interface GroupCommitOptions extends Omit<StoreOrSpoolOptions, "probeMs"> {
  readonly limits?: Partial<GroupCommitLimits>;
  /** Milliseconds by the clock that says when requests were seen: one that does not jump. */
  readonly monotonic?: () => number;
  /** How long an answer may take, in milliseconds; asked for each request. */
  readonly answerWithin?: () => number;
}

/** Times in milliseconds, sizes in bytes of bodies. What comes on top of the load is refused. */
export interface GroupCommitLimits extends GroupLimits, LoadLimits {
  /** Most transactions under way at once: a store with one writer gains nothing from a second. */
  readonly transactions: number;
  /** How often a store that failed is asked whether it is back. */
  readonly probeMs: number;
}

const LIMITS: GroupCommitLimits = {
  waitingCount: 20_000,
  waitingBytes: 64 * 1024 * 1024,
  groupCount: 2_000,
  groupBytes: 4 * 1024 * 1024,
  transactions: 1,
  probeMs: 1_000,
};

const FULL: Promise<KeepResult> = Promise.resolve({ tag: "notKept", why: "too many callbacks wait to be stored" });
const TOO_LATE: KeepResult = { tag: "notKept", why: "neither store nor spool took it in time (server.answer_within)" };

export function groupCommit(options: GroupCommitOptions): GroupCommit {
  const { log, monotonic = () => performance.now(), answerWithin = () => ANSWER_WITHIN_MS } = options;
  const limits = { ...LIMITS, ...options.limits };
  const places = storeOrSpool({ ...options, probeMs: limits.probeMs });
  const load = openLoad(limits);
  const keeper = groupKeeper({ places, load, log, answerWithin });
  const queue = groupQueue({ limits, transactions: limits.transactions, commit: keeper.keep });
  const lag = startLoopLag(tellInTime);

  function keep(intake: Intake, release?: () => void, seenAt = monotonic()): Promise<KeepResult> {
    const bytes = intakeBytes(intake);
    if (!load.enter(bytes)) {
      release?.();
      return FULL;
    }
    const arrival = { within: answerWithin(), age: monotonic() - seenAt, late: lag.lateMs() };
    const deadline = answerDeadline(arrival, performance.now());
    return new Promise((resolve) => queue.add({ intake, bytes, deadline, resolve, release, told: undefined }));
  }

  /** Whoever would be too late at the next look is told now, whatever store and spool will make of it. */
  function tellInTime(): void {
    if (load.requests() === 0) return;
    const nextLook = performance.now() + LAG_LOOK_MS;
    for (const group of [queue.waiting(), ...keeper.underWay()]) {
      for (const waiting of group) if (waiting.deadline <= nextLook) tell(waiting, TOO_LATE);
    }
  }

  return {
    keep,
    keeping: places.keeping,
    async stop() {
      await load.idle();
      places.stop();
      lag.stop();
    },
  };
}
