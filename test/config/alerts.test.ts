/** `alerts:` and `notices:` as a user writes them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHAT, ENV, faultTables, findings, loadGood, PARTNER } from "./support.ts";

const NOTICES = 'notices: { ops_chat: { type: webhook, url: "${OPS_URL}", secret: "${SECRET}" } }\n';
const file = (block: string, notices = NOTICES) => `${CHAT}${PARTNER}${notices}alerts: ${block}\n`;

describe("`alerts`", () => {
  it("is off unless it stands there", async () => {
    const config = await loadGood(CHAT + PARTNER);
    assert.equal(config.alerts, undefined);
    assert.deepEqual(config.notices, {});
  });

  it("says what is worth hearing where nothing but `to` stands below it", async () => {
    assert.deepEqual((await loadGood(file("{ to: [ops_chat] }"))).alerts, {
      to: ["ops_chat"],
      undelivered_after: 24 * 3_600_000,
      paused_after: 600_000,
      refused: { more_than: 20, within: 300_000 },
      quarantine: "any",
      dead_letters: "any",
      unmatched: "never",
      spool_older_than: 300_000,
      disk_free_below: 0.1,
      clock_off_by: 30_000,
      healing: "any",
      language: "en",
    });
  });

  it("reads as it is written, and `never` switches one off", async () => {
    const block = `{ to: [ops_chat], undelivered_after: 12h, paused_after: never, refused: { more_than: 5 }, no_callbacks_for: 2d, quarantine: never, disk_free_below: 12.5%, clock_off_by: 5s, language: zh, console: "https://bridge.example.com/ops", heartbeat: "\${BEAT_URL}" }`;
    const { alerts } = await loadGood(file(block));
    const { undelivered_after, paused_after, refused, no_callbacks_for, quarantine, disk_free_below } = alerts ?? {};
    assert.deepEqual(
      [undelivered_after, paused_after, refused, no_callbacks_for, quarantine, disk_free_below],
      [43_200_000, "never", { more_than: 5, within: 300_000 }, 172_800_000, "never", 0.125],
    );
    assert.deepEqual(
      [alerts?.clock_off_by, alerts?.language, alerts?.console],
      [5_000, "zh", "https://bridge.example.com/ops"],
    );
    assert.equal((await loadGood(file("{ to: [ops_chat], refused: never }"))).alerts?.refused, "never");
  });

  it("may be said of one connector otherwise", async () => {
    const { connectors } = await loadGood(
      file("{ to: [ops_chat] }").replace("type: webhook", "type: webhook\n    must_deliver_within: 4h"),
    );
    assert.equal(connectors[0]?.common.must_deliver_within, 14_400_000);
  });

  it("takes addresses for the secrets that they are", async () => {
    const config = await loadGood(file('{ to: [ops_chat], heartbeat: "${BEAT_URL}" }'));
    for (const secret of ["https://hooks.example/T0/B0/xyz", "https://beat.example/abc"]) {
      assert.ok(config.secrets.includes(secret), secret);
    }
  });

  it("takes no address of the console that lets somebody in", async () => {
    for (const address of [
      "https://ann:secret-of-ann@bridge.example.com",
      "https://bridge.example.com/login?ticket=x",
    ]) {
      const found = await findings(file(`{ to: [ops_chat], console: "${address}" }`));
      assert.match(found.join(), /alerts\.console: .*without a login/);
      assert.ok(!found.join().includes("secret-of-ann"));
    }
  });

  it("is warned of what would travel unencrypted, but on this machine", async () => {
    const plain = (host: string) =>
      findings(file("{ to: [ops_chat] }"), { ...ENV, OPS_URL: `http://${host}/T0/B0/xyz` });
    assert.deepEqual(await plain("hooks.example"), [
      "10:44 notices.ops_chat.url: warning: what is told would travel unencrypted; use https:// unless the server is on a network that nobody else can read",
    ]);
    assert.deepEqual(await plain("127.0.0.1:9"), []);
  });
});

describe("an address that is none", () => {
  it("is a fault, and nothing of it is shown", async () => {
    const found = await findings(file('{ to: [ops_chat], heartbeat: "${BEAT_URL}" }'), {
      ...ENV,
      ...{ OPS_URL: "https://[s3cret/x", BEAT_URL: "https://s3cret:99999/x" },
    });
    const words = "this is not a web address; copy the whole one, beginning with https://";
    assert.deepEqual(found.toSorted(), [`10:44 notices.ops_chat.url: ${words}`, `11:38 alerts.heartbeat: ${words}`]);
  });
});

describe("`notices`", () => {
  const BOTS: readonly (readonly [type: string, url: string])[] = [
    ["slack", "https://hooks.slack.com/services/T00000000/B00000000/of-the-bot"],
    ["feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/of-the-bot"],
    ["feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/of-the-bot"],
    ["dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=of-the-bot"],
    ["wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=of-the-bot"],
  ];
  const notices = (type: string) => `notices: { ops_chat: { type: ${type}, url: "\${OPS_URL}" } }\n`;

  it("takes the bots of all chats, signed or with a keyword where they ask for it", async () => {
    for (const [type, OPS_URL] of BOTS) {
      const config = await loadGood(file("{ to: [ops_chat] }", notices(type)), { ...ENV, OPS_URL });
      assert.deepEqual(config.notices, { ops_chat: { type, url: OPS_URL } });
      assert.deepEqual(await findings(file("{ to: [ops_chat] }", notices(type)), { ...ENV, OPS_URL }), []);
    }
    const signed = 'notices: { ops_chat: { type: dingtalk, url: "${OPS_URL}", secret: "${KEY}", keyword: 退订 } }\n';
    const { keyword, secret } = (await loadGood(file("{ to: [ops_chat] }", signed))).notices.ops_chat ?? {};
    assert.deepEqual([keyword, secret], ["退订", ENV.KEY]);
  });

  it("is warned where the address is another chat's, without showing it", async () => {
    for (const [kind, OPS_URL] of BOTS) {
      const other = kind === "slack" ? "wecom" : "slack";
      assert.deepEqual(await findings(file("{ to: [ops_chat] }", notices(other)), { ...ENV, OPS_URL }), [
        `10:30 notices.ops_chat.type: warning: this is the address of a bot of \`${kind}\`; write \`type: ${kind}\`, or copy the other address`,
      ]);
    }
  });
});

faultTables({
  alerts: [
    ["nobody to be told", file("{ language: zh }"), '11:1 alerts.to: "to" is missing; add `to: [ops_chat]`'],
    [
      "nobody to be told, and no way to anybody",
      file("{ language: zh }", ""),
      '10:1 alerts.to: "to" is missing; add `to: [ops_chat]` and `notices: { ops_chat: { type: webhook, url: "${OPS_WEBHOOK_URL}" } }`',
    ],
    ["a list of nobody", file("{ to: [] }"), "11:15 alerts.to: the list is empty; write for example [ops_chat]"],
    [
      "a list in which two are no names, one is unknown and one stands twice",
      file("{ to: [[x], ops, {a: b}, ops] }"),
      '11:15 alerts.to: the list names "ops" twice; keep one of them',
      "11:16 alerts.to[0]: a text is expected here, not a list; write a text",
      '11:21 alerts.to[1]: `notices` has no "ops"; those that there are: ops_chat',
      "11:26 alerts.to[2]: a text is expected here, not a block of settings; write a text",
      '11:34 alerts.to[3]: `notices` has no "ops"; those that there are: ops_chat',
    ],
    [
      "a language by its own name",
      file("{ to: [ops_chat], language: 中文 }"),
      '11:37 alerts.language: "中文" is not possible here; did you mean "zh"? (possible: en, zh)',
    ],
    [
      "a name with a slip in it",
      file("{ to: [ops_chta] }"),
      '11:16 alerts.to[0]: `notices` has no "ops_chta"; did you mean "ops_chat"?',
    ],
    [
      "a way that nobody has configured",
      file("{ to: [ops_chat] }", ""),
      '10:16 alerts.to[0]: `notices` has no "ops_chat"; add `notices: { ops_chat: { type: webhook, url: "${OPS_WEBHOOK_URL}" } }`',
    ],
    [
      "a deadline that nobody can keep",
      file("{ to: [ops_chat], paused_after: 1ms }"),
      '11:41 alerts.paused_after: "1ms" is too short; 1s is the least, or "never"',
    ],
  ],
  notices: [
    [
      "a kind that there is not",
      file("{ to: [ops_chat] }", 'notices: { ops_chat: { type: slak, url: "${OPS_URL}" } }\n'),
      '10:30 notices.ops_chat.type: "slak" is not possible here; did you mean "slack"? (possible: slack, feishu, dingtalk, wecom, webhook)',
    ],
    ...(
      [
        ["Lark", "feishu"],
        ["dingding", "dingtalk"],
        ["wechat", "wecom"],
      ] as const
    ).map(
      ([name, kind]) =>
        [
          `a kind that is called ${name} elsewhere`,
          file("{ to: [ops_chat] }", `notices: { ops_chat: { type: ${name}, url: "\${OPS_URL}" } }\n`),
          `10:30 notices.ops_chat.type: "${name}" is not possible here; did you mean "${kind}"? (possible: slack, feishu, dingtalk, wecom, webhook)`,
        ] as const,
    ),
    [
      "ways to people, and nobody to be told by them",
      `${CHAT}${PARTNER}${NOTICES}`,
      "10:10 notices: warning: nobody is told by these: `alerts` is missing; add `alerts: { to: [ops_chat] }`",
    ],
    [
      "a secret of another kind",
      file("{ to: [ops_chat] }", 'notices: { ops_chat: { type: webhook, url: "${OPS_URL}", secret: "${KEY}" } }\n'),
      "10:66 notices.ops_chat.secret: this is no secret of Standard Webhooks; copy it whole: whsec_ and base64",
    ],
    [
      "a secret where nothing is signed",
      file("{ to: [ops_chat] }", 'notices: { ops_chat: { type: wecom, url: "${OPS_URL}", secret: "${KEY}" } }\n'),
      "10:64 notices.ops_chat.secret: `wecom` signs nothing: its address is the secret; remove it",
    ],
    [
      "a keyword where nobody asks for one",
      file("{ to: [ops_chat] }", 'notices: { ops_chat: { type: slack, url: "${OPS_URL}", keyword: bridge } }\n'),
      "10:65 notices.ops_chat.keyword: no `slack` asks for a keyword; remove it",
    ],
  ],
});
