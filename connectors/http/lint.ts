/** Faults of the settings of a JSON API that a schema cannot say. Pure. */
import type { SettingFault } from "../../src/connector.ts";
import { headerFaults, headerNameFaults } from "../../src/guarded-http/headers.ts";
import { type AddressRules, addressFaults } from "../../src/guarded-http/settings.ts";
import { choosesHost, isEncoded, partsOf, withStandIns } from "./address.ts";
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
  if (choosesHost(url)) {
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
  const { oauth2_client_credentials: oauth } = auth ?? {};
  const tokenPath = [...path, "oauth2_client_credentials", "token_url"];
  const ofToken = oauth === undefined ? [] : fixedAddressFaults(oauth.token_url, tokenPath, settings);
  return [...ofToken, ...lintProof(settings)];
}

/** Names of the headers that hold the proof: each must be one, and nobody else's. */
function lintProof({ auth, headers }: HttpSettings): SettingFault[] {
  const { header, hmac } = auth ?? {};
  const named = [
    { path: ["auth", "header", "name"], name: header?.name },
    { path: ["auth", "hmac", "header"], name: hmac?.header },
    { path: ["auth", "hmac", "timestamp_header"], name: hmac?.timestamp_header },
  ].flatMap(({ path, name }) => (name === undefined ? [] : [{ path, name }]));
  const faults = named.flatMap(({ path, name }) => headerNameFaults(name, path));
  const isBearer = auth?.bearer !== undefined || auth?.basic !== undefined || auth?.oauth2_client_credentials;
  const own = new Set(named.map(({ name }) => name.toLowerCase()));
  if (own.size < named.length) {
    const what = "the signature and the time would stand in one header";
    faults.push({ path: ["auth", "hmac", "timestamp_header"], what, todo: "give it another name" });
  }
  if (isBearer) own.add("authorization");
  for (const name of Object.keys(headers).filter((each) => own.has(each.toLowerCase()))) {
    const what = `\`auth\` sets the header "${name}", and this would never be sent`;
    faults.push({ path: ["headers", name], what, todo: "remove it here, or leave `auth` out" });
  }
  return faults;
}

/** Of an address that is the same for everybody. */
function fixedAddressFaults(text: string, path: SettingFault["path"], settings: HttpSettings): SettingFault[] {
  if (!isFilledIn(text)) return addressFaults(text, path, rulesFor(settings));
  return [{ path, what: "variables have no place here: it is asked for nobody", todo: "write the whole address out" }];
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
  const ofList = at === undefined ? [] : placeFaults(at, ["batch", "results", "at"]);
  return [...faults, ...ofList, ...placeFaults(id, ["batch", "results", "id"])];
}

function holdsItems(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isItems(value);
  return Object.values(value).some(holdsItems);
}

function lintCheck(settings: HttpSettings): SettingFault[] {
  return settings.check === undefined ? [] : fixedAddressFaults(settings.check.url, ["check", "url"], settings);
}
