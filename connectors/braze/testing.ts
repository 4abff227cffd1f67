/** What the tests of this folder share: a workspace with profiles, and a connector that points at it. */
import type { DeliverResult } from "../../src/connector.ts";
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import type { Subject } from "../kit/conformance.ts";
import type { SandboxAnswer, SandboxRequest } from "../kit/sandbox.ts";
import { braze } from "./index.ts";
import { startBrazeSandbox } from "./sandbox.ts";

export const KEY = "braze-rest-api-key-4711";
export const GROUP = "7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11";

export const isTrack = ({ path }: Pick<SandboxRequest, "path">): boolean => path === "/users/track";

/** The answer to a write as it would be had Braze refused what is about this user. */
export function failing(answer: SandboxAnswer, { body }: SandboxRequest, user: string): SandboxAnswer {
  const { attributes } = asRecord(parseJson(body));
  const objects = Array.isArray(attributes) ? attributes.map(asRecord) : [];
  const index = objects.findIndex(({ external_id }) => external_id === user);
  if (index === -1) return answer;
  const errors = [{ type: "invalid value", input_array: "attributes", index }];
  const counted = { attributes_processed: objects.length - 1 };
  return { ...answer, body: { ...asRecord(answer.body), ...counted, errors } };
}

/** The suite's subject, with settings that differ. */
export function subjectWith(settings: Readonly<Record<string, unknown>>, variant: string): Subject {
  return {
    type: braze as unknown as Subject["type"],
    variant,
    async start() {
      const profiles = ["user-1", "user-2", "user-3"];
      const sandbox = await startBrazeSandbox({ key: KEY, profiles, groups: [GROUP] });
      const own = {
        ...{ api_key: KEY, endpoint: sandbox.url, subscription_groups: [GROUP] },
        ...{ attributes: { chat_subscription: "{{ event }}" }, ...settings },
      };
      const knowsAnybody = settings.unknown_users !== undefined;
      const about = (user: string) => {
        const profile = sandbox.profiles.get(user);
        return profile?.chat_subscription === undefined ? undefined : profile;
      };
      const meet = (user: string) => void sandbox.profiles.set(user, {});
      return {
        ...{ sandbox, settings: own, secrets: [KEY] },
        holds: () => [...sandbox.profiles],
        people: knowsAnybody ? { about } : { about, meet },
        astray: { ...own, api_key: `${KEY}-of-another-instance` },
      };
    },
    isWrite: isTrack,
    failing,
    lacks: {
      limits: "Braze says so by 429 alone",
      ...(settings.unknown_users !== undefined && { strangers: "Braze makes a profile of anybody" }),
    },
  };
}

export const tagsOf = (result: DeliverResult): string[] =>
  "outcomes" in result && result.outcomes !== undefined ? [...result.outcomes.values()].map(({ tag }) => tag) : [];
