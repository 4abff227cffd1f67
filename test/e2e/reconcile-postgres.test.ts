/** `reconcile run` on PostgreSQL: by two people at once, where no bridge runs and beside one. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { type ChatSandbox, SANDBOX_KEY, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { openStorage } from "../../src/storage/open.ts";
import { openBridgeUnderTest } from "../metrics/bridge.ts";
import { TOKEN } from "../support/callbacks.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";

const NEWS = "@TOA#_news";
const PEOPLE = Array.from({ length: 230 }, (_, index) => `jared-${index}`);
const RECONCILE = `reconcile: { accounts: ["${NEWS}"], calls: 100/s }`;

const compare = (config: string, who: string) =>
  runCommand(["reconcile", "run", "--as", who, "--config", config], {
    env: { CHAT_TOKEN: TOKEN, CHAT_SECRET_KEY: SANDBOX_KEY },
  });

/** How many were sent, as the commands that compared say; each says it on one line of its own. */
const sentBy = (outs: readonly string[]) =>
  outs.reduce((sum, out) => sum + Number(/, (\d+) sent/.exec(out)?.[1] ?? 0), 0);

describe("`reconcile run` of two at once on PostgreSQL", { skip: ON_BUN_ALONE }, () => {
  let server: TestServer;
  let chat: ChatSandbox;
  let storage: { readonly url: string; readonly schema: string; readonly prepare: boolean };
  const folders: string[] = [];
  before(async () => {
    server = await startPostgres();
  });
  beforeEach(async () => {
    storage = { url: server.url, schema: server.schema(), prepare: true };
    chat = await startChatSandbox();
    chat.world.subscribe(NEWS, PEOPLE, Math.floor(Date.now() / 1_000) - 86_400);
  });
  afterEach(() => chat.close());
  after(async () => {
    await server.stop();
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  });

  const leave = async (...users: string[]) =>
    assert.equal(await chat.unsubscribe(NEWS, users, { unheard: true }), "lost");

  /** Of each event that the store has of somebody, what became of its delivery. */
  async function storyOf(user: string): Promise<readonly (string | undefined)[]> {
    const opened = await openStorage(storage);
    try {
      return (await opened.trace(user)).map(({ deliveries: [delivery] }) => delivery?.state);
    } finally {
      await opened.close();
    }
  }

  /** A machine of its own. */
  async function machine(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-machine-"));
    folders.push(folder);
    const file = join(folder, "bridge.yaml");
    await writeFile(
      file,
      `chat:
  apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_TOKEN}", rest: { base_url: "${chat.url}", secret_key: "\${CHAT_SECRET_KEY}" } }]
storage: { url: "${storage.url}", schema: ${storage.schema} }
${RECONCILE}
connectors: {}
`,
    );
    return file;
  }

  it("compares once where no bridge runs: the second is told that a pass is under way, and nobody is found twice", async () => {
    await (await openStorage(storage, { create: true })).close();
    const [one, two] = [await machine(), await machine()];
    const first = await compare(one, "ann");
    assert.match(first.out, /compared for the first time, 230 people/, first.err);
    await leave("jared-0", "jared-1", "jared-2");

    chat.latencyMs = 1_000;
    const calls = chat.count;
    const slow = compare(one, "ann");
    await chat.arrived(calls + 2);
    const late = await compare(two, "bob");
    chat.latencyMs = 0;
    assert.match(late.out, /not compared: a pass of this account is under way/);
    assert.equal(late.code, 1);
    const { code, out } = await slow;
    assert.match(out, /compared, 227 people there, 3 missing, 3 sent, 0 held/);
    assert.equal(code, 0);

    // at the same moment, whoever is first
    await leave("jared-3", "jared-4");
    const both = await Promise.all([compare(one, "ann"), compare(two, "bob")]);
    assert.equal(sentBy(both.map((each) => each.out)), 2, both.map((each) => each.out).join());
    for (const user of PEOPLE.slice(0, 5)) assert.equal((await storyOf(user)).length, 1, user);
    assert.deepEqual(await storyOf("jared-5"), []);
  });

  it("is done by the bridge where one serves, once for both, and whoever was found is delivered once", async () => {
    const bridge = await openBridgeUnderTest(
      `storage: { url: "${storage.url}", schema: ${storage.schema} }
${RECONCILE}
connectors: { crm: { type: ./scripted.ts } }
`,
      "",
      chat,
    );
    const config = join(bridge.folder, "bridge.yaml");
    const isDone = async () => (await bridge.withStore((opened) => opened.passes({ limit: 1 })))[0]?.state === "done";
    await eventually(isDone);
    await leave("jared-0", "jared-1", "jared-2");
    const both = await Promise.all([compare(config, "ann"), compare(config, "bob")]);
    for (const { code, out, err } of both) {
      assert.match(out, /^The bridge that runs compares\.\n.*compared, 227 people there/, err);
      assert.equal(code, 0);
    }
    for (const user of PEOPLE.slice(0, 3)) {
      await eventually(async () => (await storyOf(user)).includes("delivered"));
      assert.deepEqual(await storyOf(user), ["delivered"], user);
    }
    await bridge.stop();
  });
});
