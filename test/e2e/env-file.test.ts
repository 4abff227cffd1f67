/** `.env`, secrets by file and the YAML are one thing: a credential that is mended in any of them reaches the running bridge. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type SegmentSandbox, startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type BridgeProcess, runProcess, startBridgeProcess } from "../support/process.ts";
import { step } from "../support/step.ts";

const KEY = "segment-write-key-that-works";

describe(".env under a running bridge", () => {
  let folder: string;
  let segment: SegmentSandbox;
  let bridge: BridgeProcess;
  const save = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const envFile = (key: string, token = "token-by-file") => `SEGMENT_WRITE_KEY=${key}\nCHAT_CALLBACK_TOKEN=${token}\n`;
  const users = () => [...segment.received.events.values()].map(({ userId }) => userId);
  const said = (fact: string) => bridge.lines.filter((line) => line.includes(`"fact":"${fact}"`)).length;
  const reloadedAfter = async (act: () => void | Promise<void>) => {
    const count = said("config.reloaded");
    await act();
    await eventually(() => said("config.reloaded") > count);
  };
  const refusedAfter = async (act: () => void | Promise<void>) => {
    const count = said("config.kept");
    await act();
    await eventually(() => said("config.kept") > count);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-env-"));
    segment = await startSegmentSandbox({ writeKeys: [KEY] });
    await save(
      "bridge.yaml",
      `chat: { apps: [{ sdk_app_id: 1400000000, token: "\${CHAT_CALLBACK_TOKEN}" }] }
server: { host: 127.0.0.1, port: 0, drain: 200ms }
admin: { port: 0 }
connectors:
  analytics: { type: segment, write_key: "\${SEGMENT_WRITE_KEY}", host: "${segment.url}" }
`,
    );
    await save(".env", envFile("a-key-that-has-expired"));
    bridge = await startBridgeProcess(join(folder, "bridge.yaml"), {
      cwd: folder,
      env: { CHAT_CALLBACK_TOKEN: "token-of-the-environment" },
    });
  });
  after(async () => {
    await bridge?.kill();
    await segment.close();
    await rm(folder, { recursive: true, force: true });
  });
  const post = (user: string) => postCallback(bridge.url, { users: [user], token: "token-of-the-environment" });

  const mended = step(async () => {
    assert.equal(await post("first"), true);
    await bridge.logged("connector.paused");
    await save(".env", envFile(KEY));
    await eventually(() => users().includes("first"));
  });

  it("a credential that is mended there is taken at once, and the paused connector goes on", mended);

  it("a variable of the environment itself still wins", async () => {
    await reloadedAfter(() => save(".env", envFile(KEY, "another-token")));
    assert.equal(await post("second"), true);
    assert.equal(await postCallback(bridge.url, { users: ["x"], token: "another-token" }), false);
  });

  it("is refused as a whole with the YAML while one of them is faulty, and the former goes on", async () => {
    await mended();
    await refusedAfter(() => save(".env", Buffer.from(`\ufeff${envFile("utf-16")}`, "utf16le")));
    assert.ok(bridge.lines.some((line) => line.includes("the file is not text in UTF-8")));
    await refusedAfter(() => save(".env", "SEGMENT_WRITE_KEY=\n"));
    assert.ok(bridge.lines.some((line) => line.includes("the environment variable SEGMENT_WRITE_KEY is not set")));
    await refusedAfter(() => save(".env", "SEGMENT_WRITE_KEY=canary#tail\n"));
    assert.ok(bridge.lines.some((line) => line.includes("the value of SEGMENT_WRITE_KEY has a # in it")));
    assert.ok(!bridge.lines.some((line) => /canary|#tail/.test(line)));
    await refusedAfter(() => rm(join(folder, ".env")));
    // nobody writes to it: whoever waited for that would take no callback any more
    execFileSync("mkfifo", [join(folder, ".env")]);
    await refusedAfter(() => bridge.signal("SIGHUP"));
    assert.equal(await post("third"), true);
    await rm(join(folder, ".env"));
    await eventually(() => users().includes("third"));
  });

  it("is taken when it comes back, as a shell of Windows writes it, and with what the YAML names anew", async () => {
    await reloadedAfter(() => save(".env", `\ufeff${envFile(KEY)}PREFIX=chat\n`.replaceAll("\n", "\r\n")));
    await reloadedAfter(async () =>
      save(
        "bridge.yaml",
        (await readFile(join(folder, "bridge.yaml"), "utf8")).replace(
          "type: segment,",
          'type: segment, user_id: "${PREFIX}-{{ user_id }}",',
        ),
      ),
    );
    assert.equal(await post("fourth"), true);
    await eventually(() => users().includes("chat-fourth"));
    await reloadedAfter(() => save(".env", `${envFile(KEY)}PREFIX=tim\n`));
    assert.equal(await post("fifth"), true);
    await eventually(() => users().includes("tim-fifth"));
  });

  it("is read anew at SIGHUP, by the bridge as by the commands", async () => {
    await reloadedAfter(() => bridge.signal("SIGHUP"));
    const { code, err } = await runProcess(["check", "--config", "bridge.yaml"], { cwd: folder });
    assert.deepEqual([code, err], [0, ""]);
  });

  it("names what only a restart can change", async () => {
    await save(".env", `${envFile(KEY)}PREFIX=tim\nHTTPS_PROXY=http://me:canary-password@proxy.example:3128\n`);
    const { settings } = await bridge.logged("config.needs_restart");
    assert.deepEqual(settings, [".env HTTPS_PROXY"]);
    assert.ok(!bridge.lines.some((line) => line.includes("canary-password")));
  });
});
