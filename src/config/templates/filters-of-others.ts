/** Filters and methods as other template languages and programs call them, by what Liquid calls the same. Pure. */

const NAMES: Readonly<Record<string, readonly string[]>> = {
  upcase: ["upper", "uppercase", "touppercase", "ucase", "strtoupper"],
  downcase: ["lower", "lowercase", "tolowercase", "lcase", "strtolower"],
  capitalize: ["title", "titlecase", "titleize", "capfirst", "ucfirst"],
  strip: ["trim"],
  size: ["length", "len", "count"],
  slice: ["substr", "substring", "left"],
  append: ["concat", "suffix"],
  prepend: ["prefix"],
  default: ["fallback", "default_if_none", "coalesce", "ifempty", "or"],
  date: ["strftime", "date_format", "dateformat", "format_date", "formatdate", "format", "toisostring", "time"],
  url_encode: ["urlencode", "encodeuri", "encodeuricomponent"],
  escape: ["html", "htmlescape", "escapehtml"],
};

const MEANT: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([filter, names]) => names.map((name) => [name, filter] as const)),
);

export function filterMeant(name: string): string | undefined {
  return MEANT.get(name.toLowerCase());
}
