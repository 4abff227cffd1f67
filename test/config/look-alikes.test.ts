/**
 * Signs of another keyboard: named, with their place and the one to type, wherever they mean something; left alone in text for
 * people.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTests } from "../../src/config/own-tests/config-tests.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { CHAT, ENV, type FaultRow, faultTables, findings, inShort, loadGood, PARTNER } from "./support.ts";

const BOTH = CHAT + PARTNER;
const CRM = `${CHAT}connectors:\n  crm:\n    type: hubspot\n    access_token: \${KEY}\n    match: { property: chat_user_id }\n`;
const set = (status: string) => `${CRM}    set:\n      status: ${status}\n`;
const NONE = "1:1 connectors: warning: no connectors: events are kept, but go nowhere; add one under `connectors:`";
const SEEN = "stands here;";

faultTables({
  "look-alikes that leave no YAML": [
    [
      "a full-width colon before a block",
      "chat：\n  apps: []\n",
      `1:5: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
    ],
    [
      "a full-width colon before a value",
      `${BOTH}server:\n  port：8080\n  host: a\n`,
      `11:7: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
    ],
    [
      "a full-width comma in braces",
      `${BOTH}server: { port: 8080， host: a }\n`,
      `10:21: a full-width comma ， (U+FF0C) ${SEEN} type ,`,
    ],
    [
      "a full-width comma between quotes",
      `${BOTH}    only: { official_account: ["@a"，"@b"] }\n`,
      `10:36: a full-width comma ， (U+FF0C) ${SEEN} type ,`,
    ],
    [
      "an ideographic comma between quotes",
      `${BOTH}    only: { official_account: ["@a"、"@b"] }\n`,
      `10:36: an ideographic comma 、 (U+3001) ${SEEN} type ,`,
    ],
    [
      "full-width braces",
      `${BOTH}server: ｛ port: 8080 ｝\n`,
      `10:9: a full-width brace ｛ (U+FF5B) ${SEEN} type {`,
      `10:22: a full-width brace ｝ (U+FF5D) ${SEEN} type }`,
    ],
    [
      "a lenticular bracket",
      `${BOTH}    events: 【"subscribed"】\n    timeout: 1s: 2\n`,
      `10:13: a lenticular bracket 【 (U+3010) ${SEEN} type [`,
      `10:26: a lenticular bracket 】 (U+3011) ${SEEN} type ]`,
    ],
    [
      "a full-width pipe",
      `${BOTH}    body: ｜\n      hello: x\n`,
      `10:11: a full-width pipe ｜ (U+FF5C) ${SEEN} type |`,
    ],
    ["a full-width hash sign", `＃ 配置\n${BOTH}`, `1:1: a full-width hash sign ＃ (U+FF03) ${SEEN} type #`],
    ["a bullet for a list", CHAT.replace("- sdk", "•sdk") + PARTNER, `3:5: a bullet • (U+2022) ${SEEN} type -`],
    [
      "a comma at the end of a line",
      `${BOTH}    body:\n      user: "x"，\n      b: y\n`,
      `11:16: a full-width comma ， (U+FF0C) ${SEEN} remove it: what stands on a line of its own has none behind it`,
    ],
    [
      "a whole file",
      "chat：\n  apps：\n    － sdk_app_id： 1\n",
      `1:5: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
      `2:7: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
      `3:5: a full-width hyphen － (U+FF0D) ${SEEN} type -`,
      `3:17: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
    ],
    [
      "an em dash for a list",
      `chat:\n  apps:\n    — sdk_app_id: 1\n      token: \${TOKEN}\n${PARTNER}`,
      `3:5: an em dash — (U+2014) ${SEEN} type -`,
    ],
    [
      "smart quotes around a template in braces",
      `${CRM}    set: { status: “{{ event }}” }\n`,
      `10:20: a left double quotation mark “ (U+201C) ${SEEN} type a straight "`,
      `10:32: a right double quotation mark ” (U+201D) ${SEEN} type a straight "`,
    ],
    [
      "a smart quote that was to close a straight one",
      `${BOTH}server:\n  host: "0.0.0.0”\n  port: 1\n`,
      `11:17: a right double quotation mark ” (U+201D) ${SEEN} type a straight "`,
    ],
  ],
  "look-alikes in names": [
    [
      "full-width letters",
      `${BOTH}ｓｅｒｖｅｒ:\n  port: 1\n`,
      `10:1 ["ｓｅｒｖｅｒ"]: a full-width letter ｓ (U+FF53) ${SEEN} type s (meant: server)`,
    ],
    [
      "a Cyrillic letter",
      `${BOTH}sеrver:\n  port: 1\n`,
      `10:2 ["sеrver"]: a Cyrillic letter е (U+0435) ${SEEN} type e (meant: server)`,
    ],
    [
      "a no-break space before a name",
      `${BOTH}server:\n\u00a0\u00a0port: 8080\n`,
      `11:1 ["\u00a0\u00a0port"]: a no-break space (U+00A0) ${SEEN} type an ordinary blank (meant: port)`,
    ],
    [
      "an ideographic space before a name",
      `${BOTH}server:\n  host: a\n　　port: 8080\n`,
      `12:1 ["　　port"]: an ideographic space (U+3000) ${SEEN} type an ordinary blank (meant: port)`,
    ],
    [
      "a zero-width space in a name",
      `${BOTH}ser\u200bver:\n  port: 1\n`,
      `10:4 ["ser\u200bver"]: a zero-width space (U+200B) ${SEEN} delete it: nobody sees it (meant: server)`,
    ],
    [
      "a byte order mark inside of the file",
      `${CHAT}\ufeff${PARTNER}`,
      `5:1 ["\ufeffconnectors"]: a byte order mark (U+FEFF) ${SEEN} delete it: nobody sees it (meant: connectors)`,
    ],
    [
      "a full-width letter in a connector's name",
      `${CHAT}connectors:\n  ｃrm: { type: webhook, url: "https://a.example", secret: "\${SECRET}" }\n`,
      `6:3 connectors["ｃrm"]: a full-width letter ｃ (U+FF43) ${SEEN} type c (meant: crm)`,
    ],
    [
      "a full-width letter in a property's name",
      `${CRM}    set: { ｓtatus: b }\n`,
      `10:12 connectors.crm.set["ｓtatus"]: a full-width letter ｓ (U+FF53) ${SEEN} type s (meant: status)`,
    ],
    [
      "a name in a body",
      `${BOTH}    body: { user：jared, b: x }\n`,
      `10:17 connectors.partner.body["user：jared"]: a full-width colon ： (U+FF1A) ${SEEN} type : (meant: user: jared)`,
    ],
  ],
  "look-alikes in values": [
    [
      "a colon that leaves a text",
      `${BOTH}server:\n  port：8080\n`,
      `11:7 server: a full-width colon ： (U+FF1A) ${SEEN} type : (meant: port: 8080)`,
    ],
    [
      "a colon that leaves a text where any value may stand",
      `${BOTH}    body:\n      user：jared\n`,
      `11:11 connectors.partner.body: a full-width colon ： (U+FF1A) ${SEEN} type : and a blank behind it`,
    ],
    [
      "a no-break space behind a colon",
      `${BOTH}server:\n  port:\u00a08080\n`,
      `11:8 server: a no-break space (U+00A0) ${SEEN} type an ordinary blank (meant: port: 8080)`,
    ],
    [
      "a comma in a list",
      `${BOTH}    events: [unsubscribed，subscribed]\n`,
      `10:26 connectors.partner.events[0]: a full-width comma ， (U+FF0C) ${SEEN} type , (meant: unsubscribed, subscribed)`,
    ],
    [
      "a comma in a filter, which would match nothing",
      `${BOTH}    only: { platform: [iOS，Android] }\n`,
      `10:27 connectors.partner.only.platform[0]: a full-width comma ， (U+FF0C) ${SEEN} type , (meant: iOS, Android)`,
    ],
    [
      "an at sign in a filter",
      `${BOTH}    only: { official_account: ["＠TOA#_news"] }\n`,
      `10:33 connectors.partner.only.official_account[0]: a full-width at sign ＠ (U+FF20) ${SEEN} type @ (meant: @TOA#_news)`,
    ],
    [
      "brackets around a list",
      `${BOTH}    events: ［unsubscribed］\n`,
      `10:13 connectors.partner.events: a full-width bracket ［ (U+FF3B) ${SEEN} type [ (meant: [unsubscribed])`,
    ],
    [
      "digits of a port",
      `${BOTH}server: { port: ８０８０ }\n`,
      `10:17 server.port: a full-width digit ８ (U+FF18) ${SEEN} type 8 (meant: 8080)`,
    ],
    [
      "digits of a duration",
      `${BOTH}    timeout: ３０s\n`,
      `10:14 connectors.partner.timeout: a full-width digit ３ (U+FF13) ${SEEN} type 3 (meant: 30s)`,
    ],
    [
      "digits of an app",
      `chat:\n  apps:\n    - sdk_app_id: １４００\n      token: \${TOKEN}\n${PARTNER}`,
      `3:19 chat.apps[0].sdk_app_id: a full-width digit １ (U+FF11) ${SEEN} type 1 (meant: 1400)`,
    ],
    [
      "a comment behind a value",
      `${BOTH}server:\n  port: 8080 ＃ 端口\n`,
      `11:14 server.port: a full-width hash sign ＃ (U+FF03) ${SEEN} type # (meant: 8080 # 端口)`,
    ],
    [
      "a letter of a type",
      `${CHAT}connectors:\n  crm: { type: ｈubspot }\n`,
      `6:16 connectors.crm.type: a full-width letter ｈ (U+FF48) ${SEEN} type h (meant: hubspot)`,
    ],
    [
      "a word of a choice",
      `${BOTH}log: { level: in\u200bfo }\n`,
      `10:17 log.level: a zero-width space (U+200B) ${SEEN} delete it: nobody sees it (meant: info)`,
    ],
    [
      "an address",
      `${CHAT}connectors:\n  partner:\n    type: webhook\n    url: https：//partner.example/x\n    secret: \${SECRET}\n`,
      `8:15 connectors.partner.url: a full-width colon ： (U+FF1A) ${SEEN} type :`,
    ],
    [
      "an address that a parser would take",
      `${CHAT}connectors:\n  partner:\n    type: webhook\n    url: https://partner．example/x\n    secret: \${SECRET}\n`,
      `8:25 connectors.partner.url: a full-width dot ． (U+FF0E) ${SEEN} type .`,
    ],
    [
      "a property by which contacts are found",
      `${CRM.replace("chat_user_id", "chat＿user_id")}    set: { status: b }\n`,
      `9:28 connectors.crm.match.property: a full-width underscore ＿ (U+FF3F) ${SEEN} type _ (meant: chat_user_id)`,
    ],
    [
      "an id that is made by a template",
      `${CRM.replace("chat_user_id", 'chat_user_id, value: "chat：{{ user_id }}"')}    set: { status: b }\n`,
      `9:50 connectors.crm.match.value: a full-width colon ： (U+FF1A) ${SEEN} type : (meant: chat: {{ user_id }})`,
    ],
    [
      "a path",
      `${BOTH}storage: { spool: ．/data/spool.jsonl }\n`,
      `10:19 storage.spool: a full-width dot ． (U+FF0E) ${SEEN} type . (meant: ./data/spool.jsonl)`,
    ],
    [
      "a header",
      `${BOTH}    headers: { x-source: "chat－eu" }\n`,
      `10:31 connectors.partner.headers.x-source: a full-width hyphen － (U+FF0D) ${SEEN} type - (meant: chat-eu)`,
    ],
    [
      "a header in another script",
      `${BOTH}    headers: { x-source: "聊天" }\n`,
      "10:26 connectors.partner.headers.x-source: headers carry ASCII alone; put it into the body, or write it in ASCII",
    ],
    [
      "a date",
      `${BOTH}    start: 2026–01–31\n`,
      `10:16 connectors.partner.start: an en dash – (U+2013) ${SEEN} type - (meant: 2026-01-31)`,
    ],
    [
      "a rate",
      `${BOTH}    rate: 19／s\n`,
      `10:13 connectors.partner.rate: a full-width slash ／ (U+FF0F) ${SEEN} type / (meant: 19/s)`,
    ],
    [
      "smart quotes around a value",
      `${BOTH}server: { host: “0.0.0.0” }\n`,
      `10:17 server.host: a left double quotation mark “ (U+201C) ${SEEN} put straight quotes around the value: "…" or '…'`,
    ],
  ],
  "look-alikes in references": [
    [
      "a whole reference",
      "chat:\n  apps:\n    - sdk_app_id: 1\n      token: ＄｛TOKEN｝\n",
      NONE,
      `4:14 chat.apps[0].token: a full-width dollar sign ＄ (U+FF04) ${SEEN} write \${TOKEN}`,
    ],
    [
      "the yen sign where the dollar sign is",
      "chat:\n  apps:\n    - sdk_app_id: 1\n      token: ￥{TOKEN}\n",
      NONE,
      `4:14 chat.apps[0].token: a full-width yen sign ￥ (U+FFE5) ${SEEN} write \${TOKEN}`,
    ],
    [
      "the brace at its end",
      "chat:\n  apps:\n    - sdk_app_id: 1\n      token: ${TOKEN｝\n",
      NONE,
      `4:21 chat.apps[0].token: a full-width brace ｝ (U+FF5D) ${SEEN} write \${TOKEN}`,
    ],
    [
      "one in a template",
      set('"{{ event }} ＄｛KEY｝"'),
      `11:28 connectors.crm.set.status: a full-width dollar sign ＄ (U+FF04) ${SEEN} write \${KEY}`,
    ],
  ],
  "look-alikes in templates": [
    [
      "braces",
      set('"｛｛ event ｝｝"'),
      `11:16 connectors.crm.set.status: a full-width brace ｛ (U+FF5B) ${SEEN} type { (meant: {{ event }})`,
    ],
    [
      "closing braces",
      set('"{{ event ｝｝"'),
      `11:25 connectors.crm.set.status: a full-width brace ｝ (U+FF5D) ${SEEN} type }`,
    ],
    [
      "one brace on each side",
      set('"｛event｝"'),
      `11:16 connectors.crm.set.status: a full-width brace ｛ (U+FF5B) ${SEEN} write {{ event }}`,
    ],
    [
      "a condition",
      set('"｛% if by_admin %}x{% endif %}"'),
      `11:16 connectors.crm.set.status: a full-width brace ｛ (U+FF5B) ${SEEN} type {`,
    ],
    [
      "a pipe before a filter",
      set('"{{ event ｜ upcase }}"'),
      `11:25 connectors.crm.set.status: a full-width pipe ｜ (U+FF5C) ${SEEN} type |`,
    ],
    [
      "quotes of a filter",
      set('"{{ event_time | date: ‘%Y’ }}"'),
      `11:38 connectors.crm.set.status: a left single quotation mark ‘ (U+2018) ${SEEN} type a straight '`,
    ],
    [
      "a per cent sign of a date",
      set(`"{{ event_time | date: '％Y' }}"`),
      `11:39 connectors.crm.set.status: a full-width per cent sign ％ (U+FF05) ${SEEN} type %`,
    ],
    [
      "what nobody sees",
      set('"{{ eve\u200bnt }}"'),
      `11:22 connectors.crm.set.status: a zero-width space (U+200B) ${SEEN} delete it: nobody sees it (meant: {{ event }})`,
    ],
    [
      "smart quotes around the whole",
      set("“{{ event }}”"),
      `11:15 connectors.crm.set.status: a left double quotation mark “ (U+201C) ${SEEN} put straight quotes around the value: "…" or '…'`,
    ],
  ],
} satisfies Record<string, readonly FaultRow[]>);

const EVERYTHING = `chat:
  apps:
    - sdk_app_id: 1400000000
      token: \${TOKEN}
  allow_from: [203.0.113.0/24]
server: { port: 8080, path: /callback }
connectors:
  crm:
    type: hubspot
    access_token: "\${KEY}"
    match:
      property: chat_user_id
      value: '{{ user_id }}'
    set:
      day: "{{ event_time | date: '%Y-%m-%d' }}"
      who: "{% if by_admin %}{{ operator }}{% endif %}"
    only: { official_account: ["@TOA#_news", "x*"], by_admin: false }
    events: [unsubscribed, subscribed]
    rate: 100 per 10s
  partner:
    type: webhook
    url: https://partner.example/unsubscribes?a=b
    secret: \${SECRET}
    headers: { x-source: chat }
    body:
      text: |
        {{ user_id }}
      data: { user: "{{ user_id }}" }
`;

/** Full-width forms of signs, the usual quotes, and the blank of a Chinese keyboard. */
function fromOtherKeyboard(sign: string): string {
  const others: Readonly<Record<string, string>> = { '"': "”", "'": "’", " ": "　" };
  return others[sign] ?? String.fromCharCode(sign.charCodeAt(0) + 0xfee0);
}

