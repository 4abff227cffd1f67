/** The query parameters of a callback URL. Parsed by hand, for they are read at every request. */
import { formDecoded } from "../../basics/percent.ts";

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

/** Reads the parameters that the bridge knows, in any order, any case and however a proxy encodes them; of a repeated one the first counts. */
export function parseQuery(url: string): CallbackQuery {
  const query: CallbackQuery = { sdkAppId: "", command: "", clientIp: "", platform: "", sign: "", requestTime: "" };
  let start = url.indexOf("?") + 1;
  if (start === 0) return query;
  const decode = url.includes("%", start) || url.includes("+", start) ? formDecoded : asItIs;
  while (start < url.length) {
    const ampersand = url.indexOf("&", start);
    const end = ampersand === -1 ? url.length : ampersand;
    const equals = url.indexOf("=", start);
    if (equals === -1) break;
    const field = equals < end ? fieldNamed(url.slice(start, equals)) : "other";
    if (field !== "other" && query[field] === "") query[field] = decode(url.slice(equals + 1, end));
    start = end + 1;
  }
  return query;
}

function fieldNamed(name: string): keyof CallbackQuery | "other" {
  return FIELDS.get(name) ?? FIELDS.get(formDecoded(name).toLowerCase()) ?? "other";
}

const asItIs = (text: string): string => text;
