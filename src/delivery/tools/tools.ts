/** What the bridge lends to a connector: HTTP within its rate, with timeout and user agent; its log; its templates. */
import { inPlainWords } from "../../basics/network-words.ts";
import { ACCEPTED_ENCODING, readText, UNDECODED } from "../../basics/read-body.ts";
import { askedWaitMs } from "../../basics/retry-after.ts";
import type { ConnectorTools, FollowUp, HttpAnswer, Logger, Rate, Render, RequestOptions } from "../../connector.ts";
import { type ConnectorFacts, openConnectorFacts } from "../../facts/connector-facts.ts";
import { type Followed, UNFOLLOWED } from "../following/followed.ts";
import { insistOnTime } from "./deadline.ts";
import type { Rates } from "./rate.ts";
import { noteWaited } from "./waited.ts";

/** Waiting for a permit takes at most so many timeouts of a request: well below what a whole batch may take. */
const PERMIT_TIMEOUTS = 6;

export interface ToolsOptions {
  readonly name: string;
  readonly log: Logger;
  readonly userAgent: string;
  readonly timeoutMs: number;
  /** Whose budgets these are: connectors with the same account share them. */
  readonly account: string;
  readonly budgets: Readonly<Record<string, Rate>>;
  readonly rates: Pick<Rates, "limiter">;
  readonly template: (source: unknown) => Render;
  readonly facts?: Pick<ConnectorFacts, "permits">;
  /** Nobody follows anyone unless given. */
  readonly followed?: Followed;
}

export function openTools(options: ToolsOptions): ConnectorTools {
  const { name, log, userAgent, timeoutMs, template, account, rates } = options;
  const { facts = openConnectorFacts(), followed = UNFOLLOWED } = options;
  const budgets = Object.entries(options.budgets);
  // at once, not when the first is asked: what a connector wanted is forgotten when it is retired, not before and not after
  const limiters = new Map(
    budgets.map(([budget, rate]) => [budget, rates.limiter(`${account} ${budget}`, rate, name)]),
  );
  const permits = permitsOf(facts, budgets);
  const acquire = async (budget = "default", signal?: AbortSignal): Promise<void> => {
    const limiter = limiters.get(budget);
    if (limiter !== undefined) {
      const askedAt = performance.now();
      await limiter.acquire(signal, timeoutMs * PERMIT_TIMEOUTS);
      noteWaited(signal, performance.now() - askedAt);
    }
    const permit = permits.get(budget);
    if (permit !== undefined) permit.used += 1;
    insistOnTime(signal);
  };
  return {
    name,
    log,
    userAgent,
    timeoutMs,
    acquire,
    follow: followed.request,
    template,
    async fetch(url, request = {}) {
      const { timeoutMs: limit = timeoutMs, budget, signal, ...init } = request;
      await acquire(budget, signal ?? undefined);
      const headers = ownHeaders(init.headers, userAgent);
      const exchanged = exchange(url, { ...init, headers }, limit, signal ?? undefined);
      if (!followed.isAsked()) return exchanged;
      const { method = "GET", body } = init;
      const asked = { method, url, headers, body: typeof body === "string" ? body : "" };
      return tellingOf(exchanged, followed.request(asked, signal ?? undefined));
    },
  };
}

/** The same, and whoever follows hears of it. */
async function tellingOf(exchanged: Promise<HttpAnswer>, tell: FollowUp): Promise<HttpAnswer> {
  try {
    const answer = await exchanged;
    tell(answer);
    return answer;
  } catch (error) {
    tell({ error });
    throw error;
  }
}

/** Goes on from what was used before a reload; a budget that the type does not have any more goes. */
function permitsOf(
  { permits }: Pick<ConnectorFacts, "permits">,
  budgets: readonly (readonly [string, Rate])[],
): ConnectorFacts["permits"] {
  const known = new Map(permits);
  permits.clear();
  for (const [budget, rate] of budgets) permits.set(budget, { rate, used: known.get(budget)?.used ?? 0 });
  return permits;
}

async function exchange(
  url: string | URL,
  init: Omit<RequestOptions, "signal">,
  limitMs: number,
  signal: AbortSignal | undefined,
): Promise<HttpAnswer> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${limitMs / 1000} s`)), limitMs);
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  try {
    const response = await fetch(url, { ...init, ...UNDECODED, redirect: "manual", signal: either });
    // the timeout covers the body too: a destination that stops in the middle must not hold the courier
    const text = await readText(response);
    return {
      status: response.status,
      headers: response.headers,
      text,
      retryAfterMs: askedWaitMs(response, Date.now()),
    };
  } catch (error) {
    throw either.aborted ? either.reason : inPlainWords(error);
  } finally {
    clearTimeout(timer);
  }
}

function ownHeaders(headers: RequestOptions["headers"], userAgent: string): Headers {
  const all = new Headers(headers);
  all.set("user-agent", userAgent);
  all.set("accept-encoding", ACCEPTED_ENCODING);
  return all;
}
