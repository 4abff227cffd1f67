import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readCallback } from "../../src/callback.ts";
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { callbackBody } from "../support/callbacks.ts";
import { type Folder, inFolder } from "./folder.ts";

const ENV = {
  TOKEN: "chat-callback-token",
  SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  KEY: "segment-write-key",
};
const CHAT = 'chat: { apps: [{ sdk_app_id: 1400000000, token: "${TOKEN}" }] }\nconnectors:\n';

const webhook = (name: string, more = "") =>
  `  ${name}: { type: webhook, url: "https://${name}.example/x", secret: "\${SECRET}", start: all${more} }\n`;
const segment = (name: string) => `  ${name}: { type: segment, write_key: "\${KEY}", start: all }\n`;

/** A store that a bridge with this configuration has left, with events that wait. */
async function leaveStore(folder: Folder, connectors: string, users: readonly string[]): Promise<void> {
  await folder.write("bridge.yaml", CHAT + connectors);
  const loaded = await loadConfig(join(folder.path, "bridge.yaml"), ENV);
  assert.ok(loaded.ok);
  await mkdir(join(folder.path, "data"));
  const storage = openSqlite({ path: join(folder.path, "data/bridge.db") });
  await storage.register(loaded.config.connectors.map(registrationOf));
  const callback = {
    app: "1400000000",
    command: "OfficialAccount.CallbackAfterDeleteSubscriber",
    platform: "iOS",
    clientIp: "127.0.0.1",
    receivedAt: Date.now(),
    body: new TextEncoder().encode(callbackBody({ users })),
  };
  await storage.accept({ callbacks: [callback], quarantine: [] });
  const [stored] = await storage.unread(1);
  assert.ok(stored);
  const reading = readCallback(stored);
  assert.ok(reading.ok);
  await storage.expand([{ callback: stored.seq, events: reading.events, quarantine: [] }]);
  await storage.close();
}

async function check(folder: Folder, connectors: string): Promise<{ code: number | null; out: string }> {
  await folder.write("bridge.yaml", CHAT + connectors);
  const { code, out, err } = await folder.run(["check", "--config", "bridge.yaml"], { env: ENV });
  assert.equal(err, "");
  return { code, out };
}

describe("check beside a store", () => {
  it("has nothing to say when the connectors are as they were", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner"), ["jared", "rong"]);
      const { code, out } = await check(folder, webhook("partner"));
      assert.deepEqual({ code, out }, { code: 0, out: "✓ bridge.yaml is well: partner (webhook)\n" });
    });
  });

  it("names a connector that vanished, with how much waits for it", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner") + webhook("shop"), ["jared", "rong"]);
      const { code, out } = await check(folder, webhook("partner"));
      assert.equal(code, 0);
      assert.equal(
        out,
        `queues
  ! "shop" (webhook, https://shop.example/x) is no longer configured: 2 deliveries wait for it and will be kept
      → put it back, or name it in the connector that shall take them over: \`was: shop\`
✓ bridge.yaml is well: partner (webhook)
`,
      );
    });
  });

  it("says what a renamed connector takes over", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner"), ["jared"]);
      const renamed = webhook("partner", ", was: partner").replace("  partner:", "  ally:");
      const { out } = await check(folder, renamed);
      assert.match(out, /^queues\n {2}✓ connectors\.ally takes over the queue of "partner": 1 delivery waits\n/);
    });
  });

  it("names a destination that changed, with how much will now go there", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner"), ["jared", "rong", "lilei"]);
      const { code, out } = await check(folder, webhook("partner").replace("partner.example", "elsewhere.example"));
      assert.equal(code, 0);
      assert.match(
        out,
        /! connectors\.partner now writes to https:\/\/elsewhere\.example\/x, before to https:\/\/partner\.example\/x: 3 deliveries wait and will go there now\n/,
      );
    });
  });

  it("refuses another type under the same name", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner"), ["jared"]);
      const { code, out } = await check(folder, segment("partner"));
      assert.equal(code, 1);
      assert.equal(
        out,
        `queues
  ✗ connectors.partner: the queue of this name belongs to a connector of type webhook
      → give this connector a name of its own: what waits was meant for another kind of destination
        bridge.yaml:3:20 connectors.partner.type
✗ not everything is well
`,
      );
    });
  });

  it("only reads the store", async () => {
    await inFolder(async (folder) => {
      await leaveStore(folder, webhook("partner"), ["jared"]);
      const file = join(folder.path, "data/bridge.db");
      const { mtimeMs } = await stat(file);
      await check(folder, webhook("other"));
      assert.equal((await stat(file)).mtimeMs, mtimeMs);
    });
  });

  it("takes a store that cannot be read for a warning, not for a fault of the configuration", async () => {
    await inFolder(async (folder) => {
      await folder.write("data/bridge.db", "this is no database, and long enough to be looked into as one".repeat(20));
      const { code, out } = await check(folder, webhook("partner"));
      assert.equal(code, 0);
      assert.match(out, /^queues\n {2}! the store could not be looked into: /);
    });
  });
});
