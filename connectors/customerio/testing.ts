/** What the tests of this folder share: a workspace with people, and a connector that points at it. */
import type { DeliverResult } from "../../src/connector.ts";
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import type { Subject } from "../kit/conformance.ts";
import type { SandboxAnswer, SandboxRequest } from "../kit/sandbox.ts";
import { customerio } from "./index.ts";
import { startCustomerIoSandbox } from "./sandbox.ts";

export const SITE = "site-id-of-the-workspace";
export const KEY = "customerio-track-api-key-4711";
export const APP_KEY = "customerio-app-api-key-4711";
export const TOPIC = "cio_subscription_preferences.topics.topic_3";

export const isBatch = ({ path }: Pick<SandboxRequest, "path">): boolean => path.endsWith("/api/v2/batch");

/** The answer to a write as it would be had Customer.io refused what is about this user. */
export function failing(answer: SandboxAnswer, { body }: SandboxRequest, user: string): SandboxAnswer {
  const { batch } = asRecord(parseJson(body));
  const items = Array.isArray(batch) ? batch.map(asRecord) : [];
  const batch_index = items.findIndex(({ identifiers }) => asRecord(identifiers).id === user);
  if (batch_index === -1) return answer;
  return { status: 207, body: { errors: [{ batch_index, reason: "invalid", field: "attributes", message: "no" }] } };
}

/** Settings that point at a stand-in. */
export const settingsFor = (url: string) => ({
  ...{ region: "us", base_url: url, site_id: SITE, api_key: KEY, app_api_key: APP_KEY },
  ...{ topics: [3], attributes: { chat_subscription: "{{ event }}" } },
});

/** The suite's subject, with settings that differ. */
export function subjectWith(settings: Readonly<Record<string, unknown>>, variant: string): Subject {
  return {
    type: customerio as unknown as Subject["type"],
    variant,
    async start() {
      const people = ["user-1", "user-2", "user-3"];
      const sandbox = await startCustomerIoSandbox({ credentials: `${SITE}:${KEY}`, appKey: APP_KEY, people });
      const own = { ...settingsFor(sandbox.url), ...settings };
      const about = (user: string) => {
        const person = sandbox.people.get(user);
        return person?.chat_subscription === undefined ? undefined : person;
      };
      const meet = (user: string) => void sandbox.people.set(user, {});
      return {
        ...{ sandbox, settings: own, secrets: [KEY, APP_KEY] },
        holds: () => [...sandbox.people],
        people: settings.unknown_people === "create" ? { about } : { about, meet },
        astray: { ...own, region: "eu", base_url: `${sandbox.url}/eu` },
      };
    },
    // without a look-up the first request writes
    ...(settings.unknown_people !== "create" && { isWrite: isBatch }),
    saysNothing: true,
    failing,
    lacks: {
      limits: "Customer.io says so by 429 alone",
      ...(settings.unknown_people === "create" && { strangers: "Customer.io makes a person of anybody" }),
    },
  };
}

export const tagsOf = (result: DeliverResult): string[] =>
  "outcomes" in result && result.outcomes !== undefined ? [...result.outcomes.values()].map(({ tag }) => tag) : [];
