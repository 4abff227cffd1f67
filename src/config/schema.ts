/**
 * Everything that the YAML may say, except the connectors' own settings (connectors/<type>/index.ts), declared once.
 * Defaults of durations are in milliseconds, of sizes in bytes, as the program sees them.
 */
import { type Static, Type } from "@sinclair/typebox";
import { Duration, RateSetting, Secret, type SettingOptions, Size } from "../connector.ts";
import "./settings/formats.ts";
import type { NamesElsewhere } from "./settings/setting.ts";

const closed = { additionalProperties: false } as const;

/** How a secret stands in a file of its own, wherever the YAML wants one. */
export const SecretFile = Type.Object(
  {
    file: Type.String({
      minLength: 1,
      description: "The file that holds the secret, relative to the YAML file; read again when it changes.",
      examples: ["/run/secrets/token"],
    }),
  },
  { ...closed, description: "A secret in a file of its own." },
);

const Cidr = Type.String({
  format: "cidr",
  expects: "write an address or a range, such as 203.0.113.0/24 or 2001:db8::/32",
  description: "An address, or a range of them.",
});

const Patterns = (description: string, examples: string[][]) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1, forMachines: true }), { minItems: 1, description, examples }));

/** `5%`; 0.05 for the program. */
const Share = (options: SettingOptions) => Type.Unsafe<number>({ ...options, unit: "share" });

/** Chat allows 1 to 128 characters. */
const Token = (description: string) => Secret({ description, maxLength: 128, examples: ["${CHAT_CALLBACK_TOKEN}"] });

/** Regions of Chat's data centres; an app is known in its own alone. */
const Region = Type.Union(
  [
    Type.Literal("china"),
    Type.Literal("singapore"),
    Type.Literal("seoul"),
    Type.Literal("tokyo"),
    Type.Literal("frankfurt"),
    Type.Literal("silicon_valley"),
    Type.Literal("jakarta"),
    Type.Literal("mumbai"),
  ],
  { description: "The region of the app's data centre, as the Chat console shows it.", examples: ["singapore"] },
);

const Rest = Type.Object(
  {
    region: Type.Optional(Region),
    base_url: Type.Optional(
      Type.String({
        minLength: 1,
        forMachines: true,
        description: "Instead of `region`: the address of the REST API, for a new region or a stand-in.",
        examples: ["https://adminapisgp.im.qcloud.com"],
      }),
    ),
    admin: Type.String({
      default: "administrator",
      // Chat's own ids: printable ASCII, up to 32 bytes
      pattern: "^[ -~]{1,32}$",
      expects: "write the user id of an admin of the app, such as administrator",
      description: "The user id of an admin of the app, from the Chat console.",
      examples: ["administrator"],
    }),
    secret_key: Type.Optional(
      Secret({
        description: "The secret key of the app, from the Chat console. It can sign for any user of the app.",
        pattern: "^[!-~]+$",
        expects: "copy it from the Chat console: 64 digits and letters from a to f",
        maxLength: 256,
        examples: ["${CHAT_SECRET_KEY}"],
      }),
    ),
    user_sig: Type.Optional(
      Secret({
        description: "Instead of `secret_key`: a UserSig of the admin, made elsewhere. It has to be renewed by hand.",
        pattern: "^[A-Za-z0-9*_-]+$",
        expects: "copy it whole: letters, digits, *, - and _",
        maxLength: 2_048,
        examples: ["${CHAT_USER_SIG}"],
      }),
    ),
  },
  {
    ...closed,
    description: "How Chat itself is asked: who subscribes, and whence callbacks come. Nothing is asked without it.",
  },
);

