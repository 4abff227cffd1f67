/** The same alarm in each chat that people read, from YAML to what stands in the group: it rings, repeats and ends. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startSandbox } from "../../connectors/kit/sandbox.ts";
import { BOT_TOKEN, type BotKind, type BotSandbox, startBot } from "../../src/notices/sandbox/bots.ts";
import { MINUTE, openScene, type Scene } from "../alarms/scene.ts";
import { act } from "../support/act.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";

const KINDS = ["slack", "feishu", "dingtalk", "wecom"] as const;
const SIGNED: ReadonlySet<BotKind> = new Set(["feishu", "dingtalk"]);
const SECRET = "SEC-of-the-bot-0123456789";

describe("a pause that lasts", { skip: ON_BUN_ALONE }, () => {
  let scene: Scene;
  const bots = new Map<BotKind, BotSandbox>();
  before(async () => {
    for (const kind of KINDS) bots.set(kind, await startBot(kind, SIGNED.has(kind) ? { secret: SECRET } : {}));
    const wayOf = (kind: BotKind) =>
      `  ${kind}: { type: ${kind}, url: "${bots.get(kind)?.address}"${SIGNED.has(kind) ? `, secret: ${SECRET}` : ""} }`;
    scene = await openScene(
      (ops) => `
name: shop-eu
notices:
  ops: ${ops}
${KINDS.map(wayOf).join("\n")}
alerts: { to: [ops], disk_free_below: never, console: "https://bridge.example.com" }
connectors: { crm: { type: ./scripted.ts } }
`,
    );
  });
  after(async () => {
    await scene.close();
    for (const bot of bots.values()) await bot.close();
  });

  /** What each chat has read, for whoever looks why one has not. */
  const heard = () =>
    JSON.stringify(
      [...bots].map(([kind, { messages }]) => [kind, messages.map(({ text }) => text)]),
      undefined,
      1,
    );

  for (const [index, kind] of KINDS.entries()) {
    it(`is told in ${kind}: overdue, again, and over`, async () => {
      const { bridge, turn, on } = scene;
      const bot = bots.get(kind);
      const found = (words: RegExp) => bot?.messages.find(({ text }) => words.test(text));
      const reads = (words: RegExp) => eventually(() => found(words)).catch(() => assert.fail(`${words}: ${heard()}`));
      // what was over an hour ago is another alarm
      const from = index * 60 * MINUTE;
      turn(from);
      await bridge.reload((yaml) => yaml.replace(/to: \[\w+\]/, `to: [${kind}]`));
      await bridge.withStore((storage) => storage.pause("crm", act({ operation: "pause" })));
      turn(from + 11 * MINUTE);
      const { text } = await reads(/^\[shop-eu\] OVERDUE · crm is paused/);
      assert.match(
        text,
        /\nwhose fault: somebody has paused it\nwhat helps: unsub-bridge resume crm\nthe console: https:\/\/bridge.example.com\/connectors\/crm$/,
      );
      turn(from + 22 * MINUTE);
      await reads(/^\[shop-eu\] STILL · crm is paused/);
      await bridge.withStore((storage) => storage.resume("crm", act({ operation: "resume" })));
      await on("paused_after", 0);
      turn(from + 28 * MINUTE);
      await reads(/^\[shop-eu\] OVER · crm goes on \(it lasted/);
      assert.ok(bot?.messages.every(({ calls }) => !calls));
      assert.deepEqual(
        bridge.lines.filter((line) => line.includes(BOT_TOKEN) || line.includes("alert.untold")),
        [],
      );
    });
  }
});

describe("a stop", { skip: ON_BUN_ALONE }, () => {
  it("waits for the message that is being sent: nobody is told it again after the restart", async () => {
    const [came, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const chat = await startSandbox(async () => {
      came.resolve();
      await answered.promise;
      return { status: 200, body: "ok" };
    });
    const { bridge, turn, on, close } = await openScene(
      () => `
notices: { slow: { type: slack, url: "${chat.url}/services/x" } }
alerts: { to: [slow], disk_free_below: never }
connectors: { crm: { type: ./scripted.ts } }
`,
    );
    await bridge.until(
      (scrape) => scrape.value("unsub_bridge_connector_state", { connector: "crm", state: "ready" }) === 1,
    );
    await bridge.withStore((storage) => storage.pause("crm", act({ operation: "pause" })));
    turn(11 * MINUTE);
    await came.promise;
    const restarted = bridge.restart((yaml) => yaml);
    await eventually(() => bridge.lines.some((line) => line.includes('"bridge.stopping"')));
    // well behind the moment at which nobody would wait for it
    setTimeout(answered.resolve, 300);
    await restarted;
    await on("paused_after", 1);
    assert.equal(chat.count, 1);
    assert.ok(bridge.lines.every((line) => !line.includes("alert.untold")));
    await close();
    await chat.close();
  });
});
