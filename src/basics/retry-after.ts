/** Waits that destinations ask for. Pure. */

/** Says how long to wait, whatever the status: the standard's name, Braze's, Discord's. */
const WAITS = ["retry-after", "x-ratelimit-retry-after", "x-ratelimit-reset-after"];
/** The same in milliseconds: Azure's, and of APIs behind its gateway. */
const WAITS_MS = ["retry-after-ms", "x-ms-retry-after-ms"];
/** Stand on good answers as well: how much of a window is left, in seconds, or when it ends. */
const RESETS = ["x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset"];
/** Where an answer says that one has asked too often. */
const LIMITED: ReadonlySet<number> = new Set([403, 429, 503]);

/**
 * The text by which an answer asks to wait, under whichever name destinations have for it; for `retryAfterMs`. The names of a
 * window's end count only in an answer that may be a limit's.
 */
export function askedWait(status: number, header: (name: string) => string | null | undefined): string | undefined {
  const isGiven = (text: string | null | undefined): text is string => (text?.trim() ?? "") !== "";
  const precise = WAITS_MS.map(header).find((text) => isGiven(text) && /^\d{1,12}$/.test(text.trim()));
  if (isGiven(precise)) return String(Number(precise) / 1_000);
  const named = (LIMITED.has(status) ? [...WAITS, ...RESETS] : WAITS).map(header).find(isGiven);
  if (named !== undefined || !LIMITED.has(status)) return named;
  // of a window as the IETF's drafts write it from 2023 on: `"default";r=0;t=30`
  return /;\s*t=(\d{1,9})/.exec(header("ratelimit") ?? "")?.[1];
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
 * is sent there: a unit behind the number, quotes around it, an ISO 8601 duration, a Unix time in seconds or milliseconds, an
 * ISO 8601 time, the longest of several numbers. Undefined when it is absent or unreadable; never negative. `tools.fetch` has read it already.
 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const text = (header ?? "")
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
  if (text === "") return undefined;
  const inUnits = unitsOf(text);
  if (inUnits !== undefined) return inUnits;
  if (SECONDS.test(text)) return Math.max(...text.split(",").map((one) => waitOf(Number.parseFloat(one), now)));
  // those without a zone mean GMT; whatever else a runtime takes for a date was not meant as one
  if (!/[a-z]{3}|^\d{4}-\d\d-\d\dT/i.test(text)) return undefined;
  const date = Date.parse(ASCTIME.test(text) ? `${text} GMT` : ISO_WITHOUT_ZONE.test(text) ? `${text}Z` : text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2 minutes`, `1h`, `PT1M30S`. */
function unitsOf(text: string): number | undefined {
  const [, number = "", unit = ""] =
    /^(\d{1,9}(?:\.\d{1,9})?) ?(ms|m|h)(?:in(?:ute)?s?|(?:ou)?rs?)?$/i.exec(text) ?? [];
  if (unit !== "") return Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? 0));
  const iso = /^PT(?=\d)(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?$/i.exec(text);
  if (iso === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = iso.slice(1).map((part) => Number(part ?? 0));
  return Math.round((hours * 3_600 + minutes * 60 + seconds) * 1_000);
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
