/** The unit for systemd: what systemd itself says of it, and whether a bridge can do what it must inside its bounds. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inFolder } from "../cli/folder.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { openWorld, type World } from "../support/world.ts";

const HOME = join(import.meta.dirname, "../..");
const UNIT = join(HOME, "config/linux/unsub-bridge.service");
const SCRIPT = join(HOME, "config/linux/unsub-bridge");

const has = (tool: string): boolean => spawnSync(tool, ["--version"]).error === undefined;
const hasAnalyze = has("systemd-analyze");
const hasStrace = has("strace");
// Bun prints nothing for what is skipped
if (!hasAnalyze) console.error("!! left out: systemd is not installed; its unit is not looked at by systemd-analyze");
if (hasAnalyze && !hasStrace)
  console.error("!! left out: strace is not installed; nobody sees what the unit must allow");

/** Each setting's values, in their order. */
async function settings(): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const [, name = "", value = ""] of (await readFile(UNIT, "utf8")).matchAll(/^(\w+)=(.*)$/gm))
    found.set(name, [...(found.get(name) ?? []), value]);
  return found;
}

function analyze(...args: string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
  return { code: status, said: `${stdout}${stderr}` };
}

describe("the systemd unit", () => {
  it("starts the bridge again for ever, waits for its end, and drops nothing of its log", async () => {
    const unit = await settings();
    assert.deepEqual(unit.get("Restart"), ["always"]);
    assert.deepEqual(unit.get("StartLimitIntervalSec"), ["0"]);
    assert.deepEqual(unit.get("LogRateLimitIntervalSec"), ["0"]);
    assert.ok(Number(unit.get("TimeoutStopSec")) > 8);
    assert.ok(!unit.has("MemoryDenyWriteExecute"), "JavaScript is compiled while it runs");
  });

  it("is taken by systemd, and as well sealed as it says", { skip: !hasAnalyze && "systemd is not installed" }, () =>
    inFolder(async ({ path, write }) => {
      const text = (await readFile(UNIT, "utf8")).replace("/usr/local/bin/unsub-bridge serve", "/bin/true");
      await write("unsub-bridge.service", text);
      const file = join(path, "unsub-bridge.service");
      assert.deepEqual(analyze("verify", "--man=no", file), { code: 0, said: "" });
      // exposure in tenths: what remains is the network, and what compiles JavaScript
      const { code, said } = analyze("security", "--offline=true", "--threshold=20", "--no-pager", file);
      assert.equal(code, 0, said);
    }),
  );
});

/** The unit runs Bun. */
const untraced = "Deno" in globalThis ? "it runs Bun" : !(hasAnalyze && hasStrace) && "no systemd, or no strace";

/** With each call in one line: of those that strace tells in two, the end put behind the beginning. */
function wholeCalls(trace: string): string {
  const begun = new Map<string, string>();
  return trace
    .split("\n")
    .flatMap((line) => {
      const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
      const [, beginning] = /^(.*) <unfinished \.\.\.>$/.exec(rest) ?? [];
      if (beginning !== undefined) {
        begun.set(pid, beginning);
        return [];
      }
      const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest) ?? [];
      return end === undefined ? [line] : [`${pid} ${begun.get(pid) ?? ""}${end}`];
    })
    .join("\n");
}

