/** What may be said of an address in settings before anything is looked up. Pure. */
import type { SettingFault } from "../connector.ts";
import { addressSlip, hasBlank } from "../connector-tools.ts";
import { isLiteralAddress, notPublic } from "./address.ts";

/** What the settings around it say. */
export interface AddressRules {
  readonly allow_http: boolean;
  readonly allow_private_network: boolean;
  /** Where a credential belongs that stands in the address. */
  readonly instead: string;
}

/** For `lint`: the faults of a whole address. @param path the setting's, inside the connector */
export function addressFaults(
  text: string,
  path: SettingFault["path"],
  { allow_http, allow_private_network, instead }: AddressRules,
): SettingFault[] {
  const faults: SettingFault[] = [];
  const add = (what: string, todo: string) => faults.push({ path, what, todo });
  if (!URL.canParse(text) || hasBlank(text)) {
    add("this is not a web address", addressSlip(text) ?? "write it whole: https://…");
    return faults;
  }
  const { protocol, username, password, hash, hostname } = new URL(text);
  if (protocol === "http:" && !allow_http) {
    add("http:// is not encrypted", "use https://, or set `allow_http: true` if the network is your own");
  } else if (protocol !== "https:" && protocol !== "http:") add(`${protocol}// is not supported`, "use https://");
  if (username !== "" || password !== "") {
    add("the address carries a user name or a password", `remove it from the address; ${instead}`);
  }
  if (hash !== "") add("the address ends in a #fragment, which is never sent", "remove it");
  const why = allow_private_network ? undefined : whyNotPublic(hostname);
  if (why !== undefined) {
    add(`${hostname} is not public: ${why}`, "set `allow_private_network: true` if that is meant");
  }
  return faults;
}

function whyNotPublic(hostname: string): string | undefined {
  if (isLiteralAddress(hostname)) return notPublic(hostname);
  return hostname === "localhost" || hostname.endsWith(".localhost") ? "this machine itself" : undefined;
}
