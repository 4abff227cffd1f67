/** A stand-in for Customer.io's Track API v2 and App API on loopback: as strict as they are, and as easily pleased. */
import { asRecord, isRecord, parseJson } from "../../src/connector-tools.ts";
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
  type Told,
} from "../kit/sandbox.ts";

export interface CustomerIoSandboxOptions {
  /** Site ID and API Key, as `site:key`; others are answered 401. Any unless set. */
  readonly credentials?: string;
  /** The App API Key; others are answered 401. Any unless set. */
  readonly appKey?: string;
  /** Where the account lives; `us` unless set. What comes below `/eu` or `/us` comes to that region. */
  readonly region?: "us" | "eu";
  /** Ids of people who exist. */
  readonly people?: readonly string[];
  /** Who exists as soon as somebody asks for them; nobody unless set. */
  readonly isKnown?: (id: string) => boolean;
  readonly place?: SandboxPlace;
}

export interface CustomerIoSandbox extends Sandbox {
  /** Attributes by id; a topic stands below its path. */
  readonly people: Map<string, Record<string, unknown>>;
}

const LARGEST_REQUEST = 500_000;
const LARGEST_ITEM = 32_000;
const LONGEST_NAME = 150;
const LONGEST_VALUE = 1_000;
const MOST_IDS = 100;

export async function startCustomerIoSandbox(options: CustomerIoSandboxOptions = {}): Promise<CustomerIoSandbox> {
  const { region = "us", place } = options;
  const people: CustomerIoSandbox["people"] = new Map((options.people ?? []).map((id) => [id, {}]));
  const workspace: Workspace = { ...options, region, people };
  return Object.assign(await startSandbox((request) => respond(workspace, request), place), { people });
}

/** What the stand-in holds, and whom it lets in. */
interface Workspace
  extends Required<Pick<CustomerIoSandboxOptions, "region">>,
    Pick<CustomerIoSandboxOptions, "credentials" | "appKey" | "isKnown">,
    Pick<CustomerIoSandbox, "people"> {}

function respond(workspace: Workspace, request: SandboxRequest): SandboxAnswer {
  const { region } = workspace;
  const [, asked = region, path] = /^(?:\/(eu|us))?(\/.*)$/.exec(request.path) ?? [];
  switch (`${request.method} ${path}`) {
    case "POST /api/v2/batch":
      return trackRefusal(workspace, request, asked) ?? takeBatch(workspace, request.body);
    case "GET /api/v1/accounts/region":
      return trackRefusal(workspace, request, region) ?? { status: 200, body: ownRegion(region) };
    case "POST /v1/customers/attributes":
      return appRefusal(workspace, request) ?? lookUp(workspace, asRecord(parseJson(request.body)));
    default:
      return { status: 404, body: { meta: { error: "not found" } } };
  }
}

/** Either region says where an account lives. */
function ownRegion(region: Workspace["region"]) {
  return { url: `https://track${region === "eu" ? "-eu" : ""}.customer.io`, region, environment_id: 4_711 };
}

/** Of a US account the EU takes nothing; of an EU account the US hands on what it gets. */
function trackRefusal(
  { credentials, region }: Workspace,
  { headers }: SandboxRequest,
  asked: string,
): SandboxAnswer | undefined {
  const [scheme, given = ""] = (headers.authorization ?? "").split(" ");
  const found = Buffer.from(given, "base64").toString("utf8");
  const isRight = scheme === "Basic" && /^[^:]+:.+/.test(found) && found === (credentials ?? found);
  const isElsewhere = asked === "eu" && region === "us";
  return isRight && !isElsewhere ? undefined : { status: 401, body: { meta: { error: "Unauthorized" } } };
}

function appRefusal({ appKey }: Workspace, { headers }: SandboxRequest): SandboxAnswer | undefined {
  const [scheme, given = ""] = (headers.authorization ?? "").split(" ");
  const isRight = scheme === "Bearer" && given !== "" && given === (appKey ?? given);
  return isRight ? undefined : { status: 401, body: { meta: { error: "Unauthorized" } } };
}

