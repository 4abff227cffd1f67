/** The command line as a whole: help, faults, exit codes, terminals. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { COMMAND_FILES } from "../../src/cli/commands.ts";
import { guarded } from "../support/guard.ts";
import { commandLine, runProcess } from "../support/process.ts";
import { openSeeded, type Seeded, seedEverything } from "./seed.ts";
import { onTerminal } from "./terminal.ts";

/** The names below `Commands:` in a help text. */
function subcommands(help: string): string[] {
  const [, list = ""] = /\nCommands:\n([\s\S]*?)\n\n/.exec(help) ?? [];
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name);
  return names.filter((name) => name !== "help");
}

async function allCommands(path: readonly string[] = []): Promise<string[][]> {
  const { out } = await onTerminal([...path, "--help"], { isTerminal: false });
  const below = await Promise.all(subcommands(out).map((name) => allCommands([...path, name])));
  return [[...path], ...below.flat()];
}

describe("help", () => {
  it("of every command has an example of it, and its exit codes", async () => {
    const commands = await allCommands();
    const names = commands.map((path) => path.join(" "));
    for (const name of ["serve", "send", "status", "trace", "deliveries list", "dead-letters export", "retry"]) {
      assert.ok(names.includes(name), name);
    }
    for (const path of commands) {
      const { code, out } = await onTerminal([...path, "--help"], { isTerminal: false });
      assert.equal(code, 0);
      assert.match(out, new RegExp(`Examples:\n {2}# .+\n {2}unsub-bridge ${path.join(" ")}`), path.join(" "));
      assert.match(out, /Exit codes:\n {2}0 {2}/, path.join(" "));
      assert.match(out, /--config <file>/, path.join(" "));
    }
  });

  it("lists the commands that are loaded by their names, and each of them is there with options before it", async () => {
    const { out } = await onTerminal(["--help"], { isTerminal: false });
    const names = COMMAND_FILES.flatMap(({ names }) => names);
    // the demo stands above the command line
    assert.deepEqual(subcommands(out), [...names, "demo"]);
    for (const name of names) {
      const args = ["--config", "serve", "--as=status", "--token-file", "check", name, "--help"];
      const { code, out } = await onTerminal(args, { isTerminal: false });
      assert.equal(code, 0, name);
      assert.match(out, new RegExp(`^Usage: unsub-bridge ${name} `), name);
    }
  });

  it("shows examples that the command line takes", async () => {
    for (const path of await allCommands()) {
      const { out } = await onTerminal([...path, "--help"], { isTerminal: false, columns: 1_000 });
      const examples = [...out.matchAll(/^ {2}unsub-bridge (.+)$/gm)].map(
        ([, line = ""]) => line.match(/"[^"]*"|\S+/g) ?? [],
      );
      for (const args of examples) {
        if (NEEDS_NO_CONFIGURATION.has(args[0] ?? "")) continue;
        // a configuration that is not there ends every command before it does anything
        const { err } = await onTerminal(["--config", "/nowhere/bridge.yaml", ...args.filter(notConfig)]);
        assert.match(err, /the configuration cannot be read/, args.join(" "));
      }
    }
  });

  it("README names the commands that need more than the store", async () => {
    const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
    const [, said = ""] = /\nAll but (.+) and the last row need the store alone:/.exec(readme) ?? [];
    const [, row = ""] = /\n\| (`preview`.+?) *\|/.exec(readme) ?? [];
    const named = [...`${said} ${row}`.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    for (const path of await allCommands()) {
      const { out } = await onTerminal([...path, "--help"], { isTerminal: false, columns: 1_000 });
      const [, example] = new RegExp(`^ {2}unsub-bridge (${path.join(" ")}.*)$`, "m").exec(out) ?? [];
      if (subcommands(out).length > 0 || example === undefined || /^(serve|demo)/.test(example)) continue;
      const args = (example.match(/"[^"]*"|\S+/g) ?? []).filter(notConfig);
      const { err } = await onTerminal(["--store", "/nowhere/bridge.db", ...args]);
      const isNamed = named.some((name) => path.join(" ") === name || path[0] === name);
      assert.equal(/is of no use to/.test(err), isNamed, `${path.join(" ")}: ${err}`);
    }
  });

  it("is what one gets without a command, as a usage error", async () => {
    const { code, out, err } = await onTerminal([], { isTerminal: false });
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^Usage: unsub-bridge/);
  });
});

const NEEDS_NO_CONFIGURATION: ReadonlySet<string> = new Set(["init", "demo", "migrate", "sandbox"]);

function notConfig(word: string, index: number, words: readonly string[]): boolean {
  return word !== "--config" && words[index - 1] !== "--config";
}

describe("a command line that is wrong", () => {
  it("is told what was probably meant, with exit code 2", async () => {
    const { code, out, err } = await runProcess(["stauts"]);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /unknown command 'stauts'\n\(Did you mean status\?\)/);
    assert.match((await onTerminal(["dead-letters", "reply"])).err, /Did you mean replay\?/);
    assert.match((await onTerminal(["status", "--jsno"])).err, /Did you mean --json\?/);
    for (const [typed, meant] of [
      [["deliveries", "list", "--state", "waitng"], "waiting"],
      [["dead-letters", "list", "--class", "Rejectd"], "rejected"],
    ] as const) {
      const { code, err } = await onTerminal([...typed]);
      assert.equal(code, 2);
      assert.match(err, new RegExp(`Allowed choices\\s+are [\\s\\S]*\\(Did you mean ${meant}\\?\\)`));
    }
  });

  it("does not steer the terminal that it is echoed to", async () => {
    const { err } = await onTerminal(["\u001b[31mstatus\u0007"], { isTerminal: false });
    assert.match(err, /unknown command '\ufffd\[31mstatus\ufffd'/);
  });
});

