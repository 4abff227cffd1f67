/** What HubSpot answers at each address. */
import { asRecord, parseJson } from "../../../src/connector-tools.ts";
import type { SandboxAnswer, SandboxRequest } from "../../kit/sandbox.ts";
import { batch } from "./batch.ts";
import { refusal } from "./errors.ts";
import type { Contact, Portal, PropertyDefinition } from "./portal.ts";
import { search } from "./search.ts";

export interface Account {
  readonly portal: Portal;
  /** Of the access token. */
  readonly scopes: readonly string[];
  /** Whether search has noticed what this contact is now. */
  readonly isIndexed: (contact: Contact) => boolean;
}

const PORTAL_ID = 4_711;

export function answerTo({ method, path, body }: SandboxRequest, account: Account): SandboxAnswer {
  const { portal, scopes, isIndexed } = account;
  const json = asRecord(parseJson(body));
  const [, verb] = /^\/crm\/v3\/objects\/contacts\/batch\/(\w+)$/.exec(path) ?? [];
  if (method === "POST" && verb !== undefined) return batch(portal, verb, json);
  switch (`${method} ${path}`) {
    case "POST /crm/v3/objects/contacts/search":
      return search(portal, body, json, isIndexed);
    case "GET /crm/v3/properties/contacts":
      return { status: 200, body: { results: [...portal.definitions.values()].map(defined) } };
    case "GET /account-info/v3/details":
      return {
        status: 200,
        body: { portalId: PORTAL_ID, accountType: "STANDARD", timeZone: "UTC", uiDomain: "app.hubspot.com" },
      };
    case "POST /oauth/v2/private-apps/get/access-token-info":
      return { status: 200, body: { userId: 7, hubId: PORTAL_ID, appId: 42, scopes } };
    default:
      return method === "GET" ? oneProperty(path, portal) : noSuchAddress(path);
  }
}

function oneProperty(path: string, { definitions }: Portal): SandboxAnswer {
  const [, name] = /^\/crm\/v3\/properties\/contacts\/([^/]+)$/.exec(path) ?? [];
  if (name === undefined) return noSuchAddress(path);
  const definition = definitions.get(decodeURIComponent(name));
  if (definition !== undefined) return { status: 200, body: defined(definition) };
  return refusal(404, "OBJECT_NOT_FOUND", `Property ${name} does not exist`);
}

const noSuchAddress = (path: string): SandboxAnswer => refusal(404, "NOT_FOUND", `no such address: ${path}`);

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
