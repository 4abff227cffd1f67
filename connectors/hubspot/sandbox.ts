/** A stand-in for HubSpot's contacts API on loopback: as strict as HubSpot, and as forgiving. */
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../kit/sandbox.ts";
import { batch } from "./sandbox/batch.ts";
import { refusal } from "./sandbox/errors.ts";
import { type Limits, openMeter } from "./sandbox/limits.ts";
import { type Contact, openPortal, type PropertyDefinition } from "./sandbox/portal.ts";
import { search } from "./sandbox/search.ts";

export interface HubSpotSandboxOptions {
  /** The access token that it knows; others are answered 401. Any unless set. */
  readonly token?: string;
  /** What the token may do; everything unless set. */
  readonly scopes?: readonly string[];
  /** Contacts that exist: by Chat user id, or with properties. */
  readonly contacts?: readonly (string | Readonly<Record<string, string>>)[];
  /** Properties beside the default ones (`chat_user_id`, unique, and others), or instead of those of the same name. */
  readonly properties?: readonly PropertyDefinition[];
  /** How long search does not notice a contact that was made or changed, milliseconds. */
  readonly indexLagMs?: number;
  /** Request limits, in real windows; none unless set. */
  readonly limits?: Limits;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export interface HubSpotSandbox extends Sandbox {
  /** By record id. */
  readonly contacts: ReadonlyMap<string, Contact>;
  /** By name; may be changed. */
  readonly definitions: Map<string, PropertyDefinition>;
  /** How long search lags behind, milliseconds; may be changed. */
  indexLagMs: number;
  /** Makes a contact and returns its record id. */
  add(properties: Readonly<Record<string, string>>): string;
  remove(id: string): void;
  /** Calls `look` after each change of a contact from now on. */
  watch(look: (contact: Contact) => void): void;
  /** The properties of the contact with this Chat user id. */
  contactOf(user: string): Readonly<Record<string, string>> | undefined;
}

const PORTAL_ID = 4_711;
const ALL_SCOPES = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"];

export async function startHubSpotSandbox(options: HubSpotSandboxOptions = {}): Promise<HubSpotSandbox> {
  const { token, scopes = ALL_SCOPES, contacts = [], properties = [], limits = {}, clock = Date.now } = options;
  const portal = openPortal(properties, clock);
  const meter = openMeter(limits, clock);
  // what exists at the start has been there for long
  for (const each of contacts) {
    const id = portal.add(typeof each === "string" ? { chat_user_id: each } : each);
    const contact = portal.contacts.get(id);
    if (contact !== undefined) contact.changedAt = Number.NEGATIVE_INFINITY;
  }

  function respond(request: SandboxRequest): SandboxAnswer {
    if (!isAuthentic(request)) {
      return refusal(401, "INVALID_AUTHENTICATION", "Authentication credentials not found or not valid.");
    }
    const { refused, headers } = meter.pass(request.path.endsWith("/search"));
    const answer = refused ?? forbid(request) ?? route(request);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  function isAuthentic({ headers }: SandboxRequest): boolean {
    const [scheme, given] = (headers.authorization ?? "").split(" ");
    return scheme === "Bearer" && given !== undefined && (token === undefined || given === token);
  }

  function forbid({ method, path }: SandboxRequest): SandboxAnswer | undefined {
    const needed = scopeFor(method, path);
    if (needed === undefined || scopes.includes(needed)) return undefined;
    const message = "This app hasn't been granted all required scopes to make this call.";
    return refusal(403, "MISSING_SCOPES", message, { errors: [{ context: { requiredGranularScopes: [needed] } }] });
  }

  function route({ method, path, body }: SandboxRequest): SandboxAnswer {
    const json = asRecord(parseJson(body));
    const [, verb] = /^\/crm\/v3\/objects\/contacts\/batch\/(\w+)$/.exec(path) ?? [];
    if (method === "POST" && verb !== undefined) return batch(portal, verb, json);
    switch (`${method} ${path}`) {
      case "POST /crm/v3/objects/contacts/search":
        return search(portal, body, json, (contact) => contact.changedAt + sandbox.indexLagMs <= clock());
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
        return method === "GET" ? oneProperty(path) : refusal(404, "NOT_FOUND", `no such address: ${path}`);
    }
  }

  function oneProperty(path: string): SandboxAnswer {
    const [, name] = /^\/crm\/v3\/properties\/contacts\/([^/]+)$/.exec(path) ?? [];
    if (name === undefined) return refusal(404, "NOT_FOUND", `no such address: ${path}`);
    const definition = portal.definitions.get(decodeURIComponent(name));
    if (definition !== undefined) return { status: 200, body: defined(definition) };
    return refusal(404, "OBJECT_NOT_FOUND", `Property ${name} does not exist`);
  }

  const sandbox = Object.assign(await startSandbox(respond), {
    contacts: portal.contacts,
    definitions: portal.definitions,
    indexLagMs: options.indexLagMs ?? 0,
    add: portal.add,
    remove: portal.remove,
    watch: portal.watch,
    contactOf(user: string) {
      for (const id of portal.idsWith("chat_user_id", user)) {
        const properties = portal.contacts.get(id)?.properties;
        if (properties?.chat_user_id === user) return properties;
      }
      return undefined;
    },
  });
  return sandbox;
}

function scopeFor(method: string, path: string): string | undefined {
  if (path.startsWith("/crm/v3/properties/")) return "crm.schemas.contacts.read";
  if (!path.startsWith("/crm/v3/objects/contacts")) return undefined;
  const reads = method === "GET" || path.endsWith("/batch/read") || path.endsWith("/search");
  return reads ? "crm.objects.contacts.read" : "crm.objects.contacts.write";
}

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