const App = Type.Object(
  {
    sdk_app_id: Type.Integer({
      minimum: 1,
      description: "The SDKAppID of the app, from the Chat console.",
      examples: [1400000000],
    }),
    token: Type.Optional(
      Type.Union(
        [
          Token("The token of callback authentication, from the Chat console."),
          Type.Array(Token("One of several tokens."), { minItems: 1, maxItems: 4 }),
        ],
        {
          description: "The token of callback authentication, from the Chat console; a list while it is being rotated.",
          examples: ["${CHAT_CALLBACK_TOKEN}"],
        },
      ),
    ),
    allow_unsigned: Type.Boolean({
      default: false,
      description:
        "Accept callbacks of this app without a signature. Anybody who finds the URL can then forge them; narrow `allow_from`.",
    }),
    rest: Type.Optional(Rest),
  },
  {
    ...closed,
    description: "One app of Tencent Cloud Chat.",
    examples: [{ sdk_app_id: 1400000000, token: "${CHAT_CALLBACK_TOKEN}" }],
  },
);

const Chat = Type.Object(
  {
    apps: Type.Array(App, { minItems: 1, description: "The apps whose callbacks arrive here." }),
    max_clock_skew: Duration({
      default: 60_000,
      maximum: 86_400_000,
      description: "How far a callback's RequestTime may be from our clock.",
      examples: ["60s"],
    }),
    allow_from: Type.Array(Cidr, {
      default: [],
      description: "Addresses (CIDR) that callbacks may come from; empty means any.",
      examples: [["203.0.113.0/24"]],
    }),
  },
  { ...closed, description: "Who may call." },
);

/** A part of a path that no client rewrites, no router reads as a pattern, and nobody has to encode. */
const PATH_PART = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+";
const ROUTE = `^/(?:${PATH_PART}(?:/${PATH_PART})*/?)?$`;

/** Milliseconds within which callbacks are answered unless set: Chat waits two seconds. */
export const ANSWER_WITHIN_MS = 1_500;

const Server = Type.Object(
  {
    host: Type.String({
      default: "0.0.0.0",
      minLength: 1,
      forMachines: true,
      description: "The address to listen on.",
    }),
    port: Type.Integer({ default: 8080, minimum: 0, maximum: 65535, description: "The port to listen on." }),
    path: Type.String({
      default: "/callback",
      pattern: ROUTE,
      expects: "write a path that begins with /, of letters, digits, -, _, . and ~, such as /callback",
      description: "The path of the callback URL.",
    }),
    max_body: Size({
      default: 4 * 1024 * 1024,
      maximum: 64 * 1024 * 1024,
      description: "The largest callback body that is read.",
      examples: ["4MiB"],
    }),
    answer_within: Duration({
      default: ANSWER_WITHIN_MS,
      minimum: 100,
      maximum: 1_900,
      description:
        "How long a callback's answer may take, from the first moment that the bridge sees it: kept, or 503. Chat waits two seconds.",
      examples: ["1500ms"],
    }),
    drain: Duration({
      default: 3_000,
      maximum: 6_000,
      description: "On shutdown: how long callbacks are still taken after /readyz has begun to fail. At most 6s.",
      examples: ["3s"],
    }),
    trusted_proxies: Type.Array(Cidr, {
      default: [],
      description: "Proxies (CIDR) whose X-Forwarded-For is believed.",
      examples: [["10.0.0.0/8"]],
    }),
  },
  { ...closed, description: "The HTTP server." },
);

/** Names of accounts: they stand in cookies, in the log and in what is recorded of repairs. */
const Account = Type.Object(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._@-]{0,62}$",
      expects: "use letters, digits, ., _, @ and -, at most 63, such as ops",
      description: "Who it is.",
      examples: ["ops"],
    }),
    role: Type.Union([Type.Literal("metrics"), Type.Literal("viewer"), Type.Literal("operator")], {
      description: "What it may: `metrics` reads /metrics, `viewer` reads everything, `operator` repairs as well.",
      examples: ["operator"],
    }),
    token: Secret({
      description: "What it shows to come in: 20 random characters at least, as `openssl rand -base64 24` makes them.",
      minLength: 20,
      maxLength: 256,
      // it travels in a header
      pattern: "^[!-~]+$",
      expects: "use letters, digits and signs of ASCII, without blanks",
      examples: ["${ADMIN_TOKEN}"],
    }),
  },
  { ...closed, description: "Somebody, or something, that may look in." },
);

