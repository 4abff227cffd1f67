/** The loop that serves one connector: take, deliver, settle, wait. */
import { startLoop } from "../../basics/loop.ts";
import { onceAMinute } from "../../basics/once-a-minute.ts";
import type { Connector, Logger } from "../../connector.ts";
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { attempt } from "../attempt/attempt.ts";
import type { Rendering } from "../attempt/rendering.ts";
import { watched } from "../attempt/watched.ts";
import type { Answered } from "../settlement/answered.ts";
import { openSettler } from "../settlement/settler.ts";
import type { Throttle } from "../throttle.ts";
import type { RetryPolicy } from "../verdict/retry-policy.ts";
import { type Claimed, openClaims } from "./claims.ts";
import { type CourierSize, courierLimits } from "./limits.ts";
import { openPrefetch } from "./prefetch.ts";
import { openSending } from "./sending.ts";

export interface CourierOptions extends CourierSize {
  readonly name: string;
  readonly connector: Connector;
  readonly storage: Storage;
  readonly log: Logger;
  readonly policy: RetryPolicy;
  /** Of its settings, as they were registered. */
  readonly fingerprint: string;
  readonly rest: Throttle["rest"];
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Renders what is costly beforehand. */
  readonly prepare: Rendering["prepare"];
  readonly facts: ConnectorFacts;
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

/** How often another process's pause, resume or replay is looked for, in milliseconds. */
const POLL_MS = 1_000;

export function startCourier(options: CourierOptions): Courier {
  const { name, storage, log } = options;
  const isShared = storage.shared;
  const limits = courierLimits(options, isShared);
  const { signal, abort } = aborting();
  const onStoreTrouble = onceAMinute((during: string, error: unknown) =>
    log.error({ fact: "store.unavailable", connector: name, during, reason: String(error) }),
  );
  const claims = openClaims({ ...options, limits, signal, onStoreTrouble });
  const settler = openSettler({ ...options, gatherMs: limits.gatherMs, signal, onStoreTrouble });
  const ahead = openPrefetch({
    take: claims.take,
    giveBack: ({ claim }) => claims.giveBack(claim, claim.deliveries),
    freshMs: POLL_MS,
  });
  const sending = openSending({
    ...options,
    unsettled: limits.unsettled,
    // only a settlement tells what other machines, or a person at one of them, have found out
    untilSettled: isShared,
    deliver: (batch, holds) =>
      watched(batch, options.facts, () =>
        attempt(batch, { ...options, holds, timeoutMs: options.deliverTimeoutMs, signal }),
      ),
    settle,
    // the next events of these persons may go now
    onSettled: () => loop.wake(),
    isStopping: () => loop.stopping,
  });
  /** True while callbacks crowd in: what is taken ahead would become stale while the courier rests. */
  let rested = false;

  /** Returns milliseconds until the next round is worth while. */
  async function round(): Promise<number> {
    if (sending.inTrouble()) await recover();
    if (isShared) await sending.free();
    const started = performance.now();
    const claimed = await ahead.next();
    if (claimed.claim.deliveries.length === 0) return Math.min(claimed.claim.waitMs ?? POLL_MS, POLL_MS);
    if (!isShared && !claimed.claim.probe && !rested) ahead.begin();
    await deliver(claimed);
    rested = await options.rest(performance.now() - started);
    return 0;
  }

  /** The verdict of trouble comes before anything more is sent. */
  async function recover(): Promise<void> {
    await ahead.cancel();
    await sending.recover();
  }

  /** Resolves when the last batch is on its way: meanwhile the next claim can be sent. */
  async function deliver(claimed: Claimed): Promise<void> {
    const left = await sending.send(claimed);
    await claims.giveBack(claimed.claim, left);
    // the verdict of a probe comes before the next claim
    if (claimed.claim.probe) await sending.idle();
  }

  /** Resolves with whether more may be sent. */
  async function settle(answered: Answered): Promise<boolean> {
    const after = await settler.settle(answered);
    // not stored while there was time: better sent once more than held until a restart
    if (after === undefined) await claims.giveBack(answered.claim, answered.batch);
    else claims.settled(answered.claim, answered.batch.length);
    // lost: others hold what was claimed, and perhaps the rest of it
    return after?.connector.state.status === "ready" && after.lost.length === 0;
  }

  const loop = startLoop({ round, log, what: "courier", name });
  return {
    wake: loop.wake,
    async stop(graceMs) {
      const timer = setTimeout(abort, graceMs);
      await loop.stop();
      await ahead.cancel();
      await claims.end();
      await sending.idle();
      settler.end();
      clearTimeout(timer);
    },
  };
}

function aborting(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("the bridge is shutting down")) };
}
