/** Faults of the settings of a JSON API that a schema cannot say. Pure. */
import type { SettingFault } from "../../src/connector.ts";
import { type AddressRules, addressFaults } from "../../src/guarded-http/settings.ts";
import { isEncoded, partsOf, withStandIns } from "./address.ts";
import { isItems } from "./compose.ts";
import { isFilledIn, letsForeignThrough } from "./foreign.ts";
import { lintAnswers } from "./lint-answers.ts";
import type { HttpSettings } from "./settings.ts";

type Path = readonly (string | number)[];

export function lintSettings(settings: HttpSettings): readonly SettingFault[] {
  return [
    ...lintUrl(settings),
    ...lintAuth(settings),
    ...lintHeaders(settings),
    ...lintBatch(settings),
    ...lintAnswers(settings),
    ...lintCheck(settings),
  ];
}

function rulesFor({ allow_http, allow_private_network }: HttpSettings): AddressRules {
  return { allow_http, allow_private_network, instead: "use `auth`" };
}

function lintUrl(settings: HttpSettings): SettingFault[] {
  const { url, batch } = settings;
  const path = ["url"];
  if (/\{%/.test(url)) {
    return [{ path, what: "{% … %} has no place in an address", todo: "write {{ … | url_encode }} behind the host" }];
  }
  if (/^[^/]*\/\/[^/?#]*\{\{|^[^/]*\{\{/.test(url)) {
    const what = "a variable stands before the path: whoever chooses its text would choose where requests go";
    return [{ path, what, todo: "write scheme and host out; variables go behind them" }];
  }
  const expressions = partsOf(url).flatMap((part) => ("expression" in part ? [part.expression] : []));
  const raw = expressions.find((expression) => !isEncoded(expression));
  const faults = addressFaults(withStandIns(url), path, rulesFor(settings));
  if (raw !== undefined) {
    const what = `{{ ${raw} }} goes into the address as it is, and could lead to another one`;
    faults.push({ path, what, todo: `write {{ ${raw} | url_encode }}` });
  }
  if (batch !== undefined && expressions.length > 0) {
    faults.push({ path, what: "a request of many persons has one address", todo: "use a fixed one, or no `batch`" });
  }
  return faults;
}

function lintAuth(settings: HttpSettings): SettingFault[] {
  const { auth, headers } = settings;
  const kinds = Object.entries(auth ?? {}).filter(([, value]) => value !== undefined);
  const path = ["auth"];
  if (kinds.length > 1) {
    return [{ path, what: `${kinds.map(([name]) => name).join(" and ")} at once`, todo: "keep one of them" }];
  }
  if (kinds.length === 0 && !Object.keys(headers).some((name) => /auth|key|token/i.test(name))) {
    const what = "requests carry no credentials: anybody could send the same";
    return [{ path, what, todo: "set `auth` as the API wants it", severity: "warning" }];
  }
  const { oauth2_client_credentials: oauth, header, hmac } = auth ?? {};
  const tokenPath = [...path, "oauth2_client_credentials", "token_url"];
  return [
    ...(oauth === undefined ? [] : addressFaults(oauth.token_url, tokenPath, rulesFor(settings))),
    ...(header === undefined ? [] : nameFaults(header.name, [...path, "header", "name"])),
    ...(hmac === undefined ? [] : nameFaults(hmac.header, [...path, "hmac", "header"])),
  ];
}

/** Headers that belong to the connection (RFC 9110 7.6.1) or to the message's framing. */
const RESERVED = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect)$/i;

function nameFaults(name: string, path: Path): SettingFault[] {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    return [{ path, what: `"${name}" is not a header name`, todo: "use letters, digits, -" }];
  }
  return RESERVED.test(name) ? [{ path, what: `the header "${name}" is set by the bridge`, todo: "remove it" }] : [];
}

function lintHeaders({ headers, batch }: HttpSettings): SettingFault[] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, value]): SettingFault[] => {
    const path = ["headers", name];
    const faults = nameFaults(name, path);
    const add = (what: string, todo: string) => faults.push({ path, what, todo });
    if (seen.has(name.toLowerCase()))
      add(`the header "${name}" is there twice`, "keep one; upper and lower case do not differ");
    seen.add(name.toLowerCase());
    if (/[\r\n\0]/.test(value)) add("the value contains a line break", "write it on one line");
    else if (!/^[\t\x20-\x7e]*$/.test(value))
      add("headers carry ASCII alone", "put it into the body, or write it in ASCII");
    if (/^content-type$/i.test(name) && !/json/i.test(value))
      add("bodies are JSON", "remove it, or name a type of JSON");
    if (letsForeignThrough(value)) {
      add("text of others goes into a header as it is", "add | url_encode, or put it into the body");
    }
    if (batch !== undefined && isFilledIn(value)) {
      add("a request of many persons has one set of headers", "use a fixed text, or no `batch`");
    }
    return faults;
  });
}

function lintBatch({ batch, body }: HttpSettings): SettingFault[] {
  if (batch === undefined) return [];
  const faults: SettingFault[] = [];
  if (body === undefined) {
    faults.push({ path: ["body"], what: "a request of many persons wants a body for each", todo: "set `body`" });
  }
  if (!holdsItems(batch.body)) {
    const todo = 'write "{{ items }}" where the list of bodies belongs';
    faults.push({ path: ["batch", "body"], what: "nobody is in it", todo });
  }
  return faults;
}

function holdsItems(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isItems(value);
  return Object.values(value).some(holdsItems);
}

function lintCheck(settings: HttpSettings): SettingFault[] {
  return settings.check === undefined ? [] : addressFaults(settings.check.url, ["check", "url"], rulesFor(settings));
}
