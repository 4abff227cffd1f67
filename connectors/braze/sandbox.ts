/** A stand-in for Braze's REST API on loopback: as strict as Braze, and as silent about people whom it does not know. */
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

export interface BrazeSandboxOptions {
  /** The API key that it knows; others are answered 401. Any unless set. */
  readonly key?: string;
  /** What the key may do; everything unless set. */
  readonly permissions?: readonly string[];
  /** External IDs of profiles that exist. */
  readonly profiles?: readonly string[];
  /** Ids of subscription groups; any unless set. */
  readonly groups?: readonly string[];
  /** Who has a profile as soon as somebody speaks of them; nobody unless set. */
  readonly isKnown?: (externalId: string) => boolean;
  readonly place?: SandboxPlace;
}

export interface BrazeSandbox extends Sandbox {
  /** Attributes by external ID. */
  readonly profiles: Map<string, Record<string, unknown>>;
  /** Objects that were counted and passed over, since nobody has their external ID. */
  passedOver: number;
}

const MOST_OBJECTS = 75;
const MOST_IDS = 50;
const LARGEST_OBJECT = 100_000;
const NO_DATA = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";

export async function startBrazeSandbox(options: BrazeSandboxOptions = {}): Promise<BrazeSandbox> {
  const profiles: BrazeSandbox["profiles"] = new Map((options.profiles ?? []).map((id) => [id, {}]));
  const passOver = () => {
    sandbox.passedOver += 1;
  };
  const workspace: Workspace = { ...options, profiles, passOver };
  const kit = await startSandbox((request) => respond(workspace, request), options.place);
  const sandbox = Object.assign(kit, { profiles, passedOver: 0 });
  return sandbox;
}

/** What the stand-in holds, and whom it lets in. */
interface Workspace
  extends Pick<BrazeSandboxOptions, "key" | "permissions" | "groups" | "isKnown">,
    Pick<BrazeSandbox, "profiles"> {
  /** An object was passed over. */
  readonly passOver: () => void;
}

function respond(workspace: Workspace, request: SandboxRequest): SandboxAnswer {
  const { key, permissions = Object.values(PERMISSIONS) } = workspace;
  const permission = PERMISSIONS[`${request.method} ${request.path}`];
  if (permission === undefined) return { status: 404, body: { message: "Not Found" } };
  const [scheme, given = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer" || given === "" || (key !== undefined && given !== key)) {
    return { status: 401, body: { message: "Invalid API Key" } };
  }
  if (!permissions.includes(permission)) return { status: 403, body: { message: "Access Denied" } };
  const body = parseJson(request.body);
  if (!isRecord(body)) return { status: 400, body: { message: "Request body is not valid JSON" } };
  return { headers: LIMITS, ...(permission === "users.track" ? track(workspace, body) : lookUp(workspace, body)) };
}

function track(workspace: Workspace, { attributes = [] }: Record<string, unknown>): SandboxAnswer {
  if (!Array.isArray(attributes) || attributes.length === 0) return { status: 400, body: { message: NO_DATA } };
  if (attributes.length > MOST_OBJECTS) return { status: 400, body: { message: "Too many attributes: 75 at most" } };
  const errors = attributes.flatMap((object, index) => {
    const type = faultOf(object, workspace.groups);
    return type === undefined ? [] : [{ type, input_array: "attributes", index }];
  });
  const bad = new Set(errors.map(({ index }) => index));
  if (bad.size === attributes.length) return { status: 400, body: { message: NO_DATA, errors } };
  for (const [index, object] of attributes.entries()) if (!bad.has(index)) write(workspace, asRecord(object));
  const counted = { message: "success", attributes_processed: attributes.length - bad.size };
  return { status: 201, body: errors.length === 0 ? counted : { ...counted, errors } };
}

function write(workspace: Workspace, { external_id, _update_existing_only, ...set }: Record<string, unknown>): void {
  const id = String(external_id);
  const known = profileOf(workspace, id);
  if (known === undefined && _update_existing_only === true) workspace.passOver();
  else workspace.profiles.set(id, { ...known, ...set });
}

function lookUp(workspace: Workspace, { external_ids, fields_to_export }: Record<string, unknown>): SandboxAnswer {
  const ids = Array.isArray(external_ids) ? external_ids : [];
  if (ids.length === 0 || ids.length > MOST_IDS || ids.some((id) => typeof id !== "string" || id === "")) {
    return { status: 400, body: { message: "external_ids must be an array of 1 to 50 strings" } };
  }
  if (!Array.isArray(fields_to_export)) return { status: 400, body: { message: "fields_to_export is required" } };
  const known = new Set(ids.filter((id) => profileOf(workspace, id) !== undefined));
  const users = ids.filter((id) => known.has(id)).map((id) => ({ external_id: id }));
  const invalid = ids.filter((id) => !known.has(id));
  const body = { message: "success", users, ...(invalid.length > 0 && { invalid_user_ids: invalid }) };
  return { status: 201, body };
}

/** Made, where it becomes known as soon as somebody speaks of it. */
function profileOf({ profiles, isKnown }: Workspace, id: string): Record<string, unknown> | undefined {
  if (!profiles.has(id) && isKnown?.(id)) profiles.set(id, {});
  return profiles.get(id);
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  "POST /users/track": "users.track",
  "POST /users/export/ids": "users.export.ids",
};

/** On every answer; nobody has to wait for their end. */
const LIMITS = { "x-ratelimit-limit": "3000", "x-ratelimit-remaining": "2990", "x-ratelimit-reset": "3" };

const STATES: readonly unknown[] = ["subscribed", "unsubscribed"];

/** What is wrong with an object of `attributes`, in Braze's manner. */
function faultOf(value: unknown, groups: readonly string[] | undefined): string | undefined {
  const { external_id, subscription_groups = [], email_subscribe, push_subscribe } = asRecord(value);
  if (typeof external_id !== "string" || external_id === "") {
    return "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required";
  }
  if (Buffer.byteLength(JSON.stringify(value)) > LARGEST_OBJECT) return "the object is larger than 100 KB";
  for (const state of [email_subscribe, push_subscribe]) {
    if (![undefined, "opted_in", ...STATES].includes(state as string)) return "invalid subscription state";
  }
  if (!Array.isArray(subscription_groups)) return "'subscription_groups' must be an array";
  const isRight = (group: unknown) => {
    const { subscription_group_id: id, subscription_state } = asRecord(group);
    return typeof id === "string" && (groups?.includes(id) ?? true) && STATES.includes(subscription_state);
  };
  return subscription_groups.every(isRight) ? undefined : "invalid subscription group";
}

/** A workspace where everybody has a profile but strangers. */
export const standIn: StandIn = {
  yaml: (url) => `type: braze
endpoint: ${url}
api_key: \${BRAZE_API_KEY:-sandbox-api-key}
subscription_groups: ["7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11"]
attributes: { chat_subscription: "{{ event }}" }
`,
  async start({ isStranger, ...place }) {
    const sandbox = await startBrazeSandbox({ place, isKnown: (id) => !isStranger(id) });
    return { sandbox, tell: ({ body }) => toldIn(asRecord(parseJson(body))) };
  },
};

function toldIn({ attributes, external_ids }: Record<string, unknown>): Told[] {
  if (Array.isArray(external_ids)) return external_ids.map((id) => ({ person: String(id), set: {} }));
  if (!Array.isArray(attributes)) return [];
  return attributes.map(asRecord).map(({ external_id, _update_existing_only, ...set }) => ({
    person: String(external_id),
    set,
  }));
}