describe("a configuration that is wrong", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "unsub-bridge-cli-"));
    await writeFile(join(folder, "bridge.yaml"), "chat:\n  apps:\n    - sdk_app_id: many\nconectors: {}\n");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is explained by every command that needs it with all faults at their places, and exit code 2", async () => {
    for (const args of [["serve"], ["preview", "--user", "x"], ["send", "--user", "x"]]) {
      const { code, out, err } = await runProcess([...args, "--config", "bridge.yaml"], { cwd: folder });
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, /^bridge\.yaml:3:19 chat\.apps\[0\]\.sdk_app_id: /m);
      assert.match(err, /^bridge\.yaml:4:1 conectors: .*"connectors"/m);
      assert.doesNotMatch(err, /\n\s+at /);
    }
  });

  it("may be named before and after the command, and is config/bridge.yaml otherwise", async () => {
    const named = /^other\.yaml: the configuration cannot be read/;
    assert.match((await runProcess(["--config", "other.yaml", "status"], { cwd: folder })).err, named);
    assert.match((await runProcess(["dead-letters", "list", "-c", "other.yaml"], { cwd: folder })).err, named);
    assert.match((await runProcess(["status"], { cwd: folder })).err, /^config\/bridge\.yaml: the configuration/);
  });
});

describe("a store", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(seedEverything);
  });
  after(() => seeded.close());

  it("that is not there yet is not made by a question: exit code 3", async () => {
    await rm(seeded.path("none"), { recursive: true, force: true });
    const yaml = "chat: { apps: [{ sdk_app_id: 1, allow_unsigned: true }] }\nstorage: { url: sqlite:none/bridge.db }\n";
    await writeFile(seeded.path("none.yaml"), `${yaml}connectors: {}\n`);
    const { code, err } = await runProcess(["status", "--config", seeded.path("none.yaml")]);
    assert.equal(code, 3);
    assert.match(
      err,
      /^The store cannot be opened: there is no store yet at .*none\/bridge\.db; start the bridge first/,
    );
  });

  it("that is none is said in one plain line", async () => {
    await writeFile(
      seeded.path("garbage.db"),
      "this is no database, but a text that is long enough to look like one\n".repeat(100),
    );
    const yaml = "chat: { apps: [{ sdk_app_id: 1, allow_unsigned: true }] }\nstorage: { url: sqlite:garbage.db }\n";
    await writeFile(seeded.path("garbage.yaml"), `${yaml}connectors: {}\n`);
    const { code, err } = await runProcess(["status", "--config", seeded.path("garbage.yaml")]);
    assert.equal(code, 3);
    assert.match(
      err,
      /^The store cannot be opened: .*garbage\.db is no SQLite database; name another file \(storage\.url\)\n$/,
    );
  });

  it("is coloured on a terminal, unless NO_COLOR says otherwise", async () => {
    const env = { CHAT_CALLBACK_TOKEN: "token-of-chat", WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    const args = ["status", "--config", seeded.config];
    assert.ok((await onTerminal(args, { env })).out.includes("\u001b[32mready"));
    assert.ok(!(await onTerminal(args, { env: { ...env, NO_COLOR: "1" } })).out.includes("\u001b"));
    assert.ok(!(await onTerminal(args, { env, isTerminal: false })).out.includes("\u001b"));
  });

  it("is changed on a terminal only when the person agrees", async () => {
    const env = { CHAT_CALLBACK_TOKEN: "token-of-chat", WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    const args = ["dead-letters", "discard", "--user", "expired-1", "--config", seeded.config];
    const no = await onTerminal(args, { env, answers: [""] });
    assert.match(no.err, /Discard it\? \[y\/N\] $/);
    assert.match(no.out, /Nothing was changed\.\n$/);
    assert.equal(await seeded.state("expired-1", "crm"), "dead");
    const yes = await onTerminal(args, { env, answers: ["y"] });
    assert.match(yes.out, /Discarded 1 dead letter\.\n$/);
    assert.equal(await seeded.state("expired-1", "crm"), "discarded");
  });
});

