/** What the YAML may say about a Braze connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";

export const BrazeSettings = Type.Object(
  {
    api_key: Secret({
      description:
        "A REST API key: in Braze, Settings → APIs and Identifiers → API Keys, with the permissions `users.track` and (for `unknown_users: check`) `users.export.ids`.",
      // it travels in a header
      pattern: "^[!-~]+$",
      expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
      examples: ["${BRAZE_API_KEY}"],
    }),
    endpoint: Type.String({
      forMachines: true,
      description:
        "The REST endpoint of the instance that your workspace lives on: Settings → APIs and Identifiers shows it. It begins with `https://rest.`.",
      examples: ["https://rest.fra-02.braze.eu", "https://rest.iad-05.braze.com"],
    }),
    external_id: Template({
      filled: true,
      forMachines: "anyScript",
      default: "{{ user_id }}",
      description: "The external ID by which Braze knows the person. It must not come out empty.",
      examples: ["{{ user_id }}", "chat-{{ user_id }}"],
    }),
    attributes: Type.Record(
      Type.String(),
      TemplateTree({
        description: "The attribute's value: text with variables, a number, true or false, a list or a map.",
      }),
      {
        default: {},
        description:
          "Attributes of the profile to set, by name: custom ones, or Braze's own such as `push_subscribe`. Each custom one costs a data point.",
        examples: [{ chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" }],
      },
    ),
    subscription_groups: Type.Array(Type.String({ forMachines: true }), {
      default: [],
      description:
        "Ids of subscription groups: who unsubscribes in Chat is unsubscribed from them, who subscribes again is subscribed again. They cost no data points.",
      examples: [["7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11"]],
    }),
    unknown_users: Type.Union([Type.Literal("check"), Type.Literal("ignore"), Type.Literal("create")], {
      default: "check",
      description:
        "Braze passes over external IDs that it does not know, and says nothing. `check` asks first who is known: the others are tried again slowly and given up as `unmatched`. `ignore` does not ask. `create` makes a profile.",
    }),
  },
  { additionalProperties: false },
);

export type BrazeSettings = Static<typeof BrazeSettings>;

/** `endpoint` without slashes at its end. */
export function endpointOf({ endpoint }: Pick<BrazeSettings, "endpoint">): string {
  return endpoint.replace(/\/+$/, "");
}

const ENDPOINT: BaseUrlWords = {
  setting: "endpoint",
  name: "the endpoint",
  credential: "the API key",
  example: "write the whole REST endpoint, such as https://rest.fra-02.braze.eu",
  instead: "; the key goes into `api_key`",
};

const GROUP_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** What a request says by itself: https://www.braze.com/docs/api/objects_filters/user_attributes_object */
const RESERVED = ["external_id", "braze_id", "user_alias", "_update_existing_only"];
/** Of an attribute by these names nobody would be unsubscribed. */
const OF_GROUPS = ["subscription_groups", "subscription_group_id", "subscription_state"];

/** Faults that the schema cannot say. */
export function lintSettings(settings: BrazeSettings): readonly SettingFault[] {
  const { attributes, subscription_groups: groups } = settings;
  const faults = [...baseUrlFaults(settings.endpoint, ENDPOINT), ...hostFaults(settings.endpoint)];
  if (Object.keys(attributes).length === 0 && groups.length === 0) {
    const todo = "name subscription groups, or attributes to set, or both";
    faults.push({ path: ["subscription_groups"], what: "nothing would be written to Braze", todo });
  }
  for (const [index, group] of groups.entries()) {
    if (GROUP_ID.test(group)) continue;
    const todo = "copy the id from Braze: Audience → Subscription Group Management, beside the group's name";
    faults.push({ path: ["subscription_groups", index], what: "this is no id of a subscription group", todo });
  }
  for (const name of [...RESERVED, ...OF_GROUPS]) {
    if (!Object.hasOwn(attributes, name)) continue;
    const todo = OF_GROUPS.includes(name) ? "write the ids below `subscription_groups` itself" : "remove it";
    faults.push({ path: ["attributes", name], what: "the bridge writes this by itself", todo });
  }
  return faults;
}

/** Braze's hosts that look alike: of its dashboard, and of its SDKs. */
function hostFaults(endpoint: string): SettingFault[] {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (!/\.braze\.(com|eu)$/.test(host)) return [];
  if (host.startsWith("rest.")) {
    if (new URL(endpoint).pathname === "/") return [];
    return [{ path: ["endpoint"], what: "behind the host stands a call of the API", todo: `write https://${host}` }];
  }
  const what = `${host} is not a REST endpoint of Braze`;
  const todo = "copy the REST endpoint from Settings → APIs and Identifiers: it begins with https://rest.";
  return [{ path: ["endpoint"], what, todo }];
}
