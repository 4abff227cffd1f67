/** What the tests of this folder share: an account with contacts, and a connector that points at it. */
import assert from "node:assert/strict";
import type { Connector, DeliverResult, Delivery, Outcome } from "../../src/connector.ts";
import type { SandboxRequest } from "../kit/sandbox.ts";
import { openForTest, type TestToolsOptions, withDefaults } from "../kit/testing.ts";
import { hubspot } from "./index.ts";
import { addressOf } from "./sandbox/addresses.ts";
import { type HubSpotSandbox, type HubSpotSandboxOptions, startHubSpotSandbox } from "./sandbox.ts";
import type { HubSpotSettings } from "./settings.ts";

export const TOKEN = "pat-eu1-hubspot-token-4711";
/** Properties by which tests match, beside the default `chat_user_id`, which is unique. */
export const LOOSE_ID = { name: "loose_id", label: "Chat user ID, not unique" } as const;

export interface Account {
  readonly sandbox: HubSpotSandbox;
  /** The default settings, complete. */
  readonly settings: HubSpotSettings;
  /** Opens a connector; settings replace the default ones. */
  open(settings?: Readonly<Record<string, unknown>>, options?: TestToolsOptions): Connector;
  /** Paths of the requests so far, without the looks at property definitions. */
  calls(): string[];
}

export async function startAccount(options: HubSpotSandboxOptions = {}): Promise<Account> {
  const properties = [LOOSE_ID, ...(options.properties ?? [])];
  const sandbox = await startHubSpotSandbox({ token: TOKEN, ...options, properties });
  const byDefault = {
    access_token: TOKEN,
    base_url: sandbox.url,
    match: { property: "chat_user_id" },
    set: { chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" },
  };
  return {
    sandbox,
    settings: withDefaults(hubspot, byDefault) as unknown as HubSpotSettings,
    open: (settings = {}, toolsOptions) => openForTest(hubspot, { ...byDefault, ...settings }, toolsOptions),
    calls: () => sandbox.requests.flatMap(({ path }) => callOf(path) ?? []),
  };
}

/** `read`, `search`, `update`, `create`; undefined for anything else. */
export function callOf(path: string): string | undefined {
  return /^objects\/contacts\/(?:batch\/)?(\w+)$/.exec(addressOf(path).resource)?.[1];
}

/** For faults that are to hit one kind of call only. */
export const to =
  (call: string) =>
  ({ path }: Pick<SandboxRequest, "path">): boolean =>
    callOf(path) === call;

export function deliver(connector: Connector, ...deliveries: readonly Delivery[]): Promise<DeliverResult> {
  return connector.deliver(deliveries, new AbortController().signal);
}

/** The outcome of one delivery; fails when there is none. */
export function outcomeOf(result: DeliverResult, { id }: Delivery): Outcome {
  const outcome = "outcomes" in result ? result.outcomes?.get(id) : undefined;
  assert.ok(outcome, `no outcome in ${result.tag}`);
  return outcome;
}

export function tagsOf(result: DeliverResult, ...deliveries: readonly Delivery[]): string[] {
  return deliveries.map((delivery) => outcomeOf(result, delivery).tag);
}

export function wordsOf(outcome: Outcome): string {
  return "reason" in outcome ? outcome.reason.words : "";
}

/** The inputs of a batch request. */
export function inputsOf({ body }: SandboxRequest) {
  const { inputs } = JSON.parse(body) as {
    inputs: { id?: string; objectWriteTraceId?: string; properties: Record<string, string> }[];
  };
  return inputs;
}

/** The latest request of a kind. */
export function lastCall({ sandbox }: Account, call: string): SandboxRequest {
  const request = sandbox.requests.findLast(({ path }) => callOf(path) === call);
  assert.ok(request, `no request to ${call}`);
  return request;
}
