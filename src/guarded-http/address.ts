/** Which addresses a webhook may connect to unless `allow_private_network` is set: those of the public internet. Pure. */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What an address is when it is not public, in words; undefined when it is public. Text that is no address is not public. */
export function notPublic(text: string): string | undefined {
  const bare = text.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(bare)) return "no IP address";
  const address = ipaddr.parse(bare);
  const inner = embedded(address);
  if (inner !== undefined) {
    const why = notPublic(inner.toString());
    return why === undefined ? undefined : `${why}, wrapped in an IPv6 address`;
  }
  const range = address.range();
  if (range === "unicast") return isGlobalUnicast(address) ? undefined : "reserved";
  return RANGE_WORDS[range] ?? "reserved";
}

/** True when the host of a URL is an address rather than a name: nothing will look it up. */
export function isLiteralAddress(hostname: string): boolean {
  return ipaddr.isValid(hostname.replace(/^\[|\]$/g, ""));
}

/** The IPv4 address that an IPv6 address leads to: mapped, compatible, translated (NAT64, SIIT) or tunnelled (6to4). */
function embedded(address: Address): ipaddr.IPv4 | undefined {
  if (!isIPv6(address)) return undefined;
  const bytes = address.toByteArray();
  const prefix = EMBEDDING.find(([range, bits]) => address.match(ipaddr.IPv6.parse(range), bits));
  const at = prefix?.[2] ?? (isCompatible(bytes) ? 12 : undefined);
  return at === undefined ? undefined : new ipaddr.IPv4(bytes.slice(at, at + 4));
}

/** Prefix, its length, and at which byte the IPv4 address begins. */
const EMBEDDING: readonly (readonly [range: string, bits: number, at: number])[] = [
  ["::ffff:0:0", 96, 12], // mapped, RFC 4291
  ["::ffff:0:0:0", 96, 12], // SIIT, RFC 6145
  ["64:ff9b::", 96, 12], // NAT64, RFC 6052: what IPv6-only networks reach the public internet by
  ["2002::", 16, 2], // 6to4, RFC 3056
];

/** `::a.b.c.d`, RFC 4291 2.5.5.1: deprecated, and yet some systems route it. `::` and `::1` are ranges of their own. */
function isCompatible(bytes: readonly number[]): boolean {
  return bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12, 14).some((byte) => byte !== 0);
}

/** Of IPv6 only 2000::/3 is given out (RFC 4291). */
function isGlobalUnicast(address: Address): boolean {
  return !isIPv6(address) || address.match(ipaddr.IPv6.parse("2000::"), 3);
}

function isIPv6(address: Address): address is ipaddr.IPv6 {
  return address.kind() === "ipv6";
}

const RANGE_WORDS: Readonly<Record<string, string>> = {
  unspecified: "the unspecified address",
  loopback: "this machine itself (loopback)",
  private: "a private network",
  uniqueLocal: "a private network",
  linkLocal: "link-local",
  carrierGradeNat: "a carrier's inner network (100.64.0.0/10)",
  multicast: "multicast",
  broadcast: "broadcast",
  rfc6052: "a private network (NAT64 for local use)",
};
