/** `check --live` where the store is a PostgreSQL server: a real one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { loadConfig } from "../../src/config/load.ts";
import { registrationOf } from "../../src/delivery/registration.ts";
import { openPostgres } from "../../src/storage/postgres/index.ts";
import { type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { type Folder, inFolder } from "./folder.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

describe("check --live on PostgreSQL", () => {
  let server: PrivateServer;
  before(async () => {
    server = await startPrivatePostgres({ fsync: "off" });
  });
  after(() => server.stop());

  const yaml = (schema: string, name: string) => `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${TOKEN}" }] }
storage: { url: "\${DATABASE_URL}", schema: ${schema} }
connectors:
  ${name}: { type: webhook, url: "http://127.0.0.1:1/x", secret: "\${SECRET}", allow_http: true, allow_private_network: true }
`;
  const env = () => ({ TOKEN: "chat-callback-token", SECRET, DATABASE_URL: server.url });

  async function check(folder: Folder, text: string, database = server.url): Promise<string> {
    await folder.write("bridge.yaml", text);
    const { out } = await folder.run(["check", "--live", "--config", "bridge.yaml"], {
      env: { ...env(), DATABASE_URL: database },
    });
    return out;
  }

  it("says that the server may lose what it has acknowledged, and makes no tables", async () => {
    await inFolder(async (folder) => {
      const out = await check(folder, yaml(server.schema(), "partner"));
      assert.match(
        out,
        /storage\n(.*\n)*? {2}✗ PostgreSQL has fsync off: .+\n {6}→ set fsync = on\n {8}bridge\.yaml:2:17 storage\.url\n/,
      );
      assert.doesNotMatch(out, /queues/);
    });
  });

  it("names a destination that changed, from the tables that are there", async () => {
    await inFolder(async (folder) => {
      const schema = server.schema();
      await folder.write("bridge.yaml", yaml(schema, "partner"));
      const loaded = await loadConfig(join(folder.path, "bridge.yaml"), env());
      assert.ok(loaded.ok);
      const storage = await openPostgres({ url: server.url, schema, max: 1 });
      await storage.register(loaded.config.connectors.map(registrationOf));
      await storage.close();
      const out = await check(folder, yaml(schema, "partner").replace("127.0.0.1:1/x", "127.0.0.1:1/elsewhere"));
      assert.match(
        out,
        /✓ connectors\.partner now writes to http:\/\/127\.0\.0\.1:1\/elsewhere, before to http:\/\/127\.0\.0\.1:1\/x: nothing waits\n/,
      );
    });
  });

  it("says that the server cannot be reached, without its password", async () => {
    await inFolder(async (folder) => {
      const out = await check(folder, yaml("any", "partner"), "postgres://bridge:canary-pw@127.0.0.1:1/x");
      assert.match(out, /storage\n(.*\n)*? {2}✗ PostgreSQL cannot be reached/);
      assert.doesNotMatch(out, /canary/);
    });
  });
});
