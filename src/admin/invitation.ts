/** An address that logs somebody in once, made beside a running bridge by whoever may read its token or its settings. */
import type { Config } from "../config/checked-config.ts";
import type { Account } from "./accounts.ts";
import { type Closed, entranceBy } from "./entrance.ts";
import type { Role } from "./identity.ts";
import { newTicket, TICKET_MS, TICKET_PARAMETER } from "./tickets.ts";

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
  | Closed;

/**
 * @param name of an account; need not be said where one alone may look in
 * @param now milliseconds since 1970
 */
export async function invitationBy(
  config: Pick<Config, "admin" | "storage">,
  name: string | undefined,
  now: number,
): Promise<Invitation> {
  const entrance = await entranceBy(config, (visitors) => chosen(visitors, name));
  if (entrance.tag !== "open") return entrance;
  const { account, origin, link } = entrance;
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
