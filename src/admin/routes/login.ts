/** Logging in and out: a token, or an address that works once, for a session. */
import type { Account, Accounts } from "../accounts.ts";
import { page, seeOther } from "../answers.ts";
import { type AdminRequest, BACK, backTo, type Route, WrongToken } from "../route.ts";
import { noCookie, sessionCookie } from "../session.ts";
import { TICKET_PARAMETER, type Tickets } from "../tickets.ts";

export interface LoginOptions {
  readonly accounts: () => Accounts;
  readonly tickets: Tickets;
  /** Of the listener. */
  readonly port: () => number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly page: LoginPage;
}

/** @param isLocal whether there is no account but whoever can read a file on this machine; `token` names the form's field */
export type LoginPage = (
  asked: AdminRequest,
  about: { readonly isLocal: boolean; readonly token: string },
) => Response | Promise<Response>;

const SPENT = "this address was used, or its time is over; `console` prints another";
/** The name of the form's field, and of the parameter of an API's client. */
const TOKEN = "token";

export function loginRoutes({ accounts, tickets, port, clock, page: loginPage }: LoginOptions): readonly Route[] {
  const placeOf = ({ link, isHttps }: AdminRequest) => ({ port: port(), path: link("/"), isHttps });

  const cookieFor = (account: Account, asked: AdminRequest) => sessionCookie(account, placeOf(asked), clock());

  /** From here on by a page of ours: a redirect would be the step of whichever page had the address, and go without the cookie. */
  function enterOnce(ticket: string, asked: AdminRequest): Response {
    const account = tickets.redeem(ticket, accounts(), clock());
    if (account === undefined) throw new WrongToken(SPENT);
    const home = asked.link("/");
    const response = page(
      200,
      "unsub-bridge",
      `<meta http-equiv="refresh" content="0; url=${home}"><a href="${home}">Go on</a>`,
    );
    response.headers.set("set-cookie", cookieFor(account, asked));
    return response;
  }

  return [
    {
      method: "GET",
      path: "/login",
      least: "anyone",
      answer(asked) {
        const ticket = asked.url.searchParams.get(TICKET_PARAMETER);
        if (ticket !== null) return enterOnce(ticket, asked);
        return loginPage(asked, { isLocal: accounts().isLocal, token: TOKEN });
      },
    },
    {
      method: "POST",
      path: "/login",
      least: "anyone",
      answer(asked) {
        const fields = new URLSearchParams(new TextDecoder().decode(asked.body));
        const account = accounts().byToken(fields.get(TOKEN) ?? "");
        if (account === undefined) throw new WrongToken("this token is nobody's");
        return seeOther(backTo(fields.get(BACK), asked.link), { "set-cookie": cookieFor(account, asked) });
      },
    },
    {
      method: "POST",
      path: "/logout",
      least: "anyone",
      answer: (asked) => seeOther(asked.link("/login"), { "set-cookie": noCookie(placeOf(asked)) }),
    },
  ];
}
