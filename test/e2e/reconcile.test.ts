/** Healing as a user has it: YAML, the real command line, a stand-in for Chat whose callbacks do not all arrive. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { type ChatSandbox, SANDBOX_KEY, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { TOKEN } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import type { BridgeProcess } from "../support/process.ts";
import { openWorld, type World } from "../support/world.ts";

const NEWS = "@TOA#_news";
const HOUR = 3_600_000;
const STAYING = Array.from({ length: 230 }, (_, index) => `stays-${index}`);

describe("somebody who left while nobody could be told", () => {
  let world: World;
  let chat: ChatSandbox;
  before(async () => {
    chat = await startChatSandbox();
    world = await openWorld({
      more: `reconcile: { accounts: ["${NEWS}"], calls: 100/s }`,
      env: { CHAT_SECRET_KEY: SANDBOX_KEY },
      connectors: { partner: ["events: [unsubscribed]"] },
    });
    const rest = `token: \${CHAT_CALLBACK_TOKEN}\n      rest: { base_url: "${chat.url}", secret_key: "\${CHAT_SECRET_KEY}" }`;
    await world.edit((yaml) => yaml.replace("token: ${CHAT_CALLBACK_TOKEN}", rest));
    const yesterday = Math.floor(Date.now() / 1_000) - 86_400;
    chat.world.subscribe(NEWS, ["leaves", "leaves-unheard", ...STAYING], yesterday);
  });
  after(async () => {
    await world.close();
    await chat.close();
  });

  const sentTo = (user: string) =>
    [...world.webhook.received.payloads].filter(([, payload]) => JSON.stringify(payload).includes(`"${user}"`));
  const store = <T>(use: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(world.path("data/bridge.db"));
    try {
      return use(db);
    } finally {
      db.close();
    }
  };
  const end = async (bridge: BridgeProcess) => {
    bridge.signal("SIGTERM");
    assert.equal(await bridge.exited, 0);
  };
  const passes = (state: string) =>
    store((db) => Number(db.prepare("SELECT count(*) AS n FROM passes WHERE state = ?").get(state)?.n));

  it("is found after the next start, and delivered once to every destination; nobody else is, and no line shows the key", async () => {
    const first = await world.start();
    chat.callbacks = { url: first.url, token: TOKEN };
    await eventually(() => passes("done") === 1);
    assert.equal(await chat.unsubscribe(NEWS, "leaves"), "heard");
    await eventually(() => sentTo("leaves").length === 1);
    await end(first);
    assert.equal(await chat.unsubscribe(NEWS, "leaves-unheard"), "lost");
    // an hour passes
    store((db) => {
      db.exec(`UPDATE passes SET begun_at = begun_at - ${HOUR}, ended_at = ended_at - ${HOUR}`);
      db.exec(`UPDATE roster_accounts SET read_at = read_at - ${HOUR}, baseline_at = baseline_at - ${HOUR}`);
    });

    const second = await world.start();
    await eventually(() => sentTo("leaves-unheard").length === 1);
    const [sent] = sentTo("leaves-unheard");
    assert.match(JSON.stringify(sent?.[1]), /official_account.unsubscribed/);
    await eventually(() =>
      [...world.segment.received.events.values()].some(({ userId }) => userId === "leaves-unheard"),
    );
    assert.equal(passes("done"), 2);
    assert.equal(sentTo("leaves").length, 1);
    assert.deepEqual(
      STAYING.filter((user) => sentTo(user).length > 0),
      [],
    );

    // sooner than by itself: the bridge is asked to
    assert.equal(await chat.unsubscribe(NEWS, STAYING[0] ?? "", { unheard: true }), "lost");
    const { code, out, err } = await world.command("reconcile", "run", "--as", "ann");
    assert.equal(code, 0, out + err);
    assert.match(
      out,
      /^The bridge that runs compares\.\n@TOA#_news of app \d+: compared, 229 people there, 1 missing, 1 sent, 0 held\n$/,
    );
    await eventually(() => sentTo(STAYING[0] ?? "").length === 1);
    await end(second);
    for (const line of [...first.lines, ...second.lines]) {
      assert.ok(!line.includes(SANDBOX_KEY) && !line.includes("usersig="), line);
    }
  });
});
