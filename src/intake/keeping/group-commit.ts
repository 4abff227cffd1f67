/**
 * Group commit: concurrent requests share one transaction of the store. Where the store does not take a group in time,
 * the spool does; where neither does, its requests are told so, and nothing was promised to anybody.
 *
 * One deadline holds for all of it: waiting for a group, the store and the spool. Each request is told before its own, and
 * what is kept after that stays kept.
 */

import { semaphore } from "../../basics/semaphore.ts";
import { within } from "../../basics/waiting.ts";
import type { Logger } from "../../connector.ts";
import type { AcceptResult, Intake, Storage } from "../../storage/contract.ts";
import {
  type Attempt,
  deadlinesOf,
  firstGroup,
  joined,
  type KeepResult,
  type QueuedRequest,
  sizeOf,
  tell,
  tellAll,
} from "./group.ts";
import { LAG_LOOK_MS, startLoopLag } from "./loop-lag.ts";
import { storeHealth } from "./store-health.ts";

/** Where callbacks go, fsynced, while the store cannot take them. Calls may overlap. */
export interface Spool {
  /** Resolves when the intake is on disk. */
  append(intake: Intake): Promise<void>;
  /** Whether it takes nothing more. */
  isFull?(): boolean;
}

/** Which of the two took or takes what comes. */
export type KeepingPlace = "store" | "spool" | "nowhere";

export interface GroupCommit {
  /** Keeps one request's callback and quarantine entries, durably. Never rejects; resolves before the request's deadline. */
  keep(intake: Intake): Promise<KeepResult>;
  /** Where the next request is likely to be kept. */
  keeping(): KeepingPlace;
  /** Resolves when nothing waits any more; stops asking the store whether it is back. */
  stop(): Promise<void>;
}

export interface GroupCommitOptions {
  readonly storage: Pick<Storage, "accept" | "ping">;
  readonly spool: Spool;
  readonly log: Logger;
  readonly limits?: Partial<GroupCommitLimits>;
  /** Milliseconds since 1970: the clock that says when callbacks were received. */
  readonly now?: () => number;
  /** How long an answer may take, in milliseconds; asked for each request. */
  readonly answerWithin?: () => number;
  /** Called when the store fails, with why; and when it is known to be well. */
  readonly onTrouble?: (why: string | undefined) => void;
}

