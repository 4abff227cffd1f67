/** The loop that serves one connector: take, deliver, settle, wait. */
import type { Connector, Logger } from "../connector.ts";
import { atMostEvery, startLoop } from "../loop.ts";
import type { Claim, ConnectorRow, Storage, TakenDelivery } from "../storage/contract.ts";
import { lanes } from "../waiting.ts";
import type { Answer } from "./answer.ts";
import { attempt } from "./attempt.ts";
import type { Courtesy } from "./courtesy.ts";
import { type Countdown, countdown } from "./deadline.ts";
import { insist } from "./insist.ts";
import { judge, type Verdict } from "./judge.ts";
import { batchReporter } from "./report.ts";
import type { RetryPolicy } from "./settle.ts";

export interface CourierOptions {
  readonly name: string;
  readonly connector: Connector;
  readonly storage: Storage;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  /** Most deliveries in one `deliver`. */
  readonly largestBatch: number;
  /** Batches under way at once. */
  readonly concurrency: number;
  /** Milliseconds until a batch that the connector does not answer is given up and tried again. */
  readonly deliverTimeoutMs: number;
  readonly giveWay: Courtesy["giveWay"];
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
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

/** A probe finds out whether the destination answers again; more than a few deliveries would be a waste. */
const PROBE_LIMIT = 5;
/** How often another process's pause, resume or replay is looked for, in milliseconds. */
const POLL_MS = 1_000;
const LOG_AGAIN_MS = 60_000;
/** Deliveries claimed ahead, so that a connector which sends them one by one needs no transaction for each. */
const LARGEST_CLAIM = 200;
/** A claim is leased for so many timeouts of a call; none is begun in the last of them. */
const LEASE_TIMEOUTS = 2;

export function startCourier(options: CourierOptions): Courier {
  const { name, storage, log, largestBatch, concurrency, deliverTimeoutMs } = options;
  const claimLimit = Math.max(largestBatch, Math.min(LARGEST_CLAIM, largestBatch * concurrency * 2));
  const aborting = new AbortController();
  const sending = lanes(concurrency);
  const report = batchReporter(log, name);
  const logStoreTrouble = atMostEvery(LOG_AGAIN_MS, (during: string, error: unknown) =>
    log.error({ fact: "store.unavailable", connector: name, during, reason: String(error) }),
  );

  /** Returns milliseconds until the next round is worth while. */
  async function round(): Promise<number> {
    await sending.free();
    const started = performance.now();
    const leaseMs = deliverTimeoutMs * LEASE_TIMEOUTS;
    // from before the claim: the lease began a little later
    const lastCall = countdown(leaseMs - deliverTimeoutMs);
    const claim = await storage.take(name, claimLimit, Math.min(PROBE_LIMIT, largestBatch), leaseMs);
    if (claim.superseded > 0) log.info({ fact: "delivery.superseded", connector: name, count: claim.superseded });
    if (claim.deliveries.length === 0) return Math.min(claim.waitMs ?? POLL_MS, POLL_MS);
    await carry(claim, lastCall);
    await options.giveWay(performance.now() - started);
    return 0;
  }

  /** Sends a claim batch by batch; what is left when the destination gets into trouble goes back untouched. */
  async function carry(claim: Claim, lastCall: Countdown): Promise<void> {
    const rest = [...claim.deliveries];
    const holds = () => !lastCall();
    let goesOn = true;
    while (rest.length > 0 && goesOn && !loop.stopping && holds()) {
      const batch = rest.splice(0, largestBatch);
      sending.run(async () => {
        const sent = { ...options, holds, timeoutMs: deliverTimeoutMs, signal: aborting.signal };
        const result = await attempt(batch, sent);
        // before its lane takes the next batch: only now we know what other machines, or a person, have found out
        const after = await settle(claim, batch, result);
        goesOn &&= result.tag === "outcomes" && after?.state.status === "ready";
        // the next events of these persons may go now
        loop.wake();
      });
      await sending.free();
    }
    if (rest.length > 0) await giveBack(claim, rest);
    // the verdict of a probe, and of trouble, comes before the next claim
    if (!goesOn || claim.probe) await sending.idle();
  }

  /**
   * Settles until the store takes it: the destination has answered, and only this step may be repeated. Resolves with the
   * connector as it is then; with undefined when the bridge could wait no longer.
   */
  async function settle(
    claim: Claim,
    batch: readonly TakenDelivery[],
    result: Answer,
  ): Promise<ConnectorRow | undefined> {
    let { connector } = claim;
    while (true) {
      const moment = { clock: connector.clock, random: options.random ?? Math.random };
      const verdict = judge({ connector, deliveries: batch, probe: claim.probe }, result, options.policy, moment);
      const settled = await insist(verdict, {
        settle: (wanted) => storage.settle({ connector: name, token: claim.token, ...wanted }),
        onTrouble: (error) => logStoreTrouble("settle", error),
        onRefused: (error) => log.error({ fact: "verdict.refused", connector: name, reason: String(error) }),
        signal: aborting.signal,
      });
      if (settled?.result.tag === "stale") {
        connector = settled.result.connector;
        continue;
      }
      if (settled !== undefined) {
        report({ batch, verdict: settled.verdict, lost: settled.result.lost });
        if (buries(settled.verdict)) options.onDead?.();
      }
      return settled?.result.connector;
    }
  }

  /** Without this, a claim is given back by its lease, or by the end of the process. */
  async function giveBack(claim: Claim, rest: readonly TakenDelivery[]): Promise<void> {
    const events = rest.map(({ event }) => event.seq);
    await storage.release(name, claim.token, events).catch((error: unknown) => logStoreTrouble("release", error));
  }

  const loop = startLoop({ round, log, what: "courier", name });
  return {
    wake: loop.wake,
    async stop(graceMs) {
      const timer = setTimeout(() => aborting.abort(new Error("the bridge is shutting down")), graceMs);
      await loop.stop();
      await sending.idle();
      clearTimeout(timer);
    },
  };
}

function buries({ settlements, decided }: Verdict): boolean {
  return [...settlements, ...decided].some(({ to }) => to === "dead");
}
