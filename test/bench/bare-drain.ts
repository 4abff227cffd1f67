/**
 * What a drain is measured against: a loop that sends as many deliveries with the same library, in batches of the same size,
 * as many at once, and looks at nothing but the status. Prints how many it sent in a second.
 */
import {
  BatchApi,
  createConfiguration,
  ServerConfiguration,
} from "@hubspot/api-client/lib/codegen/crm/contacts/index.js";
import { Analytics } from "@segment/analytics-node";
import { BARE_REACH, idOf, type Send } from "./bare-reach.ts";
import { bareWebhook } from "./bare-webhook.ts";
import { REACH_SIZES, REACH_TYPES, type ReachType } from "./reach.ts";
import { BENCH_ENV } from "./setup.ts";
import { waitingUser } from "./users.ts";

type Kind = "hubspot" | "segment" | "webhook" | ReachType;
type BareLoop = { readonly batch: number; readonly concurrency: number; readonly open: () => Send };

const [kind = "", url = "", count = "0"] = process.argv.slice(2);
const LOOPS: Readonly<Record<Kind, BareLoop>> = {
  hubspot: { batch: 100, concurrency: 4, open: hubspot },
  segment: { batch: 500, concurrency: 4, open: segment },
  webhook: { batch: 1, concurrency: 64, open: () => bareWebhook(`${url}/unsubscribes`) },
  ...(Object.fromEntries(REACH_TYPES.map((type) => [type, reachLoop(type)])) as Record<ReachType, BareLoop>),
};
const { batch, concurrency, open } = LOOPS[kind as Kind];
const users = Array.from({ length: Number(count) }, (_, index) => waitingUser(index));

// warm, as what it is compared with: the first half is not counted
const half = users.length / 2;
let started = performance.now();
await Promise.all(Array.from({ length: concurrency }, () => lane(open())));
console.log(JSON.stringify({ perSecond: (half * 1000) / (performance.now() - started) }));

async function lane(send: Send): Promise<void> {
  for (let part = users.splice(0, batch); part.length > 0; part = users.splice(0, batch)) {
    if (users.length >= half) started = performance.now();
    await send(part);
  }
}

function reachLoop(type: ReachType): BareLoop {
  return { ...REACH_SIZES[type], open: () => BARE_REACH[type](url) };
}

function hubspot(): Send {
  const api = new BatchApi(
    createConfiguration({
      baseServer: new ServerConfiguration(url, {}),
      authMethods: { oauth2: { accessToken: BENCH_ENV.HUBSPOT_ACCESS_TOKEN } },
    }),
  );
  return async (part) => {
    const read = await api.read({
      idProperty: "chat_user_id",
      inputs: part.map((id) => ({ id })),
      properties: ["chat_user_id"],
      propertiesWithHistory: [],
    });
    await api.update({
      inputs: read.results.map(({ id }) => ({
        id,
        properties: { chat_subscription: "unsubscribed" },
        objectWriteTraceId: idOf(id),
      })),
    });
  };
}

function segment(): Send {
  const analytics = new Analytics({ writeKey: "bench", host: url, flushAt: 100_000, maxRetries: 0 });
  return async (part) => {
    for (const userId of part) {
      const properties = { official_account: "@TOA#_bench", operator: "admin", platform: "RESTAPI", by_admin: true };
      const event = { userId, event: "Official Account Unsubscribed", properties, timestamp: new Date() };
      analytics.track({ ...event, messageId: idOf(userId) });
    }
    await analytics.flush();
  };
}
