/** Connectors of one's own, from files next to the YAML: one that is well, and some with bugs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, mkdir, rename, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { openScene, ownConnector } from "../support/scene.ts";
import { HUBSPOT_TOKEN, openWorld, type World } from "../support/world.ts";

const BRIDGE = join(import.meta.dirname, "../..");
const EXAMPLE = join(import.meta.dirname, "../../config/example-connector/board.ts");

/** What happens once, before the connector behaves; and what the ledger says of it. */
const BUGS = {
  "throws at once": ["throw new Error('thrown at once')", /thrown at once/],
  "throws later": ["await Promise.resolve(); throw new Error('thrown later')", /thrown later/],
  "throws no error": ["throw null", /null/],
  "answers nothing": ["return undefined", /nobody understands/],
  "answers nonsense": ["return { tag: 'success' }", /nobody understands/],
  "answers another's id": ["return outcomes([['another', delivered()]])", /no answer for this delivery/],
  "answers a list": ["return { tag: 'outcomes', outcomes: [delivered()] }", /no answer for this delivery/],
  "gives no reason": ["return outcomes([[delivery.id, { tag: 'retry' }]])", /no reason/],
  "would end the process": ["process.exit(0)", /would end the whole process: process\.exit\(0\)/],
  "never answers": ["await new Promise(() => undefined)", /took too long/],
  "cannot be opened": ["", /opened badly/],
} as const;
const names = Object.keys(BUGS).map((bug) => bug.replaceAll(/\W/g, "_"));

const BUGGY = ownConnector({
  type: "buggy",
  above: "const behaved = new Set();\nlet openings = 0;",
  settings: ["bug"],
  largestBatch: "Number.NaN",
  opening: 'if (settings.bug === "cannot be opened" && openings++ < 2) throw new Error("opened badly");',
  deliver: `
    const { bug } = settings;
    const first = !behaved.has(bug);
    behaved.add(bug);
    if (first) switch (bug) {
      ${Object.entries(BUGS)
        .map(([bug, [code]]) => `case ${JSON.stringify(bug)}: { ${code}; break; }`)
        .join("\n")}
    }
    return outcomes([[delivery.id, delivered("at last")]]);`,
  closing: 'throw new Error("closed badly");',
});