const Sso = Type.Object(
  {
    header: Type.String({
      pattern: "^[A-Za-z][A-Za-z0-9-]{0,62}$",
      expects: "write the name of a header, such as X-Auth-Request-Email",
      description:
        "The header in which the login proxy says who it is. The proxy must take it away from whoever else sends it.",
      examples: ["X-Auth-Request-Email"],
    }),
    trusted_proxies: Type.Array(Cidr, {
      minItems: 1,
      description: "Addresses (CIDR) of the login proxy. From anybody else the header is refused.",
      examples: [["10.0.0.7/32"]],
    }),
    operators: Patterns("Who may repair, exact or with `*`, in any case.", [["olga@example.com"]]),
    viewers: Patterns("Who may look, exact or with `*`, in any case.", [["*@example.com"]]),
  },
  {
    ...closed,
    description: "A login proxy before the admin listener (oauth2-proxy, Authelia, …) that says who somebody is.",
  },
);

const AdminListener = Type.Object(
  {
    host: Type.String({
      default: "127.0.0.1",
      minLength: 1,
      forMachines: true,
      description: "The address to listen on; any but this machine's own (127.0.0.1, ::1) needs accounts.",
    }),
    port: Type.Integer({
      default: 8081,
      minimum: 0,
      maximum: 65535,
      description: "The port to listen on, never that of the callbacks.",
    }),
    base_path: Type.String({
      default: "/",
      pattern: ROUTE,
      expects: "write a path that begins with /, of letters, digits, -, _, . and ~, such as /unsub-bridge",
      description: "The path under which a proxy serves it, and that it leaves in place.",
      examples: ["/", "/unsub-bridge"],
    }),
    accounts: Type.Array(Account, {
      default: [],
      description: "Who may look in; without any, whoever can read a file beside the store on this machine.",
    }),
    trusted_proxies: Type.Array(Cidr, {
      default: [],
      description: "Proxies (CIDR) whose X-Forwarded-For, -Proto and -Host are believed.",
      examples: [["10.0.0.0/8"]],
    }),
    sso: Type.Optional(Sso),
  },
  closed,
);

const Admin = Type.Union([Type.Literal(false), AdminListener], {
  default: defaultsOf(AdminListener.properties),
  description: "The listener for those who run the bridge: metrics, and who is logged in. `false` switches it off.",
});

function defaultsOf(properties: Readonly<Record<string, { readonly default?: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.default]));
}

const StorageSettings = Type.Object(
  {
    url: Type.String({
      default: "sqlite:./data/bridge.db",
      forMachines: "anyScript",
      format: "storage-url",
      expects: "write sqlite:./data/bridge.db or postgres://user@host/database",
      description:
        "Where everything is kept: `sqlite:` and a path relative to this file, or `postgres://…` for several machines.",
      examples: ["sqlite:./data/bridge.db", "${DATABASE_URL}"],
    }),
    schema: Type.String({
      default: "unsub_bridge",
      pattern: "^[a-z_][a-z0-9_]{0,62}$",
      expects: "use lower-case letters, digits and _",
      description: "PostgreSQL only: the schema that holds our tables.",
    }),
    prepare: Type.Boolean({
      default: true,
      description: "PostgreSQL only: use prepared statements. Switch off behind PgBouncer in transaction mode.",
    }),
    spool: Type.String({
      default: "./data/spool.jsonl",
      forMachines: "anyScript",
      minLength: 1,
      description: "The file for callbacks while the store cannot take them; better on another volume.",
    }),
    spool_max: Size({
      default: 1024 * 1024 * 1024,
      description:
        "How much the spool may hold. Beyond it callbacks get a 503, and /readyz fails; half of it is warned of.",
      examples: ["1GiB"],
    }),
    retention: Type.Union([Type.Literal("forever"), Duration({ description: "A duration." })], {
      default: 90 * 86_400_000,
      description: "How long settled deliveries stay in the ledger: a duration, or `forever`.",
      examples: ["90d"],
    }),
    raw_retention: Duration({
      default: 7 * 86_400_000,
      description: "How long raw callback bodies are kept.",
      examples: ["7d"],
    }),
  },
  { ...closed, description: "Where callbacks, queue and ledger are kept." },
);

