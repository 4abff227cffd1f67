/** The loop that serves one connector: take, deliver, settle, wait. */
import { startLoop } from "../../basics/loop.ts";
import { onceAMinute } from "../../basics/once-a-minute.ts";
import type { Connector, Logger } from "../../connector.ts";
import type { ConnectorFacts } from "../../facts/connector-facts.ts";
import type { AskedTake, Claim } from "../../storage/contract/deliveries.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { attempt, type CallReport } from "../attempt/attempt.ts";
import type { Rendering } from "../attempt/rendering.ts";
import { watched } from "../attempt/watched.ts";
import type { Followed } from "../following/followed.ts";
import { type Company, openCompany } from "../settlement/company.ts";
import { openSettler } from "../settlement/settler.ts";
import type { Throttle } from "../throttle.ts";
import type { RetryPolicy } from "../verdict/retry-policy.ts";
import { callSign } from "./call-sign.ts";
import { type Asking, type Claimed, openClaims } from "./claims.ts";
import { type CourierSize, courierLimits } from "./limits.ts";
import { openPace, type Pace } from "./pace.ts";
import { openPrefetch, type Prefetch } from "./prefetch.ts";
import { openRound, settleAnswered } from "./round.ts";
import { openSending, type SendingOptions } from "./sending.ts";

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
  /** How late our own loop is, in milliseconds: what is seen now may have come so long ago. */
  readonly lateMs: () => number;
  /** Of all connectors: their answers are settled together. Each waits for its own alone unless given. */
  readonly company?: Company | undefined;
  /** Told of each call of the connector. */
  readonly called?: Followed["called"];
  /** Called after verdicts of death: there is something for the dead-letter file. */
  readonly onDead?: () => void;
  readonly random?: () => number;
}

/** A courier that rests would take along with whoever routes. */
export interface Offer {
  readonly asked: AskedTake;
  /** @param answer what was claimed; undefined where nothing was asked */
  accept(answer: Promise<Claim | undefined>): void;
}

export interface Courier {
  /** Undefined while it is at work, or has to look for itself. To be accepted at once. */
  offer(): Offer | undefined;
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
  const pace = watchedPace(options.concurrency, options.facts);
  const largestClaim = () => limits.claim(pace.limit());
  const claims = openClaims({ ...options, limits, largestClaim, signal, onStoreTrouble });
  const company = options.company ?? openCompany();
  const settler = openSettler({ ...options, company, isShared, signal, onStoreTrouble });
  const ahead = openPrefetch({
    take: claims.take,
    giveBack: ({ claim }) => claims.giveBack(claim, claim.deliveries),
    freshMs: POLL_MS,
  });
  const sending = openSending({
    ...options,
    concurrency: pace.limit,
    unsettled: limits.unsettled,
    // only a settlement tells what other machines, or a person at one of them, have found out
    untilSettled: isShared,
    deliver: delivering({ ...options, company }, pace, signal),
    conclude: (answered) => settleAnswered(claims, settler, answered, POLL_MS),
    // the next events of these persons may go now
    onSettled: () => loop.wake(),
    isStopping: () => loop.stopping,
  });
  const round = openRound({ claims, ahead, sending, isShared, rest: options.rest, pollMs: POLL_MS });
  const loop = startLoop({ round: noted(round, options.facts), log, what: "courier", name });
  const rests = () => loop.isResting && !loop.stopping && !ahead.isBegun() && !sending.inTrouble() && sending.hasRoom();
  return {
    wake: loop.wake,
    offer: () => (rests() ? offered(claims.ask(), ahead, loop.wake) : undefined),
    async stop(graceMs) {
      const timer = setTimeout(abort, graceMs);
      await loop.stop();
      await ahead.cancel();
      await claims.end();
      await sending.idle();
      settler.end();
      options.facts.concurrency = 0;
      clearTimeout(timer);
    },
  };
}

/** What is claimed is taken ahead, and the courier woken for it. */
function offered(
  { asked, claimed, notAsked }: Asking,
  ahead: Pick<Prefetch<Claimed>, "begin">,
  wake: () => void,
): Offer {
  return {
    asked,
    accept(answer) {
      const heard = answer.then((claim) => (claim === undefined ? notAsked() : claimed(claim)));
      // what may have been claimed goes back with the next take of its holder
      ahead.begin(heard.catch(() => undefined));
      heard.then((one) => one && wake(), wake);
    },
  };
}

/** How a batch is delivered, each call seen from outside and its pace learnt from. */
export function delivering(
  options: CourierOptions,
  pace: Pick<Pace, "ended">,
  signal: AbortSignal,
): SendingOptions["deliver"] {
  return (batch, holds, isFull) => {
    const ended = ({ begunAt, endedAt, waitedMs, result }: CallReport) =>
      pace.ended({ begunAt, endedAt, isFull, oursMs: waitedMs + options.lateMs(), sign: callSign(result) });
    const answer = watched(batch, options.facts, () =>
      attempt(batch, { ...options, holds, ended, timeoutMs: options.deliverTimeoutMs, signal }),
    );
    return options.company?.expect(answer) ?? answer;
  };
}

function aborting(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("the bridge is shutting down")) };
}

/** How many may be under way is seen from outside. */
function watchedPace(bound: number, facts: ConnectorFacts): Pace {
  const pace = openPace(bound);
  facts.concurrency = pace.limit();
  return {
    limit: pace.limit,
    ended(call) {
      pace.ended(call);
      facts.concurrency = pace.limit();
    },
  };
}

/** That it goes on is seen from outside. */
function noted(round: () => Promise<number>, facts: ConnectorFacts): () => Promise<number> {
  return () => {
    facts.roundAt = performance.now();
    return round();
  };
}
