/** @jsxImportSource preact */
/** Times as people read them, in their zone. */
import type { Visit } from "../visit.ts";

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
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    ...{ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    timeZone: zone,
  }).format(at);
}