const DeadLetters = Type.Object(
  {
    file: Type.String({
      default: "./data/dead-letters.jsonl",
      forMachines: "anyScript",
      minLength: 1,
      description: "The file that deliveries which were given up are written to, one JSON object a line.",
    }),
  },
  { ...closed, description: "What was given up." },
);

const Quarantine = Type.Object(
  {
    max_size: Size({
      default: 64 * 1024 * 1024,
      description:
        "How much is kept of authentic callbacks that we could not understand, or that came stale; stale ones go first, then the oldest.",
      examples: ["64MiB"],
    }),
  },
  { ...closed, description: "Authentic callbacks that we could not understand." },
);

const Audit = Type.Object(
  {
    retention: Type.Union([Type.Literal("forever"), Duration({ description: "A duration." })], {
      default: 730 * 86_400_000,
      description:
        "How long it is kept who repaired what, and who looked up whom: a duration, or `forever`. Not shortened by `storage.retention`.",
      examples: ["730d"],
    }),
    max_searches: Type.Integer({
      default: 1_000_000,
      minimum: 0,
      description: "How many searches for persons are kept; beyond it the oldest go, and repairs stay.",
      examples: [1000000],
    }),
  },
  { ...closed, description: "Who repaired what, and who looked up whom." },
);

const OfAccount = Type.Object(
  {
    app: Type.Integer({ minimum: 1, description: "Its app, by SDKAppID.", examples: [1400000000] }),
    account: Type.String({
      minLength: 1,
      maxLength: 256,
      forMachines: true,
      description: "Its id.",
      examples: ["@TOA#_news"],
    }),
  },
  { ...closed, description: "An official account of one of several apps." },
);

const Reconcile = Type.Object(
  {
    accounts: Type.Union(
      [
        Type.Literal("seen"),
        Type.Array(
          Type.Union([
            Type.String({ minLength: 1, maxLength: 256, forMachines: true, description: "An official account." }),
            OfAccount,
          ]),
          { minItems: 1, description: "These official accounts." },
        ),
      ],
      {
        default: "seen",
        description:
          "Whose subscribers are compared: `seen` (all official accounts that a callback has named), or a list. Chat has no call that lists them.",
        examples: ["seen", ["@TOA#_news"]],
      },
    ),
    every: Duration({
      default: 6 * 3_600_000,
      minimum: 15 * 60_000,
      maximum: 7 * 86_400_000,
      description:
        "How long after a comparison the next one begins; also after a start, and after any time without callbacks being taken.",
      examples: ["6h"],
    }),
    calls: RateSetting({
      default: { requests: 20, perMs: 1_000 },
      description:
        "Most calls of Chat, shared by all machines and apps of one secret key. Chat itself takes 200 a second, the app's own included.",
      examples: ["20/s"],
    }),
    hold_above: Type.Object(
      {
        people: Type.Integer({
          default: 100,
          minimum: 0,
          description: "People of one official account within a day.",
          examples: [100],
        }),
        share: Share({
          default: 0.05,
          description: "Share of its subscribers within a day, of ten people at least.",
          examples: ["5%"],
        }),
      },
      { ...closed, description: "More missing than this are delivered only when a person has released them." },
    ),
    came_back: Type.Union([Type.Literal("record"), Type.Literal("deliver")], {
      default: "record",
      description:
        "Who left and subscribed again, both unheard: `record` shows it, `deliver` sends both. It rests on an inference from the time of subscription.",
    }),
    destroyed_account: Type.Union([Type.Literal("hold"), Type.Literal("unsubscribe")], {
      default: "hold",
      description:
        "Subscribers of an official account that Chat no longer has: `hold` them for a person, or `unsubscribe` them within `hold_above`.",
    }),
  },
  {
    ...closed,
    description:
      "Keeps a list of who subscribes, compares it with Chat's, and delivers unsubscriptions that no callback told of. Off unless this block stands here; needs `rest` of an app.",
  },
);

