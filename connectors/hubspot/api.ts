/**
 * HubSpot's contacts API. The SDK knows the shape of its requests and builds them; carrying them and judging the answers is
 * ours. Read in the SDK's source, version 14.0.1: its client has no timeout, loses the status of an answer without content
 * type, takes a proxy's page with 200 for success, and retries behind one's back by a global decorator.
 */
import { BatchApiRequestFactory } from "@hubspot/api-client/lib/codegen/crm/contacts/apis/BatchApi.js";
import { SearchApiRequestFactory } from "@hubspot/api-client/lib/codegen/crm/contacts/apis/SearchApi.js";
import { createConfiguration } from "@hubspot/api-client/lib/codegen/crm/contacts/configuration.js";
import type { RequestContext } from "@hubspot/api-client/lib/codegen/crm/contacts/http/http.js";
import { FilterOperatorEnum } from "@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js";
import {
  type BaseServerConfiguration,
  ServerConfiguration,
} from "@hubspot/api-client/lib/codegen/crm/contacts/servers.js";
import type { ConnectorTools, HttpAnswer } from "../../src/connector.ts";
import { baseUrlOf, type HubSpotSettings } from "./settings.ts";
import { pathIn } from "./versions.ts";

/** A request that is ready to go. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Which of the connector type's budgets it counts against. */
  readonly budget: "default" | "search";
}

/** A contact to change. */
export interface ContactUpdate {
  readonly id: string;
  readonly properties: Record<string, string>;
  /** Comes back in HubSpot's errors about this input; unique within a request. */
  readonly traceId: string;
}

/** A contact to create. */
export type ContactCreation = Omit<ContactUpdate, "id">;

/** HubSpot's limit for the inputs of a batch. */
export const LARGEST_BATCH = 100;
/** HubSpot's limit for a page of search results. */
const LARGEST_PAGE = 200;

export interface Api {
  /** Reads contacts by a unique property, or by e-mail. */
  read(property: string, values: readonly string[], properties: readonly string[]): Promise<ApiRequest>;
  /** Finds contacts whose property is one of the values, lower-cased; a page from `after` on. */
  search(property: string, values: readonly string[], after?: string): Promise<ApiRequest>;
  /** Counts contacts that carry the property. */
  countWith(property: string): Promise<ApiRequest>;
  update(updates: readonly ContactUpdate[]): Promise<ApiRequest>;
  create(creations: readonly ContactCreation[]): Promise<ApiRequest>;
  property(name: string): ApiRequest;
  properties(): ApiRequest;
  /** @param version another one than that of the settings */
  account(version?: string): ApiRequest;
  /** Asks what the token may do. */
  token(): ApiRequest;
  /** Carries a request. Throws on network trouble, timeout or abort. */
  send(request: ApiRequest, signal: AbortSignal): Promise<HttpAnswer>;
}

export function openApi(settings: HubSpotSettings, tools: ConnectorTools): Api {
  return {
    ...contactRequests(settings),
    ...accountRequests(settings),
    send: ({ method, url, headers, body, budget }, signal) =>
      tools.fetch(url, { method, headers, budget, signal, ...(body !== undefined && { body }) }),
  };
}

type ContactRequests = Pick<Api, "read" | "search" | "countWith" | "update" | "create">;

/** Requests about contacts, as the SDK builds them. */
function contactRequests(settings: HubSpotSettings): ContactRequests {
  const configuration = createConfiguration({
    baseServer: serverOf(settings),
    authMethods: { oauth2: { accessToken: settings.access_token } },
  });
  const batch = new BatchApiRequestFactory(configuration);
  const searching = new SearchApiRequestFactory(configuration);
  return {
    read: async (property, values, properties) =>
      asRequest(
        await batch.read({
          idProperty: property,
          inputs: values.map((id) => ({ id })),
          properties: [...properties],
          propertiesWithHistory: [],
        }),
        "default",
      ),
    search: async (property, values, after) =>
      asRequest(
        await searching.doSearch({
          filterGroups: [{ filters: [inFilter(property, values)] }],
          properties: [property],
          // in a fixed order: a page boundary must not move while we read
          sorts: ["hs_object_id"],
          limit: LARGEST_PAGE,
          ...(after !== undefined && { after }),
        }),
        "search",
      ),
    countWith: async (property) =>
      asRequest(
        await searching.doSearch({
          filterGroups: [{ filters: [{ propertyName: property, operator: FilterOperatorEnum.HasProperty }] }],
          properties: [property],
          limit: 1,
        }),
        "search",
      ),
    update: async (updates) => asRequest(await batch.update({ inputs: updates.map(traced) }), "default"),
    create: async (creations) => asRequest(await batch.create({ inputs: creations.map(traced) }), "default"),
  };
}

/** The SDK speaks v3 alone: the one place where its requests get the version of the settings. */
function serverOf(settings: HubSpotSettings): BaseServerConfiguration {
  const server = new ServerConfiguration(baseUrlOf(settings), {});
  return {
    makeRequestContext: (path, method) => server.makeRequestContext(pathIn(settings.api_version, path), method),
  };
}

/** Requests about the account, which need no SDK. */
function accountRequests(settings: HubSpotSettings): Pick<Api, "property" | "properties" | "account" | "token"> {
  const baseUrl = baseUrlOf(settings);
  const { access_token: token } = settings;
  const plain = (method: string, path: string, body?: unknown, version = settings.api_version): ApiRequest => ({
    method,
    url: baseUrl + pathIn(version, path),
    headers: { accept: "application/json", authorization: `Bearer ${token}`, ...jsonType(body) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    budget: "default",
  });
  return {
    property: (name) => plain("GET", `/crm/v3/properties/contacts/${encodeURIComponent(name)}`),
    properties: () => plain("GET", "/crm/v3/properties/contacts"),
    account: (version) => plain("GET", "/account-info/v3/details", undefined, version),
    // without a version of its own in the dated APIs: HubSpot names none that a token can be asked by
    token: () => plain("POST", "/oauth/v2/private-apps/get/access-token-info", { tokenKey: token }),
  };
}

/** HubSpot compares text without case, and its documentation wants the values of IN in lower case. */
function inFilter(propertyName: string, values: readonly string[]) {
  const lower = new Set(values.map((value) => value.toLowerCase()));
  return { propertyName, operator: FilterOperatorEnum.In, values: [...lower] };
}

/** An input as the SDK names it. */
function traced<T extends ContactCreation>({ traceId, ...input }: T) {
  return { ...input, objectWriteTraceId: traceId };
}

function jsonType(body: unknown): Record<string, string> {
  return body === undefined ? {} : { "content-type": "application/json" };
}

function asRequest(context: RequestContext, budget: ApiRequest["budget"]): ApiRequest {
  const body = context.getBody();
  return {
    method: context.getHttpMethod(),
    url: context.getUrl(),
    headers: context.getHeaders(),
    ...(typeof body === "string" && { body }),
    budget,
  };
}
