/** What the YAML may say about a Salesforce connector, and what follows from it. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, type SettingFault, Template, TemplateTree } from "../../src/connector.ts";
import { type BaseUrlWords, baseUrlFaults } from "../../src/connector-tools.ts";
import { privateKeyOf } from "./assertion.ts";

const closed = { additionalProperties: false } as const;
const IN_A_FORM = { pattern: "^[!-~]+$", expects: "copy it anew, without blanks: letters, digits and signs of ASCII" };

/** Supported since 2025-10; Salesforce keeps a version for three years at least. */
const USUAL_VERSION = "65.0";

const Value = TemplateTree({ description: "The field's value: text with variables, a number, true or false." });

export const SalesforceSettings = Type.Object(
  {
    instance_url: Type.String({
      forMachines: true,
      description: "Your My Domain address: in Salesforce, Setup → My Domain → Current My Domain URL.",
      examples: ["https://example.my.salesforce.com"],
    }),
    client_id: Type.String({
      ...IN_A_FORM,
      description: "The consumer key of the external client app.",
      examples: ["${SALESFORCE_CLIENT_ID}"],
    }),
    client_secret: Type.Optional(
      Secret({
        ...IN_A_FORM,
        description: "The consumer secret of the external client app (client credentials flow).",
        examples: ["${SALESFORCE_CLIENT_SECRET}"],
      }),
    ),
    jwt: Type.Optional(
      Type.Object(
        {
          username: Type.String({
            minLength: 1,
            description: "The user in whose name the bridge works, as it stands in Salesforce.",
            examples: ["bridge@example.com"],
          }),
          private_key: Secret({
            pem: true,
            description: "The private key whose certificate was uploaded to the app: PEM, RSA.",
            examples: ["{ file: /run/secrets/salesforce.pem }"],
          }),
          audience: Type.Optional(
            Type.String({
              forMachines: true,
              description:
                "Where the user logs in: `https://login.salesforce.com`, or `https://test.salesforce.com` where the address is a sandbox's, unless set.",
            }),
          ),
        },
        { ...closed, description: "Instead of `client_secret`: a signed assertion (JWT bearer flow)." },
      ),
    ),
    object: Type.String({
      forMachines: true,
      default: "Contact",
      description: "Whose records are written: `Contact`, `Lead`, or `Account` where people are person accounts.",
      examples: ["Contact", "Lead"],
    }),
    match: Type.Object(
      {
        field: Type.String({
          forMachines: true,
          description: "The field that holds the Chat user id, by its API name: a text field that is an External ID.",
          examples: ["Chat_User_Id__c"],
        }),
        value: Template({
          filled: true,
          forMachines: "anyScript",
          default: "{{ user_id }}",
          description: "What that field holds for this user. It must not come out empty.",
          examples: ["{{ user_id }}"],
        }),
        max: Type.Integer({
          default: 1,
          minimum: 1,
          maximum: 200,
          description: "How many records may carry the same value: all of them are updated. With more, none is.",
        }),
      },
      { ...closed, description: "How the record of a user is found." },
    ),
    set: Type.Record(Type.String(), Value, {
      minProperties: 1,
      description: "The fields to write, by API name.",
      examples: [{ Chat_Subscription__c: "{{ event }}", Chat_Unsubscribed_At__c: "{{ event_time }}" }],
    }),
    when_missing: Type.Union([Type.Literal("retry"), Type.Literal("create"), Type.Literal("ignore")], {
      default: "retry",
      description:
        "When no record carries the value: `retry` slowly and give up as `unmatched`, `create` one (only where the field is unique), or `ignore` it.",
    }),
    create: Type.Optional(
      Type.Record(Type.String(), Value, {
        description: "With `when_missing: create`: further fields that a new record must have, such as `LastName`.",
        examples: [{ LastName: "{{ user_id }}" }],
      }),
    ),
    verify: Type.Boolean({
      default: false,
      description: "Read each record back after it was written, and tell where Salesforce holds something else.",
    }),
    daily_share: Type.Integer({
      default: 90,
      minimum: 1,
      maximum: 100,
      description:
        "Percent of the org's API requests of 24 hours: once so many are used, by whomever, the connector waits and leaves the rest to others.",
    }),
    api_version: Type.String({
      forMachines: true,
      pattern: "^\\d{2,3}\\.0$",
      expects: `write it as ${USUAL_VERSION}`,
      default: USUAL_VERSION,
      description: "The version of Salesforce's API.",
    }),
  },
  closed,
);

export type SalesforceSettings = Static<typeof SalesforceSettings>;

/** The address without slashes at its end. */
export function baseUrlOf({ instance_url }: Pick<SalesforceSettings, "instance_url">): string {
  return instance_url.replace(/\/+$/, "");
}

/** Who the assertion is for. */
export function audienceOf(settings: SalesforceSettings): string {
  const isSandbox = /\.sandbox\.my\.salesforce\.com$/i.test(baseUrlOf(settings));
  return settings.jwt?.audience ?? `https://${isSandbox ? "test" : "login"}.salesforce.com`;
}

