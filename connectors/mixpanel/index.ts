/** Mixpanel: every change becomes an event of the person. */
import { type Connector, type ConnectorTools, connectorType, type PreviewRequest } from "../../src/connector.ts";
import { insistOnAny } from "../../src/connector-tools.ts";
import { checkMixpanel } from "./check.ts";
import { type Context, deliverBatch, importUrl, split } from "./deliver.ts";
import { type Composed, composeAll } from "./event.ts";
import { baseUrlOf, lintSettings, MixpanelSettings } from "./settings.ts";

export const mixpanel = connectorType({
  type: "mixpanel",
  summary: "Sends each change as an event to a Mixpanel project.",
  settings: MixpanelSettings,
  example: `type: mixpanel
project_id: 2195193
region: eu # us, eu or in: as the project
service_account: \${MIXPANEL_SERVICE_ACCOUNT}
secret: \${MIXPANEL_SECRET}
event: Official Account Unsubscribed
`,
  largestBatch: () => 1_000,
  concurrency: 4,
  // Mixpanel counts events (30,000 a second) and bytes; full batches of ours stay far below
  budgets: { default: { requests: 20, perMs: 1_000 } },
  writes: "fact",
  destination: (settings) => `${baseUrlOf(settings)}/project/${settings.project_id}`,
  account: (settings) => `${baseUrlOf(settings)} ${settings.project_id}`,
  lint: lintSettings,
  open: openMixpanel,
});

function openMixpanel(settings: MixpanelSettings, tools: ConnectorTools): Connector {
  const context: Context = {
    settings,
    tools,
    templates: {
      event: tools.template(settings.event),
      distinctId: tools.template(settings.distinct_id),
      properties: tools.template(settings.properties),
    },
  };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, context, signal),
    check: (signal) => checkMixpanel(context, signal),
    preview: async (deliveries) => {
      const batch = composeAll(deliveries, context.templates);
      insistOnAny(batch);
      return split(batch.composed).map((piece) => shown(piece, context));
    },
  };
}

function shown(piece: readonly Composed[], { settings, tools }: Context): PreviewRequest {
  return {
    method: "POST",
    url: importUrl(settings),
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": tools.userAgent,
      // both stand here in base64, where nobody would look for them
      authorization: "Basic (service account and secret)",
    },
    body: piece.map(({ event }) => event),
  };
}
