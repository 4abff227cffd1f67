/** What the YAML may say about a Customer.io connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";

/** Where the Track API (writes) and the App API (look-ups) are. https://docs.customer.io/accounts-and-workspaces/data-centers */
const HOSTS = {
  us: { track: "https://track.customer.io", app: "https://api.customer.io" },
  eu: { track: "https://track-eu.customer.io", app: "https://api-eu.customer.io" },
} as const;

// it travels in a header
const HEADER_TEXT = {
  pattern: "^[!-~]+$",
  expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
} as const;

export const CustomerIoSettings = Type.Object(
  {
    region: Type.Union([Type.Literal("us"), Type.Literal("eu")], {
      description:
        "Where the account's data is: `us` or `eu`, as Account Settings → Privacy, Data & Location shows it. Data of an EU account that is sent to `us` travels through the United States; data of a US account is refused by `eu`.",
      examples: ["eu"],
    }),
    site_id: Type.String({
      ...HEADER_TEXT,
      forMachines: true,
      description: "The Site ID of the workspace: Account Settings → API Credentials → Tracking API Keys.",
      examples: ["a1b2c3d4e5f6a7b8c9d0"],
    }),
    api_key: Secret({
      ...HEADER_TEXT,
      description:
        "The API Key of the workspace, beside the Site ID: Account Settings → API Credentials → Tracking API Keys.",
      examples: ["${CUSTOMERIO_API_KEY}"],
    }),
    app_api_key: Type.Optional(
      Secret({
        ...HEADER_TEXT,
        description:
          "An App API Key, to ask who is known: Account Settings → API Credentials → App API Keys. Needed unless `unknown_people: create`.",
        examples: ["${CUSTOMERIO_APP_API_KEY}"],
      }),
    ),
    id: Template({
      filled: true,
      forMachines: "anyScript",
      default: "{{ user_id }}",
      description: "The `id` by which Customer.io knows the person. It must not come out empty.",
      examples: ["{{ user_id }}", "chat-{{ user_id }}"],
    }),
    topics: Type.Array(Type.Integer({ minimum: 1 }), {
      default: [],
      description:
        "Topics of your subscription center, by their ids: who unsubscribes in Chat is unsubscribed from them, who subscribes again is subscribed again. Other topics stay as they are.",
      examples: [[3]],
    }),
    attributes: Type.Record(
      Type.String(),
      TemplateTree({
        description: "The attribute's value: text with variables, a number, true or false, a list or a map.",
      }),
      {
        default: {},
        description: "Attributes of the person to set, by name.",
        examples: [{ chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" }],
      },
    ),
    unsubscribe_everywhere: Type.Boolean({
      default: false,
      description:
        "`true`: who unsubscribes in Chat gets no message from Customer.io any more, by any channel (`unsubscribed`). Who comes back in Chat is not subscribed everywhere again: nobody knows why they were not.",
    }),
    unknown_people: Type.Union([Type.Literal("check"), Type.Literal("create")], {
      default: "check",
      description:
        "Customer.io makes a person of every id that it does not know. `check` asks first who is known: the others are tried again slowly and given up as `unmatched`. `create` lets it make them.",
    }),
    base_url: Type.Optional(
      Type.String({
        forMachines: true,
        description: "Where both APIs are, instead of the region's hosts; only a stand-in or a proxy needs it.",
        examples: ["https://proxy.example/customerio"],
      }),
    ),
  },
  { additionalProperties: false },
);

export type CustomerIoSettings = Static<typeof CustomerIoSettings>;

/** Bases of addresses, without slashes at their ends. */
export function hostsOf({ region, base_url }: Pick<CustomerIoSettings, "region" | "base_url">) {
  const base = base_url?.replace(/\/+$/, "");
  return base === undefined ? HOSTS[region] : { track: base, app: base };
}

const BASE_URL: BaseUrlWords = {
  setting: "base_url",
  name: "the base URL",
  credential: "the keys",
  example: "leave it out for Customer.io itself, or write a whole base URL",
};

/** What the bridge writes by itself, or what would overwrite more than was meant; and the way to it. */
const RESERVED: Readonly<Record<string, string>> = {
  id: "remove it: the person is named by the setting `id`",
  cio_id: "remove it: the person is named by the setting `id`",
  unsubscribed: "remove it, and set `unsubscribe_everywhere: true`",
  cio_subscription_preferences: "name the topics in `topics`: written whole, it would overwrite those of all others",
};

/** Faults that the schema cannot say. */
export function lintSettings(settings: CustomerIoSettings): readonly SettingFault[] {
  const { attributes, topics, unsubscribe_everywhere, unknown_people, app_api_key, base_url } = settings;
  const faults = base_url === undefined ? [] : baseUrlFaults(base_url, BASE_URL);
  if (Object.keys(attributes).length === 0 && topics.length === 0 && !unsubscribe_everywhere) {
    const todo = "name topics, or attributes to set, or set `unsubscribe_everywhere: true`";
    faults.push({ path: ["topics"], what: "nothing would be written to Customer.io", todo });
  }
  if (unknown_people === "check" && app_api_key === undefined) {
    const todo = "give an App API Key, or set `unknown_people: create` if Customer.io may make people";
    faults.push({ path: ["app_api_key"], what: "without it nobody can be asked who is known", todo });
  }
  for (const [name, todo] of Object.entries(RESERVED)) {
    if (!Object.hasOwn(attributes, name)) continue;
    faults.push({ path: ["attributes", name], what: `"${name}" has a meaning of its own at Customer.io`, todo });
  }
  return faults;
}
