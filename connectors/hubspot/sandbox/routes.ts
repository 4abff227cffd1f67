/** What HubSpot answers at each address. */
import { asRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxAnswer, SandboxRequest } from "../../kit/sandbox.ts";
import { type AccountRules, brokenRules } from "./account-rules.ts";
import { addressOf } from "./addresses.ts";
import { batch } from "./batch.ts";
import type { Contact } from "./contact-index.ts";
import { refusal } from "./errors.ts";
import type { Portal, PropertyDefinition } from "./portal.ts";
import { search } from "./search.ts";

export interface Account {
  readonly portal: Portal;
  /** Of the access token. */
  readonly scopes: readonly string[];
  /** Whether search has noticed what this contact is now. */
  readonly isIndexed: (contact: Contact) => boolean;
  /** API versions that HubSpot knows. */
  readonly versions: ReadonlySet<string>;
  readonly rules: AccountRules;
}

const PORTAL_ID = 4_711;

export function answerTo({ method, path, body }: SandboxRequest, account: Account): SandboxAnswer {
  const { portal, scopes, isIndexed, versions, rules } = account;
  const { version, resource } = addressOf(path);
  if (version !== undefined && !versions.has(version)) return noSuchAddress();
  const json = asRecord(parseJson(body));
  const [, verb] = /^objects\/contacts\/batch\/(\w+)$/.exec(resource) ?? [];
  if (method === "POST" && verb !== undefined) {
    return brokenRules(rules, { version, verb, body: json, portal }) ?? batch(portal, verb, json);
  }
  switch (`${method} ${resource}`) {
    case "POST objects/contacts/search":
      return search(portal, body, json, isIndexed);
    case "GET properties/contacts":
      return { status: 200, body: { results: [...portal.definitions.values()].map(defined) } };
    case "GET account-info/details":
      return {
        status: 200,
        body: { portalId: PORTAL_ID, accountType: "STANDARD", timeZone: "UTC", uiDomain: "app.hubspot.com" },
      };
    case "POST /oauth/v2/private-apps/get/access-token-info":
      return { status: 200, body: { userId: 7, hubId: PORTAL_ID, appId: 42, scopes } };
    default:
      return method === "GET" ? oneProperty(resource, portal) : noSuchAddress();
  }
}

function oneProperty(resource: string, { definitions }: Portal): SandboxAnswer {
  const [, name] = /^properties\/contacts\/([^/]+)$/.exec(resource) ?? [];
  if (name === undefined) return noSuchAddress();
  const definition = definitions.get(decodeURIComponent(name));
  if (definition !== undefined) return { status: 200, body: defined(definition) };
  return refusal(404, "OBJECT_NOT_FOUND", `Property ${name} does not exist`);
}

/** The same, whether it is the path or the version that HubSpot does not know. */
const noSuchAddress = (): SandboxAnswer => refusal(404, "OBJECT_NOT_FOUND", "resource not found");

/** A definition as HubSpot answers it. */
function defined({ name, label = name, type = "string", ...rest }: PropertyDefinition) {
  const { unique = false, readOnly = false, calculated = false } = rest;
  const options = rest.options ?? (type === "bool" ? ["true", "false"] : []);
  return {
    name,
    label,
    type,
    fieldType: type === "enumeration" ? "select" : "text",
    hasUniqueValue: unique,
    calculated,
    options: options.map((value) => ({ label: value, value, hidden: false })),
    modificationMetadata: { archivable: true, readOnlyDefinition: readOnly, readOnlyValue: readOnly },
  };
}
