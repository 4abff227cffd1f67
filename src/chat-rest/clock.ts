/** Chat's clock, read from an answer's `Date`. Pure. */
import type { ChatClock } from "./contract.ts";

/** When a request was under way. */
export interface Span {
  /** On our clock, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Milliseconds until the head of the answer was there. */
  readonly tookMs: number;
}

/** Undefined where there is no `Date` that can be read. */
export function chatClock(date: string | null, { sentAt, tookMs }: Span): ChatClock | undefined {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(told)) return undefined;
  // it was written at some time of the span, and has lost a part of a second: the middle is the best guess
  const aheadMs = Math.round(told + 500 - (sentAt + tookMs / 2));
  return { aheadMs, askedAt: Math.floor(told - tookMs) };
}
