/** `GetIPList`: the addresses that callbacks come from. Pure. */
import { isCidr } from "../../config/settings/formats.ts";
import type { Fields } from "../body.ts";
import type { ServerPlace } from "../contract.ts";
import type { ChatQuestion } from "../judging.ts";
import { says } from "../words.ts";
import { odd, type Read, read } from "./fields.ts";

/** `nettype`: of callbacks to servers in China, and to those elsewhere. */
const NET_TYPE: Readonly<Record<ServerPlace, string>> = { china: "5", elsewhere: "6" };
/** More than any firewall takes: then it is something else. */
const MOST = 10_000;

export function askIpList(server: ServerPlace): ChatQuestion {
  return { command: "ConfigSvc/GetIPList", query: { nettype: NET_TYPE[server] }, body: {} };
}

/** Sorted, each once. */
export function readIpList({ IPList: list }: Fields): Read<readonly string[]> {
  if (!Array.isArray(list) || list.length > MOST) return odd(says("no_addresses", { field: "IPList" }));
  if (list.length === 0) return odd(says("empty_list", { field: "IPList" }));
  const addresses = list.filter((address): address is string => typeof address === "string" && isCidr(address));
  if (addresses.length < list.length) return odd(says("entry_no_address", { field: "IPList" }));
  return read([...new Set(addresses)].sort((one, other) => (one < other ? -1 : 1)));
}
