/** What the YAML may say about a webhook, and the faults that a schema cannot say. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { headerFaults } from "../../src/guarded-http/headers.ts";
import { addressFaults } from "../../src/guarded-http/settings.ts";
import { secretFault, secretsOf } from "./signature.ts";

/** `type`, `timestamp` and `data` are what Standard Webhooks recommends. */
const DEFAULT_BODY = {
  type: "official_account.{{ event }}",
  timestamp: "{{ event_time }}",
  data: {
    user_id: "{{ user_id }}",
    official_account: "{{ official_account }}",
    operator: "{{ operator }}",
    by_admin: "{{ by_admin }}",
    platform: "{{ platform }}",
    app_id: "{{ app_id }}",
    event_id: "{{ event_id }}",
  },
} as const;

const SigningSecret = Secret({
  description: "The secret that requests are signed with (Standard Webhooks): `whsec_` and base64.",
  examples: ["${PARTNER_WEBHOOK_SECRET}"],
});

export const WebhookSettings = Type.Object(
  {
    url: Type.String({
      forMachines: true,
      description: "The receiver's address, https:// unless `allow_http` is set.",
      examples: ["https://partner.example/unsubscribes"],
    }),
    secret: Type.Optional(
      Type.Union([SigningSecret, Type.Array(SigningSecret, { minItems: 1, maxItems: 2 })], {
        description:
          "The secret that requests are signed with (Standard Webhooks): `whsec_` and base64. Two of them, as a list, while it is being rotated.",
        examples: ["${PARTNER_WEBHOOK_SECRET}"],
      }),
    ),
    method: Type.Union([Type.Literal("POST"), Type.Literal("PUT"), Type.Literal("PATCH")], {
      default: "POST",
      description: "The HTTP method: `POST`, `PUT` or `PATCH`.",
    }),
    headers: Type.Record(Type.String(), Template({ forMachines: true, description: "A header's value." }), {
      default: {},
      description: "Further headers, by name.",
      examples: [{ "x-source": "chat" }],
    }),
    body: TemplateTree({
      default: DEFAULT_BODY,
      description: "What is sent, as JSON: a tree whose texts may hold variables. Yours replaces the default one.",
      examples: [{ email_opt_out: true, user: "{{ user_id }}" }],
    }),
    batch: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1000,
      description: "Most events in one request. Above 1, each request is a JSON array.",
      examples: [100],
    }),
    allow_http: Type.Boolean({
      default: false,
      description: "Permit http:// addresses. Anybody on the way can then read who unsubscribed.",
    }),
    allow_private_network: Type.Boolean({
      default: false,
      description: "Permit receivers on this machine and in private networks.",
    }),
  },
  { additionalProperties: false },
);

export type WebhookSettings = Static<typeof WebhookSettings>;

export function lintSettings(settings: WebhookSettings): readonly SettingFault[] {
  return [...lintUrl(settings), ...lintSecrets(settings), ...lintHeaders(settings), ...lintBody(settings)];
}

function lintUrl({ url, allow_http, allow_private_network }: WebhookSettings): SettingFault[] {
  const instead = "use `secret`, or an `authorization` entry under `headers`";
  return addressFaults(url, ["url"], { allow_http, allow_private_network, instead });
}

function lintSecrets({ secret }: WebhookSettings): SettingFault[] {
  if (secret === undefined) {
    const todo = "set `secret`; `echo whsec_$(openssl rand -base64 32)` makes a good one";
    const what = "requests are not signed: the receiver cannot tell them from forged ones";
    return [{ path: ["secret"], what, todo, severity: "warning" }];
  }
  return secretsOf(secret).flatMap((each, index) => {
    const path = typeof secret === "string" ? ["secret"] : ["secret", index];
    const fault = secretFault(each);
    return fault === undefined ? [] : [{ path, ...fault }];
  });
}

/** Those of the signature. */
const OWN_HEADERS = /^webhook-.*$/i;

function lintHeaders({ headers, batch }: WebhookSettings): SettingFault[] {
  const more = (_: string, value: string) => {
    if (batch === 1 || !/\{[{%]/.test(value)) return [];
    return [{ what: "a request of many events has one set of headers", todo: "use a fixed text, or `batch: 1`" }];
  };
  return headerFaults(headers, more, OWN_HEADERS);
}

function lintBody({ body, batch }: WebhookSettings): SettingFault[] {
  if (batch === 1) return [];
  const isMap = typeof body === "object" && body !== null && !Array.isArray(body);
  if (!isMap) {
    const what = "with `batch` above 1 every event carries its id, which needs a map";
    return [{ path: ["body"], what, todo: "write the body as a map, or set `batch: 1`" }];
  }
  if (!("id" in body)) return [];
  const what = "with `batch` above 1, `id` is the id of the delivery, set by the bridge";
  return [{ path: ["body", "id"], what, todo: "give it another name" }];
}
