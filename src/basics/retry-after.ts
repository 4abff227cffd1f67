/** Waits that destinations ask for. Pure. */

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
