/** Braze: the profile that has the Chat user id as its external ID. */
import { type Connector, type ConnectorTools, connectorType } from "../../src/connector.ts";
import { checkBraze } from "./check.ts";
import { compiled } from "./compose.ts";
import { type Context, deliverBatch } from "./deliver.ts";
import { previewBraze } from "./preview.ts";
import { mostAtOnce } from "./requests.ts";
import { BrazeSettings, endpointOf, lintSettings } from "./settings.ts";

export const braze = connectorType({
  type: "braze",
  summary: "Sets attributes and subscription groups of the Braze profile that has the Chat user id.",
  usualName: "engagement",
  settings: BrazeSettings,
  example: `type: braze
endpoint: https://rest.fra-02.braze.eu # as Settings → APIs and Identifiers shows it
api_key: \${BRAZE_API_KEY}
subscription_groups: ["7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11"] # yours: Audience → Subscription Group Management
attributes:
  chat_subscription: "{{ event }}"
  chat_subscription_changed_at: "{{ event_time }}"
`,
  // one request of each kind
  largestBatch: mostAtOnce,
  concurrency: 4,
  // Braze's own limits: 3,000 requests in 3 s; for look-ups 250 a minute, unless an account has been given more
  budgets: { default: { requests: 100, perMs: 1_000 }, lookup: { requests: 250, perMs: 60_000 } },
  writes: "state",
  destination: endpointOf,
  account: (settings) => `${endpointOf(settings)} ${settings.api_key}`,
  lint: lintSettings,
  open: openBraze,
});

function openBraze(settings: BrazeSettings, tools: ConnectorTools): Connector {
  const context: Context = { settings, tools, templates: compiled(settings, tools) };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, context, signal),
    check: (signal) => checkBraze(context, signal),
    preview: (deliveries, options) => previewBraze(deliveries, context, options),
  };
}
