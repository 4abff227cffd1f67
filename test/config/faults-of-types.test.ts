/** The exact words of what the built-in connector types say about their settings. */
import { CHAT, faultTables, PARTNER } from "./support.ts";

const BOTH = CHAT + PARTNER;
const WEBHOOK = `${CHAT}connectors:\n  partner:\n    type: webhook\n    secret: \${SECRET}\n`;
const SIGNED = `${CHAT}connectors:\n  partner:\n    type: webhook\n    url: https://partner.example/x\n`;
const SEGMENT = `${CHAT}connectors:\n  analytics:\n    type: segment\n    write_key: \${KEY}\n`;
const HUBSPOT = `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n`;
const MATCHED = `${HUBSPOT}    match: { property: chat_user_id }\n`;

/** The warning that goes with a secret in the file itself. */
const CLEAR =
  "9:13 connectors.partner.secret: warning: a secret stands here in clear text; put it into the environment and write ${PARTNER_WEBHOOK_SECRET}, or into a file and write { file: path }";

faultTables({
  "a connector's own faults beside those of its schema, which once hid them until they were mended": [
    [
      "a webhook",
      `${SIGNED.replace("https:", "http:")}    batch: 0\n    headers: { host: x }\n`,
      "8:10 connectors.partner.url: http:// is not encrypted; use https://, or set `allow_http: true` if the network is your own",
      '9:12 connectors.partner.batch: "0" is not possible here; write a whole number from 1 to 1000',
      '10:22 connectors.partner.headers.host: the header "host" is set by the bridge; remove it',
    ],
    [
      "a HubSpot account",
      `${HUBSPOT}    match: { property: Chat_User }\n    set: { chat: x }\n    when_missing: make\n`,
      '9:24 connectors.crm.match.property: "Chat_User" is no internal name of a HubSpot property; open the property in HubSpot\'s settings and copy its internal name (lower-case letters, digits, _)',
      '11:19 connectors.crm.when_missing: "make" is not possible here; did you mean "create"? (possible: retry, create, ignore)',
    ],
    [
      "nothing about what stands in for a faulty setting",
      `${CHAT}connectors:\n  analytics: { type: segment, host: "https://x.example" }\n`,
      '6:3 connectors.analytics.write_key: "write_key" is missing; add `write_key: ${SEGMENT_WRITE_KEY}`',
    ],
  ],
  "a webhook's address": [
    [
      "a name for an address",
      `${WEBHOOK}    url: partner.example/x\n`,
      "9:10 connectors.partner.url: this is not a web address; write https:// before it",
    ],
    [
      "another protocol",
      `${WEBHOOK}    url: ftp://partner.example\n`,
      "9:10 connectors.partner.url: ftp:// is not supported; use https://",
    ],
    [
      "a password in it",
      `${WEBHOOK}    url: https://me:hunter22@partner.example/\n`,
      "9:10 connectors.partner.url: warning: a secret stands here in clear text; put it into the environment and write ${PARTNER_URL}",
      "9:10 connectors.partner.url: the address carries a user name or a password; remove it from the address; use `secret`, or an `authorization` entry under `headers`",
    ],
    [
      "a fragment",
      `${WEBHOOK}    url: "https://partner.example/#x"\n`,
      "9:10 connectors.partner.url: the address ends in a #fragment, which is never sent; remove it",
    ],
    [
      "this machine by name",
      `${WEBHOOK}    url: https://localhost/x\n`,
      "9:10 connectors.partner.url: localhost is not public: this machine itself; set `allow_private_network: true` if that is meant",
    ],
    [
      "a private network",
      `${WEBHOOK}    url: https://10.0.0.1/x\n`,
      "9:10 connectors.partner.url: 10.0.0.1 is not public: a private network; set `allow_private_network: true` if that is meant",
    ],
    [
      "a private network in disguise",
      `${WEBHOOK}    url: "https://[::ffff:10.0.0.1]/x"\n`,
      "9:10 connectors.partner.url: [::ffff:a00:1] is not public: a private network, wrapped in an IPv6 address; set `allow_private_network: true` if that is meant",
    ],
  ],
  "a webhook's secret": [
    [
      "none",
      SIGNED,
      "6:3 connectors.partner.secret: warning: requests are not signed: the receiver cannot tell them from forged ones; set `secret`; `echo whsec_$(openssl rand -base64 32)` makes a good one",
    ],
    [
      "another form",
      `${SIGNED}    secret: abcdefghijkl\n`,
      CLEAR,
      '9:13 connectors.partner.secret: the secret does not begin with "whsec_"; ask the receiver for it, or make one: `echo whsec_$(openssl rand -base64 32)`',
    ],
    [
      "what is not base64",
      `${SIGNED}    secret: whsec_!!!\n`,
      CLEAR,
      '9:13 connectors.partner.secret: what follows "whsec_" is not base64; ask the receiver for it, or make one: `echo whsec_$(openssl rand -base64 32)`',
    ],
    [
      "a short one",
      `${SIGNED}    secret: whsec_QUJD\n`,
      CLEAR,
      "9:13 connectors.partner.secret: warning: the secret has 3 bytes; Standard Webhooks wants 24 to 64; ask the receiver for it, or make one: `echo whsec_$(openssl rand -base64 32)`",
    ],
  ],
  "a webhook's headers and body": [
    [
      "a header twice",
      `${BOTH}    headers: { x-a: a, X-A: b }\n`,
      '10:29 connectors.partner.headers.X-A: the header "X-A" is there twice; keep one; upper and lower case do not differ',
    ],
    [
      "a header's name with a space",
      `${BOTH}    headers: { "x a": a }\n`,
      '10:23 connectors.partner.headers["x a"]: "x a" is not a header name; use letters, digits, -',
    ],
    [
      "a header that is ours",
      `${BOTH}    headers: { webhook-id: a }\n`,
      '10:28 connectors.partner.headers.webhook-id: the header "webhook-id" is set by the bridge; remove it',
    ],
    [
      "a header for each of many",
      `${BOTH}    batch: 2\n    headers: { x-a: "{{ user_id }}" }\n`,
      "11:21 connectors.partner.headers.x-a: a request of many events has one set of headers; use a fixed text, or `batch: 1`",
    ],
    [
      "a list of bodies in a list",
      `${BOTH}    batch: 2\n    body: [a]\n`,
      "11:11 connectors.partner.body: with `batch` above 1 every event carries its id, which needs a map; write the body as a map, or set `batch: 1`",
    ],
    [
      "an id of one's own in a list",
      `${BOTH}    batch: 2\n    body: { id: a }\n`,
      "11:17 connectors.partner.body.id: with `batch` above 1, `id` is the id of the delivery, set by the bridge; give it another name",
    ],
  ],
  segment: [
    [
      "region and host",
      `${SEGMENT}    region: us\n    host: https://a.example\n`,
      "9:13 connectors.analytics.region: `region` and `host` exclude each other; remove `region` for a host of your own, or `host` for Segment itself",
    ],
    [
      "a name for a host",
      `${SEGMENT}    host: a.example\n`,
      "9:11 connectors.analytics.host: this is not a web address; write https:// before it",
    ],
    [
      "a host with a query",
      `${SEGMENT}    host: https://a.example/?x=1\n`,
      "9:11 connectors.analytics.host: the host carries a password, a query or a fragment; leave only https://, the host name and, if need be, a path; the write key goes into `write_key`",
    ],
    [
      "a host without TLS",
      `${SEGMENT}    host: http://a.example\n`,
      "9:11 connectors.analytics.host: warning: the write key would travel unencrypted; use https:// unless the server is on a network that nobody else can read",
    ],
    [
      "an event without a name",
      `${SEGMENT}    event: ""\n`,
      "9:12 connectors.analytics.event: the text comes out empty; write for example Official Account Unsubscribed",
    ],
    [
      "a person without an id",
      `${SEGMENT}    user_id: "{% if by_admin %}{{ user_id }}{% endif %}"\n`,
      '9:15 connectors.analytics.user_id: the text comes out empty; write for example "{{ user_id }}"',
    ],
    [
      "a list for a text",
      `${SEGMENT}    user_id: "{{ user_id | split: 'a' }}"\n`,
      '9:15 connectors.analytics.user_id: the template makes a list, and a text is wanted; make it a text with the filter join: {{ … | join: ", " }}',
    ],
  ],
  hubspot: [
    [
      "a record id to match by",
      `${HUBSPOT}    match: { property: hs_object_id }\n    set: { status: left }\n`,
      "9:24 connectors.crm.match.property: a Chat user id is not a HubSpot record id; name the property that holds the Chat user id; create one if there is none (see the README)",
    ],
    [
      "a property by its label",
      `${MATCHED}    set: { Chat Status: left }\n`,
      '10:25 connectors.crm.set["Chat Status"]: "Chat Status" is no internal name of a HubSpot property; open the property in HubSpot\'s settings and copy its internal name (lower-case letters, digits, _)',
    ],
    [
      "writing what contacts are found by",
      `${MATCHED}    set: { chat_user_id: left }\n`,
      "10:26 connectors.crm.set.chat_user_id: this is the property by which contacts are found; remove it: whoever changes the id by which contacts are found cannot find them again",
    ],
    [
      "nothing to match",
      `${HUBSPOT}    match: { property: chat_user_id, value: " " }\n    set: { status: left }\n`,
      '9:46 connectors.crm.match.value: the text comes out empty; write for example "{{ user_id }}"',
    ],
    [
      "a name for a base URL",
      `${MATCHED}    set: { status: left }\n    base_url: api.hubapi.com\n`,
      "11:15 connectors.crm.base_url: this is not a web address; write https:// before it",
    ],
    [
      "a base URL with a query",
      `${MATCHED}    set: { status: left }\n    base_url: https://a.example/?x\n`,
      "11:15 connectors.crm.base_url: the base URL carries a password, a query or a fragment; leave only https://, the host name and, if need be, a path",
    ],
    [
      "a base URL without TLS",
      `${MATCHED}    set: { status: left }\n    base_url: http://a.example\n`,
      "11:15 connectors.crm.base_url: warning: the access token would travel unencrypted; use https:// unless the server is on a network that nobody else can read",
    ],
  ],
  "templates without bounds": [
    [
      "a long one",
      `${MATCHED}    set: { a: "{{ user_id }}${"x".repeat(20_000)}" }\n`,
      "10:16 connectors.crm.set.a: the template is longer than 20000 characters; shorten it",
    ],
    [
      "one that makes a long text",
      `${MATCHED}    set: { a: "{% assign a = 'x' %}{% for i in (1..17) %}{% assign a = a | append: a %}{% endfor %}{{ a }}" }\n`,
      "10:16 connectors.crm.set.a: the text is longer than 100000 characters; shorten it",
    ],
    [
      "one that doubles its text",
      `${MATCHED}    set: { a: "{% assign a = 'x' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}{{ a }}" }\n`,
      "10:58 connectors.crm.set.a: the template takes too much time or memory; make it simpler",
    ],
  ],
});