const NEVER = "never";

interface AfterOptions {
  readonly description: string;
  readonly example: string;
  /** Milliseconds. */
  readonly byDefault?: number;
}

/** A duration, or `never`. */
const after = ({ description, example, byDefault }: AfterOptions) =>
  Type.Union([Type.Literal(NEVER), Duration({ description: "A duration.", minimum: 1_000 })], {
    ...(byDefault !== undefined && { default: byDefault }),
    description: `${description.replace(/\.$/, "")}; a duration, or \`never\`.`,
    examples: [example],
  });

const any = (description: string, byDefault: "any" | "never" = "any") =>
  Type.Union([Type.Literal("any"), Type.Literal(NEVER)], { default: byDefault, description, examples: ["any"] });

/** It is a credential: whoever knows it can write there. */
const SecretAddress = (description: string, example: string) =>
  Secret({
    description,
    pattern: "^https?://[^\\s]+$",
    expects: "copy the whole address, beginning with https://",
    maxLength: 2_048,
    examples: [example],
  });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const Refused = Type.Object(
  {
    more_than: Type.Integer({ default: 20, minimum: 1, description: "So many requests.", examples: [20] }),
    within: Duration({ default: 5 * MINUTE, minimum: 1_000, description: "In this time.", examples: ["5m"] }),
  },
  { ...closed, description: "How many requests, in what time." },
);

const Alerts = Type.Object(
  {
    to: Type.Array(Type.String({ minLength: 1, description: "A name under `notices`." }), {
      minItems: 1,
      uniqueItems: true,
      description: "Who is told, by names under `notices`; the second is told when the first cannot be, and so on.",
      examples: [["ops_chat", "backup_mail_hook"]],
      names: {
        below: "notices",
        first: '`to: [ops_chat]` and `notices: { ops_chat: { type: webhook, url: "${OPS_WEBHOOK_URL}" } }`',
      } satisfies NamesElsewhere,
    }),
    undelivered_after: after({
      byDefault: 24 * HOUR,
      description:
        "How long a person's unsubscription may wait, whom the destination knows or was not asked about yet; a connector's `must_deliver_within` goes before it.",
      example: "24h",
    }),
    paused_after: after({
      byDefault: 10 * MINUTE,
      description: "How long a connector may be paused, whoever or whatever paused it.",
      example: "10m",
    }),
    refused: Type.Union([Type.Literal(NEVER), Refused], {
      default: { more_than: 20, within: 5 * MINUTE },
      description:
        "So many refused requests of a configured app that had no success in that time, as after a token was changed; or `never`.",
      examples: [{ more_than: 20, within: "5m" }],
    }),
    no_callbacks_for: Type.Optional(
      after({
        description:
          "How long an app may send nothing at all. Off unless it stands here: only you know how often somebody leaves.",
        example: "24h",
      }),
    ),
    quarantine: any("Authentic callbacks that we could not understand: `any`, or `never`."),
    dead_letters: any("Deliveries that were given up as rejected or expired: `any`, or `never`."),
    unmatched: any("Deliveries that were given up since nobody over there has that id: `never`, or `any`.", NEVER),
    spool_older_than: after({
      byDefault: 5 * MINUTE,
      description: "How long a callback may lie in the spool, while the store cannot take it.",
      example: "5m",
    }),
    disk_free_below: Type.Union([Type.Literal(NEVER), Share({ description: "A share." })], {
      default: 0.1,
      description: "How much room the volumes of store, spool and dead letters must have left; a share, or `never`.",
      examples: ["10%"],
    }),
    clock_off_by: after({
      byDefault: 30_000,
      description: "How far this machine's clock may be from Chat's.",
      example: "30s",
    }),
    healing: any(
      "What comparing rosters finds and a person must look at (a held list, three void passes in a row, several people missing in a row): `any`, or `never`.",
    ),
    language: Type.Union([Type.Literal("en"), Type.Literal("zh")], {
      default: "en",
      description: "What is told is written in it: `en` or `zh`.",
      examples: ["zh"],
    }),
    console: Type.Optional(
      Type.String({
        pattern: "^https?://[^\\s@?#]+$",
        expects: "write the address as people open it, without a login, such as https://bridge.example.com",
        maxLength: 250,
        forMachines: true,
        description:
          "The console's address as people reach it: each message ends with it, and leads to what it is about.",
        examples: ["https://bridge.example.com"],
      }),
    ),
    heartbeat: Type.Optional(
      SecretAddress(
        "An address that is asked every minute while callbacks are taken and couriers live, so that somebody outside notices a dead bridge.",
        "${HEARTBEAT_URL}",
      ),
    ),
  },
  {
    ...closed,
    description:
      "What people are told before a wish is late: a warning at half of a deadline, an urgent word at 90 %, and when it has passed. Off unless this block stands here.",
  },
);

