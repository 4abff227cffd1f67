/** What people are told of healing, from YAML to their chat, against a stand-in for Chat: each rings, and ends. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ChatSandbox, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { MINUTE, openScene, type Scene } from "../alarms/scene.ts";
import { TOKEN } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { step } from "../support/step.ts";

const NEWS = "@TOA#_news";
const PEOPLE = Array.from({ length: 60 }, (_, index) => `jared-${index}`);

describe("rosters that are compared", () => {
  let scene: Scene;
  let chat: ChatSandbox;
  before(async () => {
    chat = await startChatSandbox();
    chat.world.subscribe(NEWS, PEOPLE, Math.floor(Date.now() / 1_000) - 86_400);
    scene = await openScene(
      (ops) => `
notices: { ops: ${ops} }
alerts: { to: [ops], disk_free_below: never }
reconcile: { accounts: ["${NEWS}"], calls: 100/s, hold_above: { people: 3, share: 100% } }
connectors: { crm: { type: ./scripted.ts } }
`,
      { chat },
    );
    const { bridge } = scene;
    chat.callbacks = { url: `http://127.0.0.1:${bridge.port}/callback`, token: TOKEN };
    const passes = () => bridge.withStore((storage) => storage.passes({ limit: 1 }));
    await eventually(async () => (await passes())[0]?.state === "done");
  });
  after(async () => {
    await scene.close();
    await chat.close();
  });

  const leave = async (...users: string[]) =>
    assert.equal(await chat.unsubscribe(NEWS, users, { unheard: true }), "lost");
  const run = async (wanted: number, words: RegExp, ...args: string[]) => {
    const { code, out, err } = await scene.command(...args, "--as", "ann");
    assert.match(out, words, err);
    assert.equal(code, wanted);
  };

  const unheard = step(async () => {
    const { hears, on, turn } = scene;
    await leave("jared-0", "jared-1", "jared-2");
    await run(0, /3 missing, 3 sent, 0 held/, "reconcile", "run");
    const { title, lines } = await hears("urgent", /without a callback/);
    assert.match(title, /^URGENT · @TOA#_news: 3 people in a row left without a callback: Chat does not reach us$/);
    assert.match(
      lines.join("\n"),
      /whose fault: the callback URL .*\nwhat helps: look into the console; unsub-bridge chat ips/,
    );
    assert.equal(await chat.unsubscribe(NEWS, "jared-3"), "heard");
    await run(0, /0 missing/, "reconcile", "run");
    await on("healing", 0);
    turn(6 * MINUTE);
    await hears("over", /@TOA#_news: Chat's callbacks reach us again/);
  });
  it("are told of when several left unheard in a row, until a callback comes", unheard);

  const held = step(async () => {
    const { hears, on, turn } = scene;
    turn(0);
    await leave("jared-4", "jared-5", "jared-6", "jared-7");
    await run(1, /4 missing, 0 sent, 4 held/, "reconcile", "run");
    const { title, lines } = await hears("urgent", /wait for your word/);
    assert.match(title, /@TOA#_news: 4 people seem to have left unheard/);
    assert.match(
      lines.join("\n"),
      /unsub-bridge reconcile show, then: unsub-bridge reconcile release --app 1400000000 --account @TOA#_news \(or discard instead of release\)/,
    );
    await run(0, /4/, "reconcile", "discard", "--account", NEWS, "--yes");
    await on("healing", 0);
    turn(6 * MINUTE);
    await hears("over", /nobody waits for your word any more/);
  });
  it("are told of when people are held, until a person decides", held);

  const unbelieved = step(async () => {
    const { hears, on, turn, heard } = scene;
    turn(0);
    const there = chat.world.accounts.get(NEWS)?.people.length ?? 0;
    chat.lie(NEWS, -40);
    const words = new RegExp(`not believed: ${there} people are on the pages, and Chat counts ${there - 40}:`);
    for (const isThird of [false, false, true]) {
      assert.deepEqual(heard(/could not be believed/), []);
      await run(1, words, "reconcile", "run");
      if (isThird) await hears("urgent", /@TOA#_news: 3 comparisons in a row could not be believed/);
    }
    chat.lie(NEWS, 0);
    await run(0, new RegExp(`${there} people there`), "reconcile", "run");
    await on("healing", 0);
    turn(6 * MINUTE);
    await hears("over", /@TOA#_news: a comparison could be believed/);
  });
  it("are told of when three comparisons in a row cannot be believed, until one can", unbelieved);

  it("are told of without anybody's id, and of nothing else", async () => {
    for (const told of [unheard, held, unbelieved]) await told();
    assert.equal(scene.ops.count, 6);
    for (const { body } of scene.ops.requests) assert.ok(!body.includes("jared"), body);
  });
});
