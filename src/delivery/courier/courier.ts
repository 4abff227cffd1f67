/** The loop that serves one connector: take, deliver, settle, wait. */

import { atMostEvery, startLoop } from "../../basics/loop.ts";
import { semaphore } from "../../basics/semaphore.ts";
import type { Connector, Logger } from "../../connector.ts";
import type { Claim, Storage, TakenDelivery } from "../../storage/contract.ts";
import { type AttemptOptions, attempt } from "../attempt/attempt.ts";
import type { Rendering } from "../attempt/rendering.ts";
import { type Answered, openSettler } from "../settlement/settler.ts";
import type { Throttle } from "../throttle.ts";
import { type Countdown, countdown } from "../tools/deadline.ts";
import type { RetryPolicy } from "../verdict/settlement.ts";
import { openClaims } from "./claims.ts";

export interface CourierOptions {
  readonly name: string;
  readonly connector: Connector;
  readonly storage: Storage;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  /** Of its settings, as they were registered. */
  readonly fingerprint: string;
  /** Most deliveries in one `deliver`. */
  readonly largestBatch: number;
  /** Batches under way at once. */
  readonly concurrency: number;
  /** Milliseconds until a batch that the connector does not answer is given up and tried again. */
  readonly deliverTimeoutMs: number;
  readonly rest: Throttle["rest"];
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Renders what is costly beforehand. */
  readonly prepare?: Rendering["prepare"];
  /** Called after verdicts of death: there is something for the dead-letter file. */
  readonly onDead?: () => void;
  readonly random?: () => number;
}

export interface Courier {
  /** There may be something new to take. */
  wake(): void;
  /** Takes nothing more, lets what is under way finish for `graceMs`, then aborts it. Resolves when all is settled or given up. */
  stop(graceMs: number): Promise<void>;
}

interface Taken {
  readonly claim: Claim;
  /** From then on no call is begun on it. */
  readonly lastCall: Countdown;
}

/** A probe finds out whether the destination answers again; more than a few deliveries would be a waste. */
const PROBE_LIMIT = 5;
/** How often another process's pause, resume or replay is looked for, in milliseconds. */
const POLL_MS = 1_000;
const LOG_AGAIN_MS = 60_000;
/** Deliveries of one claim, so that a connector which sends them one by one needs no transaction for each. Two may be held. */
const LARGEST_CLAIM = 200;
/** Batches of a claim for each lane; fewer where machines share the store, since no other can send what one has claimed. */
const BATCHES_A_LANE = { alone: 16, shared: 2 } as const;
/** How long a few answers wait to be settled with others. Where machines share the store a lane waits for that, and has no time. */
const GATHER_MS = { alone: 4, shared: 0 } as const;
/** Answered batches for each lane that may wait to be settled; or those of a whole claim, which the settler gathers. */
const UNSETTLED_A_LANE = 3;
/** A claim is leased for so many timeouts of a call; none is begun in the last of them. */
const LEASE_TIMEOUTS = 2;

