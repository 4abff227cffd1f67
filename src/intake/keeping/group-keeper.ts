/** Keeps a group in the store, or else in the spool, and tells its requests before their deadlines what became of them. */
import type { Logger } from "../../connector.ts";
import { type Attempt, deadlinesOf, joinedIntake, type QueuedRequest, tellAll } from "./group.ts";
import type { Load } from "./load.ts";
import type { StoreOrSpool } from "./store-or-spool.ts";

export interface GroupKeeper {
  /** Resolves after the first try: those behind must not wait for the second one, they have waited for the first. Never rejects. */
  keep(group: readonly QueuedRequest[]): Promise<void>;
  /** Groups of which it is not known yet what becomes of them. */
  underWay(): Iterable<readonly QueuedRequest[]>;
}

export interface GroupKeeperOptions {
  readonly places: Pick<StoreOrSpool, "inOrder">;
  /** Its requests have entered it. */
  readonly load: Pick<Load, "leave" | "release">;
  readonly log: Logger;
  /** How long an answer may take, in milliseconds. */
  readonly answerWithin: () => number;
}

/** Of the time for an answer, this share is left for whoever is tried second. */
const SHARE_OF_SECOND = 1 / 3;

export function groupKeeper({ places, load, log, answerWithin }: GroupKeeperOptions): GroupKeeper {
  const underWay = new Set<readonly QueuedRequest[]>();

  async function keep(group: readonly QueuedRequest[]): Promise<void> {
    underWay.add(group);
    const [first, second] = places.inOrder();
    const intake = joinedIntake(group);
    const { earliest, latest } = deadlinesOf(group);
    const share = answerWithin() * SHARE_OF_SECOND;
    const onLate = (attempt: Attempt) => tell(group, attempt);
    // one that took long to arrive must not shorten the time of the others: it is told in time all the same
    const attempt = await first(intake, Math.max(earliest - share, performance.now() + share), onLate);
    if (attempt.ok) conclude(group, attempt);
    else void second(intake, latest, onLate).then((last) => conclude(group, last, attempt.ended));
  }

  function tell(group: readonly QueuedRequest[], attempt: Attempt): void {
    const requests = tellAll(group, attempt);
    if (requests > 0 && attempt.ok) log.warn({ fact: "intake.kept_after_all", by: attempt.by, requests });
  }

  /** @param failed the end of a call that failed before, if there was one: in time or not, it held the bytes */
  function conclude(group: readonly QueuedRequest[], attempt: Attempt, failed?: Promise<unknown>): void {
    tell(group, attempt);
    underWay.delete(group);
    load.leave(group.length);
    if (attempt.ok && failed === undefined) release(group);
    else void Promise.all([failed, attempt.ok || attempt.ended]).then(() => release(group));
  }

  function release(group: readonly QueuedRequest[]): void {
    for (const request of group) {
      load.release(request.bytes);
      request.release?.();
    }
  }

  return { keep, underWay: () => underWay };
}