describe("the environment", () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(seedEverything);
    const lines = ["CHAT_CALLBACK_TOKEN='pa$$word'", "WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"];
    await writeFile(seeded.path(".env"), lines.join("\n"));
  });
  after(() => seeded.close());

  it("is filled from .env in the working directory", async () => {
    const { code, err } = await runProcess(["status", "--config", "bridge.yaml"], { cwd: seeded.folder });
    assert.deepEqual([code, err], [0, ""]);
    const elsewhere = await runProcess(["preview", "--user", "x", "--config", seeded.config], { cwd: tmpdir() });
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.err, /2 environment variables are not set/);
  });

  it("wins over .env", async () => {
    const env = { WEBHOOK_SECRET: "no secret of this form" };
    const args = ["preview", "--user", "x", "--config", "bridge.yaml"];
    const { code, err } = await runProcess(args, { cwd: seeded.folder, env });
    assert.equal(code, 2);
    assert.match(err, /connectors\.crm\.secret/);
  });

  it("does without a .env that nobody may read, and says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unsub-bridge-cli-"));
    await symlink(".env", join(folder, ".env"));
    // Bun ends without a word at one that it cannot read, unless it is told not to try: as here, so in the checkout
    await writeFile(join(folder, "bunfig.toml"), "env = false\n");
    const env = { CHAT_CALLBACK_TOKEN: "pa$$word", WEBHOOK_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };
    const { code, err } = await runProcess(["check", "--config", seeded.config], { cwd: folder, env });
    await rm(folder, { recursive: true });
    assert.equal(code, 0);
    assert.match(err, /\/\.env: warning: the file cannot be read, and is left out: its links go in circles; /);
  });

  it("whose reader has left is no reason for a stack trace", async () => {
    const { file, args } = commandLine(["deliveries", "list", "--limit", "100000", "--config", "bridge.yaml"]);
    const child = guarded(spawn(file, args, { cwd: seeded.folder, stdio: ["ignore", "pipe", "pipe"] }));
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    await once(child, "close");
    assert.equal(err, "");
  });
});
