/**
 * Whoever a company's login proxy has let in, by the header in which it says so (`X-Auth-Request-Email`, `X-Forwarded-User`). It is
 * believed from the proxy's own address alone: anybody else could write it, and is told so.
 */
import type { AdminSettings } from "../config/schema.ts";
import { type AddressSet, addressSet } from "../listener/address.ts";
import type { Identity, Role } from "./identity.ts";

export interface Sso {
  /** In lower case. */
  readonly header: string;
  readonly isProxy: AddressSet;
  roleOf(name: string): Role | undefined;
}

export type Introduced =
  | { readonly tag: "nobody" }
  | { readonly tag: "somebody"; readonly identity: Identity }
  /** What stands in the header is not to be believed, or nobody who may look in. Words for whoever sent it. */
  | { readonly tag: "refused"; readonly status: 400 | 403; readonly words: string };

/** Undefined where the settings have none. */
export function ssoOf({ sso }: Pick<AdminSettings, "sso">): Sso | undefined {
  if (sso === undefined) return undefined;
  const { header, trusted_proxies, operators = [], viewers = [] } = sso;
  const [isOperator, isViewer] = [anyOf(operators), anyOf(viewers)];
  return {
    header: header.toLowerCase(),
    isProxy: addressSet(trusted_proxies),
    roleOf: (name) => (isOperator(name) ? "operator" : isViewer(name) ? "viewer" : undefined),
  };
}

/** Names are addresses as a rule: in any case. `*` stands for any characters. */
function anyOf(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "iu");
  });
  return (name) => tests.some((test) => test.test(name));
}

/** As long as the name of an account may be, and no sign that would have to be made harmless in a log or a row. */
const NAME = /^[^\s,;"\p{C}]{1,254}$/u;

/** @param peer address of the connection itself: whatever a proxy before it says of others counts for nothing here */
export function introducedBy(sso: Sso | undefined, headers: Headers, peer: string): Introduced {
  const name = sso && headers.get(sso.header);
  if (sso === undefined || name === null || name === undefined || name === "") return { tag: "nobody" };
  if (!sso.isProxy(peer)) {
    return { tag: "refused", status: 400, words: `${sso.header} is believed from admin.sso.trusted_proxies alone` };
  }
  if (!NAME.test(name)) return { tag: "refused", status: 400, words: `${sso.header} holds no single name` };
  const role = sso.roleOf(name);
  if (role === undefined) {
    return { tag: "refused", status: 403, words: "you are neither one of admin.sso.operators nor of its viewers" };
  }
  return { tag: "somebody", identity: { name, role, proven: true } };
}
