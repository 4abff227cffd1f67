/** One request to one host of Chat's, read to its end within bounds of time and size. Never throws. */
import { inPlainWords } from "../basics/network-words.ts";
import { ACCEPTED_ENCODING, readText, UNDECODED } from "../basics/read-body.ts";
import { askedWaitMs } from "../basics/retry-after.ts";
import { sentence } from "../basics/sentences.ts";
import { shownUrl } from "../connector.ts";
import { chatClock } from "./clock.ts";
import type { ChatClock } from "./contract.ts";
import { says } from "./words.ts";

export interface HttpOptions {
  readonly userAgent: string;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly monotonic: () => number;
}

export type HttpResult =
  /** The host could not be asked at all: another one may know the answer. */
  | { readonly tag: "unreachable"; readonly words: string }
  /** It answered, with nothing that Chat answers. */
  | { readonly tag: "unfit"; readonly words: string; readonly afterMs?: number; readonly clock?: ChatClock }
  | { readonly tag: "text"; readonly text: string; readonly clock?: ChatClock }
  | { readonly tag: "aborted" };

/** @param url with the signature in it: it stands in no words */
export async function post(
  url: URL,
  body: string,
  { userAgent, timeoutMs, clock, monotonic }: HttpOptions,
  signal: AbortSignal | undefined,
): Promise<HttpResult> {
  const timeout = new AbortController();
  const timer = setTimeout(
    () => timeout.abort(new Error(sentence("answer_late", { seconds: timeoutMs / 1_000 }).words)),
    timeoutMs,
  );
  const either = signal === undefined ? timeout.signal : AbortSignal.any([signal, timeout.signal]);
  const wordsOf = (error: unknown): string =>
    inPlainWords(timeout.signal.aborted ? timeout.signal.reason : error).message;
  const headers = {
    "content-type": "application/json",
    "accept-encoding": ACCEPTED_ENCODING,
    "user-agent": userAgent,
  };
  let clockToldBy: { readonly clock?: ChatClock } = {};
  let isAnswered = false;
  try {
    const [sentAt, began] = [clock(), monotonic()];
    const init = { method: "POST", headers, body, redirect: "manual" as const, signal: either };
    const response = await fetch(url, { ...init, ...UNDECODED });
    isAnswered = true;
    const told = chatClock(response.headers.get("date"), { sentAt, tookMs: monotonic() - began });
    clockToldBy = told === undefined ? {} : { clock: told };
    const text = await readText(response);
    if (response.status === 200) return { tag: "text", text, ...clockToldBy };
    return { ...unfitStatus(response, clock()), ...clockToldBy };
  } catch (error) {
    if (signal?.aborted) return { tag: "aborted" };
    return { tag: isAnswered ? "unfit" : "unreachable", words: wordsOf(error), ...clockToldBy };
  } finally {
    clearTimeout(timer);
  }
}

/** Chat answers 200, whatever it says: anything else is somebody else's. */
function unfitStatus(response: Response, now: number): Extract<HttpResult, { tag: "unfit" }> {
  const { status, headers } = response;
  const afterMs = askedWaitMs(response, now);
  const location = headers.get("location");
  const { words } =
    location !== null && status >= 300 && status < 400
      ? says("redirects", { code: status, url: shownUrl(location) })
      : says("status", { code: status });
  return { tag: "unfit", words, ...(afterMs !== undefined && { afterMs }) };
}
