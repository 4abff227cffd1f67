/** What `check --live` asks HubSpot: the token, its scopes, the properties that the settings name. Changes nothing. */
import type { Found, Said } from "../../src/connector.ts";
import { asRecord, didYouMean, isForeignRefusal, type Stopped, withMessage } from "../../src/connector-tools.ts";
import { ask, askList, type Postponed } from "./answer.ts";
import { checkSet } from "./check-set.ts";
import type { Context } from "./deliver.ts";
import { found, words } from "./findings.ts";
import { textIn, textsIn } from "./json.ts";
import { askDefinition, type Definition, notFound, nothingThere } from "./properties.ts";
import { supportFinding } from "./versions.ts";

const SCOPES = ["crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"] as const;

export async function checkHubSpot(context: Context, signal: AbortSignal): Promise<readonly Found[]> {
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

async function checkAccount({ api, settings }: Context, signal: AbortSignal): Promise<Found> {
  const answer = await ask(api, api.account(), signal);
  if (answer.tag === "answered") {
    const { portalId } = answer.body;
    const isNumbered = portalId !== undefined && portalId !== null;
    return found(true, "token", { portal: isNumbered ? String(portalId) : words("without_number") });
  }
  const nothing = notFound(answer);
  const trouble = nothing === undefined ? answer : await nothingThere(api, settings.api_version, nothing, signal);
  if (trouble.tag === "stopped" && trouble.result.tag === "gone") {
    return { ...found(false, "version_gone", { reason: trouble.result.reason }), setting: "api_version" };
  }
  const values = { host: settings.base_url, reason: reasonIn(answer) };
  const isRefused = answer.tag === "stopped" && answer.result.tag === "credentialsRefused";
  if (!isRefused) return { ...found(false, "trouble", values), setting: "base_url" };
  if (isForeignRefusal(answer.result.reason)) {
    return { ...found(false, "foreign_refusal", values), setting: "base_url" };
  }
  return { ...found(false, "token_refused", values), setting: "access_token" };
}

/** Only tokens of private apps can be asked; of others, the requests that follow show what they may read. */
async function checkScopes({ api }: Context, signal: AbortSignal): Promise<Found> {
  const setting = "access_token";
  const answer = await ask(api, api.token(), signal);
  if (answer.tag !== "answered" || !Array.isArray(answer.body.scopes)) {
    return { ...found("warning", "scopes_untold", { scopes: SCOPES.join(", ") }), setting };
  }
  const granted = new Set(textsIn(answer.body, "scopes"));
  const lacking = SCOPES.filter((scope) => !granted.has(scope));
  if (lacking.length === 0) return found(true, "scopes", { scopes: SCOPES.join(", ") });
  return { ...found(false, "scopes_lacking", { scopes: lacking.join(", ") }), setting };
}

/** The definitions of the properties that exist, and a finding for each that does not. */
async function checkExistence({ api, settings }: Context, signal: AbortSignal) {
  const named: readonly (readonly [string, string])[] = [
    [settings.match.property, "match.property"],
    ...Object.keys(settings.set).map((name) => [name, `set.${name}`] as const),
  ];
  const definitions = new Map<string, Definition>();
  const findings: Found[] = [];
  let names: readonly string[] | undefined;
  for (const [name, setting] of named) {
    const asked = await askDefinition(api, settings.api_version, name, signal);
    if (!("tag" in asked)) definitions.set(name, asked);
    else if (asked.tag === "missing") {
      names ??= await allNames(api, signal);
      findings.push(missingProperty(name, setting, names));
    } else {
      findings.push({ ...found(false, "unread", { name, reason: reasonIn(asked) }), setting });
    }
  }
  return { definitions, findings };
}

async function allNames(api: Context["api"], signal: AbortSignal): Promise<string[]> {
  const answer = await ask(api, api.properties(), signal);
  const results = answer.tag === "answered" && Array.isArray(answer.body.results) ? answer.body.results : [];
  return results.flatMap((each) => textIn(asRecord(each), "name") ?? []);
}

function missingProperty(name: string, setting: string, names: readonly string[]): Found {
  const kind = setting === "match.property" ? "no_match_property" : "no_property";
  return { ...found(false, kind, { name, meant: didYouMean(name, names) }), setting };
}

function explainMatch({ name, unique, type }: Definition, { settings }: Context): Found {
  const setting = "match.property";
  if (unique) return { ...found(true, "unique", { name, type }), setting };
  if (settings.when_missing === "create") {
    return { ...found(false, "not_unique_to_create", { name }), setting: "when_missing" };
  }
  return { ...found("warning", "not_unique", { name }), setting };
}

async function countCarriers({ api, settings }: Context, signal: AbortSignal): Promise<Found> {
  const { property } = settings.match;
  const setting = "match.property";
  const answer = await askList(api, await api.countWith(property), signal);
  if (answer.tag !== "listed" || answer.total === undefined) {
    const reason = answer.tag === "listed" ? words("no_total") : reasonIn(answer);
    return { ...found(false, "uncounted", { name: property, reason }), setting };
  }
  const { total: count } = answer;
  if (count === 0) return { ...found("warning", "none_carries", { name: property }), setting };
  if (count === 1) return { ...found(true, "one_carries", { name: property }), setting };
  return { ...found(true, "carry", { name: property, count }), setting };
}

function reasonIn(answer: Postponed | Stopped): Said {
  return withMessage(answer.tag === "stopped" ? answer.result.reason : answer.reason);
}
