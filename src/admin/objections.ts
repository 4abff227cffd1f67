/** What speaks against answering a request: the request itself, or the role of whoever asks. Pure. */
import type { Accounts } from "./accounts.ts";
import { refused, seeOther } from "./answers.ts";
import { type Identity, mayDo } from "./identity.ts";
import { isForeign, isOwnHost } from "./origins.ts";
import { BACK, type Link, type Route } from "./route.ts";
import type { Sender } from "./sender.ts";

/** What a request itself is not to be answered for, whoever sent it. */
export function objectionTo(
  request: Request,
  { host }: Pick<Sender, "host">,
  { isLocal }: Pick<Accounts, "isLocal">,
): Response | undefined {
  if (!URL.canParse(request.url)) return refused(400, "the request names no host that can be one");
  if (isLocal && !isOwnHost(request.headers.get("host"))) {
    return refused(421, "without accounts only 127.0.0.1, localhost and [::1] are answered; set admin.accounts");
  }
  if (isForeign(request, host)) return refused(403, "another site's page asks for this");
  return undefined;
}

/** What speaks against the role, for this route. */
export function objection(
  { least }: Pick<Route, "least">,
  request: Pick<Request, "method" | "headers" | "url">,
  identity: Identity | undefined,
  link: Link,
): Response | undefined {
  if (least === "anyone" || (identity !== undefined && mayDo(identity, least))) return undefined;
  if (identity?.proven) return refused(403, `this takes the role ${least}; ${identity.name} is ${identity.role}`);
  const isBrowser = request.method === "GET" && /\btext\/html\b/.test(request.headers.get("accept") ?? "");
  if (isBrowser) return seeOther(loginFor(new URL(request.url), link));
  const todo = "log in, or send `Authorization: Bearer` and a token";
  return refused(401, todo, { "www-authenticate": "Bearer" });
}

/** The login, which leads back to what was asked for. */
function loginFor({ pathname, search }: URL, link: Link): string {
  const wanted = pathname + search;
  return wanted === link("/") ? link("/login") : `${link("/login")}?${new URLSearchParams({ [BACK]: wanted })}`;
}
