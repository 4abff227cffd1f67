/** Customer.io: the person whose id is the Chat user id. */
import { type Connector, type ConnectorTools, connectorType } from "../../src/connector.ts";
import { checkCustomerIo } from "./check.ts";
import { compiled } from "./compose.ts";
import { type Context, deliverBatch } from "./deliver.ts";
import { previewCustomerIo } from "./preview.ts";
import { MOST_PEOPLE } from "./requests.ts";
import { CustomerIoSettings, hostsOf, lintSettings } from "./settings.ts";

export const customerio = connectorType({
  type: "customerio",
  summary: "Sets topics and attributes of the Customer.io person whose id is the Chat user id.",
  usualName: "journeys",
  settings: CustomerIoSettings,
  example: `type: customerio
region: eu # or us: where the account's data is
site_id: a1b2c3d4e5f6a7b8c9d0 # yours: Account Settings → API Credentials → Tracking API Keys
api_key: \${CUSTOMERIO_API_KEY}
app_api_key: \${CUSTOMERIO_APP_API_KEY} # asks who is known: nobody is made
topics: [1] # yours: Workspace Settings → Subscription Center
attributes:
  chat_subscription: "{{ event }}"
`,
  largestBatch: () => MOST_PEOPLE,
  concurrency: 4,
  // Customer.io's own limits: 3,000 requests in 3 s for writes, 10 a second for the App API
  budgets: { default: { requests: 100, perMs: 1_000 }, lookup: { requests: 10, perMs: 1_000 } },
  writes: "state",
  destination: (settings) => hostsOf(settings).track,
  account: (settings) => `${hostsOf(settings).track} ${settings.site_id}`,
  lint: lintSettings,
  open: openCustomerIo,
});

function openCustomerIo(settings: CustomerIoSettings, tools: ConnectorTools): Connector {
  const context: Context = { settings, tools, templates: compiled(settings, tools) };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, context, signal),
    check: (signal) => checkCustomerIo(context, signal),
    preview: (deliveries, options) => previewCustomerIo(deliveries, context, options),
  };
}