const Notice = Type.Object(
  {
    type: Type.Union(
      [
        Type.Literal("slack"),
        Type.Literal("feishu"),
        Type.Literal("dingtalk"),
        Type.Literal("wecom"),
        Type.Literal("webhook"),
      ],
      {
        description:
          "What kind of way it is: a bot's webhook of `slack`, `feishu` (Lark as well), `dingtalk` or `wecom`, or a `webhook` of your own.",
        examples: ["feishu"],
      },
    ),
    url: SecretAddress("The address that a message is posted to. It is a credential itself.", "${OPS_CHAT_URL}"),
    secret: Type.Optional(
      Secret({
        description:
          "What messages are signed with, where the bot's settings ask for a signature (`feishu`, `dingtalk`); of a `webhook` `whsec_` and base64 (Standard Webhooks).",
        // a blank or a sign of another keyboard makes every signature a wrong one
        pattern: "^[!-~]+$",
        expects: "copy it whole, without blanks: letters, digits and signs of ASCII",
        maxLength: 256,
        examples: ["${OPS_CHAT_SECRET}"],
      }),
    ),
    keyword: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description:
          "A word that each message must contain, where the bot's settings ask for one (`feishu`, `dingtalk`).",
        examples: ["unsub-bridge"],
      }),
    ),
  },
  { ...closed, description: "A way to people." },
);

const Notices = Type.Record(Type.String(), Notice, {
  default: {},
  description: "Ways to people, each under a name of your own, for `alerts.to`.",
  examples: [],
});

const Log = Type.Object(
  {
    level: Type.Union([Type.Literal("debug"), Type.Literal("info"), Type.Literal("warn"), Type.Literal("error")], {
      default: "info",
      description: "How much is logged: `debug`, `info`, `warn` or `error`.",
    }),
  },
  { ...closed, description: "The log, one JSON object a line, on standard output." },
);

/** A choice of events. All given conditions must hold; within one, any value may match. */
export const Selection = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        official_account: Patterns("Official accounts, exact or with `*`.", [["@TOA#_news", "@TOA#_promo_*"]]),
        platform: Patterns("Platforms as Chat names them, in any case.", [["iOS", "Android"]]),
        operator: Patterns("Who did it, exact or with `*`. Skips nothing where Chat does not say who.", [["admin_*"]]),
        by_admin: Type.Optional(
          Type.Boolean({
            description:
              "Whether somebody other than the subscriber did it. Skips nothing where Chat does not say who.",
          }),
        ),
        app: Type.Optional(
          Type.Array(Type.Integer(), { minItems: 1, description: "SDKAppIDs.", examples: [[1400000000]] }),
        ),
      },
      { ...closed, description },
    ),
  );

/** Timers of JavaScript run at once when they are told to wait for more than 24 days. */
const LONGEST_WAIT = 86_400_000;

/** Names of connectors: they stand in delivery ids, logs and command lines. */
export const CONNECTOR_NAME = /^[a-z][a-z0-9_-]{0,62}$/;
export const CONNECTOR_NAME_WORDS =
  "begin with a lower-case letter; then lower-case letters, digits, _ and -, at most 63";

