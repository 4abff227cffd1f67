/**
 * Group commit: concurrent requests share one transaction of the store. Where the store does not take a group in time,
 * the spool does; where neither does, its requests are told so, and nothing was promised to anybody.
 *
 * One deadline holds for all of it: waiting for a group, the store and the spool. Each request is told before its own, and
 * what is kept after that stays kept.
 */
import type { Intake } from "../../storage/contract/callbacks.ts";
import { answerDeadline } from "./answer-deadline.ts";
import {
  type Attempt,
  deadlinesOf,
  type GroupLimits,
  joined,
  type KeepResult,
  type QueuedRequest,
  sizeOf,
  tell,
  tellAll,
} from "./group.ts";
import { groupQueue } from "./group-queue.ts";
import { LAG_LOOK_MS, startLoopLag } from "./loop-lag.ts";
import { type KeepingPlace, type StoreOrSpoolOptions, storeOrSpool } from "./store-or-spool.ts";

export interface GroupCommit {
  /**
   * Keeps one request's callback and quarantine entries, durably. Never rejects; resolves before the request's deadline.
   * @param release called once when neither store nor spool holds its bytes any more, which may be later than the result
   */
  keep(intake: Intake, release?: () => void): Promise<KeepResult>;
  /** Where the next request is likely to be kept. */
  keeping(): KeepingPlace;
  /** Resolves when nothing waits any more; stops asking the store whether it is back. */
  stop(): Promise<void>;
}

export interface GroupCommitOptions extends Omit<StoreOrSpoolOptions, "probeMs"> {
  readonly limits?: Partial<GroupCommitLimits>;
  /** Milliseconds since 1970: the clock that says when callbacks were received. */
  readonly now?: () => number;
  /** How long an answer may take, in milliseconds; asked for each request. */
  readonly answerWithin?: () => number;
}

/** Times in milliseconds, sizes in bytes of bodies. */
export interface GroupCommitLimits extends GroupLimits {
  /** Most requests, and bytes, that wait or are held by store or spool; what comes on top is refused. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
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

/** Chat waits two seconds. */
const ANSWER_WITHIN_MS = 1_500;
/** Of the time for an answer, this share is left for whoever is tried second. */
const SHARE_OF_SECOND = 1 / 3;

const FULL: Promise<KeepResult> = Promise.resolve({ tag: "notKept", why: "too many callbacks wait to be stored" });
const TOO_LATE: KeepResult = { tag: "notKept", why: "neither store nor spool took it in time (server.answer_within)" };

export function groupCommit(options: GroupCommitOptions): GroupCommit {
  const { log, now = Date.now, answerWithin = () => ANSWER_WITHIN_MS } = options;
  const limits = { ...LIMITS, ...options.limits };
  const places = storeOrSpool({ ...options, probeMs: limits.probeMs });
  const queue = groupQueue({ limits, transactions: limits.transactions, commit });
  const underWay = new Set<readonly QueuedRequest[]>();
  const lag = startLoopLag(tellInTime);
  let count = 0;
  let size = 0;
  let whenIdle: (() => void) | undefined;

  function keep(intake: Intake, release?: () => void): Promise<KeepResult> {
    const bytes = sizeOf(intake);
    if (count >= limits.waitingCount || size + bytes > limits.waitingBytes) {
      release?.();
      return FULL;
    }
    count += 1;
    size += bytes;
    const deadline = deadlineOf(intake);
    return new Promise((resolve) => queue.add({ intake, bytes, deadline, resolve, release, told: undefined }));
  }

  function deadlineOf(intake: Intake): number {
    const receivedAt = (intake.callbacks[0] ?? intake.quarantine[0])?.receivedAt ?? Number.POSITIVE_INFINITY;
    const arrival = { within: answerWithin(), age: now() - receivedAt, late: lag.lateMs() };
    return answerDeadline(arrival, performance.now());
  }

  /** Resolves after the first try: those behind must not wait for the second one, they have waited for the first. */
  async function commit(group: readonly QueuedRequest[]): Promise<void> {
    underWay.add(group);
    const [first, second] = places.inOrder();
    const intake = joined(group);
    const { earliest, latest } = deadlinesOf(group);
    const share = answerWithin() * SHARE_OF_SECOND;
    const onLate = (attempt: Attempt) => tellGroup(group, attempt);
    // one that took long to arrive must not shorten the time of the others: it is told in time all the same
    const attempt = await first(intake, Math.max(earliest - share, performance.now() + share), onLate);
    if (attempt.ok) conclude(group, attempt);
    else void second(intake, latest, onLate).then((last) => conclude(group, last, attempt.ended));
  }

  /** Whoever would be too late at the next look is told now, whatever store and spool will make of it. */
  function tellInTime(): void {
    if (count === 0) return;
    const nextLook = performance.now() + LAG_LOOK_MS;
    for (const group of [queue.waiting(), ...underWay]) {
      for (const waiting of group) if (waiting.deadline <= nextLook) tell(waiting, TOO_LATE);
    }
  }

  function tellGroup(group: readonly QueuedRequest[], attempt: Attempt): void {
    const requests = tellAll(group, attempt);
    if (requests > 0 && attempt.ok) log.warn({ fact: "intake.kept_after_all", by: attempt.by, requests });
  }

  /** @param failed the end of a call that failed before, if there was one: in time or not, it held the bytes */
  function conclude(group: readonly QueuedRequest[], attempt: Attempt, failed?: Promise<unknown>): void {
    tellGroup(group, attempt);
    underWay.delete(group);
    count -= group.length;
    if (count === 0) whenIdle?.();
    if (attempt.ok && failed === undefined) release(group);
    else void Promise.all([failed, attempt.ok || attempt.ended]).then(() => release(group));
  }

  function release(group: readonly QueuedRequest[]): void {
    for (const request of group) {
      size -= request.bytes;
      request.release?.();
    }
  }

  return {
    keep,
    keeping: places.keeping,
    async stop() {
      if (count > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      places.stop();
      lag.stop();
    },
  };
}
