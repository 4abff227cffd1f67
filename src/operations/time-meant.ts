/** A time as people write it, one rule for command line and pages. Pure. */
import { instantIn } from "../basics/instant.ts";
import { parseDuration } from "../config/settings/units.ts";

const DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const WITH_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * A duration before now (`2h`), or a date with or without a time of day; undefined: neither.
 * @param now milliseconds since 1970
 * @param zone whose clock is meant where the text does not say
 * @returns milliseconds since 1970
 */
export function timeMeant(text: string, now: number, zone = "UTC"): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  if (!DATE.test(text)) return undefined;
  const iso = text.replace(" ", "T");
  const hasZone = iso.length > 10 && WITH_ZONE.test(iso.slice(10));
  const at = instantIn(hasZone || iso.length === 10 ? iso : `${iso}Z`);
  if (at === undefined) return undefined;
  return hasZone ? at : at - aheadOfUtc(at - aheadOfUtc(at, zone), zone);
}

/** How far the clocks of a zone are ahead at a time, in milliseconds. */
function aheadOfUtc(at: number, zone: string): number {
  if (zone === "UTC") return 0;
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    ...{ timeZone: zone, hourCycle: "h23" },
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  const local = Date.parse(`${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of("second")}Z`);
  return local - Math.floor(at / 1_000) * 1_000;
}
