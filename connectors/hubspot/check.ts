/** What `check --live` asks HubSpot: the token, its scopes, the properties that the settings name. Changes nothing. */
import type { Finding } from "../../src/connector.ts";
import { asRecord, isForeignRefusal, nearest, type Stopped, wordsWithMessage } from "../../src/connector-tools.ts";
import { ask, askList, type Postponed } from "./answer.ts";
import { checkSet } from "./check-set.ts";
import type { Context } from "./deliver.ts";
import { textIn, textsIn } from "./json.ts";
import { askDefinition, type Definition, notFound, nothingThere } from "./properties.ts";
import { supportFinding } from "./versions.ts";

const SCOPES = ["crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"] as const;

export async function checkHubSpot(context: Context, signal: AbortSignal): Promise<readonly Finding[]> {
  const account = await checkAccount(context, signal);
  if (account.ok === false) return [account];
  const scopes = await checkScopes(context, signal);
  const { definitions, findings } = await checkExistence(context, signal);
  const match = definitions.get(context.settings.match.property);
  return [
    account,
    supportFinding(context.settings.api_version, Date.now()),
    scopes,
    ...findings,
    ...(match === undefined ? [] : [explainMatch(match, context), await countCarriers(context, signal)]),
    ...checkSet(context.templates.set, definitions),
  ];
}

async function checkAccount({ api, settings }: Context, signal: AbortSignal): Promise<Finding> {
  const answer = await ask(api, api.account(), signal);
  if (answer.tag === "answered") {
    const portal = answer.body.portalId;
    return { ok: true, what: `the access token is valid, for HubSpot account ${portal ?? "without a number"}` };
  }
  const nothing = notFound(answer);
  const trouble = nothing === undefined ? answer : await nothingThere(api, settings.api_version, nothing, signal);
  if (trouble.tag === "stopped" && trouble.result.tag === "gone") {
    const todo = "see HubSpot's developer changelog for the versions that there are";
    return { ok: false, what: trouble.result.reason.words, todo, setting: "api_version" };
  }
  const what = `${settings.base_url}: ${wordsOf(answer)}`;
  const isRefused = answer.tag === "stopped" && answer.result.tag === "credentialsRefused";
  const isForeign = isRefused && isForeignRefusal(answer.result.reason);
  const todo = isForeign
    ? "let this machine through the firewall or proxy, or correct `base_url`; only if neither is it, copy the token again"
    : isRefused
      ? "copy the token again: in HubSpot, Development → Keys → Service keys (or your legacy private app → Auth)"
      : "look at the network, the proxy, `base_url` and https://status.hubspot.com, then check again";
  return { ok: false, what, todo, setting: isRefused && !isForeign ? "access_token" : "base_url" };
}

/** Only tokens of private apps can be asked; of others, the requests that follow show what they may read. */
async function checkScopes({ api }: Context, signal: AbortSignal): Promise<Finding> {
  const setting = "access_token";
  const answer = await ask(api, api.token(), signal);
  if (answer.tag !== "answered" || !Array.isArray(answer.body.scopes)) {
    const what = "HubSpot does not say which scopes this kind of token has";
    return { ok: "warning", what, todo: `see in HubSpot that it has ${SCOPES.join(", ")}`, setting };
  }
  const granted = new Set(textsIn(answer.body, "scopes"));
  const lacking = SCOPES.filter((scope) => !granted.has(scope));
  if (lacking.length === 0) return { ok: true, what: `the token has the scopes ${SCOPES.join(", ")}` };
  const todo = "add them to the service key, or the legacy private app, in HubSpot; the token stays the same";
  return { ok: false, what: `the token lacks the scopes ${lacking.join(", ")}`, todo, setting };
}

/** The definitions of the properties that exist, and a finding for each that does not. */
async function checkExistence({ api, settings }: Context, signal: AbortSignal) {
  const named: readonly (readonly [string, string])[] = [
    [settings.match.property, "match.property"],
    ...Object.keys(settings.set).map((name) => [name, `set.${name}`] as const),
  ];
  const definitions = new Map<string, Definition>();
  const findings: Finding[] = [];
  let names: readonly string[] | undefined;
  for (const [name, setting] of named) {
    const found = await askDefinition(api, settings.api_version, name, signal);
    if (!("tag" in found)) definitions.set(name, found);
    else if (found.tag === "missing") {
      names ??= await allNames(api, signal);
      findings.push(missingProperty(name, setting, names));
    } else {
      const todo = "see that the token has crm.schemas.contacts.read, then check again";
      findings.push({ ok: false, what: `the property "${name}" could not be read: ${wordsOf(found)}`, todo, setting });
    }
  }
  return { definitions, findings };
}

async function allNames(api: Context["api"], signal: AbortSignal): Promise<string[]> {
  const answer = await ask(api, api.properties(), signal);
  const results = answer.tag === "answered" && Array.isArray(answer.body.results) ? answer.body.results : [];
  return results.flatMap((each) => textIn(asRecord(each), "name") ?? []);
}

function missingProperty(name: string, setting: string, names: readonly string[]): Finding {
  const near = nearest(name, names);
  const question = near === undefined ? "" : `; did you mean "${near}"?`;
  const kind = setting === "match.property" ? " (single-line text, with unique values)" : "";
  const todo = `correct the name, or create the property in HubSpot: Settings → Properties → Contact properties${kind}`;
  return { ok: false, what: `HubSpot has no contact property "${name}"${question}`, todo, setting };
}

function explainMatch({ name, unique, type }: Definition, { settings }: Context): Finding {
  const setting = "match.property";
  if (unique)
    return { ok: true, what: `"${name}" is unique (${type}): 100 contacts are found by one request`, setting };
  if (settings.when_missing === "create") {
    const what = `"${name}" is not unique, so no contact can be created by it`;
    const todo = "set `when_missing: retry`, or match by a property that was created with unique values";
    return { ok: false, what, todo, setting: "when_missing" };
  }
  const what = `"${name}" is not unique: contacts are searched, which is slower (a few hundred a second for the whole account) and finds a new contact only after some seconds; all contacts with the same value are updated`;
  const todo =
    "it works; for more speed match by a property that was created with unique values (this cannot be changed later)";
  return { ok: "warning", what, todo, setting };
}

async function countCarriers({ api, settings }: Context, signal: AbortSignal): Promise<Finding> {
  const { property } = settings.match;
  const setting = "match.property";
  const answer = await askList(api, await api.countWith(property), signal);
  if (answer.tag !== "listed" || answer.total === undefined) {
    const why = answer.tag === "listed" ? "its answer has no total" : wordsOf(answer);
    const todo = "see that the token has crm.objects.contacts.read, then check again";
    return { ok: false, what: `HubSpot could not count the contacts that carry "${property}": ${why}`, todo, setting };
  }
  const what = `${answer.total === 1 ? "1 contact carries" : `${answer.total} contacts carry`} a value in "${property}"`;
  if (answer.total > 0) return { ok: true, what, setting };
  const todo = "fill it with the Chat user ids of your contacts first; until then nobody will be found";
  return { ok: "warning", what: `no contact carries a value in "${property}"`, todo, setting };
}

function wordsOf(answer: Postponed | Stopped): string {
  return wordsWithMessage(answer.tag === "stopped" ? answer.result.reason : answer.reason);
}
