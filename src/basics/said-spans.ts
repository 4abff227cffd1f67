/** Spans of time as sentences, so that they can be read in another language. */
import { type Span, spanParts, type Unit } from "./format.ts";
import { type ReasonCode, type Said, sentence } from "./sentences.ts";

const CODES = {
  ...{ d: "days", h: "hours", min: "minutes", s: "seconds" },
  ms: "milliseconds",
} as const satisfies Readonly<Record<Unit, ReasonCode>>;

/** `3 d 4 h`, as `duration` has it. @param span another choice of units */
export function durationSaid(ms: number, span: Span = spanParts(ms)): Said {
  const [larger, smaller] = span.map(([count, unit]) => sentence(CODES[unit], { count }));
  return larger && smaller ? sentence("of_two_units", { larger, smaller }) : (larger ?? { words: "" });
}

/** A span that was made into words; other words stay as they are. */
export function spanOf(words: string): Said {
  const parts = [...words.matchAll(/([\d.]+) (d|h|min|s|ms)\b/g)];
  const said = parts.map(([, count = "", unit]) => sentence(CODES[unit as Unit], { count }));
  const [larger, smaller] = said;
  const span = larger && smaller ? sentence("of_two_units", { larger, smaller }) : larger;
  return span?.words === words ? span : { words };
}
