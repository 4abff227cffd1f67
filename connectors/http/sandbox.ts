/** A stand-in for an API in a house: members, their consents, one by one or many at once, behind a token. */
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
  type Told,
} from "../kit/sandbox.ts";

export interface LoyaltySandbox extends Sandbox {
  /** What is known of each member's consents, by their id. */
  readonly consents: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Tokens that were handed out and still hold. */
  readonly tokens: Set<string>;
  /** How many tokens were handed out. */
  readonly received: { granted: number };
  /** Makes a member. */
  meet(user: string): void;
}

export interface LoyaltyOptions {
  /** The one client that is given tokens. */
  readonly client: { readonly id: string; readonly secret: string };
  /** Whom it does not know. */
  readonly isStranger?: (user: string) => boolean;
  readonly place?: SandboxPlace;
}

export async function startLoyaltySandbox({ client, isStranger, place }: LoyaltyOptions): Promise<LoyaltySandbox> {
  const met = new Set<string>();
  const service: Service = {
    client,
    consents: new Map(),
    tokens: new Set(),
    received: { granted: 0 },
    isMember: (user) => met.has(user) || isStranger?.(user) !== true,
  };
  const { consents, tokens, received } = service;
  const meet = (user: string) => void met.add(user);
  const kit = await startSandbox((request) => respond(service, request), place);
  return Object.assign(kit, { consents, tokens, received, meet });
}

/** What the stand-in holds. */
interface Service extends Pick<LoyaltyOptions, "client">, Pick<LoyaltySandbox, "tokens" | "received"> {
  readonly consents: Map<string, Readonly<Record<string, unknown>>>;
  readonly isMember: (user: string) => boolean;
}

function respond(service: Service, request: SandboxRequest): SandboxAnswer {
  const { method, path } = request;
  if (path === "/oauth/token") return grant(service, request);
  if (!service.tokens.has(bearerOf(request))) return { status: 401, body: { code: "TOKEN_INVALID" } };
  if (method === "GET" && path === "/v2/me") return { status: 200, body: { client: service.client.id } };
  if (method === "POST" && path === "/v2/consents") return takeMany(service, parseJson(request.body));
  const user = memberIn(path);
  if (method === "PATCH" && user !== undefined) return takeOne(service, user, parseJson(request.body));
  return { status: 404, body: { code: "NO_SUCH_RESOURCE" } };
}

function grant({ client, received, tokens }: Service, { headers, body }: SandboxRequest): SandboxAnswer {
  const form = new URLSearchParams(body);
  if (form.get("grant_type") !== "client_credentials") return { status: 400, body: { error: "invalid_request" } };
  const expected = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;
  if (headers.authorization !== expected) return { status: 401, body: { error: "invalid_client" } };
  received.granted += 1;
  const token = `loyalty-token-${received.granted}-${crypto.randomUUID()}`;
  tokens.add(token);
  return { status: 200, body: { access_token: token, token_type: "Bearer", expires_in: 3600 } };
}

function takeOne({ consents, isMember }: Service, user: string, body: unknown): SandboxAnswer {
  const fault = faultOf(body);
  if (fault !== undefined) return { status: 422, body: { code: "INVALID", error: { detail: fault } } };
  if (!isMember(user)) return { status: 404, body: { code: "MEMBER_NOT_FOUND" } };
  consents.set(user, { ...consents.get(user), ...asRecord(body) });
  return { status: 200, body: { result: { member: user, state: "updated" } } };
}

function takeMany(service: Service, body: unknown): SandboxAnswer {
  const { items } = asRecord(body);
  if (!Array.isArray(items) || items.length > MOST_ITEMS) {
    return { status: 400, body: { code: "INVALID", error: { detail: `items: a list of 1 to ${MOST_ITEMS}` } } };
  }
  return { status: 200, body: { results: items.map((item) => resultOf(service, item)) } };
}

function resultOf({ consents, isMember }: Service, item: unknown): Record<string, unknown> {
  const { external_id: user, ...consent } = asRecord(item);
  const fault = typeof user === "string" ? faultOf(consent) : "external_id: a text";
  if (typeof user !== "string" || fault !== undefined) return { external_id: user, state: "invalid", detail: fault };
  if (!isMember(user)) return { external_id: user, state: "unknown" };
  consents.set(user, { ...consents.get(user), ...consent });
  return { external_id: user, state: "updated" };
}

const MOST_ITEMS = 100;

function bearerOf({ headers }: SandboxRequest): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function memberIn(path: string): string | undefined {
  const [, encoded] = /^\/v2\/members\/([^/]+)\/consents$/.exec(path) ?? [];
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}

function faultOf(consent: unknown): string | undefined {
  const { channel, subscribed, changed_at: changedAt } = asRecord(consent);
  if (channel !== "chat") return "channel: chat, and no other";
  if (typeof subscribed !== "boolean") return "subscribed: true or false";
  return Number.isNaN(Date.parse(String(changedAt))) ? "changed_at: a time by ISO 8601" : undefined;
}

const CLIENT = { id: "sandbox-client", secret: "sandbox-client-secret" };

/** Takes any client; nobody whose id is a stranger's is a member. */
export const standIn: StandIn = {
  yaml: (url) => `type: http
url: "${url}/v2/members/{{ user_id | url_encode }}/consents"
method: PATCH
auth:
  oauth2_client_credentials:
    token_url: ${url}/oauth/token
    client_id: \${LOYALTY_CLIENT_ID:-${CLIENT.id}}
    client_secret: \${LOYALTY_CLIENT_SECRET:-${CLIENT.secret}}
headers: { idempotency-key: "{{ delivery_id }}" }
body: { channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
answers:
  - { status: 200, where: { result.state: updated }, means: delivered }
  - { status: 404, where: { code: MEMBER_NOT_FOUND }, means: unmatched }
  - { status: [400, 422], means: rejected, message: error.detail }
check: { url: "${url}/v2/me" }
allow_http: true
allow_private_network: true
`,
  async start({ isStranger, ...place }) {
    return { sandbox: await startLoyaltySandbox({ client: CLIENT, isStranger, place }), tell };
  },
};

function tell({ path, body }: SandboxRequest): Told[] {
  const user = memberIn(path);
  return user === undefined ? [] : [{ person: user, set: asRecord(parseJson(body)) }];
}
