/** What people type who come from another program, another keyboard or in a hurry: the words say what was meant. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHAT, type FaultRow, faultTables, loadGood } from "./support.ts";

const C = `${CHAT}connectors:\n`;
const braze = (x: string) =>
  `${C}  b:\n    type: braze\n    api_key: \${KEY}\n    endpoint: https://rest.fra-02.braze.eu\n${x}`;
const cio = (x: string) =>
  `${C}  c:\n    type: customerio\n    region: eu\n    site_id: a1b2c3\n    api_key: \${KEY}\n    app_api_key: \${KEY}\n${x}`;
const mix = (x: string) =>
  `${C}  m:\n    type: mixpanel\n    project_id: 2195193\n    region: eu\n    service_account: a.b\n    secret: \${KEY}\n${x}`;
const sf = (x: string) =>
  `${C}  s:\n    type: salesforce\n    instance_url: https://example.my.salesforce.com\n    client_id: abcdefgh\n    client_secret: \${KEY}\n${x}`;
const SFM = "    match: { field: Chat_User_Id__c }\n    set: { A__c: x }\n";
const http = (x: string) => `${C}  h:\n    type: http\n    url: https://a.example/x\n${x}`;
const HA = "    answers: [{ status: 200, body: ignored, means: delivered }]\n";
const hub = (x: string) => `${C}  crm:\n    type: hubspot\n    access_token: \${KEY}\n${x}`;
const HM = "    match: { property: chat_user_id }\n    set: { a: b }\n";
const _seg = (x: string) => `${C}  analytics:\n    type: segment\n    write_key: \${KEY}\n${x}`;
const P = `${C}  partner:\n    type: webhook\n    url: https://partner.example/x\n    secret: \${SECRET}\n`;
const N = 'notices:\n  ops: { type: feishu, url: "${OPS_URL}" }\n';
const A = (x: string) => `${P}${N}alerts:\n  to: [ops]\n${x}`;

const TABLES: Readonly<Record<string, readonly FaultRow[]>> = {
  "names that other programs have for a setting": [
    [
      "braze endpoint → url",
      braze("    attributes: { a: b }\n").replace("endpoint", "url"),
      '6:3 connectors.b.endpoint: "endpoint" is missing; add `endpoint: https://rest.fra-02.braze.eu`',
      '9:5 connectors.b.url: unknown setting "url"; did you mean "endpoint"?',
    ],
    [
      "braze api_token",
      braze("    attributes: { a: b }\n").replace("api_key", "api_token"),
      '6:3 connectors.b.api_key: "api_key" is missing; add `api_key: ${BRAZE_API_KEY}`',
      '8:5 connectors.b.api_token: unknown setting "api_token"; did you mean "api_key"?',
    ],
    [
      "braze match as hubspot",
      braze("    match: { property: x }\n    set: { a: b }\n"),
      '10:5 connectors.b.match: unknown setting "match"; known here: type, api_key, endpoint, external_id, attributes, subscription_groups, unknown_users, enabled, was, events, only, except, start, retry, must_deliver_within, timeout, rate, concurrency',
      '11:5 connectors.b.set: unknown setting "set"; did you mean "attributes"?',
    ],
    [
      "mix props",
      mix("    props: { a: x }\n"),
      '12:5 connectors.m.props: unknown setting "props"; did you mean "properties"?',
    ],
    [
      "sf match property",
      sf("    match: { property: Chat__c }\n    set: { A__c: x }\n"),
      '11:5 connectors.s.match.field: "field" is missing; add `field: Chat_User_Id__c`',
      '11:14 connectors.s.match.property: unknown setting "property"; did you mean "field"?',
    ],
    [
      "http auth token",
      http(`    auth: { token: "\${KEY}" }\n${HA}`),
      '9:13 connectors.h.auth.token: unknown setting "token"; did you mean "bearer"?',
    ],
    [
      "http auth oauth2",
      http(`    auth: { oauth2: { token_url: x, client_id: y, client_secret: "\${KEY}" } }\n${HA}`),
      '9:13 connectors.h.auth.oauth2: unknown setting "oauth2"; did you mean "oauth2_client_credentials"?',
    ],
    [
      "http auth basic user",
      http(`    auth: { basic: { user: a, password: "\${KEY}" } }\n${HA}`),
      '9:13 connectors.h.auth.basic.username: "username" is missing; add `username: ${API_USER}`',
      '9:22 connectors.h.auth.basic.user: unknown setting "user"; did you mean "username"?',
    ],
    [
      "http when",
      http("    answers: [{ status: 200, when: { a: b }, means: delivered }]\n"),
      '9:30 connectors.h.answers[0].when: unknown setting "when"; did you mean "where"?',
    ],
    [
      "hubspot token",
      hub(HM).replace("access_token", "token"),
      '6:3 connectors.crm.access_token: "access_token" is missing; add `access_token: ${HUBSPOT_ACCESS_TOKEN}`',
      '8:5 connectors.crm.token: unknown setting "token"; did you mean "access_token"?',
    ],
    [
      "only account key",
      `${P}    only: { account: ["@x"] }\n`,
      '10:13 connectors.partner.only.account: unknown setting "account"; did you mean "official_account"?',
    ],
    [
      "exclude",
      `${P}    exclude: { operator: [a] }\n`,
      '10:5 connectors.partner.exclude: unknown setting "exclude"; did you mean "except"?',
    ],
    [
      "disabled",
      `${P}    disabled: true\n`,
      '10:5 connectors.partner.disabled: unknown setting "disabled"; write `enabled: false`',
    ],
    [
      "alerts undelivered",
      A("  undelivered: 24h\n"),
      '14:3 alerts.undelivered: unknown setting "undelivered"; did you mean "undelivered_after"?',
    ],
    ["alerts lang", A("  lang: zh\n"), '14:3 alerts.lang: unknown setting "lang"; did you mean "language"?'],
    [
      "admin password",
      `${P}admin:\n  accounts: [{ name: ops, role: operator, password: "\${ADMIN}" }]\n`,
      '11:14 admin.accounts[0].token: "token" is missing; add `token: ${ADMIN_TOKEN}`',
      '11:43 admin.accounts[0].password: unknown setting "password"; did you mean "token"?',
    ],
    [
      "notice webhook_url",
      A("").replace("url:", "webhook_url:"),
      '6:3 connectors.partner.url: "url" is missing; add `url: https://partner.example/unsubscribes`',
      '8:5 connectors.partner.webhook_url: unknown setting "webhook_url"; did you mean "url"?',
    ],
    [
      "apps not under chat",
      `apps:\n  - sdk_app_id: 1400000000\n    token: \${TOKEN}\nconnectors: {}\n`,
      '1:1 apps: unknown setting "apps"; it belongs below "chat"',
      '1:1 chat: "chat" is missing; add `chat: { apps: [{ sdk_app_id: 1400000000, token: "${CHAT_CALLBACK_TOKEN}" }] }`',
      "4:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
    ],
    [
      "retry in top",
      `${P}retry: { give_up_after: 72h }\n`,
      '10:1 retry: unknown setting "retry"; it belongs below each connector that it is meant for',
    ],
  ],
  "words that other programs have for a choice": [
    [
      "cio region 欧洲",
      cio("    topics: [3]\n").replace("region: eu", "region: 欧洲"),
      '8:13 connectors.c.region: "欧洲" is not possible here; did you mean "eu"? (possible: us, eu)',
    ],
    [
      "mix region india",
      mix("").replace("region: eu", "region: india"),
      '9:13 connectors.m.region: "india" is not possible here; did you mean "in"? (possible: us, eu, in)',
    ],
    [
      "http means ok",
      http("    answers: [{ status: 200, body: ignored, means: ok }]\n"),
      '9:52 connectors.h.answers[0].means: "ok" is not possible here; did you mean "delivered"? (possible: delivered, accepted, unmatched, rejected, retry)',
    ],
    [
      "http hmac enc",
      http(`    auth: { hmac: { secret: "\${KEY}", encoding: hexadecimal } }\n${HA}`),
      '9:49 connectors.h.auth.hmac.encoding: "hexadecimal" is not possible here; did you mean "hex"? (possible: hex, base64)',
    ],
    [
      "events 退订",
      `${P}    events: [退订]\n`,
      '10:14 connectors.partner.events[0]: "退订" is not possible here; did you mean "unsubscribed"? (possible: unsubscribed, subscribed)',
    ],
    [
      "chat region fw",
      `${CHAT}      rest: { region: 新加坡, secret_key: "\${KEY}" }\nconnectors: {}\n`,
      '5:23 chat.apps[0].rest.region: "新加坡" is not possible here; did you mean "singapore"? (possible: china, singapore, seoul, tokyo, frankfurt, silicon_valley, jakarta, mumbai)',
      "6:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
    ],
    [
      "chat region usa",
      `${CHAT}      rest: { region: usa, secret_key: "\${KEY}" }\nconnectors: {}\n`,
      '5:23 chat.apps[0].rest.region: "usa" is not possible here; did you mean "silicon_valley"? (possible: china, singapore, seoul, tokyo, frankfurt, silicon_valley, jakarta, mumbai)',
      "6:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
    ],
    [
      "alerts off",
      A("  quarantine: off\n"),
      '14:15 alerts.quarantine: "off" is not possible here; did you mean "never"? (possible: any, never)',
    ],
    [
      "reconcile accounts all",
      `${P}reconcile: { accounts: all }\n`,
      '10:24 reconcile.accounts: "all" is not possible here; did you mean "seen"? (possible: seen)',
    ],
    [
      "reconcile came_back",
      `${P}reconcile: { came_back: send }\n`,
      '10:25 reconcile.came_back: "send" is not possible here; did you mean "deliver"? (possible: record, deliver)',
    ],
    [
      "admin off",
      `${P}admin: off\n`,
      '10:8 admin: "off" is not possible here; did you mean "false"? (possible: false)',
    ],
    [
      "log level warning",
      `${P}log: { level: warning }\n`,
      '10:15 log.level: "warning" is not possible here; did you mean "warn"? (possible: debug, info, warn, error)',
    ],
    [
      "storage retention forver",
      `${P}storage: { retention: forver }\n`,
      '10:23 storage.retention: "forver" is not possible here; did you mean "forever"?',
    ],
    [
      "storage retention 永远",
      `${P}storage: { retention: 永远 }\n`,
      '10:23 storage.retention: "永远" is not possible here; did you mean "forever"?',
    ],
    [
      "alerts undelivered_after none",
      A("  undelivered_after: none\n"),
      '14:22 alerts.undelivered_after: "none" is not possible here; did you mean "never"?',
    ],
  ],
  "a value where a block or a list is expected": [
    [
      "retry 72h",
      `${P}    retry: 72h\n`,
      "10:12 connectors.partner.retry: a block of settings is expected here, not a text; write `retry: { give_up_after: 72h }`",
    ],
    [
      "hubspot match text",
      hub("    match: chat_user_id\n    set: { a: b }\n"),
      "9:12 connectors.crm.match: a block of settings is expected here, not a text; write `match: { property: chat_user_id }`",
    ],
    [
      "http batch 10",
      http(`    batch: 10\n${HA}`),
      "9:12 connectors.h.batch: a block of settings is expected here, not a number; write `batch: { size: 10 }`",
    ],
    [
      "http check text",
      http(`    check: https://a.example/me\n${HA}`),
      "9:12 connectors.h.check: a block of settings is expected here, not a text; write `check: { url: https://api.loyalty.example/v2/me }`",
    ],
    [
      "log debug",
      `${P}log: debug\n`,
      "10:6 log: a block of settings is expected here, not a text; write `log: { level: debug }`",
    ],
    [
      "quarantine text",
      `${P}quarantine: 64MiB\n`,
      "10:13 quarantine: a block of settings is expected here, not a text; write `quarantine: { max_size: 64MiB }`",
    ],
    [
      "storage text",
      `${P}storage: ./data/bridge.db\n`,
      "10:10 storage: a block of settings is expected here, not a text; write `storage: { url: sqlite:./data/bridge.db }`",
    ],
    [
      "reconcile true",
      `${P}reconcile: true\n`,
      "10:12 reconcile: a block of settings is expected here, not true or false; write `reconcile: {}`",
    ],
    [
      "reconcile hold_above 100",
      `${P}reconcile: { hold_above: 100 }\n`,
      "10:26 reconcile.hold_above: a block of settings is expected here, not a number; write `hold_above: { people: 100 }`",
    ],
    [
      "reconcile hold_above 5%",
      `${P}reconcile: { hold_above: 5% }\n`,
      "10:26 reconcile.hold_above: a block of settings is expected here, not a text; write `hold_above: { share: 5% }`",
    ],
    [
      "cio topics text list",
      cio('    topics: "3, 4"\n'),
      "12:13 connectors.c.topics: a list is expected here, not a text; write [3, 4]",
    ],
    [
      "events all",
      `${P}    events: all\n`,
      "10:13 connectors.partner.events: a list is expected here, not a text; write for example [unsubscribed, subscribed]",
    ],
    [
      "equals",
      `${P}server:\n  port = 8080\n`,
      "11:3 server: a colon and a blank stand behind a name, and no =; write `port: 8080`",
    ],
  ],
  "numbers and measures in other forms": [
    [
      "sf daily_share %",
      sf(`${SFM}    daily_share: 90%\n`),
      '13:18 connectors.s.daily_share: "90%" is not a whole number; write 90',
    ],
    [
      "retry give_up P3D",
      `${P}    retry: { give_up_after: P3D }\n`,
      "10:29 connectors.partner.retry.give_up_after: a text of 3 characters is not a duration; write 3d",
    ],
    [
      "retry give_up 三天",
      `${P}    retry: { give_up_after: 三天 }\n`,
      '10:29 connectors.partner.retry.give_up_after: "三天" is not a duration; write 3d',
    ],
    [
      "retry give_up half",
      `${P}    retry: { give_up_after: half a day }\n`,
      '10:29 connectors.partner.retry.give_up_after: "half a day" is not a duration; write 0.5d',
    ],
    [
      "retry give_up '1,5h'",
      `${P}    retry: { give_up_after: '1,5h' }\n`,
      '10:29 connectors.partner.retry.give_up_after: "1,5h" is not a duration; write 1.5h',
    ],
    [
      "retry give_up 1,5h",
      `${P}    retry: { give_up_after: 1,5h }\n`,
      '10:29 connectors.partner.retry.give_up_after: "1" is not a duration; write a number with ms, s, m, h or d, such as 30s',
      '10:31 connectors.partner.retry.5h: unknown setting "5h"; a comma begins another entry inside of { }: write the number without one',
    ],
    [
      "storage retention 3 months",
      `${P}storage: { retention: 3 months }\n`,
      '10:23 storage.retention: "3 months" is not a duration; write 90d, or "forever"',
    ],
    [
      "audit",
      `${P}audit: { retention: 2 years }\n`,
      '10:21 audit.retention: "2 years" is not a duration; write 730d, or "forever"',
    ],
    [
      "reconcile every daily",
      `${P}reconcile: { every: daily }\n`,
      '10:21 reconcile.every: "daily" is not a duration; write 1d',
    ],
    [
      "server max_body number",
      `${P}server:\n  max_body: 4194304\n`,
      '11:13 server.max_body: "4194304" is not a size; write 4MiB',
    ],
    [
      "server max_body 4兆",
      `${P}server:\n  max_body: 4兆\n`,
      "11:13 server.max_body: a text of 2 characters is not a size; write 4MiB",
    ],
    ["rate 10 qps", `${P}    rate: 10 qps\n`, '10:11 connectors.partner.rate: "10 qps" is not a rate; write 10/s'],
    [
      "rate 每秒10次",
      `${P}    rate: 每秒10次\n`,
      "10:11 connectors.partner.rate: a text of 5 characters is not a rate; write 10/s",
    ],
    ["rate 0.5/s", `${P}    rate: 0.5/s\n`, '10:11 connectors.partner.rate: "0.5/s" is not a rate; write 30/min'],
    [
      "audit searches",
      `${P}audit: { max_searches: 1,000,000 }\n`,
      "10:30: the comma before this begins another entry inside of { }; write the number without commas",
    ],
  ],
  "lines that YAML reads otherwise": [
    [
      "a value further left than its name",
      `${C}  partner:\n    type: webhook\n    url:\n  https://partner.example/x\n    secret: \${SECRET}\n`,
      "9:3: a value stands here that belongs to the name on the line above; indent it two columns more than the name above, or write it behind that name's colon",
    ],
    [
      "http json copied multi",
      http(`    body: {\n  "a": "{{ user_id }}",\n  "b": true\n}\n${HA}`),
      "10:3: the lines between the brackets are not indented below the name that they belong to; indent them, the closing bracket as well, two columns more than that name",
    ],
    [
      "env in yaml",
      `${P}PORT=8080\n`,
      "10:1: this is a line of .env, and no setting; put it into .env, or write `name: value`",
    ],
    ["// comment", `${P}// comment\n`, "10:1: this begins no comment in YAML; begin the line with # instead"],
    [
      "chat -glued",
      "chat:\n  apps:\n    -sdk_app_id: 1400000000\n     token: ${TOKEN}\nconnectors: {}\n",
      "3:5: a blank is missing behind the -; write `- name: value`",
    ],
    [
      "only account hash",
      `${P}    only:\n      official_account:\n        - #news\n`,
      "12:11 connectors.partner.only.official_account[0]: the value is missing: to YAML a # begins a comment; put the whole value in quotes if it begins with #",
    ],
  ],
  "templates as other engines have them": [
    [
      "event.user_id",
      `${P}    body: { a: "{{ event.user_id }}" }\n`,
      '10:20 connectors.partner.body.a: unknown variable "event.user_id"; write {{ user_id }}',
    ],
    [
      "now",
      `${P}    body: { a: "{{ now }}" }\n`,
      '10:20 connectors.partner.body.a: unknown variable "now"; did you mean {{ received_at }}?',
    ],
    [
      "event_type",
      `${P}    body: { a: "{{ event_type }}" }\n`,
      '10:20 connectors.partner.body.a: unknown variable "event_type"; did you mean {{ event }}?',
    ],
    [
      "if else jinja",
      `${P}    body: { a: "{% if event == 'subscribed' %}1{% elif x %}2{% endif %}" }\n`,
      "10:48 connectors.partner.body.a: {% elif %} is written otherwise; write {% elsif … %}",
    ],
    [
      "if unsubscribe misspelt value",
      `${P}    body: { a: "{% if event == 'unsubscribe' %}1{% endif %}" }\n`,
      "10:23 connectors.partner.body.a: warning: an event is unsubscribed or subscribed, and nothing else; write event == 'unsubscribed'",
    ],
  ],
  "what can never be so": [
    [
      "server host:port",
      `${P}server:\n  host: 0.0.0.0:8080\n`,
      "11:9 server.host: a port stands behind the host; write `port: 8080` on a line of its own",
    ],
    [
      "http where jsonpath",
      http("    answers: [{ status: 200, where: { $.a: b }, means: delivered }]\n"),
      "6:3 connectors.h.auth: warning: requests carry no credentials: anybody could send the same; set `auth` as the API wants it",
      '9:44 connectors.h.answers[0].where["$.a"]: a place in the answer is written otherwise: names and numbers with dots between them; write a',
    ],
    [
      "http where index brackets",
      http('    answers: [{ status: 200, where: { "a[0].b": b }, means: delivered }]\n'),
      "6:3 connectors.h.auth: warning: requests carry no credentials: anybody could send the same; set `auth` as the API wants it",
      '9:49 connectors.h.answers[0].where["a[0].b"]: a place in the answer is written otherwise: names and numbers with dots between them; write a.0.b',
    ],
    [
      "http body text json",
      http(`    body: '{"a": "{{ user_id }}"}'\n${HA}`),
      "6:3 connectors.h.auth: warning: requests carry no credentials: anybody could send the same; set `auth` as the API wants it",
      "9:11 connectors.h.body: warning: this is JSON as a text, and goes out as a text; remove the quotes around it (or the | before it) to send it as JSON",
    ],
    [
      "admin same port",
      `${P}server: { port: 8081 }\n`,
      "10:17 admin.port: warning: this is the port of the callbacks (`server.port`), and the admin listener never shares it; choose another port, or write `admin: false`",
    ],
  ],
  secrets: [
    [
      "env {NAME}",
      P.replace("${SECRET}", "{SECRET}"),
      "9:13 connectors.partner.secret: a text or { file: path } is expected here; write ${NAME} for an environment variable",
    ],
    [
      "file: fw",
      P.replace("${SECRET}", "{ file： ./x }"),
      "9:13 connectors.partner.secret: a text or { file: path } is expected here; write { file: path }, with a : and a blank behind it",
    ],
    [
      "file: glued",
      P.replace("${SECRET}", "{file:./x}"),
      "9:13 connectors.partner.secret: a text or { file: path } is expected here; write { file: path }, with a : and a blank behind it",
    ],
    [
      "file text",
      P.replace("${SECRET}", "file:./x"),
      "9:13 connectors.partner.secret: the value is the path of a file; write { file: path } for what stands in it",
    ],
    [
      "file /run/secrets text",
      P.replace("${SECRET}", "/run/secrets/x"),
      "9:13 connectors.partner.secret: the value is the path of a file; write { file: path } for what stands in it",
    ],
  ],
};

faultTables(TABLES);

describe("a block that is taken in", () => {
  it("with << lends its settings to another, of which each says what differs", async () => {
    const { connectors } = await loadGood(
      `${C}  a: &base\n    type: webhook\n    url: https://a.example\n    secret: \${SECRET}\n    rate: 2/s\n` +
        "  b:\n    <<: *base\n    url: https://b.example\n  c:\n    <<: [*base]\n    rate: 3/s\n",
    );
    assert.deepEqual(
      connectors.map(({ name, settings, common }) => [name, (settings as { url: string }).url, common.rate?.requests]),
      [
        ["a", "https://a.example", 2],
        ["b", "https://b.example", 2],
        ["c", "https://a.example", 3],
      ],
    );
  });
});

describe("a file whose lines end with a carriage return alone", () => {
  it("is read as any other", async () => {
    const { connectors } = await loadGood(P.replaceAll("\n", "\r"));
    assert.equal(connectors.length, 1);
  });
});
