/** The addresses that Chat's callbacks come from, asked of Chat itself. The bridge refuses no authentic callback for them. */
import ipaddr from "ipaddr.js";
import { openChatRest } from "../chat-rest/client.ts";
import type { ChatRest, ServerPlace } from "../chat-rest/contract.ts";
import type { Config } from "../config/checked-config.ts";
import { addressSet } from "../listener/address.ts";
import { Refused } from "./refused.ts";

/** One app whose Chat can be asked. */
export interface AskedChat {
  readonly client: Pick<ChatRest, "callbackAddresses">;
  /** Where its callbacks are likely to go, unless somebody says otherwise. */
  readonly server: ServerPlace;
}

/**
 * The app that is named, or the first that can be asked. Throws `Refused` where there is none.
 * @param app an SDKAppID
 */
export function chatOf({ chat }: Pick<Config, "chat">, app: string | undefined, version: string): AskedChat {
  const known = chat.apps.filter(({ sdk_app_id }) => app === undefined || String(sdk_app_id) === app);
  if (known.length === 0) throw new Refused("unknown", `There is no app ${app} under \`chat.apps\`.`);
  for (const { sdk_app_id, rest } of known) {
    if (rest === undefined) continue;
    const userAgent = `unsub-bridge/${version}`;
    const client = openChatRest({ app: sdk_app_id, rest, userAgent, permit: async () => undefined });
    return { client, server: rest.region === "china" ? "china" : "elsewhere" };
  }
  const todo = 'add `rest: { region: singapore, secret_key: "${CHAT_SECRET_KEY}" }` to the app under `chat.apps`';
  throw new Refused("unknown", `Chat can be asked by no app of the configuration: ${todo}.`);
}

/** What became different between two looks. */
export interface AddressChange {
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** Undefined where nothing did. */
export function changeBetween(before: readonly string[], after: readonly string[]): AddressChange | undefined {
  const added = after.filter((address) => !before.includes(address));
  const gone = before.filter((address) => !after.includes(address));
  return added.length === 0 && gone.length === 0 ? undefined : { added, gone };
}

/** Those whose callbacks `chat.allow_from` would refuse, where it allows only some. */
export function notAllowed(addresses: readonly string[], { allow_from }: Pick<Config["chat"], "allow_from">): string[] {
  if (allow_from.length === 0) return [];
  const isAllowed = addressSet(allow_from);
  return addresses.filter((address) => !endsOf(address).every(isAllowed));
}

/** The first and the last address of a range: what lies within one range of `allow_from` has both of them there. */
function endsOf(address: string): readonly string[] {
  if (!address.includes("/")) return [address];
  if (ipaddr.IPv4.isValidCIDR(address)) {
    const [first, last] = [ipaddr.IPv4.networkAddressFromCIDR(address), ipaddr.IPv4.broadcastAddressFromCIDR(address)];
    return [first.toString(), last.toString()];
  }
  const [first, last] = [ipaddr.IPv6.networkAddressFromCIDR(address), ipaddr.IPv6.broadcastAddressFromCIDR(address)];
  return [first.toString(), last.toString()];
}
