/** How addresses are shown: the one place that knows which of their parts may be read by everybody. Pure. */

/** Characters of an address that are shown. */
const LONGEST = 300;

/**
 * Origin, path and the names of the parameters: `https://host/path?code=…&sig=…`. User, password, the parameters' values and
 * the fragment are credentials more often than not. Also a relative address, as in a redirect's `Location`.
 */
export function shownUrl(address: string | URL): string {
  const text = String(address).trim();
  const isWhole = URL.canParse(text);
  if (!isWhole && (/^[a-z][a-z0-9+.-]*:/i.test(text) || !URL.canParse(text, NOWHERE))) return UNREADABLE;
  const url = isWhole ? new URL(text) : new URL(text, NOWHERE);
  const origin = isWhole || text.startsWith("//") ? `${url.protocol}//${url.host}` : "";
  const shown = `${origin}${url.pathname}${shownQuery(url.search)}`;
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}

const NOWHERE = "https://nowhere.invalid";
const UNREADABLE = "(an address that cannot be read)";

function shownQuery(search: string): string {
  if (search === "") return "";
  const names = search
    .slice(1)
    .split(/[&;]/)
    .map((part) => {
      const equals = part.indexOf("=");
      // `?key` alone may be the key itself
      return equals === -1 ? "…" : `${part.slice(0, equals).slice(0, 40)}=…`;
    });
  return `?${names.join("&")}`;
}

/** Whatever follows a scheme and two slashes, to the next blank, quote or bracket. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`{}\\^|]+/gi;
const HAS_MORE = /[?#@]/;

/** A text, an error of a runtime say, with each address in it shown like that. */
export function withShownUrls(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(ADDRESS, (address) => {
    const [, body = address, end = ""] = /^(.*?)([).,;:!\]]*)$/s.exec(address) ?? [];
    return HAS_MORE.test(body) ? shownUrl(body) + end : address;
  });
}
