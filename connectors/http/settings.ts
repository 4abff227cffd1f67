/** What the YAML may say about a JSON API. */
import { type Static, Type } from "@sinclair/typebox";
import { Secret, Template, TemplateTree } from "../../src/connector.ts";

const closed = { additionalProperties: false } as const;

/** `result.state`: names and numbers of places in JSON, with dots between them. */
const Path = (description: string, example: string) =>
  Type.String({ forMachines: "anyScript", pattern: "^[^.\\s]+(\\.[^.\\s]+)*$", description, examples: [example] });

const Basic = Type.Object(
  {
    username: Secret({
      description: "The user name, or what stands for it.",
      examples: ["${API_USER}"],
      mayBeWord: true,
    }),
    password: Type.Optional(Secret({ description: "The password; empty unless set.", examples: ["${API_PASSWORD}"] })),
  },
  { ...closed, description: "HTTP Basic: a user name and a password." },
);

const Header = Type.Object(
  {
    name: Type.String({ forMachines: true, description: "The header's name.", examples: ["x-api-key"] }),
    value: Secret({ description: "The credential.", examples: ["${API_KEY}"] }),
    prefix: Type.String({ default: "", description: "What stands before it.", examples: ["Klaviyo-API-Key "] }),
  },
  { ...closed, description: "A header that holds the credential." },
);

const Hmac = Type.Object(
  {
    secret: Secret({ description: "What both sides know.", examples: ["${SIGNING_SECRET}"] }),
    header: Type.String({
      forMachines: true,
      default: "x-signature",
      description: "The header for the signature of the body.",
    }),
    algorithm: Type.Union([Type.Literal("sha256"), Type.Literal("sha512")], {
      default: "sha256",
      description: "The hash: `sha256` or `sha512`.",
    }),
    encoding: Type.Union([Type.Literal("hex"), Type.Literal("base64")], {
      default: "hex",
      description: "How the signature is written: `hex` or `base64`.",
    }),
    prefix: Type.String({ default: "", description: "What stands before the signature.", examples: ["sha256="] }),
    timestamp_header: Type.Optional(
      Type.String({
        forMachines: true,
        description: "A header for the time in Unix seconds; what is signed is then that time, a dot and the body.",
        examples: ["x-timestamp"],
      }),
    ),
  },
  { ...closed, description: "A signature of the body, by HMAC." },
);

const ClientCredentials = Type.Object(
  {
    token_url: Type.String({
      forMachines: true,
      description: "Where tokens are asked for.",
      examples: ["https://login.loyalty.example/oauth/token"],
    }),
    client_id: Type.String({
      forMachines: true,
      minLength: 1,
      description: "The client's id.",
      examples: ["${LOYALTY_CLIENT_ID}"],
    }),
    client_secret: Secret({ description: "The client's secret.", examples: ["${LOYALTY_CLIENT_SECRET}"] }),
    scope: Type.Optional(Type.String({ description: "What is asked for.", examples: ["consents"] })),
    audience: Type.Optional(Type.String({ description: "For servers that want one.", examples: ["https://api"] })),
    credentials_in: Type.Union([Type.Literal("header"), Type.Literal("body")], {
      default: "header",
      description:
        "Where id and secret stand: in the `header` (HTTP Basic), or in the `body` where the server wants them.",
    }),
  },
  {
    ...closed,
    description: "OAuth 2.0 client credentials: a token is asked for, kept, and renewed when it has ended.",
  },
);

const Auth = Type.Object(
  {
    bearer: Type.Optional(
      Secret({
        // RFC 6750 2.1
        pattern: "^[!-~]+$",
        expects: "copy it anew, without blanks: letters, digits and signs of ASCII",
        description: "A token for `Authorization: Bearer`.",
        examples: ["${API_TOKEN}"],
      }),
    ),
    basic: Type.Optional(Basic),
    header: Type.Optional(Header),
    hmac: Type.Optional(Hmac),
    oauth2_client_credentials: Type.Optional(ClientCredentials),
  },
  {
    ...closed,
    description: "How requests prove who sends them: one of these.",
    examples: [{ bearer: "${API_TOKEN}" }],
  },
);

const Results = Type.Object(
  {
    at: Type.Optional(
      Path("Where in the answer the list of results stands; unless set, the answer is the list.", "results"),
    ),
    id: Path("Where in a result the person's id stands.", "external_id"),
    is: Template({ default: "{{ user_id }}", filled: true, description: "What that id is for a person." }),
  },
  {
    ...closed,
    description: "How an answer names each person: by id, never by position. Whoever is not named is a retry.",
  },
);

