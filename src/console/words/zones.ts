/** Times of a zone, written in the reader's language. To open a writer takes longer than a page has: each is opened once. */
import type { Language } from "./languages.ts";

/** A browser may name any zone: `+00:01` is one as well. */
const MOST = 64;

const writers = new Map<string, Intl.DateTimeFormat>();

/** Exact to the second. Throws where there is no such zone. @param zone as `Intl` knows it: `Europe/Berlin` */
export function writerOf(language: Language, zone: string): Intl.DateTimeFormat {
  const key = `${language} ${zone}`;
  const known = writers.get(key);
  if (known !== undefined) return known;
  const writer = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    ...{ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    timeZone: zone,
  });
  if (writers.size >= MOST) writers.clear();
  writers.set(key, writer);
  return writer;
}
