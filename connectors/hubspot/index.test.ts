import { connectorSuite } from "../conformance.ts";
import { hubspot } from "./index.ts";
import { startHubSpotSandbox } from "./sandbox.ts";

const TOKEN = "pat-eu1-hubspot-token-4711";

for (const unique of [true, false]) {
  connectorSuite({
    type: hubspot,
    variant: unique ? "by a unique property" : "by a property that is not unique",
    async start() {
      const sandbox = await startHubSpotSandbox({
        token: TOKEN,
        contacts: ["user-1", "user-2", "user-3"],
        properties: [{ name: "chat_user_id", unique }],
      });
      const settings = {
        access_token: TOKEN,
        base_url: sandbox.url,
        match: { property: "chat_user_id" },
        set: { chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" },
      };
      const holds = () => [...sandbox.contacts].map(([id, { properties }]) => [id, properties]);
      return { sandbox, settings, secrets: [TOKEN], holds };
    },
    isWrite: ({ path }) => path.endsWith("/batch/update"),
  });
}
