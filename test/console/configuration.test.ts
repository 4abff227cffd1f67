/** The console's page of the configuration: what runs, what the file says, what would be sent, and whether it works. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { EVERY_TIME } from "../../connectors/kit/faults.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { HUBSPOT_TOKEN, WEBHOOK_SECRET } from "../support/world.ts";
import { type ConsoleWorld, type Look, OPERATOR, openConsole, VIEWER } from "./support.ts";

const FORMER = "pat-na1-aB3dE5fG-7hJ9-kL2m";

describe("the configuration in the console", () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsole({
      contacts: ["jared"],
      connectors: {
        partner: ['except: { operator: ["cleanup_*"] }', "must_deliver_within: 4h"],
        loyalty: [
          "type: http",
          "enabled: false",
          "url: https://loyalty.example/consents",
          "auth: { bearer: loyalty-token-of-the-tests }",
          'body: { id: "{{ user_id }}" }',
          "answers:",
          "  - { status: 200, where: { state: done }, means: delivered }",
          "  - { status: 422, means: rejected, message: detail }",
        ],
      },
    });
    await world.edit((yaml) => `# was: ${FORMER}\n${yaml.replace("${HUBSPOT_ACCESS_TOKEN}", HUBSPOT_TOKEN)}`);
    await world.bridge.logged("config.reloaded");
    await mkdir(world.path("tests"));
    const tests = `tests:
  - name: an unsubscription reaches the partner
    callback: { user_id: jared, official_account: "@TOA#_news" }
    expect: { partner: sent }
  - name: nothing of the clean-up does
    callback: { user_id: jared, official_account: "@TOA#_news", operator: cleanup_bot }
    expect: { partner: sent }
`;
    await writeFile(world.path("tests/first.yaml"), tests);
  });
  after(() => world.close());

  it("shows the file as it runs, each connector in a sentence, and no secret, former ones neither", async () => {
    const { text, html } = await world.get("/configuration", { as: VIEWER });
    assert.match(text, /bridge\.yaml is what runs/);
    assert.match(
      text,
      /partner webhook: http:\/\/127\.0\.0\.1:\d+\S* is told of unsubscriptions; but not of those that except names; each within 4 (h|hrs|hr)/,
    );
    assert.match(text, /sdk_app_id: \d+/);
    for (const secret of [FORMER, HUBSPOT_TOKEN, WEBHOOK_SECRET, OPERATOR, VIEWER]) {
      assert.ok(!html.includes(secret), secret);
    }
    assert.match((await world.get("/configuration", { language: "zh" })).text, /就是当前运行的配置/);
  });

  it("says what could be better beside the file, below what one comes for, and points to it", async () => {
    const { text, html } = await world.get("/configuration");
    assert.match(text, /is what runs\. \d+ things in it could be better\. Connectors/);
    assert.match(html, /href="#warnings".*id="answer".*id="warnings".*a secret stands here in clear text.*id="yaml"/s);
  });

  it("shows the exact request of each connector for a person, or why there is none", async () => {
    const { text, html } = await world.get("/configuration?user=jar%3Ced%3E&operator=cleanup_bot", { as: VIEWER });
    assert.match(text, /partner webhook skipped, because/);
    assert.match(text, /crm hubspot (POST|PATCH) http/);
    assert.ok(text.includes("jar<ed>") && !html.includes("jar<ed>"));
    assert.ok(!html.includes(HUBSPOT_TOKEN));
    assert.match((await world.get("/configuration?user=x&connector=nobody")).text, /There is no connector "nobody"/);
    assert.equal(world.webhook.count, 0);
  });

  it("says which rule of a connector's settings an answer would meet, in both languages, to viewers as well", async () => {
    const choices = /<select name="connector"><option value="(\w+)">[^<]*<\/option><\/select>/;
    // the others' rules stand in their code
    assert.equal(choices.exec((await world.get("/configuration", { as: VIEWER })).html)?.[1], "loyalty");
    const ask = (status: string, body: string, look: Look = { as: VIEWER }) =>
      world.post("/configuration/answer", { connector: "loyalty", status, body, user: "mia" }, look);
    const refused = await ask("422", '{"detail": "no member <b>mia</b>"}');
    assert.equal(refused.status, 200);
    assert.match(refused.text, /loyalty: given up, as a dead letter HTTP 422: .*by rule 2 of answers/);
    assert.ok(refused.text.includes("no member <b>mia</b>") && !refused.html.includes("<b>mia"), refused.html);
    assert.match((await ask("200", '{"state":"done"}')).text, /loyalty: delivered/);
    assert.match((await ask("200", "{}")).text, /loyalty: tried again later .*no rule of answers names this answer/);
    assert.match((await ask("401", "")).text, /loyalty: the connector pauses and keeps everything/);
    const chinese = await ask("200", "{}", { as: VIEWER, language: "zh" });
    assert.match(chinese.text, /loyalty：稍后重试 .*没有规则描述这种应答/);
    const odd = await ask("ok", "");
    assert.deepEqual([odd.status, /status from 200 to 599/.test(odd.text)], [422, true]);
    const stranger = await world.post("/configuration/answer", { connector: "partner", status: "200" });
    assert.match(stranger.text, /whose rules stand in its code/);
  });

  const done = async (name: string, pattern: RegExp) => {
    assert.equal((await world.post(`/configuration/${name}`, {}, { as: VIEWER })).status, 403);
    assert.equal((await world.post(`/configuration/${name}`, {})).headers.get("location"), `/configuration#${name}`);
    await eventually(async () => pattern.test((await world.get("/configuration", { as: VIEWER })).text));
    return (await world.get("/configuration", { as: VIEWER })).text;
  };

  it("asks each destination", async () => {
    assert.match(await done("check", /for olga.*✓ connectors\.crm/), /✓ connectors\.partner/);
  });

  it("says what was asked, and the notes of a preview, in Chinese to whoever reads that", async () => {
    const { text, html } = await world.get("/configuration?user=jared", { language: "zh" });
    assert.match(text, /✓ connectors\.crm ?： ?访问令牌有效，对应 HubSpot 账户 \d+/);
    assert.match(text, /✗ connectors\.loyalty ?： ?无法查询 https:.*?→ 请排除这个问题，或更正 url/);
    assert.match(text, /✓ 存储 ?： ?存储可以写入/);
    assert.match(text, /“chat_user_id”设为值唯一，就这样查找联系人/);
    assert.match(text, /这里的密钥是明文 .*→ 请把它放进环境变量/);
    assert.deepEqual(html.match(/<bdi lang="en">.*?<\/bdi>/g), null);
  });

  it("shows no secret that a destination repeats when it is asked", async () => {
    world.hubspot.fail({ status: 400, body: { message: `no such token: ${HUBSPOT_TOKEN}` } }, EVERY_TIME);
    const text = await done("check", /no such token/);
    const chinese = await world.get("/configuration", { language: "zh" });
    world.hubspot.heal();
    assert.match(chinese.text, /的应答：.*no such token/);
    for (const shown of [text, chinese.html]) assert.ok(!shown.includes(HUBSPOT_TOKEN), shown);
  });

  it("runs the tests beside the file", async () => {
    const text = await done("test", /✓ an unsubscription reaches the partner: passed/);
    assert.match(text, /✗ nothing of the clean-up does/);
  });

  it("runs the file over the last day", async () => {
    assert.equal(await postCallback(world.bridge.url, { users: ["jared"] }), true);
    await eventually(() => world.webhook.received.payloads.size === 1);
    assert.match(await done("against", /1 event was received/), /partner 1 0 0 0 0 0 as now/);
  });

  it("shows the faults of a file that is not taken over, at their places, without a secret", async () => {
    await world.edit((yaml) => yaml.replace("partner:", "partner:\n    uurl: x"));
    await world.bridge.logged("config.kept");
    const { text, html } = await world.get("/configuration", { as: VIEWER });
    assert.match(text, /has 1 fault, and is not taken over/);
    assert.match(text, /line \d+, column 5: connectors\.partner\.uurl unknown setting "uurl".*did you mean "url"\?/);
    assert.ok(!html.includes(HUBSPOT_TOKEN) && !html.includes(FORMER));
    assert.match((await world.get("/configuration", { language: "zh" })).text, /有 1 处错误，没有被采用/);
  });
});
