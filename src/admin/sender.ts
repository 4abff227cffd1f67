/** Who sent a request, as far as connection and proxies tell. */
import { type AddressSet, clientAddress, networkOf } from "../listener/address.ts";

export interface Sender {
  /** What an allowance is kept for: an address, of IPv6 the network. */
  readonly network: string;
  /** Whether the browser speaks to us, or to a proxy that is trusted, over TLS. */
  readonly isHttps: boolean;
  /** `host:port` as the browser has it; empty where nobody says. */
  readonly host: string;
}

/** @param peer address of the connection */
export function senderOf({ headers }: Request, peer: string, trusted: AddressSet): Sender {
  const client = clientAddress(peer, headers.get("x-forwarded-for"), trusted);
  const forwarded = (name: string) => (trusted(peer) ? headers.get(name)?.split(",")[0]?.trim() : undefined);
  return {
    network: networkOf(client),
    isHttps: forwarded("x-forwarded-proto")?.toLowerCase() === "https",
    host: forwarded("x-forwarded-host") ?? headers.get("host") ?? "",
  };
}