const ADDRESS: BaseUrlWords = {
  setting: "instance_url",
  name: "the address",
  credential: "the credential",
  example: "write your My Domain address, such as https://example.my.salesforce.com",
  instead: "; credentials go into `client_id` and `client_secret`",
};

const API_NAME = /^[A-Za-z](?:_?[A-Za-z0-9])*(?:__[A-Za-z]{1,4})?$/;

/** Faults that the schema cannot say. */
export function lintSettings(settings: SalesforceSettings): readonly SettingFault[] {
  return [
    ...baseUrlFaults(settings.instance_url, ADDRESS),
    ...hostFaults(settings.instance_url),
    ...credentialFaults(settings),
    ...nameFaults(settings),
    ...creationFaults(settings),
  ];
}

/** https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_client_credentials_flow.htm: My Domain is the only host for it. */
function hostFaults(address: string): SettingFault[] {
  const host = URL.canParse(address) ? new URL(address).hostname : "";
  const path = ["instance_url"];
  if (/^(login|test)\.salesforce\.com$/.test(host)) {
    const what = "this is where people log in, not your own org";
    return [{ path, what, todo: "write your My Domain address, such as https://example.my.salesforce.com" }];
  }
  const pages = /\.(lightning\.force|my\.salesforce-setup|my\.site)\.com$/.exec(host)?.[0];
  if (pages !== undefined) {
    const what = "this is the address of the pages, not of the API";
    return [{ path, what, todo: `write https://${host.slice(0, -pages.length)}.my.salesforce.com` }];
  }
  if (!host.endsWith(".salesforce.com") || new URL(address).pathname === "/") return [];
  return [{ path, what: "behind the host stands a page of yours", todo: `write https://${host}` }];
}

function credentialFaults({ client_secret, jwt }: SalesforceSettings): SettingFault[] {
  if (client_secret === undefined && jwt === undefined) {
    const what = "there is no credential";
    return [{ path: ["client_id"], what, todo: "add `client_secret`, or `jwt` with a user and a private key" }];
  }
  if (client_secret !== undefined && jwt !== undefined) {
    return [{ path: ["jwt"], what: "`jwt` and `client_secret` exclude each other", todo: "remove one of them" }];
  }
  if (jwt === undefined || privateKeyOf(jwt.private_key) !== undefined) return [];
  const what = "this is no RSA private key in PEM";
  const todo = "give the whole file, from -----BEGIN to the last -----; best as { file: /path/to/it }";
  return [{ path: ["jwt", "private_key"], what, todo }];
}

function nameFaults({ object, match, set, create = {} }: SalesforceSettings): SettingFault[] {
  const faults: SettingFault[] = [];
  const named: { path: string[]; name: string }[] = [
    { path: ["object"], name: object },
    { path: ["match", "field"], name: match.field },
    ...Object.keys(set).map((name) => ({ path: ["set", name], name })),
    ...Object.keys(create).map((name) => ({ path: ["create", name], name })),
  ];
  for (const { path, name } of named) {
    if (API_NAME.test(name)) continue;
    const what = `"${name}" is no API name of Salesforce`;
    const todo = "copy it from Setup → Object Manager → Fields & Relationships, column Field Name";
    faults.push({ path, what, todo });
  }
  if (match.field.toLowerCase() === "id") {
    const todo = "name the field that holds the Chat user id; create one if there is none (see the README)";
    faults.push({ path: ["match", "field"], what: "a Chat user id is no record id of Salesforce", todo });
  }
  const own = [...Object.keys(set), ...Object.keys(create)].find(
    (name) => name.toLowerCase() === match.field.toLowerCase(),
  );
  if (own !== undefined) {
    const todo = "remove it: whoever changes the id by which records are found cannot find them again";
    const path = [own in set ? "set" : "create", own];
    faults.push({ path, what: "this is the field by which records are found", todo });
  }
  return faults;
}

/** What Salesforce wants of each new record: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm */
const MUST_HAVE: Readonly<Record<string, readonly string[]>> = { Contact: ["LastName"], Lead: ["LastName", "Company"] };

function creationFaults({ object, when_missing, set, create }: SalesforceSettings): SettingFault[] {
  if (when_missing !== "create") {
    if (create === undefined) return [];
    const todo = "remove it, or write `when_missing: create`";
    return [{ path: ["create"], what: "nothing is created", todo, severity: "warning" }];
  }
  const given = { ...set, ...create };
  const lacking = (MUST_HAVE[object] ?? []).filter((name) => !Object.hasOwn(given, name));
  if (lacking.length === 0) return [];
  const what = `Salesforce makes no ${object} without ${lacking.join(" and ")}`;
  const todo = `add \`create: { ${lacking.map((name) => `${name}: "{{ user_id }}"`).join(", ")} }\``;
  return [{ path: ["when_missing"], what, todo }];
}
