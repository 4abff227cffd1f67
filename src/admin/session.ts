/** A browser's session: a cookie that holds all there is to know of it. */
import type { Account, Accounts } from "./accounts.ts";
import { seal, unseal } from "./sealed.ts";

/** Milliseconds: a working day. */
export const SESSION_MS = 12 * 3_600_000;

export interface CookiePlace {
  /** Cookies do not tell ports of a host apart; their names do. */
  readonly port: number;
  readonly path: string;
  readonly isHttps: boolean;
}

/** `set-cookie` that logs this account in. Lax: a link from a chat comes with it; whatever changes something asks where it was sent from (`isForeign`). */
export function sessionCookie(account: Account, place: CookiePlace, now: number): string {
  const value = seal({ account, rest: "", expiry: now + SESSION_MS }, "session");
  return cookie(value, SESSION_MS / 1_000, place);
}

/** `set-cookie` that logs out. */
export function noCookie(place: CookiePlace): string {
  return cookie("", 0, place);
}

function cookie(value: string, maxAge: number, { port, path, isHttps }: CookiePlace): string {
  const secure = isHttps ? "; Secure" : "";
  return `${nameFor(port)}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}

/** Whose session a request belongs to. */
export function accountOfSession(request: Request, accounts: Accounts, port: number, now: number): Account | undefined {
  const cookies = request.headers.get("cookie") ?? "";
  const start = `${nameFor(port)}=`;
  const given = cookies.split(/;\s*/).find((each) => each.startsWith(start));
  return given === undefined ? undefined : unseal(given.slice(start.length), accounts.all, "session", now)?.account;
}

const nameFor = (port: number): string => `unsub_bridge_${port}`;
