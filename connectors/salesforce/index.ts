/** Salesforce: finds each person's record and writes what became of the subscription into its fields. */
import { type Connector, type ConnectorTools, connectorType, type Render } from "../../src/connector.ts";
import { LARGEST_BATCH, openApi } from "./api.ts";
import { checkSalesforce } from "./check.ts";
import { type Context, deliverBatch } from "./deliver.ts";
import { openDescription } from "./fields.ts";
import { previewSalesforce } from "./preview.ts";
import { baseUrlOf, lintSettings, SalesforceSettings } from "./settings.ts";

export const salesforce = connectorType({
  type: "salesforce",
  summary: "Writes each change into the fields of the person's Salesforce Contact or Lead.",
  settings: SalesforceSettings,
  example: `type: salesforce
instance_url: https://example.my.salesforce.com
client_id: \${SALESFORCE_CLIENT_ID}
client_secret: \${SALESFORCE_CLIENT_SECRET}
match: { field: Chat_User_Id__c, value: "{{ user_id }}" }
set:
  Chat_Subscription__c: "{{ event }}"
  Chat_Unsubscribed_At__c: "{{ event_time }}"
`,
  largestBatch: () => LARGEST_BATCH,
  // more at once would lock one another's records: contacts of one account are locked with it
  concurrency: 2,
  // Salesforce counts requests of a day, not of a second: each is of 200 people
  budgets: { default: { requests: 10, perMs: 1_000 } },
  writes: "state",
  destination: (settings) => `${baseUrlOf(settings)}/lightning/o/${settings.object}`,
  account: (settings) => baseUrlOf(settings).toLowerCase(),
  lint: lintSettings,
  open: openSalesforce,
});

function openSalesforce(settings: SalesforceSettings, tools: ConnectorTools): Connector {
  const api = openApi(settings, tools);
  const compiled = (sources: Readonly<Record<string, unknown>>): ReadonlyMap<string, Render> =>
    new Map(Object.entries(sources).map(([name, source]) => [name, tools.template(source)]));
  const context: Context = {
    settings,
    api,
    description: openDescription(api, () => performance.now()),
    templates: {
      value: tools.template(settings.match.value),
      set: compiled(settings.set),
      create: compiled(settings.when_missing === "create" ? (settings.create ?? {}) : {}),
    },
  };
  return {
    deliver: (deliveries, signal) => deliverBatch(deliveries, context, signal),
    check: (signal) => checkSalesforce(context, signal),
    preview: (deliveries, options) => previewSalesforce(deliveries, context, { ...options, tools }),
  };
}
