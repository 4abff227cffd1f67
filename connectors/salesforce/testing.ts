/** What the tests of this folder share: an org with records, and a connector that points at it. */
import assert from "node:assert/strict";
import type { Connector, DeliverResult, Delivery, Outcome } from "../../src/connector.ts";
import type { SandboxRequest } from "../kit/sandbox.ts";
import { openForTest, type TestToolsOptions } from "../kit/testing.ts";
import { salesforce } from "./index.ts";
import { type SalesforceSandbox, type SalesforceSandboxOptions, startSalesforceSandbox } from "./sandbox.ts";

export const CLIENT_ID = "3MVG9-consumer-key-4711";
export const CLIENT_SECRET = "8F2A-consumer-secret-4711";

export interface TestOrg {
  readonly sandbox: SalesforceSandbox;
  /** As a user would write them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Opens a connector; settings replace the usual ones. */
  open(settings?: Readonly<Record<string, unknown>>, options?: TestToolsOptions): Connector;
  /** `token`, `describe`, `query`, `update`, `create`, in the order in which they came. */
  calls(): string[];
}

export async function startOrg(options: SalesforceSandboxOptions = {}): Promise<TestOrg> {
  const sandbox = await startSalesforceSandbox({ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, ...options });
  const settings = settingsFor(sandbox);
  return {
    sandbox,
    settings,
    open: (more = {}, tools) => openForTest(salesforce, { ...settings, ...more }, tools),
    calls: () => sandbox.requests.map(kindOf),
  };
}

export function settingsFor({ url }: Pick<SalesforceSandbox, "url">): Readonly<Record<string, unknown>> {
  return {
    instance_url: url,
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    match: { field: "Chat_User_Id__c" },
    set: { Chat_Subscription__c: "{{ event }}", Chat_Unsubscribed_At__c: "{{ event_time }}" },
  };
}

export function kindOf({ method, path }: Pick<SandboxRequest, "method" | "path">): string {
  if (path.endsWith("/token")) return "token";
  if (path.endsWith("/composite/sobjects")) return method === "PATCH" ? "update" : "create";
  return path.endsWith("/describe") ? "describe" : "query";
}

/** For faults that are to hit one kind of call only. */
export const to =
  (kind: string) =>
  (request: Pick<SandboxRequest, "method" | "path">): boolean =>
    kindOf(request) === kind;

export function deliver(connector: Connector, ...deliveries: readonly Delivery[]): Promise<DeliverResult> {
  return connector.deliver(deliveries, new AbortController().signal);
}

/** The outcome of one delivery; fails when there is none. */
export function outcomeOf(result: DeliverResult, { id }: Delivery): Outcome {
  const outcome = "outcomes" in result ? result.outcomes?.get(id) : undefined;
  assert.ok(outcome, `no outcome in ${JSON.stringify(result)}`);
  return outcome;
}

export function tagsOf(result: DeliverResult, ...deliveries: readonly Delivery[]): string[] {
  return deliveries.map((delivery) => outcomeOf(result, delivery).tag);
}

export function wordsOf(said: Outcome | DeliverResult): string {
  return "reason" in said ? said.reason.words : "";
}

/** The records of a write. */
export function recordsOf({ body }: SandboxRequest): Record<string, unknown>[] {
  return (JSON.parse(body) as { records: Record<string, unknown>[] }).records;
}

/** The latest request of a kind. */
export function lastCall({ sandbox }: TestOrg, kind: string): SandboxRequest {
  const request = sandbox.requests.findLast((each) => kindOf(each) === kind);
  assert.ok(request, `no request to ${kind}`);
  return request;
}