function takeBatch({ people }: Workspace, text: string): SandboxAnswer {
  const items = asRecord(parseJson(text)).batch;
  if (!Array.isArray(items) || items.length === 0) return invalid("batch must be an array that is not empty");
  if (Buffer.byteLength(text) > LARGEST_REQUEST) return { status: 413, body: { meta: { error: "too large" } } };
  const errors = items.flatMap((item, batch_index) => {
    const fault = faultOf(item);
    return fault === undefined ? [] : [{ batch_index, ...fault }];
  });
  const bad = new Set(errors.map(({ batch_index }) => batch_index));
  for (const [index, item] of items.entries()) {
    if (bad.has(index)) continue;
    const { identifiers, attributes } = asRecord(item);
    const id = String(asRecord(identifiers).id);
    people.set(id, { ...people.get(id), ...asRecord(attributes) });
  }
  return errors.length === 0 ? { status: 200, body: {} } : { status: 207, body: { errors } };
}

function lookUp({ people, isKnown }: Workspace, { ids }: Record<string, unknown>): SandboxAnswer {
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_IDS) return invalid("ids: 1 to 100 of them");
  for (const id of ids) if (!people.has(id) && isKnown?.(id)) people.set(id, {});
  const customers = ids.flatMap((id) => {
    const attributes = people.get(id);
    if (attributes === undefined) return [];
    return [{ customer: { id, attributes: { ...attributes, id }, unsubscribed: false, devices: [] } }];
  });
  // in no order that anybody has promised
  return { status: 200, body: { customers: customers.reverse() } };
}

const invalid = (error: string): SandboxAnswer => ({ status: 400, body: { meta: { error } } });

interface ItemFault {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

function faultOf(item: unknown): ItemFault | undefined {
  const { type, action, identifiers, attributes } = asRecord(item);
  const fault = (reason: string, field: string, message: string): ItemFault => ({ reason, field, message });
  if (type !== "person" || action !== "identify") return fault("invalid", "type", "the sandbox knows people alone");
  const { id } = asRecord(identifiers);
  if (typeof id !== "string" || id === "") return fault("required", "identifiers", "id must be a text");
  if (Buffer.byteLength(JSON.stringify(item)) > LARGEST_ITEM) return fault("invalid", "attributes", "more than 32 KB");
  if (attributes !== undefined && !isRecord(attributes)) return fault("invalid", "attributes", "must be an object");
  for (const [name, value] of Object.entries(asRecord(attributes))) {
    if (Buffer.byteLength(name) > LONGEST_NAME) return fault("invalid", name, "the name is longer than 150 bytes");
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (Buffer.byteLength(text) > LONGEST_VALUE) return fault("invalid", name, "the value is longer than 1000 bytes");
  }
  return undefined;
}

/** A workspace where everybody is known but strangers. */
export const standIn: StandIn = {
  yaml: (url) => `type: customerio
region: us
base_url: ${url}
site_id: sandbox-site-id
api_key: \${CUSTOMERIO_API_KEY:-sandbox-api-key}
app_api_key: \${CUSTOMERIO_APP_API_KEY:-sandbox-app-api-key}
topics: [1]
attributes: { chat_subscription: "{{ event }}" }
`,
  async start({ isStranger, ...place }) {
    const sandbox = await startCustomerIoSandbox({ place, isKnown: (id) => !isStranger(id) });
    return { sandbox, tell: ({ body }) => toldIn(asRecord(parseJson(body))) };
  },
};

function toldIn({ ids, batch }: Record<string, unknown>): Told[] {
  if (Array.isArray(ids)) return ids.map((id) => ({ person: String(id), set: {} }));
  if (!Array.isArray(batch)) return [];
  return batch.map(asRecord).map(({ identifiers, attributes }) => ({
    person: String(asRecord(identifiers).id),
    set: asRecord(attributes),
  }));
}
