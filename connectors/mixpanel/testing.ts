/** What the tests of this folder share: a project, and a connector that points at it. */
import type { Connector, DeliverResult, Delivery, Outcome } from "../../src/connector.ts";
import type { SandboxRequest } from "../kit/sandbox.ts";
import type { MixpanelSandbox } from "./sandbox.ts";

export const ACCOUNT = "bridge.4711.mp-service-account";
export const SECRET = "mixpanel-secret-4711-abcdef";
export const PROJECT = 2_195_193;

export function settingsFor({ url }: Pick<MixpanelSandbox, "url">): Readonly<Record<string, unknown>> {
  return { project_id: PROJECT, region: "eu", service_account: ACCOUNT, secret: SECRET, base_url: url };
}

export function deliver(connector: Connector, ...deliveries: readonly Delivery[]): Promise<DeliverResult> {
  return connector.deliver(deliveries, new AbortController().signal);
}

export function tagsOf(result: DeliverResult, ...deliveries: readonly Delivery[]): (string | undefined)[] {
  return deliveries.map(({ id }) => ("outcomes" in result ? result.outcomes?.get(id)?.tag : undefined));
}

export function wordsOf(said: Outcome | DeliverResult | undefined): string {
  return said !== undefined && "reason" in said ? said.reason.words : "";
}

/** The events of a request. */
export function eventsOf({ body }: SandboxRequest): { event: string; properties: Record<string, unknown> }[] {
  return JSON.parse(body) as { event: string; properties: Record<string, unknown> }[];
}
