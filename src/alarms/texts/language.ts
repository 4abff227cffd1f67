/** What a language has words for. Each is written by hand: no text is put together from parts of another language. */
import type { Word } from "../ladder.ts";

export interface Language {
  readonly labels: Readonly<Record<Word["kind"], string>>;
  /** What it is, on one line. */
  what(word: Word): string;
  /** Since when, and how long it may be so. @param now milliseconds since 1970 */
  since(word: Word, now: number): string;
  /** Whose fault it is; absent where nobody's is known. */
  fault(word: Word): string | undefined;
  /** What helps: a sentence, or a command alone. */
  help(word: Word): string;
  /** It is over, on one line. */
  over(word: Word): string;
  /** The title of several at once, of which the first is this. */
  title(first: string, more: number): string;
  /** So many more are not told of here. */
  rest(more: number): string;
  /** So many were given up since nobody over there has that id. */
  unmatched(deliveries: number): string;
  readonly test: { readonly title: string; readonly lines: readonly string[] };
}

/** `2026-11-26 10:00 UTC`. @param ms milliseconds since 1970 */
export function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;
export type Unit = (typeof UNITS)[number][0] | "ms";
/** Up to two days people count in hours. */
const DAYS_FROM = 2 * 86_400_000;

/** A time as its two largest units. @param ms milliseconds */
export function spanParts(ms: number): readonly (readonly [amount: number, unit: Unit])[] {
  const whole = Math.max(0, Math.round(ms));
  const at = UNITS.findIndex(([unit, factor]) => whole >= (unit === "d" ? DAYS_FROM : factor));
  const [unit, factor] = UNITS[at] ?? (["ms", 1] as const);
  const smaller = at === -1 ? undefined : UNITS[at + 1];
  const rest = smaller === undefined ? 0 : Math.floor((whole % factor) / smaller[1]);
  const head = [Math.floor(whole / factor), unit] as const;
  return smaller === undefined || rest === 0 ? [head] : [head, [rest, smaller[0]]];
}
