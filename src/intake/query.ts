/** The query parameters of a callback URL. Parsed by hand: `URL` and `URLSearchParams` would be a third of a request's cost. */

/** What the URL said; a parameter that is absent is empty. */
export interface CallbackQuery {
  sdkAppId: string;
  command: string;
  clientIp: string;
  platform: string;
  sign: string;
  requestTime: string;
}

const FIELDS: ReadonlyMap<string, keyof CallbackQuery | "other"> = new Map([
  // as Chat writes them …
  ["SdkAppid", "sdkAppId"],
  ["CallbackCommand", "command"],
  ["ClientIP", "clientIp"],
  ["OptPlatform", "platform"],
  ["Sign", "sign"],
  ["RequestTime", "requestTime"],
  ["contenttype", "other"],
  // … and in lower case, for those in any other
  ["sdkappid", "sdkAppId"],
  ["callbackcommand", "command"],
  ["clientip", "clientIp"],
  ["optplatform", "platform"],
  ["sign", "sign"],
  ["requesttime", "requestTime"],
]);

/** Reads the parameters that the bridge knows, in any order and any case; of a repeated one the first counts. */
export function parseQuery(url: string): CallbackQuery {
  const query: CallbackQuery = { sdkAppId: "", command: "", clientIp: "", platform: "", sign: "", requestTime: "" };
  let start = url.indexOf("?") + 1;
  while (start > 0 && start < url.length) {
    const ampersand = url.indexOf("&", start);
    const end = ampersand === -1 ? url.length : ampersand;
    const equals = url.indexOf("=", start);
    if (equals !== -1 && equals < end) assign(query, url.slice(start, equals), url.slice(equals + 1, end));
    start = end + 1;
  }
  return query;
}

function assign(query: CallbackQuery, name: string, value: string): void {
  const field = FIELDS.get(name) ?? FIELDS.get(name.toLowerCase()) ?? "other";
  if (field !== "other" && query[field] === "") query[field] = decode(value);
}

function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // a stray per cent sign: as it came
  }
}