/** Times in milliseconds, sizes in bytes of bodies. */
export interface GroupCommitLimits {
  /** Most requests, and bytes, that wait or are being kept; what comes on top is refused. */
  readonly waitingCount: number;
  readonly waitingBytes: number;
  /** Most requests, and bytes, of one transaction. */
  readonly groupCount: number;
  readonly groupBytes: number;
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
/** After a standstill nobody knows how long a request has waited: it is left some time all the same. */
const MOST_OF_LATENESS = 2 / 3;
/** What took all the time there was to arrive is kept all the same, if it can be, and its answer may be of use yet. */
const LEAST_MS = 3 * LAG_LOOK_MS;

/** So many turns of the event loop a group waits at most for what is still arriving. */
const MOST_TURNS = 8;

const FULL: Promise<KeepResult> = Promise.resolve({ tag: "notKept", why: "too many callbacks wait to be stored" });
const TOO_LATE: KeepResult = { tag: "notKept", why: "neither store nor spool took it in time (server.answer_within)" };

export function groupCommit({
  storage,
  spool,
  log,
  limits: given,
  now = Date.now,
  answerWithin = () => ANSWER_WITHIN_MS,
  onTrouble,
}: GroupCommitOptions): GroupCommit {
  const limits = { ...LIMITS, ...given };
  const health = storeHealth({ storage, log, probeMs: limits.probeMs, onTrouble });
  const lag = startLoopLag(tellInTime);
  const underWay = new Set<readonly QueuedRequest[]>();
  let queue: QueuedRequest[] = [];
  let waitingCount = 0;
  let waitingBytes = 0;
  let pumping = false;
  const committing = semaphore(limits.transactions);
  let spoolFails = false;
  let whenIdle: (() => void) | undefined;

  function keep(intake: Intake): Promise<KeepResult> {
    const bytes = sizeOf(intake);
    if (waitingCount >= limits.waitingCount || waitingBytes + bytes > limits.waitingBytes) return FULL;
    waitingCount += 1;
    waitingBytes += bytes;
    const deadline = deadlineOf(intake);
    return new Promise((resolve) => {
      queue.push({ intake, bytes, deadline, resolve, told: undefined });
      if (pumping) return;
      pumping = true;
      // what arrives in this turn of the event loop joins the group; a microtask would be too early
      setImmediate(pump);
    });
  }

  /** From the first moment that its handler saw it, less what the loop was late then. */
  function deadlineOf(intake: Intake): number {
    const within = answerWithin();
    const receivedAt = (intake.callbacks[0] ?? intake.quarantine[0])?.receivedAt ?? Number.POSITIVE_INFINITY;
    // a jump of the system's clock leaves it the least time, and no more than all of it
    const age = Math.min(within, Math.max(0, now() - receivedAt));
    const lateMs = Math.min(lag.lateMs(), within * MOST_OF_LATENESS);
    return Math.max(performance.now() - lateMs - age + within, performance.now() + LEAST_MS);
  }

  /** Whoever would be too late at the next look is told now, whatever store and spool will make of it. */
  function tellInTime(): void {
    if (waitingCount === 0) return;
    const nextLook = performance.now() + LAG_LOOK_MS;
    for (const group of [queue, ...underWay]) {
      for (const waiting of group) if (waiting.deadline <= nextLook) tell(waiting, TOO_LATE);
    }
  }

  /** Resolves when a turn of the event loop brings nothing more: a group costs about the same, however small it is. */
  async function gathered(): Promise<void> {
    let before = -1;
    for (let turn = 0; turn < MOST_TURNS && queue.length > before; turn += 1) {
      before = queue.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      const group = firstGroup(queue, limits);
      queue = queue.slice(group.length);
      committing.run(() => commit(group));
      await committing.free();
      await gathered();
    }
    pumping = false;
  }

  /** Resolves after the first try: those behind must not wait for the second one, they have waited for the first. */
  async function commit(group: readonly QueuedRequest[]): Promise<void> {
    underWay.add(group);
    const [first, second] = health.failing() ? [toSpool, toStore] : [toStore, toSpool];
    const intake = joined(group);
    const { earliest, latest } = deadlinesOf(group);
    const share = answerWithin() * SHARE_OF_SECOND;
    // one that took long to arrive must not shorten the time of the others: it is told in time all the same
    const attempt = await first(group, intake, Math.max(earliest - share, performance.now() + share));
    if (attempt.ok) conclude(group, attempt);
    else void second(group, intake, latest).then((last) => conclude(group, last));
  }

  async function toStore(group: readonly QueuedRequest[], intake: Intake, until: number): Promise<Attempt> {
    const attempt = await inTime(group, "store", until, storage.accept(intake));
    if (attempt.ok) health.succeeded();
    else health.failed(attempt.why);
    return attempt;
  }

  async function toSpool(group: readonly QueuedRequest[], intake: Intake, until: number): Promise<Attempt> {
    const attempt = await inTime(group, "spool", until, spool.append(intake).then(noneRefused));
    if (!attempt.ok && !spoolFails) log.error({ fact: "intake.spool_fails", why: attempt.why });
    spoolFails = !attempt.ok;
    return attempt;
  }

  /** What `work` makes of a group until then. What it makes of it later holds as well. */
  async function inTime(
    group: readonly QueuedRequest[],
    by: "store" | "spool",
    until: number,
    work: Promise<AcceptResult>,
  ): Promise<Attempt> {
    try {
      const result = await within(Math.max(0, Math.round(until - performance.now())), by, work);
      return { ok: true, by, result };
    } catch (error) {
      void work.then(
        (result) => tellGroup(group, { ok: true, by, result }),
        () => undefined,
      );
      return { ok: false, why: String(error) };
    }
  }

  function tellGroup(group: readonly QueuedRequest[], attempt: Attempt): void {
    const requests = tellAll(group, attempt);
    if (requests > 0 && attempt.ok) log.warn({ fact: "intake.kept_after_all", by: attempt.by, requests });
  }

  function conclude(group: readonly QueuedRequest[], attempt: Attempt): void {
    tellGroup(group, attempt);
    underWay.delete(group);
    waitingCount -= group.length;
    for (const { bytes } of group) waitingBytes -= bytes;
    if (waitingCount === 0) whenIdle?.();
  }

  return {
    keep,
    keeping() {
      if (!health.failing()) return "store";
      return spoolFails || spool.isFull?.() ? "nowhere" : "spool";
    },
    async stop() {
      if (waitingCount > 0) {
        await new Promise<void>((resolve) => {
          whenIdle = resolve;
        });
      }
      health.stop();
      lag.stop();
    },
  };
}

const noneRefused = (): AcceptResult => ({ refused: [] });
