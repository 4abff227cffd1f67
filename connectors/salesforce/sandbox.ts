/** A stand-in for Salesforce's REST API on loopback: as strict as Salesforce, as far as its documentation says how strict that is. */
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
} from "../kit/sandbox.ts";
import { collection } from "./sandbox/collections.ts";
import { type AppOptions, openLogin } from "./sandbox/login.ts";
import { describe, type FieldDefinition, type Org, openOrg } from "./sandbox/org.ts";
import { type Cursors, nextPage, query } from "./sandbox/query.ts";
import { refusal } from "./sandbox/refusal.ts";
import { openWelcome, type Welcome } from "./sandbox/welcome.ts";

export interface SalesforceSandboxOptions extends AppOptions {
  /** Records that exist: by Chat user id, or with fields. */
  readonly records?: readonly (string | Readonly<Record<string, unknown>>)[];
  /** What these are; `Contact` unless set. */
  readonly object?: string;
  /** Fields beside the usual ones, or instead of those of the same name. */
  readonly fields?: readonly FieldDefinition[];
  /** Records of a page; 2,000 unless set. */
  readonly pageSize?: number;
  /** API requests of 24 hours; 15,000 unless set. */
  readonly limit?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly place?: SandboxPlace;
  /** Makes whom requests ask for; nobody is made unless set. */
  readonly welcome?: Welcome;
}

export interface SalesforceSandbox extends Sandbox {
  readonly org: Org;
  /** API requests that are used; may be changed. */
  used: number;
  /** The tokens that it gave are over. */
  expire(): void;
  add(values: Readonly<Record<string, unknown>>): string;
  /** The record with exactly this Chat user id. */
  recordOf(user: string): Readonly<Record<string, unknown>> | undefined;
}

const LONGEST_ADDRESS = 16_384;

export async function startSalesforceSandbox(options: SalesforceSandboxOptions = {}): Promise<SalesforceSandbox> {
  const { records = [], object = "Contact", fields, pageSize = 2_000, limit = 15_000, clock = Date.now } = options;
  const org = openOrg(fields);
  const login = openLogin(options);
  const cursors: Cursors = { results: new Map(), pageSize };
  const add = (values: Readonly<Record<string, unknown>>) => org.add(object, values);
  for (const each of records) add(typeof each === "string" ? { Chat_User_Id__c: each } : each);

  function respond(request: SandboxRequest): SandboxAnswer {
    if (request.path === "/services/oauth2/token") {
      const now = clock();
      return { ...login.grant(request, now), headers: { date: new Date(now).toUTCString() } };
    }
    const stranger = login.unauthentic(request);
    if (stranger !== undefined) return stranger;
    sandbox.used += 1;
    options.welcome?.prepare(org, request);
    const isOver = sandbox.used > limit;
    const answer = isOver
      ? refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
      : answerTo(request, org, cursors);
    return {
      ...answer,
      headers: { "sforce-limit-info": `api-usage=${Math.min(sandbox.used, limit)}/${limit}`, ...answer.headers },
    };
  }

  const sandbox = Object.assign(await startSandbox(respond, options.place), {
    org,
    used: 0,
    expire: login.expire,
    add,
    recordOf: (user: string) =>
      [...(org.object(object)?.records.values() ?? [])].find(({ Chat_User_Id__c }) => Chat_User_Id__c === user),
  });
  return sandbox;
}

const ROOT = /^\/services\/data\/v\d{2,3}\.0(?=\/)/;

function answerTo({ method, path, query: search, body }: SandboxRequest, org: Org, cursors: Cursors): SandboxAnswer {
  const [root = ""] = ROOT.exec(path) ?? [];
  const resource = path.slice(root.length);
  const [, object] = /^\/sobjects\/(\w+)\/describe$/.exec(resource) ?? [];
  const [, locator] = /^\/query\/([\w-]+)$/.exec(resource) ?? [];
  if (root === "") return notFound();
  if (method === "GET" && object !== undefined) {
    const found = org.object(object);
    return found === undefined ? notFound() : { status: 200, body: describe(found, object) };
  }
  if (method === "GET" && locator !== undefined) return nextPage(locator, cursors, root);
  switch (`${method} ${resource}`) {
    case "GET /query":
      if (`${path}?${search}`.length > LONGEST_ADDRESS) return { status: 414, body: "URI Too Long" };
      return query(search.get("q") ?? "", org, cursors, root);
    case "PATCH /composite/sobjects":
      return collection("update", body, org);
    case "POST /composite/sobjects":
      return collection("create", body, org);
    default:
      return notFound();
  }
}

const notFound = (): SandboxAnswer => refusal(404, "NOT_FOUND", "The requested resource does not exist");

/** An org that has a record of everybody who is asked for, with the fields that the type's page names. */
export const standIn: StandIn = {
  yaml: (url) => `type: salesforce
instance_url: ${url}
client_id: \${SALESFORCE_CLIENT_ID:-sandbox-client-id}
client_secret: \${SALESFORCE_CLIENT_SECRET:-sandbox-client-secret}
match: { field: Chat_User_Id__c, value: "{{ user_id }}" }
set:
  Chat_Subscription__c: "{{ event }}"
  Chat_Unsubscribed_At__c: "{{ event_time }}"
`,
  async start({ isStranger, ...place }) {
    const welcome = openWelcome(isStranger);
    const sandbox = await startSalesforceSandbox({ place, welcome });
    return { sandbox, tell: welcome.tell };
  },
};
