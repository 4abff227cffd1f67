/** Waits that destinations ask for. Pure. */

/** Says how long to wait, whatever the status: the standard's name, Braze's, Discord's. */
const WAITS = ["retry-after", "x-ratelimit-retry-after", "x-ratelimit-reset-after"];
/** Stand on good answers as well: how much of a window is left, in seconds, or when it ends. */
const RESETS = ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"];
/** Where an answer says that one has asked too often. */
const LIMITED: ReadonlySet<number> = new Set([403, 429, 503]);

/**
 * The text by which an answer asks to wait, under whichever name destinations have for it; for `retryAfterMs`. The names of a
 * window's end count only in an answer that may be a limit's.
 */
export function askedWait(status: number, header: (name: string) => string | null | undefined): string | undefined {
  const names = LIMITED.has(status) ? [...WAITS, ...RESETS] : WAITS;
  return names.map(header).find((text) => text !== null && text !== undefined && text.trim() !== "") ?? undefined;
}

/** How long an answer asks to wait, in milliseconds from `now`; undefined where it does not say so, or not readably. */
export function askedWaitMs(
  { status, headers }: Pick<Response, "status" | "headers">,
  now: number,
): number | undefined {
  return retryAfterMs(
    askedWait(status, (name) => headers.get(name)),
    now,
  );
}

/**
 * `Retry-After` in milliseconds from `now`: seconds, or an HTTP date in any of its three forms (RFC 9110, 10.2.3); and what else
 * is sent there: a unit behind the seconds, a Unix time in seconds or milliseconds, an ISO 8601 time, the longest of several
 * numbers. Undefined when it is absent or unreadable; never negative. `tools.fetch` has read it already.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (text === "") return undefined;
  if (SECONDS.test(text)) return Math.max(...text.split(",").map((one) => waitOf(Number.parseFloat(one), now)));
  // those without a zone mean GMT; whatever else a runtime takes for a date was not meant as one
  if (!/[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(text)) return undefined;
  const date = Date.parse(ASCTIME.test(text) ? `${text} GMT` : ISO_WITHOUT_ZONE.test(text) ? `${text}Z` : text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Nobody asks to wait for thirty years: a number as large is a time, in seconds or in milliseconds. */
const UNIX_SECONDS = 1e9;
const UNIX_MS = 1e12;

function waitOf(seconds: number, now: number): number {
  if (seconds < UNIX_SECONDS) return Math.round(seconds * 1_000);
  return Math.max(0, Math.round(seconds >= UNIX_MS ? seconds : seconds * 1_000) - now);
}

const SECONDS = /^\d{1,16}(\.\d{1,9})?( *, *\d{1,16}(\.\d{1,9})?)*( ?s(ec(onds?)?)?)?$/i;
const ISO_WITHOUT_ZONE = /^\d{4}-\d\d-\d\dT[\d:.]+$/;

const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
