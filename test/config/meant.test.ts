/** What was meant, where something else was typed that YAML or a template takes otherwise. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { templateFault } from "../../src/config/templates/template-faults.ts";
import { yamlFault } from "../../src/config/yaml/yaml-words.ts";
import { CHAT, type FaultRow, faultTables, loadGood, PARTNER } from "./support.ts";

const BOTH = CHAT + PARTNER;
const HEAD = `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n`;
const CRM = `${HEAD}    match: { property: chat_user_id }\n`;
const set = (status: string) => `${CRM}    set:\n      status: ${status}\n`;
const hook = (url: string) =>
  `${CHAT}connectors:\n  partner:\n    type: webhook\n    url: ${url}\n    secret: \${SECRET}\n`;
const AT = "connectors.crm.set.status:";
const DATES = "the filter date knows no YYYY, MM or DD, and would write them letter by letter;";

faultTables({
  "templates in other forms": [
    ["single braces", set('"{ event }"'), `11:16 ${AT} “{ event }” is text, and no template; write {{ event }}`],
    [
      "single braces with a filter",
      set('"{event | upcase}"'),
      `11:16 ${AT} “{event | upcase}” is text, and no template; write {{ event }}`,
    ],
    [
      "single braces inside of a text",
      set('"is { event } now"'),
      `11:19 ${AT} warning: “{ event }” is text, and no template; write {{ event }}`,
    ],
    [
      "single braces without quotes",
      set("{ event }"),
      `11:15 ${AT} { event } is no template, but a block of settings; write "{{ event }}", in quotes and with two braces on each side`,
    ],
    [
      "single braces without quotes in a body",
      `${BOTH}    body: { user: { user_id } }\n`,
      '10:19 connectors.partner.body.user: { user_id } is no template, but a block of settings; write "{{ user_id }}", in quotes and with two braces on each side',
    ],
    [
      "three braces",
      set('"{{{ event }}}"'),
      `11:16 ${AT} {{{ is no template; write {{ event }}, with two braces on each side`,
    ],
    [
      "a dollar sign before braces",
      set("${{ event }}"),
      `11:15 ${AT} \${ begins no variable here; write {{ event }} for a value of the event, \${NAME} for an environment variable`,
    ],
    [
      "a variable of the environment",
      set("${event}"),
      `11:15 ${AT} \${event} asks for an environment variable; write {{ event }} for a value of the event`,
    ],
    ["per cent signs", set('"%event%"'), `11:16 ${AT} “%event%” is text, and no template; write {{ event }}`],
    ["per cent signs without quotes", set("%event%"), '11:15: %event% is no template; write "{{ event }}", in quotes'],
    ["braces that are not closed", set('"{{event}"'), `11:16 ${AT} {{ is never closed; add }}`],
    [
      "braces that are not closed, without quotes",
      set("{{event}"),
      '11:15: {{ is never closed; write "{{ event }}", in quotes',
    ],
    [
      "braces without quotes",
      set("{{event}}"),
      '11:15: a value that begins with {{ needs quotes; put the whole value in quotes: "{{ event }}"',
    ],
    [
      "braces without quotes behind a text",
      `${CRM}    set: { status: x {{event}} }\n`,
      '10:22: a value with {{ in it needs quotes here; put the whole value in quotes: "{{ event }}"',
    ],
    ["a date in another form", set(`"{{ event_time | date: 'YYYY-MM-DD' }}"`), `11:39 ${AT} ${DATES} write '%Y-%m-%d'`],
    [
      "a date and a time in another form",
      set(`"{{ event_time | date: 'dd.MM.yyyy HH:mm:ss' }}"`),
      `11:39 ${AT} ${DATES} write '%d.%m.%Y %H:%M:%S'`,
    ],
    [
      "a date half in another form",
      set(`"{{ event_time | date: '%Y-MM-DD' }}"`),
      `11:39 ${AT} ${DATES} write '%Y-%m-%d'`,
    ],
    [
      "a date that is the same for all",
      set(`"{{ event_time | date: 'day' }}"`),
      `11:39 ${AT} without a % in its pattern the filter date makes the same text of every date; write '%Y-%m-%d'`,
    ],
    [
      "a date without quotes",
      set('"{{ event_time | date: %Y-%m-%d }}"'),
      `11:38 ${AT} a text stands behind a filter without quotes; put it in quotes: {{ event_time | date: '%Y-%m-%d' }}`,
    ],
  ],
  "what Liquid does not understand": [
    [
      "a tag without a name",
      set('"{% %}"'),
      `11:19 ${AT} behind {% no tag is named; write {% if … %} for a condition, {{ … }} for a value`,
    ],
    [
      "a filter without its bar",
      set('"{{ user_id upcase }}"'),
      `11:27 ${AT} "upcase" is a filter, and no variable; write | before it: {{ user_id | upcase }}`,
    ],
    [
      "a filter without its colon",
      set("\"{{ user_id | append 'x' }}\""),
      `11:36 ${AT} between a filter and its value a : is missing; write for example {{ user_id | append: "-chat" }}`,
    ],
    [
      "a text without quotes",
      set('"{{ user_id | append: x y }}"'),
      `11:39 ${AT} a text stands behind a filter without quotes; put it in quotes: {{ user_id | append: "-chat" }}`,
    ],
    [
      "a sum",
      set('"{{ user_id + 1 }}"'),
      `11:28 ${AT} between a value and its filter a | is missing; write for example {{ user_id | append: "-chat" }}`,
    ],
    [
      "a condition without one",
      set('"{% if %}x{% endif %}"'),
      `11:21 ${AT} behind {% if a value is missing; write for example {% if by_admin %}`,
    ],
    [
      "a single equals sign",
      set('"{% if by_admin = true %}x{% endif %}"'),
      `11:32 ${AT} what stands behind {% if is no condition; compare with ==, and join with and or or: {% if event == "subscribed" and by_admin %}`,
    ],
    [
      "an end without a beginning",
      set('"x{% endif %}"'),
      `11:17 ${AT} {% endif %} belongs to nothing; remove it, or begin with {% if … %}`,
    ],
    [
      "an else without a beginning",
      set('"{% else %}"'),
      `11:16 ${AT} {% else %} belongs to nothing; remove it, or begin with {% if … %}`,
    ],
    [
      "two elses",
      set('"{% if by_admin %}{% else %}{% else %}{% endif %}"'),
      `11:16 ${AT} behind {% else %} nothing but {% endif %} can come; put it before, or remove it`,
    ],
    ["raw text that never ends", set('"{% raw %}x"'), `11:25 ${AT} {% raw %} is never ended; add {% endraw %}`],
    ["a bracket that is not closed", set('"{{ user_id[ }}"'), `11:27 ${AT} [ is never closed; add ]`],
    [
      "a range that does not end",
      set('"{% for i in (1..) %}{% endfor %}"'),
      `11:32 ${AT} a value is missing here; write a variable, or a text in quotes`,
    ],
    ["a range that is not closed", set('"{{ (1..3 }}"'), `11:25 ${AT} a range is written otherwise; write (1..3)`],
    [
      "a name without a value",
      set('"{% assign a %}"'),
      `11:27 ${AT} {% assign %} is written otherwise; write {% assign name = value %}`,
    ],
    [
      "a capture without a name",
      set('"{% capture %}x{% endcapture %}"'),
      `11:26 ${AT} {% capture %} is written otherwise; write {% capture name %}…{% endcapture %}`,
    ],
    [
      "a loop over nothing",
      set('"{% for x %}y{% endfor %}"'),
      `11:16 ${AT} {% for %} is written otherwise; write {% for one in list %}…{% endfor %}`,
    ],
    [
      "a cycle of nothing",
      set('"{% cycle %}"'),
      `11:24 ${AT} {% cycle %} has nothing to choose from; write {% cycle "a", "b" %}`,
    ],
    [
      "what is no base64",
      set("\"{{ 'x!' | base64_decode }}\""),
      `11:16 ${AT} the filter base64_decode wants a text in base64; leave it out`,
    ],
    [
      "a comment with a line of its own",
      set('"{% # a\\n b %}"'),
      `11:16 ${AT} a comment in {% # %} has a line without a #; begin each of its lines with #`,
    ],
    [
      "braces that nothing opens",
      set('"event }}"'),
      `11:16 ${AT} “event }}” is text, and no template; write {{ event }}`,
    ],
  ],
  columns: [
    [
      "a setting two columns short",
      `${HEAD}    match:\n    property: chat_user_id\n    set: { a: b }\n`,
      '10:5 connectors.crm.property: "property" belongs to "match" above, and is not indented below it; indent it two columns more',
    ],
    [
      "the last of several settings two columns short",
      `${HEAD}    match:\n      property: chat_user_id\n    value: x\n    set: { a: b }\n`,
      '11:5 connectors.crm.value: "value" belongs to "match" above, and is not indented below it; indent it two columns more',
    ],
    [
      "a name of one's own two columns short",
      `${CRM}    set:\n    status: "{{ event }}"\n`,
      '11:5 connectors.crm.status: "status" belongs to "set" above, and is not indented below it; indent it two columns more',
    ],
    [
      "a setting two columns long",
      `${HEAD}    match:\n      property: chat_user_id\n      set:\n        a: b\n`,
      '11:7 connectors.crm.set: "set" belongs beside "match", and is indented below it; indent it two columns less',
    ],
    [
      "the settings of a connector two columns short",
      `${CHAT}connectors:\n  crm:\n  type: hubspot\n  access_token: \${KEY}\n  match: { property: chat_user_id }\n  set: { a: b }\n`,
      '7:3 connectors.type: "type" belongs to "crm" above, and is not indented below it; indent it two columns more',
    ],
    [
      "a connector two columns short",
      `${CHAT}connectors:\npartner:\n  type: webhook\n  url: https://partner.example/unsubscribes\n  secret: \${SECRET}\n`,
      '6:1 partner: "partner" belongs to "connectors" above, and is not indented below it; indent it two columns more',
    ],
    [
      "a setting in the column of the dash above it",
      `chat:\n  apps:\n    - sdk_app_id: 1400000000\n    token: \${TOKEN}\n${PARTNER}`,
      "4:5: the line stands where an entry of the list would, and does not begin with -; indent it two columns more if it belongs to the entry above, or begin it with - and a blank",
    ],
    [
      "a value in the column of its name",
      `${CRM}    set:\n      a:\n      "{{ event }}"\n`,
      "12:7: a value stands here that belongs to the name on the line above; indent it two columns more than the name above, or write it behind that name's colon",
    ],
  ],
  shapes: [
    [
      "a colon without a blank, alone in its block",
      `${BOTH}server:\n  port:8080\n`,
      "11:3 server: a space is missing after the colon; write `port: 8080`",
    ],
    [
      "a colon without a blank, in braces",
      `${BOTH}server: {port:8080}\n`,
      "10:10 server: a space is missing after the colon; write `port: 8080`",
    ],
    [
      "a list for a block",
      `${BOTH}server:\n  - port: 8080\n`,
      "11:3 server: a block of settings is expected here, not a list; remove the - before its names",
    ],
    [
      "a block for a list",
      `chat:\n  apps:\n    sdk_app_id: 1\n    token: \${TOKEN}\n${PARTNER}`,
      "3:5 chat.apps: a list is expected here, not a block of settings; put - and a blank before its first line",
    ],
    [
      "a list on the line of its name",
      `${BOTH}server:\n  host: - a\n`,
      "11:9: a list cannot begin on the line of its name; begin the list on the next line, or put the whole value in quotes",
    ],
    ["a bracket too many", "a: [b]]\n", "1:7: there is a ] too many here; remove it, or put the whole value in quotes"],
    [
      "a tab inside of brackets",
      "a: [b,\n\tc]\n",
      "2:1: the line is indented with a tab; use spaces, two for each level",
    ],
    [
      "a comma at the end of a line",
      `${BOTH}server:\n  host: "a",\n  port: 1\n`,
      "11:12: a comma stands behind the value; remove it: what stands on a line of its own has none behind it",
    ],
    [
      "a comma behind a number",
      `${BOTH}server:\n  port: 8080,\n  drain: 3s,\n`,
      '11:9 server.port: "8080," is not a whole number; write 8080',
      '12:10 server.drain: "3s," is not a duration; write 3s',
    ],
    [
      "a comma too many",
      `${BOTH}server: { host: a,, port: 1 }\n`,
      "10:19: there is a comma too many before this; remove it",
    ],
    [
      "an ampersand glued to a word",
      `${BOTH}    only: { operator: [&news] }\n`,
      "10:24: a value that begins with & needs quotes; put the whole value in double quotes",
    ],
    [
      "a backtick",
      `${BOTH}server: { host: \`a\` }\n`,
      "10:17: a value that begins with ` needs quotes; put the whole value in double quotes",
    ],
    [
      "a secret that begins with a hash sign",
      "chat:\n  apps:\n    - sdk_app_id: 1\n      token: #abcdefgh\n",
      "1:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`",
      "4:7 chat.apps[0].token: the value is missing: to YAML a # begins a comment; put the whole value in quotes if it begins with #",
    ],
    [
      "off for false",
      `${BOTH}storage: { prepare: off }\n`,
      '10:21 storage.prepare: "off" is not true or false; write false',
    ],
  ],
  "numbers that are sent": [
    [
      "zeros before it",
      `${BOTH}    body: { user: 0123 }\n`,
      '10:19 connectors.partner.body.user: warning: YAML reads 0123 as the number 123; put it in quotes to send it as it stands: "0123"',
    ],
    [
      "a plus sign",
      `${BOTH}    body: { phone: +49123 }\n`,
      '10:20 connectors.partner.body.phone: warning: YAML reads +49123 as the number 49123; put it in quotes to send it as it stands: "+49123"',
    ],
    [
      "an exponent",
      `${BOTH}    body: { code: 1e3 }\n`,
      '10:19 connectors.partner.body.code: warning: YAML reads 1e3 as the number 1000; put it in quotes to send it as it stands: "1e3"',
    ],
    [
      "more digits than a number holds",
      `${BOTH}    body: { id: 12345678901234567890 }\n`,
      "10:17 connectors.partner.body.id: warning: YAML reads this as the number 12345678901234567000; put it in quotes to send it as it stands",
    ],
    [
      "what is no number",
      `${BOTH}    body: { a: .nan }\n`,
      '10:16 connectors.partner.body.a: warning: YAML reads .nan as something that JSON cannot say; put it in quotes to send it as it stands: ".nan"',
    ],
  ],
  "addresses that were copied with more": [
    [
      "in angle brackets",
      hook("<https://a.example/x>"),
      "8:10 connectors.partner.url: this is not a web address; remove < and > around it",
    ],
    [
      "as a link",
      hook("'[hook](https://a.example/x)'"),
      "8:10 connectors.partner.url: this is not a web address; keep only what stands between the parentheses",
    ],
    [
      "without its beginning",
      hook("a.example/x"),
      "8:10 connectors.partner.url: this is not a web address; write https:// before it",
    ],
    [
      "without a colon",
      hook("https//a.example/x"),
      "8:10 connectors.partner.url: this is not a web address; write a colon behind https: https://…",
    ],
    [
      "with a blank in it",
      hook("https://a.example /x"),
      "8:10 connectors.partner.url: this is not a web address; remove the blank in it",
    ],
    [
      "with a blank behind it",
      hook('"https://a.example/x "'),
      "8:10 connectors.partner.url: the value begins or ends with a blank; remove the blank",
    ],
    [
      "of a base",
      `${CRM}    set: { a: b }\n    base_url: api.hubapi.com\n`,
      "11:15 connectors.crm.base_url: this is not a web address; write https:// before it",
    ],
  ],
  filters: [
    [
      "two names in one text",
      `${BOTH}    only: { official_account: ["@TOA#_a, @TOA#_b"] }\n`,
      '10:32 connectors.partner.only.official_account[0]: warning: this is one text with a comma in it, and not several; write ["one", "other"]',
    ],
  ],
  "times to come": [
    [
      "a start in the future",
      `${BOTH}    start: 2999-01-31\n`,
      "10:12 connectors.partner.start: warning: this time is yet to come, and what is received before 2999-01-31 is never sent to this connector; write now for all that comes from today on",
    ],
  ],
} satisfies Record<string, readonly FaultRow[]>);

describe("what is meant as it stands is left alone", () => {
  for (const [what, yaml] of [
    ["braces around another word", set('"{ hello } {x} {}"')],
    ["JSON around templates", set(`'{"user": "{{ user_id }}", "n": {"a": 1}}'`)],
    ["a date in Liquid's own form, with text", set(`"{{ event_time | date: 'on %d %B %Y, at %H:%M' }}"`)],
    ["per cent signs", set('"100% of events, %d"')],
    ["numbers as they are sent", `${BOTH}    body: { a: 12, b: -1.5, c: 0, d: 0.5, e: "0123", f: [1, 2] }\n`],
    ["zeros of a template", set("0123")],
    ["a start in the past", `${BOTH}    start: 2020-01-31\n`],
    ["empty blocks", `${BOTH}server:\nlog:\n`],
    ["names of properties that are ours as well", `${CRM}    set:\n      enabled: x\n      type: y\n`],
    ["words that other releases of YAML read as yes or no", `${BOTH}    body: { country: no, on: yes, y: n }\n`],
    ["dates, times and versions in a text", `${BOTH}    body: { day: 2026-01-31, time: 12:30:00, version: 1.2.3 }\n`],
  ] as const) {
    it(what, async () => {
      await loadGood(yaml);
    });
  }
});

describe("what a parser finds that nobody has words for", () => {
  it("is quoted behind a sentence of ours, without what it quotes of the file", () => {
    const unread = { text: "a: b\n", isName: () => false };
    assert.deepEqual(yamlFault("A_NEW_CODE", 3, 'Something new at "b"', unread), {
      offset: 3,
      what: "this is not YAML; its parser says “Something new at”",
      todo: "compare it with bridge.example.yaml",
    });
    assert.deepEqual(templateFault(new Error("something new, line:1, col:4"), "{{ x }}", []), {
      index: 0,
      what: "the template is faulty; its engine says “something new”",
      todo: "compare it with the examples in the README",
    });
  });
});
