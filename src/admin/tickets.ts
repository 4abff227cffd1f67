/** Addresses that log in once: what `console` prints, so that no token ends up in a browser's history. */
import { randomBytes } from "node:crypto";
import type { Account, Accounts } from "./accounts.ts";
import { seal, unseal } from "./sealed.ts";

/** Milliseconds in which one must be used. */
export const TICKET_MS = 5 * 60_000;

/** The name of the parameter that holds one. */
export const TICKET_PARAMETER = "once";

/** @param now milliseconds since 1970, on the machine whose listener shall take it */
export function newTicket(account: Account, now: number): string {
  return seal({ account, rest: randomBytes(12).toString("base64url"), expiry: now + TICKET_MS }, "single use");
}

export interface Tickets {
  /** Whom it lets in: once, and not if it was made before this listener began. */
  redeem(ticket: string, accounts: Accounts, now: number): Account | undefined;
}

/** @param since milliseconds since 1970: which ones were used before, nobody knows */
export function openTickets(since: number): Tickets {
  /** Until when each could be used again. Only those who have a token make one that gets in here. */
  const used = new Map<string, number>();
  return {
    redeem(ticket, accounts, now) {
      const sealed = unseal(ticket, accounts.all, "single use", now);
      if (sealed === undefined || sealed.expiry - TICKET_MS < since || used.has(sealed.rest)) return undefined;
      for (const [old, expiry] of used) if (expiry <= now) used.delete(old);
      used.set(sealed.rest, sealed.expiry);
      return sealed.account;
    },
  };
}
