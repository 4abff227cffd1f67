/** How somebody on this machine gets to the listener of a bridge: where it is, and as whom. */
import type { Config } from "../config/checked-config.ts";
import { reachable } from "../listener/serve.ts";
import { type Account, accountsOf, isOnlyLocal } from "./accounts.ts";
import { mayDo } from "./identity.ts";
import { type Link, linkBelow } from "./route.ts";
import { readTokenFile, tokenFileOf } from "./token-file.ts";

export type Entrance =
  | { readonly tag: "open"; readonly account: Account; readonly origin: string; readonly link: Link }
  | Closed;

export type Closed =
  | { readonly tag: "switchedOff" }
  /** The settings leave the port to the bridge, and with accounts nothing tells which one it is. */
  | { readonly tag: "anyPort" }
  /** Without accounts a running bridge leaves a file here. */
  | { readonly tag: "noBridge"; readonly file: string }
  /** Which of these, or none of them. */
  | { readonly tag: "whichAccount"; readonly known: readonly string[] };

/** @param choose one of those that may look in */
export async function entranceBy(
  { admin, storage }: Pick<Config, "admin" | "storage">,
  choose: (visitors: readonly Account[]) => Account | undefined,
): Promise<Entrance> {
  if (admin === false) return { tag: "switchedOff" };
  const file = tokenFileOf(storage);
  const isLocal = isOnlyLocal(admin);
  const local = isLocal ? await readTokenFile(file) : undefined;
  if (isLocal && local === undefined) return { tag: "noBridge", file };
  const visitors = accountsOf(admin, local?.token ?? "").all.filter((account) => mayDo(account, "viewer"));
  const account = choose(visitors);
  if (account === undefined) return { tag: "whichAccount", known: visitors.map((visitor) => visitor.name) };
  if (local === undefined && admin.port === 0) return { tag: "anyPort" };
  const origin = local?.url ?? `http://${reachable(admin.host)}:${admin.port}`;
  return { tag: "open", account, origin, link: linkBelow(admin.base_path) };
}
