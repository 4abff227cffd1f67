/** Forms of text that the schema names by `format`. TypeBox refuses every text of a format that it does not know. */
import { FormatRegistry } from "@sinclair/typebox";
import ipaddr from "ipaddr.js";
import { instantIn } from "../../basics/instant.ts";
import { isPostgresUrl } from "../../basics/postgres-url.ts";

/** An address, or a range: `203.0.113.0/24`. */
export function isCidr(text: string): boolean {
  if (!text.includes("/")) return isAddress(text);
  return (
    (ipaddr.IPv4.isValidCIDR(text) && isAddress(text.slice(0, text.indexOf("/")))) || ipaddr.IPv6.isValidCIDR(text)
  );
}

/** In four parts or with colons: `10.1` is an address to ipaddr.js, and a slip to everybody else. */
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** `now`, `all`, or since when: milliseconds since 1970. A date without time begins at midnight UTC. Undefined when it is none. */
export function parseStart(text: string): "now" | "all" | number | undefined {
  if (text === "now" || text === "all") return text;
  return START.test(text) ? instantIn(text) : undefined;
}

const START = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

function isStorageUrl(text: string): boolean {
  // what it says is judged by itself (../rules/server.ts): a password may stand in it as it was copied
  if (isPostgresUrl(text)) return true;
  return /^sqlite:.+/.test(text) && !/^sqlite:\/\//.test(text);
}

FormatRegistry.Set("cidr", isCidr);
FormatRegistry.Set("start", (text) => parseStart(text) !== undefined);
FormatRegistry.Set("storage-url", isStorageUrl);
