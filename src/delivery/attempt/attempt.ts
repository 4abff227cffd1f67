/** One attempt at a batch: whatever a connector does, an answer comes back, in bounded time. */
import { SENTENCES } from "../../basics/sentences.ts";
import { userStack } from "../../basics/user-frames.ts";
import {
  type Connector,
  type DeliverResult,
  type Delivery,
  type Logger,
  sentence,
  unavailableBy,
} from "../../connector.ts";
import { type Answer, unsent } from "../answer.ts";
import type { Followed } from "../following/followed.ts";
import { deadline } from "../tools/deadline.ts";
import { waitedFor } from "../tools/waited.ts";
import { deliverBisecting } from "./bisect.ts";
import { HELD, type Prepared, type Rendering } from "./rendering.ts";
import { sanitizeAnswer, tellUnsent } from "./sanitize.ts";

export interface AttemptOptions {
  readonly connector: Connector;
  readonly name: string;
  readonly log: Logger;
  /** Milliseconds until a `deliver` that does not answer is given up. */
  readonly timeoutMs: number;
  /** Removes secrets from foreign text. */
  readonly redact: (text: string) => string;
  /** Aborts when the bridge can wait no longer. */
  readonly signal: AbortSignal;
  /** Renders what is costly beforehand; nothing is unless given. */
  readonly prepare?: Rendering["prepare"];
  /** Whether the claim holds long enough for one more call; a call on a lease that has run out could come twice. */
  readonly holds: () => boolean;
  /** Told of each call before it is made. */
  readonly called?: Followed["called"];
  /** Told of each call when it has come to its end. */
  readonly ended?: (call: CallReport) => void;
}

/** Times by a clock that never jumps, milliseconds. */
export interface CallReport {
  readonly begunAt: number;
  readonly endedAt: number;
  /** Milliseconds of it that it waited for permits of its rate. */
  readonly waitedMs: number;
  readonly result: DeliverResult;
}

/** A connector that ignores its signal is left alone after this many milliseconds. */
const IGNORED_MS = 1_000;

/** Delivers a batch, halving it where the destination refuses it as a whole. Never rejects: a throw is trouble, not success. */
export function attempt(deliveries: readonly Delivery[], options: AttemptOptions): Promise<Answer> {
  return deliverBisecting(deliveries, (part) => deliverOnce(part, options));
}

const TOO_LATE = unsent(sentence("claim_ran_out"));

async function deliverOnce(deliveries: readonly Delivery[], options: AttemptOptions): Promise<Answer> {
  if (!options.holds()) return { tag: "outcomes", outcomes: new Map(deliveries.map(({ id }) => [id, TOO_LATE])) };
  const { ready, found, heldMs } = await prepare(deliveries, options);
  if (heldMs !== undefined) return held(deliveries, found, heldMs);
  if (ready.length === 0 && found.size > 0) return { tag: "outcomes", outcomes: found };
  const answer = tellUnsent(await callOnce(ready, options), ready);
  if (found.size === 0) return answer;
  return { ...answer, outcomes: new Map([...found, ...(answer.outcomes ?? [])]) };
}

async function prepare(deliveries: readonly Delivery[], options: AttemptOptions): Promise<Prepared> {
  return options.prepare?.(deliveries) ?? { ready: deliveries, found: new Map() };
}

/** Nothing goes out for a while; who was not too slow was not tried. */
function held(deliveries: readonly Delivery[], found: Prepared["found"], retryAfterMs: number): Answer {
  const outcomes = new Map(deliveries.map(({ id }) => [id, found.get(id) ?? unsent(HELD)]));
  return { tag: "unavailable", reason: HELD, retryAfterMs, outcomes };
}

async function callOnce(deliveries: readonly Delivery[], options: AttemptOptions): Promise<DeliverResult> {
  const call = Promise.withResolvers<unknown>();
  const leave = (why: unknown) => void setTimeout(() => call.reject(why), IGNORED_MS);
  const { signal, clear } = deadline(options.timeoutMs, SENTENCES.connector_slow, options.signal, leave);
  options.called?.(options.name, deliveries, signal);
  const begunAt = performance.now();
  const result = await answerOf(deliveries, signal, call, options);
  clear();
  options.ended?.({ begunAt, endedAt: performance.now(), waitedMs: waitedFor(signal), result });
  return result;
}

/** Never rejects. @param call settled as the connector settles it, unless somebody leaves it before */
async function answerOf(
  deliveries: readonly Delivery[],
  signal: AbortSignal,
  call: PromiseWithResolvers<unknown>,
  options: AttemptOptions,
): Promise<DeliverResult> {
  try {
    Promise.resolve(options.connector.deliver(deliveries, signal)).then(call.resolve, call.reject);
    return sanitizeAnswer(await call.promise, options.redact);
  } catch (error) {
    return afterThrow(error, options);
  }
}

function afterThrow(error: unknown, { log, name, redact }: AttemptOptions): DeliverResult {
  const thrown = readThrown(error);
  if (thrown.unsent !== true) {
    const { stack } = userStack(error);
    const told = { reason: redact(thrown.reason.words), ...(stack !== undefined && { stack: redact(stack) }) };
    log.warn({ fact: "connector.threw", connector: name, ...told });
  }
  return sanitizeAnswer(thrown, redact);
}

/** Anything can be thrown, also what throws when it is looked at. */
function readThrown(error: unknown): ReturnType<typeof unavailableBy> {
  try {
    return unavailableBy(error);
  } catch {
    return { tag: "unavailable", reason: sentence("thrown_unreadable") };
  }
}
