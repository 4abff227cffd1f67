/** What a language has words for. Each is written by hand: no text is put together from parts of another language. */
import { type Span, spanParts } from "../../basics/format.ts";
import type { Typed } from "../../basics/typed.ts";
import type { Word } from "../ladder.ts";

export interface AlarmTexts {
  readonly labels: Readonly<Record<Word["kind"], string>>;
  /** What it is, on one line. */
  what(word: Word): string;
  /** Since when, and how long it may be so. @param now milliseconds since 1970 */
  since(word: Word, now: number): string;
  /** Whose fault it is; absent where nobody's is known. */
  fault(word: Word): string | undefined;
  /** What helps: a sentence, or a command alone. @param typed commands as they are typed where the bridge runs */
  help(word: Word, typed: Typed): string;
  /** It is over, on one line. */
  over(word: Word): string;
  /** The title of several at once, of which the first is this. */
  title(first: string, more: number): string;
  /** So many more are not told of here. */
  rest(more: number, typed: Typed): string;
  /** So many were given up since nobody over there has that id. */
  unmatched(deliveries: number, typed: Typed): string;
  /** Where to look, and to act. */
  console(address: string): string;
  readonly test: { readonly title: string; readonly lines: readonly string[] };
}

/** `2026-11-26 10:00 UTC`. @param ms milliseconds since 1970 */
export function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Up to two days people count in hours. */
const DAYS_FROM_MS = 2 * 86_400_000;

/** How long something has been so, or may be. @param ms milliseconds */
export function ageParts(ms: number): Span {
  return spanParts(ms, DAYS_FROM_MS);
}
