/** A store that is there before the connectors are known to it: what was taken meanwhile is theirs. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openLog } from "../../src/basics/log.ts";
import { startDelivery } from "../../src/bridge/delivery-parts.ts";
import { openGround } from "../../src/bridge/ground.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { loadConfig } from "../../src/config/load.ts";
import { registerAtStart } from "../../src/delivery/registration.ts";
import type { Intake } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { APP, callbackBody, TOKEN } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";

const NAMES = ["crm", "analytics", "partner"];

async function configIn(folder: string): Promise<Config> {
  const file = join(folder, "bridge.yaml");
  const webhook = `{ type: webhook, url: "http://127.0.0.1:9/", allow_http: true, allow_private_network: true }`;
  const connectors = NAMES.map((name) => `  ${name}: ${webhook}`).join("\n");
  await writeFile(file, `chat: { apps: [{ sdk_app_id: ${APP}, token: ${TOKEN} }] }\nconnectors:\n${connectors}\n`);
  const loaded = await loadConfig(file, {});
  if (!loaded.ok) throw new Error(loaded.faults.map(({ path, what }) => `${path}: ${what}`).join("\n"));
  return loaded.config;
}

function callback(): Intake["callbacks"][number] {
  const body = new TextEncoder().encode(callbackBody({ users: ["early"] }));
  const command = "OfficialAccount.CallbackAfterDeleteSubscriber";
  return { app: String(APP), command, platform: "iOS", clientIp: "", receivedAt: Date.now(), body };
}

describe("a callback that is in the store before the connectors are registered", () => {
  it("is delivered to each of them, though they start now", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-late-registration-"));
    try {
      const log = openLog({ level: "error", write: () => undefined, redact: (line) => line });
      const config = await configIn(folder);
      const ground = await openGround({ log, version: "0.0.0-test", config: () => config });
      const [second, registered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let tries = 0;
      let answers = false;
      const storage: Storage = Object.assign(Object.create(ground.storage), {
        async register(...args: Parameters<Storage["register"]>) {
          if (answers) return ground.storage.register(...args);
          tries += 1;
          if (tries > 2) second.resolve();
          throw new Error("the database system is starting up");
        },
      });
      const registering = await registerAtStart(storage, () => config, log, registered.resolve);
      const delivery = await startDelivery({ ...ground, storage }, registering.isDone);
      await storage.accept({ callbacks: [callback()], quarantine: [] });
      delivery.wake();
      // whoever would not wait has made an event of it by then
      await second.promise;
      answers = true;
      await registered.promise;
      delivery.wake();
      await eventually(async () => (await storage.trace("early"))[0]?.deliveries.length === NAMES.length);
      const [traced] = await storage.trace("early");
      assert.deepEqual(
        traced?.deliveries.map(({ connector, state }) => [connector, state === "skipped"]),
        NAMES.map((name) => [name, false]),
      );
      await Promise.all([registering.stop(), delivery.fleet.stop(0), delivery.stop()]);
      await storage.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
