/** @jsxImportSource preact */
/** Times as people read them, in their zone. */
import type { Visit } from "../visit.ts";
import { writerOf } from "../words/zones.ts";

/** A time, exact to the second; the whole of it for whoever points at it. @param at milliseconds since 1970 */
export function Time({ at, visit: { language, zone } }: { at: number; visit: Pick<Visit, "language" | "zone"> }) {
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {timeText(at, language, zone)}
    </time>
  );
}

export function timeText(at: number, language: Visit["language"], zone: string): string {
  return writerOf(language, zone).format(at);
}