export function startCourier(options: CourierOptions): Courier {
  const { name, storage, log, largestBatch, concurrency, deliverTimeoutMs } = options;
  const isShared = storage.reserve !== undefined;
  const mode = isShared ? "shared" : "alone";
  const gatherMs = GATHER_MS[mode];
  const claimLimit = Math.max(largestBatch, Math.min(LARGEST_CLAIM, largestBatch * concurrency * BATCHES_A_LANE[mode]));
  const aborting = new AbortController();
  const sending = semaphore(concurrency);
  // answers that the store has not taken yet: when it is slow, requests wait for it after all
  const settling = semaphore(Math.max(UNSETTLED_A_LANE * concurrency, claimLimit / largestBatch));
  const logStoreTrouble = atMostEvery(LOG_AGAIN_MS, (during: string, error: unknown) =>
    log.error({ fact: "store.unavailable", connector: name, during, reason: String(error) }),
  );
  const storing = { ...options, signal: aborting.signal, onStoreTrouble: logStoreTrouble };
  const settler = openSettler({ ...storing, gatherMs });
  const claiming = openClaims(storing);
  /** False from the first sign of trouble, of our own or another machine's, until the next look at the connector. */
  let goesOn = true;

  /** The claim after the one that is being sent: the lanes need not stand still while the store looks for more. */
  let ahead: { readonly taken: Promise<Taken>; readonly isStale: Countdown } | undefined;
  /** True while callbacks crowd in: what is taken ahead would become stale while the courier gives way. */
  let rests = false;

  /** Returns milliseconds until the next round is worth while. */
  async function round(): Promise<number> {
    // the verdict of trouble comes before anything more is sent
    if (!goesOn) {
      await giveBackAhead();
      await idle();
    }
    goesOn = true;
    if (isShared) await sending.free();
    const started = performance.now();
    const { claim, lastCall } = await next();
    if (claim.deliveries.length === 0) return Math.min(claim.waitMs ?? POLL_MS, POLL_MS);
    if (!isShared && !claim.probe && !rests) takeAhead();
    await carry(claim, lastCall);
    rests = await options.rest(performance.now() - started);
    return 0;
  }

  async function take(): Promise<Taken> {
    const leaseMs = deliverTimeoutMs * LEASE_TIMEOUTS;
    // from before the claim: the lease began a little later
    const lastCall = countdown(leaseMs - deliverTimeoutMs);
    const claim = await claiming.take(claimLimit, Math.min(PROBE_LIMIT, largestBatch), leaseMs);
    if (claim.superseded > 0) log.info({ fact: "delivery.superseded", connector: name, count: claim.superseded });
    return { claim, lastCall };
  }

  function takeAhead(): void {
    ahead = { taken: take(), isStale: countdown(POLL_MS) };
    // heard of by whoever asks for it
    ahead.taken.catch(() => undefined);
  }

  async function next(): Promise<Taken> {
    // a rest, or a newer wish, may have come since
    if (ahead?.isStale()) await giveBackAhead();
    const taken = ahead?.taken ?? take();
    ahead = undefined;
    return taken;
  }

  async function giveBackAhead(): Promise<void> {
    const taken = await ahead?.taken.catch(() => undefined);
    ahead = undefined;
    if (taken !== undefined) await giveBack(taken.claim, taken.claim.deliveries);
  }

  /**
   * Sends a claim batch by batch; what is left when the destination gets into trouble goes back untouched. Resolves when the
   * last one is on its way: meanwhile the next claim can be sent.
   */
  async function carry(claim: Claim, lastCall: Countdown): Promise<void> {
    const rest = [...claim.deliveries];
    const holds = () => !lastCall();
    const how = { ...options, holds, timeoutMs: deliverTimeoutMs, signal: aborting.signal };
    await sending.free();
    while (rest.length > 0 && goesOn && !loop.stopping && holds()) {
      send(claim, rest.splice(0, largestBatch), how);
      if (rest.length > 0) await sending.free();
    }
    await giveBack(claim, rest);
    // the verdict of a probe comes before the next claim
    if (claim.probe) await idle();
  }

  function send(claim: Claim, batch: readonly TakenDelivery[], how: AttemptOptions): void {
    sending.run(async () => {
      const result = await attempt(batch, how);
      if (result.tag !== "outcomes") goesOn = false;
      await settling.free();
      const settled = settle({ claim, batch, result });
      settling.run(() => settled);
      // only a settlement tells what other machines, or a person at one of them, have found out
      if (isShared) await settled;
    });
  }

  async function settle(answered: Answered): Promise<void> {
    const after = await settler.settle(answered);
    // not stored while there was time: better sent once more than held until a restart
    if (after === undefined) await giveBack(answered.claim, answered.batch);
    else claiming.settled(answered.claim, answered.batch.length);
    // lost: others hold what was claimed, and perhaps the rest of it
    if (after?.connector.state.status !== "ready" || after.lost.length > 0) goesOn = false;
    // the next events of these persons may go now
    loop.wake();
  }

  async function idle(): Promise<void> {
    await sending.idle();
    await settling.idle();
  }

  async function giveBack(claim: Claim, rest: readonly TakenDelivery[]): Promise<void> {
    await claiming.giveBack(
      claim,
      rest.map(({ event }) => event.seq),
    );
  }

  const loop = startLoop({ round, log, what: "courier", name });
  return {
    wake: loop.wake,
    async stop(graceMs) {
      const timer = setTimeout(() => aborting.abort(new Error("the bridge is shutting down")), graceMs);
      await loop.stop();
      await giveBackAhead();
      await claiming.end();
      await idle();
      settler.end();
      clearTimeout(timer);
    },
  };
}