describe("the documented example", () => {
  let world: World;
  let board: Awaited<ReturnType<typeof startBoard>>;
  before(async () => {
    board = await startBoard();
    const lines = ["type: ./board.ts", `url: ${board.url}`, "token: ${BOARD_TOKEN}"];
    world = await openWorld({ connectors: { board: lines }, env: { BOARD_TOKEN: "a-token-of-the-board" } });
    await linkBridge(world);
    await copyFile(EXAMPLE, world.path("board.ts"));
  });
  after(async () => {
    await world.close();
    await board.close();
  });

  // Deno finds the bridge by its deno.json, wherever the file is
  it("says what to do where it does not find the bridge", { skip: "Deno" in globalThis }, async () => {
    await rename(world.path("node_modules"), world.path("away"));
    const { code, out, err } = await world.process("check");
    await rename(world.path("away"), world.path("node_modules"));
    assert.equal(code, 1);
    assert.match(`${out}${err}`, /keep it in the bridge's own folder/);
  });

  it("is found well by check, and delivers", async () => {
    const { code, out, err } = await world.process("check");
    assert.equal(code, 0, `${out}${err}`);
    const bridge = await world.start();
    await postCallback(bridge.url, { users: ["jared"] });
    const [message] = await eventually(() => board.messages.length > 0 && board.messages);
    assert.equal(message?.authorization, "Bearer a-token-of-the-board");
    assert.equal(message?.text, "jared left @TOA#_news");
    assert.match(String(message?.id), /^[0-9a-f]{64}:board$/);
    assert.equal(await bridge.stop(), 0);
  });
});

describe("connectors with bugs", () => {
  const settings = (bug: string) => ["type: ./buggy.ts", `bug: ${JSON.stringify(bug)}`, "timeout: 50ms"];
  const quick = "retry: { first_delay: 1ms, max_delay: 1ms }";
  const connectors = Object.keys(BUGS).map((bug, at) => [names[at] ?? "", [...settings(bug), quick]] as const);
  const scene = openScene({ connectors: Object.fromEntries(connectors) }, async (world) => {
    await linkBridge(world);
    await writeFile(world.path("buggy.ts"), BUGGY);
  });
  before(async () => {
    assert.equal(await postCallback(scene.bridge.url, { users: ["jared"] }), true);
  });

  it("the others deliver meanwhile", async () => {
    const { world } = scene;
    await eventually(() => world.webhook.received.payloads.size === 1 && world.segment.received.events.size === 1);
  });

  for (const [at, [bug, [, words]]] of Object.entries(BUGS).entries()) {
    it(`one that ${bug} is told so in the ledger, and its batch is tried again`, async () => {
      const connector = names[at];
      await scene.bridge.logged("batch.settled", (line) => line.connector === connector && line.delivered === 1);
      const { out } = await scene.world.command("trace", "jared", "--json");
      const deliveries: { connector: string; state: string }[] = JSON.parse(out).events[0].deliveries;
      const delivery = deliveries.find((one) => one.connector === connector);
      assert.equal(delivery?.state, "delivered");
      assert.match(JSON.stringify(delivery), words);
    });
  }

  it("the bridge ends well in spite of them", async () => {
    assert.equal(await scene.bridge.stop(), 0);
  });
});

describe("a file that would end the process", () => {
  let world: World;
  before(async () => {
    world = await openWorld({ connectors: { mine: ["type: ./mine.ts"] } });
    await linkBridge(world);
  });
  after(() => world.close());

  for (const [what, text, said] of [
    ["as it is loaded", "process.exit(0);", /mine\.ts:1:9 this would end the whole process: process\.exit\(0\)/],
    [
      "by a name of its own",
      'import { exit } from "node:process";\nexit(0);',
      /mine\.ts:2:1 this would end the whole process: process\.exit\(0\)/,
    ],
    [
      "later, where nobody catches it",
      "setTimeout(() => { process.exit(0); }, 0);\nawait new Promise((resolve) => setTimeout(resolve, 1_000));",
      /This failed: this would end the whole process: process\.exit\(0\) \(\S*mine\.ts:1:\d+\)/,
    ],
  ] as const) {
    it(`is a fault of check at its place: ${what}`, async () => {
      await writeFile(world.path("mine.ts"), text);
      const { code, out, err } = await world.process("check");
      assert.notEqual(code, 0, out);
      assert.match(out + err, said);
    });
  }

  it("is one of preview, which goes on with the others", async () => {
    await writeFile(world.path("mine.ts"), ownConnector({ type: "mine", opening: "process.exit(0);", deliver: "" }));
    const { out, code } = await world.process("preview", "--user", "jared", "--json");
    assert.equal(code, 1);
    const connectors: { connector: string; reason?: string }[] = JSON.parse(out).connectors;
    const mine = connectors.find(({ connector }) => connector === "mine");
    assert.match(String(mine?.reason), /^this would end the whole process: process\.exit\(0\) \(mine\.ts:\d+:\d+\)$/);
  });

  it("says so without a secret, where nobody catches what it throws", async () => {
    const opening = 'setTimeout(() => { throw new Error("nobody knows " + settings.key); }, 0);';
    await writeFile(world.path("mine.ts"), ownConnector({ type: "mine", settings: ["key"], opening, deliver: "" }));
    await world.edit((yaml) => yaml.replace("type: ./mine.ts", "type: ./mine.ts\n    key: ${HUBSPOT_ACCESS_TOKEN}"));
    const { code, out, err } = await world.process("check");
    assert.notEqual(code, 0, out);
    assert.match(err, /This failed: nobody knows \*\*\* \(\S*mine\.ts:\d+:\d+\)/);
    assert.ok(!(out + err).includes(HUBSPOT_TOKEN));
  });
});

/** Posts nothing, and notes of which edition of the file it is; the word comes from a file of its own. */
const EDITION = (edition: number) =>
  ownConnector({
    type: "edition",
    above: 'import { word } from "./word.ts";',
    deliver: `return outcomes([[delivery.id, delivered(word + " ${edition}")]]);`,
  });

describe("a connector of one's own that is changed under a running bridge", () => {
  const scene = openScene({ connectors: { mine: ["type: ./edition.ts"] } }, async (world) => {
    await linkBridge(world);
    await writeFile(world.path("word.ts"), 'export const word = "edition";');
    await writeFile(world.path("edition.ts"), EDITION(1));
  });
  /** What its edition of then noted of a person's event. */
  const noteOf = async (user: string): Promise<string | undefined> => {
    const { out } = await scene.world.command("trace", user, "--json");
    const deliveries: { connector: string; note: string | null }[] = JSON.parse(out).events[0]?.deliveries ?? [];
    return deliveries.find(({ connector }) => connector === "mine")?.note ?? undefined;
  };
  const deliver = async (user: string): Promise<string> => {
    assert.equal(await postCallback(scene.bridge.url, { users: [user] }), true);
    return eventually(() => noteOf(user));
  };

  it("delivers with its new text as soon as that is said to be in use", async () => {
    assert.equal(await deliver("before"), "edition 1");
    await writeFile(scene.world.path("edition.ts"), EDITION(2));
    await scene.bridge.logged("config.reloaded");
    assert.equal(await deliver("after"), "edition 2");
  });

  it("keeps the former one while the new text is faulty", async () => {
    const edition = await deliver("well");
    await writeFile(scene.world.path("edition.ts"), "process.exit(0);");
    await scene.bridge.logged("config.refused", ({ what }) => /would end the whole process/.test(String(what)));
    await writeFile(scene.world.path("edition.ts"), "export const connector = (;");
    const unread = /edition\.ts: the file cannot be loaded: edition\.ts:1/;
    await scene.bridge.logged(
      "config.refused",
      ({ what }) => unread.test(String(what)) && !/end the/.test(String(what)),
    );
    assert.equal(await deliver("meanwhile"), edition);
  });

  it("says that a restart is needed where a file that it imports has changed, and has it then", async () => {
    await writeFile(scene.world.path("edition.ts"), EDITION(3));
    await writeFile(scene.world.path("word.ts"), 'export const word = "number";');
    const { settings } = await scene.bridge.logged("config.needs_restart");
    assert.deepEqual(settings, [`connectors.mine.type: ${scene.world.path("word.ts")}`]);
    const said = `needs a restart for connectors.mine.type: ${scene.world.path("word.ts")}`;
    await eventually(async () => (await scene.world.command("status")).out.includes(said));
    assert.equal(await scene.bridge.stop(), 0);
    await scene.start();
    assert.equal(await deliver("restarted"), "number 3");
  });
});

/** Where a file outside of the bridge's folder finds `unsub-bridge/connector`; the image has such a link, too. */
async function linkBridge({ path }: World): Promise<void> {
  await mkdir(path("node_modules"));
  await symlink(BRIDGE, path("node_modules/unsub-bridge"));
}

interface Message {
  readonly id?: string;
  readonly text?: string;
  readonly authorization: string | undefined;
}

/** A message board that takes what the example posts. */
async function startBoard() {
  const messages: Message[] = [];
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    messages.push({ ...JSON.parse(body), authorization: incoming.headers.authorization });
    response.writeHead(201).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`,
    messages,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
