/** One attempt at a batch: whatever a connector does, an answer comes back, in bounded time. */
import { type Connector, type Delivery, type Logger, outcomes, retry } from "../connector.ts";
import { type Answer, readAnswer } from "./answer.ts";
import { deadline } from "./deadline.ts";
import { TooSoon } from "./rate.ts";
import { deliverSplitting } from "./split.ts";

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
  /** Whether the claim holds long enough for one more call; a call on a lease that has run out could come twice. */
  readonly holds: () => boolean;
}

/** A connector that ignores its signal is left alone after this many milliseconds. */
const IGNORED_MS = 1_000;

/** Delivers a batch, halving it where the destination refuses it as a whole. Never rejects: a throw is trouble, not success. */
export function attempt(deliveries: readonly Delivery[], options: AttemptOptions): Promise<Answer> {
  return deliverSplitting(deliveries, (part) => deliverOnce(part, options));
}

async function deliverOnce(deliveries: readonly Delivery[], options: AttemptOptions): Promise<Answer> {
  if (!options.holds())
    return outcomes(deliveries.map(({ id }) => [id, retry("not tried: its claim ran out")] as const));
  const { signal, clear } = deadline(options.timeoutMs, "the connector took too long", options.signal);
  try {
    const answer = await Promise.race([options.connector.deliver(deliveries, signal), abandoned(signal)]);
    return readAnswer(answer, options.redact);
  } catch (error) {
    return afterThrow(error, options);
  } finally {
    clear();
  }
}

function afterThrow(error: unknown, { log, name, redact }: AttemptOptions): Answer {
  const { words, tooSoonMs } = readThrown(error);
  const answer = readAnswer({ tag: "unavailable", reason: { words }, retryAfterMs: tooSoonMs }, redact);
  if (tooSoonMs !== undefined) return { ...answer, unsent: true };
  log.warn({ fact: "connector.threw", connector: name, reason: words });
  return answer;
}

/** Anything can be thrown, also what throws when it is looked at. */
function readThrown(error: unknown): { readonly words: string; readonly tooSoonMs?: number } {
  try {
    if (error instanceof TooSoon) return { words: error.message, tooSoonMs: error.waitMs };
    return { words: String(error instanceof Error ? error.message : error) };
  } catch {
    return { words: "the connector threw something that nobody can read" };
  }
}

function abandoned(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => setTimeout(() => reject(signal.reason), IGNORED_MS);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}
