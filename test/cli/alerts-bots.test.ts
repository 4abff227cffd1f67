/** `alerts test` into the chats that people read, from the YAML to what stands in the group. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { BOT_TOKEN, type BotKind, type BotSandbox, startBot } from "../../src/notices/sandbox/bots.ts";
import { APP } from "../support/callbacks.ts";
import { inFolder } from "./folder.ts";

const KINDS = ["slack", "feishu", "dingtalk", "wecom"] as const;
const SECRET = "SEC-of-the-bot-0123456789";

describe("`alerts test`", () => {
  // time goes on between two messages: none meets the limits of the one before
  let now = Date.now();
  const clock = () => (now += 10_000);
  const bots = new Map<BotKind, BotSandbox>();
  before(async () => {
    for (const kind of KINDS) bots.set(kind, await startBot(kind, { secret: SECRET, keyword: "值班", clock }));
  });
  after(() => Promise.all([...bots.values()].map((bot) => bot.close())));

  const yaml = (settings: Readonly<Record<BotKind, string>>) => `name: shop-eu
chat: { apps: [{ sdk_app_id: ${APP}, token: "\${TOKEN}" }] }
connectors: { partner: { type: webhook, url: https://partner.example/in } }
notices:
${KINDS.map((kind) => `  to_${kind}: { type: ${kind}, url: "\${${kind.toUpperCase()}_URL}"${settings[kind]} }`).join("\n")}
alerts: { to: [${KINDS.map((kind) => `to_${kind}`).join(", ")}], language: zh }
`;
  const tryAll = (settings: Readonly<Record<BotKind, string>>) =>
    inFolder(async (folder) => {
      await folder.write("config/bridge.yaml", yaml(settings));
      const urls = KINDS.map((kind) => [`${kind.toUpperCase()}_URL`, bots.get(kind)?.address ?? ""]);
      return folder.run(["alerts", "test"], { env: { TOKEN: "chat-token", SECRET, ...Object.fromEntries(urls) } });
    });
  const signed = ', secret: "${SECRET}", keyword: 值班';

  it("tells each chat by its bot, in the words of a test", async () => {
    const { code, out, err } = await tryAll({ slack: "", feishu: signed, dingtalk: signed, wecom: "" });
    assert.deepEqual([code, err], [0, ""]);
    for (const kind of KINDS) {
      assert.match(out, new RegExp(`✓ to_${kind} \\(${kind}\\) was told`));
      assert.match(bots.get(kind)?.messages[0]?.text ?? "", /^\[shop-eu\] 这是 unsub-bridge 的告警测试\n/);
    }
  });

  it("says what is wrong with a bot whose settings do not fit, and shows neither address nor secret", async () => {
    const { code, out, err } = await tryAll({ slack: "", feishu: "", dingtalk: ', secret: "${SECRET}"', wecom: "" });
    assert.equal(code, 1);
    const lines = out.replace(/\n {2,}/g, " ");
    assert.match(
      lines,
      /✗ to_feishu \(feishu\) was not told: Feishu: 19021 .*: copy `secret` again.*; mend notices.to_feishu/,
    );
    assert.match(lines, /✗ to_dingtalk \(dingtalk\) was not told: DingTalk: 310000 .*: write it as `keyword`; mend/);
    for (const secret of [BOT_TOKEN, SECRET]) assert.ok(!`${out}${err}`.includes(secret));
  });
});
