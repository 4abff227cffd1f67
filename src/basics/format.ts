/** Times, ages, sizes and counts as people read them. */

/** Milliseconds since 1970 as UTC: the same for everybody who reads it. */
export function time(ms: number): string {
  return new Date(ms).toISOString();
}

export function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms);
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;
export type Unit = (typeof UNITS)[number][0] | "ms";
export type Span = readonly (readonly [amount: number, unit: Unit])[];

/**
 * A time as its two largest units.
 * @param ms milliseconds
 * @param daysFromMs shorter times are counted in hours
 */
export function spanParts(ms: number, daysFromMs = 0): Span {
  const whole = Math.max(0, Math.round(ms));
  const at = UNITS.findIndex(([unit, factor]) => whole >= (unit === "d" ? Math.max(factor, daysFromMs) : factor));
  const [unit, factor] = UNITS[at] ?? (["ms", 1] as const);
  const smaller = at === -1 ? undefined : UNITS[at + 1];
  const rest = smaller === undefined ? 0 : Math.floor((whole % factor) / smaller[1]);
  const head = [Math.floor(whole / factor), unit] as const;
  return smaller === undefined || rest === 0 ? [head] : [head, [rest, smaller[0]]];
}

/** `3 d 4 h` */
export function spanText(span: Span): string {
  return span.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** Milliseconds as its two largest units: `3 d 4 h`, `12 min`, `850 ms`. */
export function duration(ms: number): string {
  return spanText(spanParts(ms));
}

/** `in 4 min`, `now` when it is past. */
export function until(ms: number, now: number): string {
  return ms <= now ? "now" : `in ${duration(ms - now)}`;
}

const SIZES = ["B", "KiB", "MiB", "GiB"] as const;

/** Bytes: `64 KiB`, `1.5 MiB`. */
export function size(bytes: number): string {
  const at = Math.min(SIZES.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1_024 ** at;
  return `${Number(value.toFixed(value < 10 && at > 0 ? 1 : 0))} ${SIZES[at]}`;
}

const numbers = new Intl.NumberFormat("en-US");

export function number(value: number): string {
  return numbers.format(value);
}

/** `1 delivery`, `1,200 deliveries`. */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}
