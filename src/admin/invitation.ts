/** An address that logs somebody in once, made beside a running bridge by whoever may read its token or its settings. */
import type { Config } from "../config/checked-config.ts";
import { reachable } from "../listener/serve.ts";
import { type Account, accountsOf } from "./accounts.ts";
import { mayDo, type Role } from "./identity.ts";
import { linkBelow } from "./route.ts";
import { newTicket, TICKET_MS, TICKET_PARAMETER } from "./tickets.ts";
import { readTokenFile, tokenFileOf } from "./token-file.ts";

export type Invitation =
  | {
      readonly tag: "invited";
      readonly url: string;
      /** Answers whether anybody listens there, to everybody. */
      readonly health: string;
      readonly account: string;
      readonly role: Role;
      /** Milliseconds since 1970. */
      readonly until: number;
    }
  | { readonly tag: "switchedOff" }
  /** The settings leave the port to the bridge, and with accounts nothing tells which one it is. */
  | { readonly tag: "anyPort" }
  /** Without accounts a running bridge leaves a file here. */
  | { readonly tag: "noBridge"; readonly file: string }
  /** Which of these, or none of them. */
  | { readonly tag: "whichAccount"; readonly known: readonly string[] };

/**
 * @param name of an account; need not be said where one alone may look in
 * @param now milliseconds since 1970
 */
export async function invitationBy(
  { admin, storage }: Pick<Config, "admin" | "storage">,
  name: string | undefined,
  now: number,
): Promise<Invitation> {
  if (admin === false) return { tag: "switchedOff" };
  const file = tokenFileOf(storage);
  const local = admin.accounts.length === 0 ? await readTokenFile(file) : undefined;
  if (admin.accounts.length === 0 && local === undefined) return { tag: "noBridge", file };
  const visitors = accountsOf(admin, local?.token ?? "").all.filter((account) => mayDo(account, "viewer"));
  const account = chosen(visitors, name);
  if (account === undefined) return { tag: "whichAccount", known: visitors.map((visitor) => visitor.name) };
  if (local === undefined && admin.port === 0) return { tag: "anyPort" };
  const origin = local?.url ?? `http://${reachable(admin.host)}:${admin.port}`;
  const link = linkBelow(admin.base_path);
  const ticket = new URLSearchParams({ [TICKET_PARAMETER]: newTicket(account, now) });
  return {
    ...{ tag: "invited", url: `${origin}${link("/login")}?${ticket}`, health: `${origin}${link("/healthz")}` },
    ...{ account: account.name, role: account.role, until: now + TICKET_MS },
  };
}

function chosen(accounts: readonly Account[], name: string | undefined): Account | undefined {
  if (name === undefined) return accounts.length === 1 ? accounts[0] : undefined;
  return accounts.find((account) => account.name === name);
}