describe("whichever sign of a configuration", { skip: ON_BUN_ALONE }, () => {
  it("comes from another keyboard, it is named at its place", async () => {
    await loadGood(EVERYTHING);
    const missed: string[] = [];
    for (const { 0: sign, index } of EVERYTHING.matchAll(/[^\w\n]/g)) {
      const start = EVERYTHING.lastIndexOf("\n", index) + 1;
      const before = EVERYTHING.slice(start, index);
      const isText = EVERYTHING.slice(start).startsWith("        {{");
      if (sign === " " && ((isText && before !== "") || /\{[{%][^}]*$/.test(before))) continue;
      const other = fromOtherKeyboard(sign);
      const found = await findings(EVERYTHING.slice(0, index) + other + EVERYTHING.slice(index + 1));
      const place = `${EVERYTHING.slice(0, index).split("\n").length}:${index - start + 1}`;
      const code = `(U+${other.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")})`;
      if (!found.some((line) => line.startsWith(`${place}`) && line.includes(code)))
        missed.push(`${place} ${sign} ${found[0]}`);
    }
    assert.deepEqual(missed, []);
  });
});

describe("text for people is left alone", () => {
  for (const [what, yaml] of [
    [
      "colons, commas and brackets around a template",
      set(`"状态：{{ event }}，时间：{{ event_time | date: '%Y年%m月%d日' }}（已退订）"`),
    ],
    ["quotes inside of it", set("状态：{{ event }}，“完”")],
    ["quotes around the whole of it", set("“已退订”")],
    ["a text that a filter takes", set(`'{{ platform | default: "未知：无" }}'`)],
    ["ideographic spaces between the words of a template", set('"{{　event　}}"')],
    [
      "names and texts of a body",
      `${BOTH}    body: { 标题: "退订：{{ user_id }}", note: “已退订”, "a：b": x }\n`.replace(
        '"a：b": x',
        '"甲：乙": x',
      ),
    ],
    [
      "a folded text of several lines",
      `${BOTH}    body:\n      text: |\n        Note：{{ user_id }}，left\n        port：8080\n`,
    ],
    ["an apostrophe and a dash", set("don’t – {{ event }}")],
    ["emoji that are joined", set("👩‍👩‍👧 {{ event }}")],
    ["words of another alphabet", set("подписка: {{ event }}".replace(": ", " "))],
    [
      "an id that is made with words of another script",
      `${CRM.replace("chat_user_id", 'chat_user_id, value: "客户：{{ user_id }}"')}    set: { status: b }\n`,
    ],
    ["comments", `# 端口：8080，“x” ＃\n${BOTH}`],
  ] as const) {
    it(what, async () => {
      await loadGood(yaml);
    });
  }
});

describe("a file that is nothing but one sign", () => {
  it("is refused, however long its lines are", async () => {
    for (const sign of ["：", "а", "｛", " ", '"', "\u200b"]) {
      const found = await findings(`${BOTH}name: "x\n${sign.repeat(100_000)}\n`);
      assert.ok(found.length > 0 && found.length <= 20, `${found.length}`);
      const open = await findings(set(`"${sign.repeat(100_000)}`));
      assert.ok(open.length > 0 && open.length <= 20, `${open.length}`);
      const text = await findings(set(`'${sign.repeat(19_000)}'`));
      assert.ok(text.length < 3, text.join("\n"));
    }
  });
});

describe("a look-alike in a variable", () => {
  it("is named with the variable", async () => {
    assert.deepEqual(await findings(`${BOTH}server: { port: "\${PORT}" }\n`, { ...ENV, PORT: "８０８０" }), [
      "10:17 server.port: the value of PORT has a full-width digit ８ (U+FF18) in it; type 8",
    ]);
  });
});

describe("a look-alike in a test of the configuration", () => {
  const faultsOf = (text: string) => parseTests({ file: "first.yaml", text }, ["partner"]).faults.map(inShort);

  it("is named where an expectation stands", () => {
    assert.deepEqual(faultsOf("tests:\n  - name: 退订：到达\n    expect: { partner: ｓent }\n"), [
      `3:24 tests[0].expect.partner: a full-width letter ｓ (U+FF53) ${SEEN} type s (meant: sent)`,
    ]);
  });

  it("is named in what is expected, and in what is called", () => {
    const text = `tests:
  - name: x
    callback: { user_id： jared }
    expect:
      partner: { skipped：official_account }
  - name: y
    callback: { event: unｓubscribed }
    expect: { partner: { body: { user: “jared” } } }
`;
    assert.deepEqual(faultsOf(text), [
      `3:24 tests[0].callback["user_id： jared"]: a full-width colon ： (U+FF1A) ${SEEN} type : (meant: user_id: jared)`,
      `5:25 tests[0].expect.partner["skipped：official_account"]: a full-width colon ： (U+FF1A) ${SEEN} type : (meant: skipped: official_account)`,
      `7:26 tests[1].callback.event: a full-width letter ｓ (U+FF53) ${SEEN} type s (meant: unsubscribed)`,
      `8:40 tests[1].expect.partner.body.user: a left double quotation mark “ (U+201C) ${SEEN} put straight quotes around the value: "…" or '…'`,
    ]);
  });

  it("is named where a connector is", () => {
    assert.deepEqual(faultsOf("tests:\n  - name: x\n    expect: { ｐartner: sent }\n"), [
      `3:15 tests[0].expect["ｐartner"]: a full-width letter ｐ (U+FF50) ${SEEN} type p (meant: partner)`,
    ]);
  });
});
