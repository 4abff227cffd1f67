/** One request to an address that is a secret itself, read to its end within bounds of time and size. */
import { inPlainWords } from "../basics/network-words.ts";
import { ACCEPTED_ENCODING, readText, UNDECODED } from "../basics/read-body.ts";
import { askedWaitMs } from "../basics/retry-after.ts";
import type { ChannelOptions } from "./notice.ts";

export interface Outgoing {
  readonly url: string;
  /** JSON. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Posted =
  | { readonly tag: "answered"; readonly status: number; readonly text: string; readonly afterMs?: number }
  /** In words without an address. */
  | { readonly tag: "unanswered"; readonly words: string };

/** Statuses that pass by themselves, beside those of the server's own trouble. */
const PASSING: ReadonlySet<number> = new Set([408, 423, 425, 429]);

/** Whether it may work in a while, with nothing mended. */
export function mayPass(status: number): boolean {
  return status >= 500 || PASSING.has(status);
}

/** Milliseconds for the whole exchange, unless set. */
const TIMEOUT_MS = 10_000;

/** Never rejects. */
export async function postNotice(
  { url, body, headers = {} }: Outgoing,
  { userAgent, clock, timeoutMs = TIMEOUT_MS }: ChannelOptions,
  signal: AbortSignal,
): Promise<Posted> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
  const own = {
    "content-type": "application/json; charset=utf-8",
    "accept-encoding": ACCEPTED_ENCODING,
    "user-agent": userAgent,
  };
  try {
    const either = AbortSignal.any([signal, timeout.signal]);
    const init = { method: "POST", headers: { ...own, ...headers }, body, redirect: "manual" as const, signal: either };
    const response = await fetch(url, { ...init, ...UNDECODED });
    const afterMs = askedWaitMs(response, clock());
    const text = await readText(response);
    return { tag: "answered", status: response.status, text, ...(afterMs !== undefined && { afterMs }) };
  } catch (error) {
    return { tag: "unanswered", words: withoutAddresses(inPlainWords(reasonOf(error, timeout.signal)).message) };
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown, timeout: AbortSignal): unknown {
  return timeout.aborted ? timeout.reason : error;
}

/** Its path is the credential. */
export function withoutAddresses(words: string): string {
  return words.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, "(the address)");
}