const Batch = Type.Object(
  {
    size: Type.Integer({ minimum: 2, maximum: 1000, description: "Most persons in one request.", examples: [100] }),
    body: Type.Unknown({
      default: "{{ items }}",
      description: 'What is sent, as JSON: `"{{ items }}"` stands for the list of all bodies.',
      examples: [{ items: "{{ items }}" }],
    }),
    results: Results,
  },
  { ...closed, description: "Many persons in one request; one by one unless set." },
);

const Status = Type.Integer({ minimum: 200, maximum: 599, description: "An HTTP status." });

const Rule = Type.Object(
  {
    status: Type.Union([Status, Type.Array(Status, { minItems: 1 })], {
      description: "The HTTP status, or several of them.",
      examples: [200],
    }),
    where: Type.Optional(
      Type.Record(Type.String(), TemplateTree({ description: "A value, or a list of values." }), {
        description: "Values in the answer's JSON, by their paths: all of them must be so. A list means one of these.",
        examples: [{ "result.state": "updated" }],
      }),
    ),
    body: Type.Optional(
      Type.Literal("ignored", { description: "`ignored`: the status alone says so, whatever stands in the answer." }),
    ),
    means: Type.Union(
      [
        Type.Literal("delivered"),
        Type.Literal("accepted"),
        Type.Literal("unmatched"),
        Type.Literal("rejected"),
        Type.Literal("retry"),
      ],
      {
        description:
          "`delivered`; `accepted`: taken, and no more is known; `unmatched`: the person is not known there (yet); `rejected`: never to be taken; `retry`.",
        examples: ["delivered"],
      },
    ),
    message: Type.Optional(Path("Where in the answer the reason stands, for the ledger.", "error.detail")),
  },
  closed,
);

const Check = Type.Object(
  {
    url: Type.String({
      forMachines: true,
      description: "An address that is asked with GET and the credentials, and changes nothing.",
      examples: ["https://api.loyalty.example/v2/me"],
    }),
    status: Type.Integer({ default: 200, minimum: 200, maximum: 599, description: "The status when all is well." }),
  },
  { ...closed, description: "What `check --live` asks." },
);

export const HttpSettings = Type.Object(
  {
    url: Template({
      forMachines: true,
      isAddress: true,
      description: "The address. What is filled in behind the host is encoded: `{{ user_id | url_encode }}`.",
      examples: ["https://api.loyalty.example/v2/members/{{ user_id | url_encode }}/consents"],
    }),
    method: Type.Union([Type.Literal("POST"), Type.Literal("PUT"), Type.Literal("PATCH"), Type.Literal("DELETE")], {
      default: "POST",
      description: "The HTTP method: `POST`, `PUT`, `PATCH` or `DELETE`.",
    }),
    auth: Type.Optional(Auth),
    headers: Type.Record(Type.String(), Template({ forMachines: true, description: "A header's value." }), {
      default: {},
      description: "Further headers, by name.",
      examples: [{ "idempotency-key": "{{ delivery_id }}" }],
    }),
    body: Type.Optional(
      TemplateTree({
        description: "What is sent of a person, as JSON: a tree whose texts may hold variables. Nothing unless set.",
        examples: [{ channel: "chat", subscribed: false, changed_at: "{{ event_time }}" }],
      }),
    ),
    batch: Type.Optional(Batch),
    answers: Type.Array(Rule, {
      minItems: 1,
      description: "What answers mean: the first rule that fits. An answer that none names is tried again.",
      examples: [[{ status: 200, where: { "result.state": "updated" }, means: "delivered" }]],
    }),
    check: Type.Optional(Check),
    allow_http: Type.Boolean({
      default: false,
      description: "Permit http:// addresses. Anybody on the way can then read who unsubscribed.",
    }),
    allow_private_network: Type.Boolean({
      default: false,
      description: "Permit addresses on this machine and in private networks.",
    }),
  },
  closed,
);

export type HttpSettings = Static<typeof HttpSettings>;
export type AuthSettings = Static<typeof Auth>;
export type ClientCredentialsSettings = Static<typeof ClientCredentials>;
export type HmacSettings = Static<typeof Hmac>;
export type BatchSettings = Static<typeof Batch>;
export type RuleSettings = Static<typeof Rule>;
