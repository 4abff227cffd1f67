/** Delivery ids that `preview` and `check --test` show are those that the bridge would send, however a connector was renamed. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { openStorage } from "../../src/storage/open.ts";
import { type Folder, inFolder } from "./folder.ts";

const ENV = { TOKEN: "chat-callback-token" };
const webhook = (name: string, was?: string) => `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
connectors:
  ${name}: { type: webhook, url: "https://partner.example/x"${was === undefined ? "" : `, was: ${was}`} }
`;

/** A bridge has run with these, one after the other. */
async function ran(folder: Folder, ...yamls: readonly string[]): Promise<void> {
  await mkdir(join(folder.path, "data"));
  for (const yaml of yamls) {
    await folder.write("bridge.yaml", yaml);
    const loaded = await loadConfig(join(folder.path, "bridge.yaml"), ENV);
    assert.ok(loaded.ok);
    const storage = await openStorage(loaded.config.storage, { create: true });
    await storage.register(loaded.config.connectors.map(registrationOf));
    await storage.close();
  }
}

/** The name in the ids that both commands show for this configuration. */
async function shownName(folder: Folder, yaml: string): Promise<string> {
  await folder.write("bridge.yaml", yaml);
  const command = (...args: string[]) => folder.run([...args, "--config", "bridge.yaml"], { env: ENV });
  const { out } = await command("preview", "--user", "jared", "--json");
  const [id, name] = JSON.parse(out).connectors[0].requests[0].headers["webhook-id"].split(":");
  assert.match(id, /^[0-9a-f]{64}$/);
  const connector = /^ {2}(\w+):/m.exec(yaml.slice(yaml.indexOf("connectors:")))?.[1];
  const expectation = `{ ${connector}: { headers: { webhook-id: "none" } } }`;
  await folder.write("tests/a.yaml", `tests: [{ name: a, expect: ${expectation} }]\n`);
  const tested = await command("check", "--test");
  assert.match(tested.out, new RegExp(`expected "none", found "[0-9a-f]{64}:${name}"`));
  return name;
}

describe("the name in the ids that are shown", () => {
  it("is the first that a connector had, renamed twice, whether the file still says so or not", () =>
    inFolder(async (folder) => {
      await ran(folder, webhook("first"), webhook("second", "first"));
      assert.equal(await shownName(folder, webhook("third", "second")), "first");
      assert.equal(await shownName(folder, webhook("second")), "first");
    }));

  it("is a new one's own, also where it is called the successor of one that the store does not know", () =>
    inFolder(async (folder) => {
      await ran(folder, webhook("first"), webhook("second", "first"));
      assert.equal(await shownName(folder, webhook("new", "unheard_of")), "new");
      assert.equal(await shownName(folder, webhook("first")), "first#2");
    }));

  it("is what the file says where there is no store", () =>
    inFolder(async (folder) => {
      assert.equal(await shownName(folder, webhook("second", "first")), "first");
    }));

  it("is what the file says where the store cannot be read, and that is said", () =>
    inFolder(async (folder) => {
      await folder.write("data/bridge.db", "this is no database, and long enough to be looked into as one".repeat(20));
      assert.equal(await shownName(folder, webhook("second", "first")), "first");
      const { err } = await folder.run(["preview", "--user", "jared", "--config", "bridge.yaml"], { env: ENV });
      assert.match(err, /^Delivery ids are shown as the configuration says them, since the store could not be asked: /);
    }));
});
