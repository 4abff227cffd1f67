/** Looking up a receiver's name so that no connection goes to an address that was not checked. */
import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { notPublic } from "./address.ts";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. Rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** As the system resolves names: hosts file, search domains, DNS. */
export const systemResolve: Resolve = (hostname) => systemLookup(hostname, { all: true });

/** A name that leads to addresses which the settings do not allow. */
export class ForbiddenAddress extends Error {}

/**
 * A `lookup` for node's sockets, called once for each new connection: what it returns is what is connected to, so a name that
 * changes between a check and the connection gains nothing. Addresses that are not public are left out.
 */
export function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) => {
    allowedAddresses(hostname, resolve, allowPrivate).then(
      (addresses) => {
        if (options.all) return callback(null, [...addresses]);
        const wanted = options.family === 4 || options.family === 6 ? options.family : undefined;
        const one = addresses.find(({ family }) => wanted === undefined || family === wanted) ?? addresses[0];
        callback(null, one?.address ?? "", one?.family);
      },
      (error: Error) => callback(error, ""),
    );
  };
}

/** Rejects with `ForbiddenAddress` when no address is left. */
async function allowedAddresses(
  hostname: string,
  resolve: Resolve,
  allowPrivate: boolean,
): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolve(hostname);
  const [first] = addresses;
  if (first === undefined) throw new Error(`the host name ${hostname} has no address`);
  const allowed = allowPrivate ? addresses : addresses.filter(({ address }) => notPublic(address) === undefined);
  if (allowed.length > 0) return allowed;
  throw forbidden(hostname, first.address);
}

/** The error for a host whose address is not public. */
export function forbidden(hostname: string, address: string): ForbiddenAddress {
  const named = hostname === address ? address : `${hostname} leads to ${address}, which`;
  const what = notPublic(address) ?? "not allowed";
  return new ForbiddenAddress(`${named} is not public (${what}); \`allow_private_network: true\` would permit it`);
}
