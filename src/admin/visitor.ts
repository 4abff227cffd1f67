/** Who a request comes from: decided from what it shows, before anything is done for it. */
import type { Account, Accounts } from "./accounts.ts";
import { ANYBODY_HERE, type Identity } from "./identity.ts";
import { accountOfSession } from "./session.ts";
import type { Introduced } from "./sso.ts";

export type Visitor =
  | { readonly tag: "account"; readonly account: Account }
  /** A token that is nobody's. */
  | { readonly tag: "wrongToken" }
  /** Whom a login proxy has let in. */
  | { readonly tag: "introduced"; readonly identity: Identity }
  | { readonly tag: "refused"; readonly status: 400 | 403; readonly words: string }
  /** Who shows nothing, or a session that is over. `identity`: what everybody is who can connect. */
  | { readonly tag: "stranger"; readonly identity: Identity | undefined };

/** @param introduced what a login proxy says; a token that is shown counts before it
 * @param port of the listener, by which its cookies are known; `now` in milliseconds since 1970 */
export function visitorOf(
  request: Request,
  accounts: Accounts,
  introduced: Introduced,
  port: number,
  now: number,
): Visitor {
  // whoever lies about that is told, whatever else is shown
  if (introduced.tag === "refused" && introduced.status === 400) return introduced;
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (token !== undefined) {
    const account = accounts.byToken(token);
    return account === undefined ? { tag: "wrongToken" } : { tag: "account", account };
  }
  if (introduced.tag === "somebody") return { tag: "introduced", identity: introduced.identity };
  // a cookie is no guess: nobody guesses a seal, and sessions end by themselves
  const account = accountOfSession(request, accounts, port, now);
  if (account !== undefined) return { tag: "account", account };
  if (introduced.tag === "refused") return introduced;
  return { tag: "stranger", identity: accounts.isLocal ? ANYBODY_HERE : undefined };
}
