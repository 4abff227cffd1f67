/** A store that is there before the connectors are known to it: what was taken meanwhile is theirs, whoever else serves that store. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openLog } from "../../src/basics/log.ts";
import { type DeliveryParts, startDelivery } from "../../src/bridge/delivery-parts.ts";
import { type Ground, openGround } from "../../src/bridge/ground.ts";
import { startPartsOn } from "../../src/bridge/parts.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { registerConnectors } from "../../src/delivery/registration.ts";
import type { Intake } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { APP, callbackBody, TOKEN } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";

async function configIn(folder: string, ...names: string[]): Promise<Config> {
  const file = join(folder, "bridge.yaml");
  const webhook = `{ type: webhook, url: "http://127.0.0.1:9/", allow_http: true, allow_private_network: true }`;
  const connectors = names.map((name) => `  ${name}: ${webhook}`).join("\n");
  await writeFile(file, `chat: { apps: [{ sdk_app_id: ${APP}, token: ${TOKEN} }] }\nconnectors:\n${connectors}\n`);
  const loaded = await loadConfig(file, {});
  if (!loaded.ok) throw new Error(loaded.faults.map(({ path, what }) => `${path}: ${what}`).join("\n"));
  return loaded.config;
}

function callback(user: string): Intake["callbacks"][number] {
  const body = new TextEncoder().encode(callbackBody({ users: [user] }));
  const command = "OfficialAccount.CallbackAfterDeleteSubscriber";
  return { app: String(APP), command, platform: "iOS", clientIp: "", receivedAt: Date.now(), body };
}

/** A store that this machine cannot tell its connectors: until `answer` is called. */
function unheard(real: Storage) {
  const asked = Promise.withResolvers<void>();
  let answers = false;
  let tries = 0;
  const storage: Storage = {
    ...real,
    async register(...args) {
      if (answers) return real.register(...args);
      tries += 1;
      if (tries > 2) asked.resolve();
      throw new Error("the database system is starting up");
    },
    // one of both closes it
    close: async () => undefined,
  };
  function answer(): void {
    answers = true;
  }
  return { storage, askedAgain: asked.promise, answer };
}

async function inFolder(act: (folder: string, ground: Ground) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-late-registration-"));
  try {
    const log = openLog({ level: "error", write: () => undefined, redact: (line) => line });
    const config = await configIn(folder, "crm");
    const ground = await openGround({ log, version: "0.0.0-test", config: () => config });
    await act(folder, ground);
    await ground.storage.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ended({ fleet, stop }: DeliveryParts): Promise<void> {
  await Promise.all([fleet.stop(0), stop()]);
}

/** Connectors that have it, in their order. */
const reached = async ({ storage }: Ground, user: string): Promise<readonly string[]> =>
  (await storage.trace(user)).flatMap(({ deliveries }) =>
    deliveries.flatMap(({ connector, state }) => (state === "skipped" ? [] : [connector])),
  );

describe("a callback that a machine takes before the store knows its connectors", () => {
  it("reaches all of them, though they start now, and another machine that knows fewer serves the store", () =>
    inFolder(async (folder, ground) => {
      await registerConnectors(ground.storage, ground.config(), ground.log);
      const older = await startDelivery(ground);
      const config = await configIn(folder, "crm", "analytics", "partner");
      const { storage, askedAgain, answer } = unheard(ground.storage);
      const newer = await startPartsOn({ ...ground, storage, config: () => config });
      assert.equal((await newer.keeping.commit.keep({ callbacks: [callback("early")], quarantine: [] })).tag, "kept");
      older.wake();
      // whoever would not wait has handed it over by then
      await askedAgain;
      assert.deepEqual(await reached(ground, "early"), []);
      answer();
      await eventually(async () => (await reached(ground, "early")).length > 0);
      newer.delivery.wake();
      await eventually(async () => (await reached(ground, "early")).length === 3);
      await Promise.all([ended(older), newer.delivery.fleet.stop(0)]);
      await newer.stop();
    }));

  it("is kept in the spool meanwhile, and the store's trouble is told", () =>
    inFolder(async (_, ground) => {
      const { storage, answer } = unheard(ground.storage);
      const machine = await startPartsOn({ ...ground, storage });
      const { commit, spool } = machine.keeping;
      assert.equal((await commit.keep({ callbacks: [callback("early")], quarantine: [] })).tag, "kept");
      assert.deepEqual([commit.keeping(), spool.holds()], ["spool", true]);
      await assert.rejects(machine.ground.storage.ping(), /starting up/);
      assert.deepEqual(await machine.ground.storage.unread(1), []);
      answer();
      await eventually(async () => (await reached(ground, "early")).length === 1);
      await eventually(() => commit.keeping() === "store");
      await machine.delivery.fleet.stop(0);
      await machine.stop();
    }));
});
