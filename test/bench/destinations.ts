/** The three stand-ins in a process of their own, so that they do not share the bridge's event loop. Prints where they are. */

import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { waitingUser } from "./users.ts";

const KNOWN_USERS = 100_000;

const [hubspot, segment, webhook] = await Promise.all([
  startHubSpotSandbox({
    token: "bench",
    contacts: Array.from({ length: KNOWN_USERS }, (_, index) => waitingUser(index)),
  }),
  startSegmentSandbox(),
  startWebhookSandbox(),
]);
// a million deliveries would be gigabytes, and be collected again and again
setInterval(() => {
  segment.received.events.clear();
  webhook.received.payloads.clear();
}, 1_000);
console.log(JSON.stringify({ hubspot: hubspot.url, segment: segment.url, webhook: webhook.url }));
