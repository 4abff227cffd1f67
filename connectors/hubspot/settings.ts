/** What the YAML may say about a HubSpot connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";
import { isVersion, LATEST, NUMBERED } from "./versions.ts";

const closed = { additionalProperties: false } as const;

export const HubSpotSettings = Type.Object(
  {
    access_token: Secret({
      description:
        "A service key: in HubSpot, Development → Keys → Service keys. Or the access token of a legacy private app that you have.",
      // it travels in a header
      pattern: "^[!-~]+$",
      expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
      examples: ["${HUBSPOT_ACCESS_TOKEN}"],
    }),
    match: Type.Object(
      {
        property: Type.String({
          forMachines: true,
          description: "The contact property that holds the Chat user id, by its internal name.",
          examples: ["chat_user_id"],
        }),
        value: Template({
          filled: true,
          forMachines: "anyScript",
          default: "{{ user_id }}",
          description: "What that property holds for this user. It must not come out empty.",
          examples: ["{{ user_id }}", "chat:{{ user_id }}"],
        }),
        max: Type.Integer({
          default: 10,
          minimum: 1,
          maximum: 1_000,
          description: "How many contacts may carry the same value: all of them are updated. With more, none is.",
        }),
      },
      { ...closed, description: "How the contact of a user is found." },
    ),
    set: Type.Record(Type.String(), Template({ description: "The property's new value: text with variables." }), {
      minProperties: 1,
      description: "The contact properties to write, by internal name.",
      examples: [{ chat_subscription: "{{ event }}", chat_unsubscribed_at: "{{ event_time }}" }],
    }),
    when_missing: Type.Union([Type.Literal("retry"), Type.Literal("create"), Type.Literal("ignore")], {
      default: "retry",
      description:
        "When no contact carries the value: `retry` slowly and give up as `unmatched`, `create` one (only where HubSpot keeps the property unique), or `ignore` it.",
    }),
    api_version: Type.String({
      forMachines: true,
      default: LATEST,
      description:
        "The version of HubSpot's API: a date such as `2026-09`, or `v3`, which HubSpot supports until September 2027. From `2026-09` on the account's rules for required properties bind the bridge as well.",
      examples: [LATEST, NUMBERED],
    }),
    base_url: Type.String({
      forMachines: true,
      default: "https://api.hubapi.com",
      description: "Where HubSpot's API is; only a stand-in or a proxy needs another.",
    }),
  },
  closed,
);

export type HubSpotSettings = Static<typeof HubSpotSettings>;

/** HubSpot's internal names: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide */
const INTERNAL_NAME = /^[a-z][a-z0-9_]{0,99}$/;
/** Liquid's way to write them. */
const UNIX_SECONDS = /\|\s*date:\s*["']%s["']\s*(\}\}|-\}\})/;
/** Kept by HubSpot itself: record ids are no property of a person. */
const RECORD_ID = "hs_object_id";

/** `base_url` without slashes at its end. */
export function baseUrlOf({ base_url }: Pick<HubSpotSettings, "base_url">): string {
  return base_url.replace(/\/+$/, "");
}

const BASE_URL: BaseUrlWords = {
  setting: "base_url",
  name: "the base URL",
  credential: "the access token",
  example: "leave it out for HubSpot itself, or write a whole base URL",
};

/** Faults that the schema cannot say. */
export function lintSettings(settings: HubSpotSettings): readonly SettingFault[] {
  const { property } = settings.match;
  const faults = baseUrlFaults(settings.base_url, BASE_URL);
  if (!isVersion(settings.api_version)) {
    const todo = `write ${LATEST}, or another March or September in which HubSpot brought out a version; or ${NUMBERED}`;
    faults.push({ path: ["api_version"], what: `"${settings.api_version}" is no version of HubSpot's API`, todo });
  }
  if (property === RECORD_ID) {
    const todo = "name the property that holds the Chat user id; create one if there is none (see the README)";
    faults.push({ path: ["match", "property"], what: "a Chat user id is not a HubSpot record id", todo });
  }
  const named = [
    { path: ["match", "property"], name: property },
    ...Object.keys(settings.set).map((name) => ({ path: ["set", name], name })),
  ];
  for (const { path, name } of named) {
    if (INTERNAL_NAME.test(name)) continue;
    const what = `"${name}" is no internal name of a HubSpot property`;
    const todo = "open the property in HubSpot's settings and copy its internal name (lower-case letters, digits, _)";
    faults.push({ path, what, todo });
  }
  for (const [name, template] of Object.entries(settings.set)) {
    if (!UNIX_SECONDS.test(template)) continue;
    const what = "this makes seconds since 1970: a date property of HubSpot would become a day in January 1970";
    const todo = "write {{ event_time }} for a date property; leave it for a number or a text";
    faults.push({ path: ["set", name], what, todo, severity: "warning" });
  }
  if (Object.hasOwn(settings.set, property)) {
    const todo = "remove it: whoever changes the id by which contacts are found cannot find them again";
    faults.push({ path: ["set", property], what: "this is the property by which contacts are found", todo });
  }
  return faults;
}
