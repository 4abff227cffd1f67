/** What the YAML may say about a Segment connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";

/**
 * Segment's own hosts, by the region of the workspace. https://segment.com/docs/guides/regional-segment/
 * `eu1.api.segmentapis.com`, which one sentence of Segment's HTTP API page names, is the EU host of its management API.
 */
const REGION_HOSTS = { us: "https://api.segment.io", eu: "https://events.eu1.segmentapis.com" } as const;

export const SegmentSettings = Type.Object(
  {
    write_key: Secret({
      description: "The write key of the source: Connections → Sources → your source → Settings → API Keys.",
      // it travels in a header
      pattern: "^[!-~]+$",
      expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
      examples: ["${SEGMENT_WRITE_KEY}"],
    }),
    region: Type.Optional(
      Type.Union([Type.Literal("us"), Type.Literal("eu")], {
        description:
          "Where the workspace lives: `us` (unless set) or `eu`. The wrong one is answered with success and drops every event.",
        examples: ["eu"],
      }),
    ),
    host: Type.Optional(
      Type.String({
        forMachines: true,
        description:
          "Instead of `region`: the base URL of a server that speaks Segment's API, such as RudderStack or Jitsu.",
        examples: ["https://example.dataplane.rudderstack.com"],
      }),
    ),
    event: Template({
      filled: true,
      default:
        '{% if event == "subscribed" %}Official Account Subscribed{% else %}Official Account Unsubscribed{% endif %}',
      description: "The name of the event. It must not come out empty.",
      examples: ["Official Account Unsubscribed"],
    }),
    user_id: Template({
      filled: true,
      forMachines: "anyScript",
      default: "{{ user_id }}",
      description: "The userId of the event: the id by which Segment knows the person. It must not come out empty.",
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
  },
  { additionalProperties: false },
);

export type SegmentSettings = Static<typeof SegmentSettings>;

/** Where events go: the SDK wants the parts, people want the URL. */
export interface Target {
  readonly origin: string;
  readonly path: string;
  readonly url: string;
  /** True for Segment itself, whose answers we know exactly. */
  readonly isSegment: boolean;
}

/** Throws `TypeError` when `host` is no URL: `lintSettings` has said so before. */
export function targetOf(settings: SegmentSettings): Target {
  const base = new URL(settings.host ?? REGION_HOSTS[settings.region ?? "us"]);
  const path = `${base.pathname.replace(/\/+$/, "")}/v1/batch`;
  return { origin: base.origin, path, url: base.origin + path, isSegment: settings.host === undefined };
}

const HOST: BaseUrlWords = {
  setting: "host",
  name: "the host",
  credential: "the write key",
  example: "write the whole base URL, such as https://example.dataplane.rudderstack.com",
  instead: "; the write key goes into `write_key`",
};

/** Faults that the schema cannot say. */
export function lintSettings(settings: SegmentSettings): readonly SettingFault[] {
  const { host, region } = settings;
  if (host === undefined) return [];
  const faults: SettingFault[] = [];
  if (region !== undefined) {
    faults.push({
      path: ["region"],
      what: "`region` and `host` exclude each other",
      todo: "remove `region` for a host of your own, or `host` for Segment itself",
    });
  }
  return [...faults, ...baseUrlFaults(host, HOST)];
}