describe("a bridge in the bounds of the unit", { skip: untraced }, () => {
  let world: World;
  let trace: string;
  before(async () => {
    world = await openWorld({ contacts: ["jared"] });
    const data = world.path("state");
    await mkdir(data);
    const bridge = await world.start({
      // what Bun keeps of files that it has compiled, beside its own: a home that the unit has not
      env: { UNSUB_BRIDGE_DATA: data, BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
      through: ["strace", "-D", "-f", "-q", "-o", world.path("trace")],
    });
    assert.equal(await postCallback(bridge.url, { users: ["jared"] }), true);
    await eventually(() => world.webhook.received.payloads.size === 1);
    await eventually(() => world.hubspot.contactOf("jared")?.chat_subscription === "unsubscribed");
    assert.equal(await bridge.stop(), 0);
    trace = await eventually(async () => {
      const text = await readFile(world.path("trace"), "utf8");
      return /exited with 0 \+\+\+\n$/.test(text) && text;
    });
  });
  after(() => world?.close());

  it("calls nothing of the kernel that is not allowed", async () => {
    const sets = new Map<string, readonly string[]>();
    for (const block of analyze("syscall-filter", "--no-pager").said.split(/\n(?=@)/)) {
      const [name = "", ...lines] = block.split("\n").map((line) => line.trim());
      sets.set(
        name,
        lines.filter((line) => /^@?\w/.test(line)),
      );
    }
    const members = (name: string): readonly string[] =>
      (sets.get(name) ?? []).flatMap((one) => (one.startsWith("@") ? members(one) : [one]));
    const allowed = new Set<string>();
    // in the order in which they stand, as systemd does
    for (const value of (await settings()).get("SystemCallFilter") ?? []) {
      for (const name of members(value.replace("~", "")))
        if (value.startsWith("~")) allowed.delete(name);
        else allowed.add(name);
    }
    assert.ok(allowed.has("openat") && !allowed.has("mount"));
    const called = new Set([...trace.matchAll(/^\d+ +(\w+)\(/gm)].map(([, name = ""]) => name));
    assert.ok(called.has("fsync"));
    assert.deepEqual(
      [...called].filter((name) => !allowed.has(name)),
      [],
    );
  });

  it("opens no socket of a family that is not allowed", async () => {
    const allowed = (await settings()).get("RestrictAddressFamilies")?.[0]?.split(" ") ?? [];
    const opened = new Set([...trace.matchAll(/\bsocket\((AF_\w+)/g)].map(([, family = ""]) => family));
    assert.ok(opened.has("AF_INET"));
    assert.deepEqual(
      [...opened].filter((family) => !allowed.includes(family)),
      [],
    );
  });

  it("writes nowhere but into its state, and to what it is given", () => {
    // never from one line into another: a call that another thread interrupts is told in two of them
    const opened = [
      ...wholeCalls(trace).matchAll(/\bopenat?\((?:\w+, )?"([^"]+)", [^)\n]*O_(?:WRONLY|RDWR|CREAT)[^)\n]*\) += \d/g),
    ];
    const paths = [...new Set(opened.map(([, path = ""]) => path))];
    assert.ok(paths.some((path) => path.startsWith(world.path("state/bridge.db"))));
    const given = [world.path("state"), "/dev/null", "/dev/tty", "/proc/self/"];
    assert.deepEqual(
      paths.filter((path) => !given.some((start) => path.startsWith(start))),
      [],
    );
  });
});

describe("the command for hosts", { skip: "Deno" in globalThis && "it runs Bun" }, () => {
  it("runs the checkout's commands, by the settings and the data of the service", () =>
    inFolder(async ({ path, write }) => {
      await write("bun", '#!/bin/sh\necho "$@"; env | grep -E "^(UNSUB|BUN_JSC)" | sort\n');
      await chmod(join(path, "bun"), 0o755);
      const { stdout } = spawnSync(SCRIPT, ["status", "--watch"], {
        encoding: "utf8",
        env: { PATH: process.env.PATH ?? "", UNSUB_BRIDGE_BUN: join(path, "bun"), UNSUB_BRIDGE_HOME: HOME },
      });
      assert.deepEqual(stdout.trim().split("\n"), [
        `--no-env-file ${HOME}/src/main.ts status --watch`,
        "BUN_JSC_forceRAMSize=134217728",
        `UNSUB_BRIDGE_BUN=${join(path, "bun")}`,
        "UNSUB_BRIDGE_CONFIG=/etc/unsub-bridge/bridge.yaml",
        "UNSUB_BRIDGE_DATA=/var/lib/unsub-bridge",
        `UNSUB_BRIDGE_HOME=${HOME}`,
        "UNSUB_BRIDGE_PROGRAM=unsub-bridge",
      ]);
    }));
});
