/** From a request's callback to the store, or to the spool and then to the store. */
import { hostname } from "node:os";
import type { IntakeFacts } from "../facts/intake-facts.ts";
import { timed } from "../facts/keeping-facts.ts";
import { openRefusedRuns, type RefusedRuns } from "../intake/admission/refused-runs.ts";
import { type Counters, openCounters } from "../intake/counters.ts";
import { intakeBytes } from "../intake/keeping/group.ts";
import { type GroupCommit, groupCommit } from "../intake/keeping/group-commit.ts";
import { openQuarantineAlarm, type QuarantineAlarm } from "../intake/keeping/quarantine-alarm.ts";
import { openSenderClocks, type SenderClocks } from "../intake/stale/sender-clocks.ts";
import { openSpool, type Spool } from "../spool/spool.ts";
import { type StaleAllowance, staleAllowance } from "../spool/stale-allowance.ts";
import { startTakeOver } from "../spool/take-over.ts";
import { openTroubleNote } from "../spool/trouble-note.ts";
import type { Intake } from "../storage/contract/callbacks.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { boundedIntake } from "../storage/quarantine-limit.ts";
import type { DeliveryParts } from "./delivery-parts.ts";
import type { Ground } from "./ground.ts";

export interface KeepingParts extends StaleAllowance {
  readonly commit: GroupCommit;
  readonly counters: Counters;
  readonly senders: SenderClocks;
  readonly spool: Spool;
  readonly refusals: RefusedRuns;
  readonly alarm: QuarantineAlarm;
  /** Ends what runs by itself; nothing more comes to be kept. */
  stop(): Promise<unknown>;
  close(): Promise<void>;
}

/** A shared store is some way off, and commits for many side by side: a group need not wait for the one before it. */
const SHARED_TRANSACTIONS = 2;

export async function startKeeping(
  { storage, log, facts, config }: Ground,
  { throttle, wake }: Pick<DeliveryParts, "throttle" | "wake">,
): Promise<KeepingParts> {
  const { spool: path } = config().storage;
  const mostQuarantined = () => config().quarantine.max_size;
  const bounded = boundedIntake(storage, log, mostQuarantined, facts.upkeep);
  const noticed: Pick<Storage, "accept" | "ping"> = {
    async accept(intake) {
      throttle.arrived(intake.callbacks.length, intakeBytes(intake));
      const result = await timed(facts.keeping.store, entriesOf(intake), () => bounded.accept(intake));
      wake();
      return result;
    },
    ping: () => storage.ping(),
  };
  const spool = await openSpool(path, { maxBytes: () => config().storage.spool_max, log });
  const trouble = openTroubleNote(path, Date.now);
  const takeOver = startTakeOver(spool, bounded, log, wake);
  const commit = groupCommit({
    storage: noticed,
    spool: { ...spool, append: (intake) => timed(facts.keeping.spool, entriesOf(intake), () => spool.append(intake)) },
    log,
    limits: { transactions: storage.shared ? SHARED_TRANSACTIONS : 1 },
    answerWithin: () => config().server.answer_within,
    onTrouble: (why) => void (why === undefined ? trouble.remove() : trouble.write(why)),
  });
  const counters = openCounters(storage, { log, facts: facts.intake });
  const senders = noted(await openSenderClocks({ storage, log, host: hostname() }), facts.intake);
  const spools = () => commit.keeping() !== "store" || spool.pending();
  const { admits } = staleAllowance(spools, mostQuarantined);
  return {
    ...{ commit, counters, senders, spool, admits },
    ...{ refusals: openRefusedRuns(log), alarm: openQuarantineAlarm(log) },
    stop: () => Promise.all([takeOver.stop(), counters.stop(), senders.stop()]),
    close: () => spool.close(),
  };
}

/** Whether callbacks are here that the store may not know: in the spool, or on their way there. */
export function holdsCallbacks({ commit, spool }: Pick<KeepingParts, "commit" | "spool">): boolean {
  return commit.keeping() !== "store" || spool.holds();
}

const entriesOf = ({ callbacks, quarantine }: Intake): number => callbacks.length + quarantine.length;

/** Notes how far the senders' clocks and ours are apart: by requests that nobody can have kept back. */
function noted(senders: SenderClocks, facts: Pick<IntakeFacts, "clockSeen">): SenderClocks {
  return {
    ...senders,
    fresh(app, requestTime) {
      facts.clockSeen(requestTime - Date.now());
      senders.fresh(app, requestTime);
    },
    stale(app, requestTime, aheadMs) {
      const behindMs = senders.stale(app, requestTime, aheadMs);
      if (behindMs === 0) facts.clockSeen(aheadMs);
      return behindMs;
    },
  };
}
