/** What the YAML may say about a Mixpanel connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";

/** https://docs.mixpanel.com/docs/privacy/eu-residency, …/in-residency */
const REGION_HOSTS = {
  us: "https://api.mixpanel.com",
  eu: "https://api-eu.mixpanel.com",
  in: "https://api-in.mixpanel.com",
} as const;

const IN_A_HEADER = {
  pattern: "^[!-~]+$",
  expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
};

export const MixpanelSettings = Type.Object(
  {
    project_id: Type.Integer({
      minimum: 1,
      description: "The project's number: Settings → Project Settings → Overview → Project ID.",
      examples: [2195193],
    }),
    region: Type.Union([Type.Literal("us"), Type.Literal("eu"), Type.Literal("in")], {
      description: "Where the project's data lives: Settings → Project Settings → Overview → Data Residency.",
      examples: ["eu"],
    }),
    service_account: Type.String({
      ...IN_A_HEADER,
      description: "The user name of a service account that is Owner or Admin of the project.",
      examples: ["${MIXPANEL_SERVICE_ACCOUNT}"],
    }),
    secret: Secret({
      ...IN_A_HEADER,
      description: "The secret of the service account: it is shown once, when the account is made.",
      examples: ["${MIXPANEL_SECRET}"],
    }),
    event: Template({
      filled: true,
      default:
        '{% if event == "subscribed" %}Official Account Subscribed{% else %}Official Account Unsubscribed{% endif %}',
      description: "The name of the event. It must not come out empty.",
      examples: ["Official Account Unsubscribed"],
    }),
    distinct_id: Template({
      filled: true,
      forMachines: "anyScript",
      default: "{{ user_id }}",
      description: "The distinct_id by which Mixpanel knows the person. It must not come out empty.",
      examples: ["{{ user_id }}", "chat-{{ user_id }}"],
    }),
    properties: Type.Record(
      Type.String(),
      TemplateTree({
        description: "A property's value: text with variables, a number, true or false, a list or a map.",
      }),
      {
        default: {
          official_account: "{{ official_account }}",
          operator: "{{ operator }}",
          by_admin: "{{ by_admin }}",
          platform: "{{ platform }}",
        },
        description: "The properties of the event, by name. Yours replace the default ones.",
        examples: [{ official_account: "{{ official_account }}", channel: "chat" }],
      },
    ),
    base_url: Type.Optional(
      Type.String({
        forMachines: true,
        description: "Where Mixpanel's API is, instead of the region's own host; only a stand-in or a proxy needs it.",
      }),
    ),
  },
  { additionalProperties: false },
);

export type MixpanelSettings = Static<typeof MixpanelSettings>;

/** Without slashes at its end. */
export function baseUrlOf({ base_url, region }: Pick<MixpanelSettings, "base_url" | "region">): string {
  return (base_url ?? REGION_HOSTS[region]).replace(/\/+$/, "");
}

const BASE_URL: BaseUrlWords = {
  setting: "base_url",
  name: "the base URL",
  credential: "the secret",
  example: "leave it out for Mixpanel itself, or write a whole base URL",
};

/** What the bridge says by itself. */
const OWN = new Set(["time", "distinct_id", "$insert_id", "token"]);

/** Faults that the schema cannot say. */
export function lintSettings(settings: MixpanelSettings): readonly SettingFault[] {
  const { base_url, properties } = settings;
  const faults = base_url === undefined ? [] : baseUrlFaults(base_url, BASE_URL);
  for (const name of Object.keys(properties)) {
    if (!OWN.has(name)) continue;
    const what = `"${name}" is what the bridge says by itself: by it Mixpanel knows an event that comes twice`;
    faults.push({ path: ["properties", name], what, todo: "give the property another name, or take it out" });
  }
  return faults;
}