/** What every connector may say, beside the settings of its type. */
export const Common = Type.Object({
  enabled: Type.Boolean({
    default: true,
    description: "`false` stops sending; the queue is kept and new events still join it.",
  }),
  was: Type.Optional(
    Type.String({
      pattern: CONNECTOR_NAME.source,
      expects: CONNECTOR_NAME_WORDS,
      description: "The connector's former name: its queue and ledger are adopted.",
      examples: ["old_name"],
    }),
  ),
  events: Type.Array(Type.Union([Type.Literal("unsubscribed"), Type.Literal("subscribed")]), {
    default: ["unsubscribed"],
    minItems: 1,
    uniqueItems: true,
    description: "Which kinds of event are sent.",
    examples: [["unsubscribed", "subscribed"]],
  }),
  only: Selection("Only events that match are sent; the others are recorded as skipped."),
  except: Selection("Events that match are not sent, but recorded as skipped."),
  start: Type.String({
    default: "now",
    format: "start",
    expects: "write now, all, or a date such as 2026-01-31 or 2026-01-31T08:00:00Z",
    description: "Which past events a new connector gets: `now` (none), `all`, or those since a date.",
    examples: ["now", "all", "2026-01-31"],
  }),
  retry: Type.Object(
    {
      give_up_after: Duration({
        default: 72 * 3_600_000,
        description: "A delivery is given up after this long, and never before its fifth attempt. Pauses do not count.",
        examples: ["72h"],
      }),
      first_delay: Duration({
        default: 1_000,
        maximum: LONGEST_WAIT,
        description: "The longest wait before the second attempt.",
        examples: ["1s"],
      }),
      max_delay: Duration({
        default: 600_000,
        maximum: LONGEST_WAIT,
        description: "The longest wait between attempts.",
        examples: ["10m"],
      }),
    },
    { ...closed, default: {}, description: "How failed deliveries are tried again." },
  ),
  must_deliver_within: Type.Optional(
    after({
      description: "Instead of `alerts.undelivered_after`, for this connector: how long a person's wish may wait.",
      example: "24h",
    }),
  ),
  timeout: Duration({
    default: 10_000,
    maximum: 600_000,
    description: "How long one request may take.",
    examples: ["10s"],
  }),
  rate: Type.Optional(
    RateSetting({
      description:
        "Most requests in a time; the type's own default unless set. What the destination limits by itself, such as look-ups, keeps its limit, or is slowed as well.",
      examples: ["19/s", "100 per 10s"],
    }),
  ),
  concurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 64,
      description: "Most requests under way at once: from a few on as many as the destination answers well.",
    }),
  ),
});

/** The file without its `connectors`, whose shape depends on their types. */
export const Settings = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$",
        expects: "begin with a letter or a digit; then letters, digits, blanks, ., _ and -, at most 63",
        description:
          "What this bridge is called in metrics, in each line of the log and in `status`, so that one is never taken for another.",
        examples: ["production", "staging"],
      }),
    ),
    chat: Chat,
    server: Server,
    storage: StorageSettings,
    dead_letters: DeadLetters,
    quarantine: Quarantine,
    audit: Audit,
    reconcile: Type.Optional(Reconcile),
    alerts: Type.Optional(Alerts),
    notices: Notices,
    log: Log,
    admin: Admin,
  },
  closed,
);

export type Settings = Static<typeof Settings>;
/** Of one app whose Chat can be asked. */
export type RestSettings = Static<typeof Rest>;
/** Where rosters are compared. */
export type ReconcileSettings = Static<typeof Reconcile>;
/** Of the admin listener, where there is one. */
export type AdminSettings = Static<typeof AdminListener>;
/** What people are told of. */
export type AlertSettings = Static<typeof Alerts>;
/** A way to them. */
export type NoticeSettings = Static<typeof Notice>;
export type AccountSettings = Static<typeof Account>;
export type CommonSettings = Static<typeof Common>;
export type SelectionSettings = NonNullable<CommonSettings["only"]>;
