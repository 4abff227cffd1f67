/** HubSpot: finds each person's contact and writes what became of the subscription into its properties. */
import { type Connector, type ConnectorTools, connectorType } from "../../src/connector.ts";
import { LARGEST_BATCH, openApi } from "./api.ts";
import { checkHubSpot } from "./check.ts";
import { type Context, deliverBatch } from "./deliver.ts";
import { previewHubSpot } from "./preview.ts";
import { openProperties } from "./properties.ts";
import { baseUrlOf, HubSpotSettings, lintSettings } from "./settings.ts";
import { isMadeOfTime } from "./times.ts";

export const hubspot = connectorType({
  type: "hubspot",
  summary: "Writes each change into the properties of the person's HubSpot contact.",
  usualName: "crm",
  settings: HubSpotSettings,
  example: `type: hubspot
access_token: \${HUBSPOT_ACCESS_TOKEN}
match: { property: chat_user_id, value: "{{ user_id }}" }
set:
  chat_subscription: "{{ event }}"
  chat_unsubscribed_at: "{{ event_time }}"
`,
  largestBatch: () => LARGEST_BATCH,
  // a batch is two requests of half a second or so: four at a time use up what an account may do
  concurrency: 4,
  budgets: {
    // what every account has; others may lift it by `rate` (190 per 10s on Professional and Enterprise)
    default: { requests: 100, perMs: 10_000 },
    // five a second for the whole account: one is left for others
    search: { requests: 4, perMs: 1_000 },
  },
  writes: "state",
  destination: baseUrlOf,
  account: (settings) => `${baseUrlOf(settings)} ${settings.access_token}`,
  lint: lintSettings,
  open: openHubSpot,
});

function openHubSpot(settings: HubSpotSettings, tools: ConnectorTools): Connector {
  const api = openApi(settings, tools);
  const context: Context = {
    settings,
    tools,
    api,
    properties: openProperties(api, settings.api_version, () => performance.now()),
    templates: {
      value: tools.template(settings.match.value),
      set: new Map(Object.entries(settings.set).map(([name, source]) => [name, tools.template(source)])),
      timed: new Set(Object.keys(settings.set).filter((name) => isMadeOfTime(settings.set[name] ?? ""))),
    },
  };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, context, signal),
    check: (signal) => checkHubSpot(context, signal),
    preview: (deliveries, options) => previewHubSpot(deliveries, context, options),
  };
}
