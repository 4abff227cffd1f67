/** Stores on the command line: whatever stands there is seen by everybody on the machine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inFolder } from "./folder.ts";

const FROM = ["migrate", "--from", "sqlite:bridge.db"];
const PASSWORD = "s3cr/t@#";
const NOWHERE = `postgres://bridge:${encodeURIComponent(PASSWORD)}@127.0.0.1:1/bridge`;

describe("a store that the command line names", () => {
  for (const url of [
    "postgres://bridge:s3cret@db/bridge",
    "postgresql://bridge:s3cret@db/bridge",
    "postgres://bridge:s3/cr#et?@db/bridge",
    "postgres://db/bridge?user=bridge&password=s3cret",
  ]) {
    it(`is refused with a password in it, which is not shown again: ${url.replace(/s3[^@]*/, "…")}`, async () => {
      await inFolder(async ({ run }) => {
        const { code, out, err } = await run([...FROM, "--to", url]);
        assert.equal(code, 2);
        assert.match(err, /--to: a URL with a password is seen by everybody .*environment variable.*--to DATABASE_URL/);
        assert.doesNotMatch(out + err, /s3c|s3\//);
      });
    });
  }

  for (const name of ["DATABASE_URL", "$DATABASE_URL", "${DATABASE_URL}"]) {
    it(`is what the variable holds that ${name} names`, async () => {
      await inFolder(async ({ run, write }) => {
        await write("bridge.db", "");
        const { code, err } = await run([...FROM, "--to", name], { env: { DATABASE_URL: `${NOWHERE}\n` } });
        // it got as far as the store: nothing listens there
        assert.equal(code, 3, err);
        assert.match(err, /The store was not moved: /);
        assert.doesNotMatch(err, /s3cr/);
      });
    });
  }

  it("is refused, and not shown, when something was put around it on its way into the variable", async () => {
    await inFolder(async ({ run }) => {
      const { code, err } = await run([...FROM, "--to", "DATABASE_URL"], { env: { DATABASE_URL: `"${NOWHERE}"` } });
      assert.equal(code, 2);
      assert.match(err, /--to: the value of DATABASE_URL stands in quotes that are part of it/);
      assert.doesNotMatch(err, /s3cr/);
    });
  });

  it("is refused when there is no such variable", async () => {
    await inFolder(async ({ run }) => {
      const { code, err } = await run([...FROM, "--to", "DATABASE_URL"]);
      assert.equal(code, 2);
      assert.match(err, /there is no environment variable DATABASE_URL; set it/);
    });
  });

  it("is refused where a shell has left nothing of it", async () => {
    await inFolder(async ({ run }) => {
      for (const nothing of ["", " "]) {
        const { code, err } = await run([...FROM, "--to", nothing]);
        assert.equal(code, 2);
        assert.match(err, /^--to: nothing stands there; give a path, or the name of a variable/);
      }
    });
  });

  it("is told by the variable that was probably meant", async () => {
    await inFolder(async ({ run }) => {
      const { err } = await run([...FROM, "--to", "DATABSE_URL"], { env: { DATABASE_URL: NOWHERE } });
      assert.match(err, /there is no environment variable DATABSE_URL; did you mean DATABASE_URL\?/);
    });
  });

  it("is storage.url of the configuration unless it is named", async () => {
    await inFolder(async ({ run, write }) => {
      const chat = "chat: { apps: [{ sdk_app_id: 1400000000, allow_unsigned: true }] }\n";
      const connectors = "connectors: { partner: { type: webhook, url: https://partner.example } }\n";
      await write("bridge.db", "");
      await write("config/bridge.yaml", `${chat}${connectors}storage: { url: "\${DATABASE_URL}" }\n`);
      const moved = await run(FROM, { env: { DATABASE_URL: NOWHERE } });
      assert.equal(moved.code, 3, moved.err);
      assert.match(moved.err, /The store was not moved: /);
      const { code, err } = await run(FROM, { env: { DATABASE_URL: "sqlite:./data/bridge.db" } });
      assert.equal(code, 2);
      assert.match(
        err,
        /storage\.url of config\/bridge\.yaml is no PostgreSQL yet: change it, or name the environment/,
      );
    });
  });
});
