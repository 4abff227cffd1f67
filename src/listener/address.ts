/** Where a request comes from, and whether that is a place that one knows. */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Whether an address, as text, lies in a set. Text that is no address lies in none. */
export type AddressSet = (address: string) => boolean;

/** The set of addresses in a list of CIDRs and single addresses. Throws on text that is neither. */
export function addressSet(cidrs: readonly string[]): AddressSet {
  const ranges = cidrs.map(rangeOf);
  return (text) => {
    const address = addressIn(text);
    return address !== undefined && ranges.some((range) => contains(range, address));
  };
}

/**
 * The client's address: the peer's, or behind trusted proxies the rightmost entry of `X-Forwarded-For` that is not itself
 * a trusted proxy. What stands left of it could have been written by anybody.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: AddressSet): string {
  if (forwardedFor === null) return peer;
  const hops = forwardedFor.split(",").map((hop) => hop.trim());
  let client = peer;
  while (trusted(client)) {
    const hop = hops.pop();
    if (hop === undefined) return client;
    client = hop;
  }
  return client;
}

/**
 * Whoever shares an address as far as one can tell: of IPv6 the first 64 bits, of which a single person has all the others.
 * Text that is no address is all one.
 */
export function networkOf(text: string): string {
  const address = addressIn(text);
  if (address === undefined) return "nowhere";
  if (address.kind() === "ipv4") return address.toString();
  const first = (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${first.join(":")}::/64`;
}

function rangeOf(text: string): Range {
  const [address, bits] = text.includes("/") ? ipaddr.parseCIDR(text) : singleAddress(text);
  if (address.kind() === "ipv6" && (address as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96) {
    return [(address as ipaddr.IPv6).toIPv4Address(), bits - 96];
  }
  return [address, bits];
}

function singleAddress(text: string): Range {
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** Reads an address; an IPv4 address that was mapped into IPv6 is the IPv4 address. */
function addressIn(text: string): Address | undefined {
  const bare = withoutPort(text);
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : undefined;
}

/** Some proxies add the port: `203.0.113.7:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const parts = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text);
  return parts?.[1] ?? parts?.[2] ?? text;
}

function contains(range: Range, address: Address): boolean {
  return range[0].kind() === address.kind() && address.match(range);
}
