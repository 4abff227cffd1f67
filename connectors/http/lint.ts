/** Faults of the settings of a JSON API that a schema cannot say. Pure. */
import type { SettingFault } from "../../src/connector.ts";
import { headerFaults, headerNameFaults } from "../../src/guarded-http/headers.ts";
import { type AddressRules, addressFaults } from "../../src/guarded-http/settings.ts";
import { isEncoded, partsOf, withStandIns } from "./address.ts";
import { isItems } from "./compose.ts";
import { isFilledIn, letsForeignThrough } from "./foreign.ts";
import { lintAnswers, placeFaults } from "./lint-answers.ts";
import type { HttpSettings } from "./settings.ts";

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
    ...(header === undefined ? [] : headerNameFaults(header.name, [...path, "header", "name"])),
    ...(hmac === undefined ? [] : headerNameFaults(hmac.header, [...path, "hmac", "header"])),
  ];
}

function lintHeaders({ headers, batch }: HttpSettings): SettingFault[] {
  return headerFaults(headers, (name, value) => {
    const faults: Omit<SettingFault, "path">[] = [];
    const add = (what: string, todo: string) => faults.push({ what, todo });
    if (/^content-type$/i.test(name) && !/json/i.test(value)) {
      add("bodies are JSON", "remove it, or name a type of JSON");
    }
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
  const { at, id } = batch.results;
  return [...faults, ...placeFaults(at, ["batch", "results", "at"]), ...placeFaults(id, ["batch", "results", "id"])];
}

function holdsItems(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isItems(value);
  return Object.values(value).some(holdsItems);
}

function lintCheck(settings: HttpSettings): SettingFault[] {
  return settings.check === undefined ? [] : addressFaults(settings.check.url, ["check", "url"], rulesFor(settings));
}
