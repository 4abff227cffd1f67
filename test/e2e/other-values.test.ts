/** A credential that the running bridge cannot take by itself: `status` and `check --live` say that it has another one. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { runCommand } from "../support/command.ts";
import { eventually } from "../support/eventually.ts";
import { startPostgres, type TestServer } from "../support/postgres.ts";
import { type BridgeProcess, startBridgeProcess } from "../support/process.ts";

const OLD = "canary-key-of-the-environment";
const NEW = "canary-key-that-was-mended";
const WORDS =
  /the bridge that runs \(process \d+ on .+\) has another value than the configuration gives here: connectors\.analytics\.write_key/;

for (const store of ["SQLite", "PostgreSQL"] as const) {
  describe(`a bridge with another value, on ${store}`, () => {
    let folder: string;
    let server: TestServer | undefined;
    let bridge: BridgeProcess;
    let segment: Awaited<ReturnType<typeof startSegmentSandbox>>;
    const base: Record<string, string> = { CHAT_CALLBACK_TOKEN: "chat-callback-token" };
    const config = () => join(folder, "bridge.yaml");
    const run = (args: readonly string[], env: Record<string, string> = {}) =>
      runCommand([...args, "--config", config()], { cwd: folder, env: { ...base, ...env } });
    const start = async (env: Record<string, string>) =>
      startBridgeProcess(config(), { cwd: folder, env: { ...base, ...env } });

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "unsub-bridge-values-"));
      segment = await startSegmentSandbox({ writeKeys: [OLD, NEW] });
      let storage = "";
      if (store === "PostgreSQL") {
        server = await startPostgres();
        base.DATABASE_URL = server.url;
        storage = `storage: { url: "\${DATABASE_URL}", schema: ${server.schema()} }\n`;
      }
      await writeFile(
        config(),
        `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_CALLBACK_TOKEN}" }] }
server: { host: 127.0.0.1, port: 0, drain: 200ms }
admin: { port: 0 }
${storage}connectors:
  analytics: { type: segment, write_key: "\${SEGMENT_WRITE_KEY}", host: "${segment.url}" }
`,
      );
      bridge = await start({ SEGMENT_WRITE_KEY: OLD });
    });
    after(async () => {
      await bridge?.kill();
      await segment.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it("is said by status and check --live, which show neither, and by nothing where both are the same", async () => {
      // its prints are made beside everything else
      await eventually(async () => WORDS.test((await run(["status"], { SEGMENT_WRITE_KEY: NEW })).out));
      await writeFile(join(folder, ".env"), `SEGMENT_WRITE_KEY=${NEW}\n`);
      const seen: string[] = [];
      for (const [args, words] of [
        [["status"], WORDS],
        [["check", "--live"], WORDS],
        [["check", "--live", "--json"], WORDS],
        [["status", "--json"], /"other_values": \[\s+"connectors\.analytics\.write_key"\s+\]/],
      ] as const) {
        const { out, err } = await run(args);
        assert.match(out, words, args.join(" "));
        seen.push(out, err);
        const same = await run(args, { SEGMENT_WRITE_KEY: OLD });
        assert.doesNotMatch(same.out, /has another value|"connectors\.analytics\.write_key"/, args.join(" "));
      }
      const files = (await readdir(join(folder, "data")).catch(() => [])).map((name) =>
        readFile(join(folder, "data", name), "latin1"),
      );
      seen.push(...(await Promise.all(files)), ...bridge.lines);
      for (const text of seen) assert.doesNotMatch(text, /canary-key/);
    });

    it("is said no more once the bridge has it: after a restart, or when its .env is taken over", async () => {
      await writeFile(join(folder, ".env"), `SEGMENT_WRITE_KEY=${NEW}\n`);
      assert.equal(await bridge.stop(), 0);
      bridge = await start({});
      const says = async (env = {}) => WORDS.test((await run(["status"], env)).out);
      await eventually(() => says({ SEGMENT_WRITE_KEY: OLD }));
      assert.equal(await says(), false);
      await writeFile(join(folder, ".env"), `SEGMENT_WRITE_KEY=${OLD}\n`);
      await bridge.logged("config.reloaded");
      await eventually(() => says({ SEGMENT_WRITE_KEY: NEW }));
      assert.equal(await says(), false);
    });
  });
}
