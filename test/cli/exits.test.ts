/** The exit codes that each command's help lists: it can have each of them. That it has no others every test of a command holds (listed-exits.ts). */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Command } from "commander";
import { exitsOf, goesByConfiguration } from "../../src/cli/define.ts";
import { run } from "../../src/cli/program.ts";
import { ABANDONED } from "../../src/cli/terminal/stopping.ts";
import { addDemo } from "../../src/demo/command.ts";
import { quietIo, recorder } from "../support/io.ts";
import { ENV, fateOf, faultyCallback, openSeeded, type Seeded, seedEvents, settleSeeded } from "./seed.ts";
import { onTerminal } from "./terminal.ts";

/** How one comes by it: a command line beside the seeded store; or the test that has it already, by its file and words of it. */
type Way = string | { readonly in: string; readonly words: string };

const SECOND_SIGNAL = { in: "e2e/shutdown.test.ts", words: "ends at once, with a code that says so" };
const BODY = '{"CallbackCommand":"none"}';

/** Beside codes that every command, or every one of its kind, has for the same reason. */
const WAYS: Readonly<Record<string, Readonly<Record<number, Way>>>> = {
  init: { 0: "init --app 1 --connectors webhook --config fresh/bridge.yaml" },
  check: { 0: "check", 1: "check --config faulty.yaml", 3: "check --against 1d --config storeless.yaml" },
  preview: { 0: "preview --user jared", 1: { in: "cli/preview.test.ts", words: "says so when the look-up fails" } },
  sandbox: {
    0: { in: "cli/sandbox.test.ts", words: "prints what to paste" },
    3: { in: "cli/sandbox.test.ts", words: "says which port is taken" },
  },
  serve: {
    0: { in: "e2e/shutdown.test.ts", words: "exits with 0" },
    3: { in: "e2e/shutdown.test.ts", words: "the second waits" },
  },
  send: {
    0: { in: "cli/sandbox.test.ts", words: '"send", "--user", "jared", "--show"' },
    1: "send --user jared --url REFUSING",
    3: "send --user jared --url http://127.0.0.1:9/callback",
  },
  status: { 0: "status", 1: { in: "cli/repairing.test.ts", words: "assert.equal(status.code, 1)" } },
  trace: {
    0: "trace delivered-1",
    1: "trace nobody",
  },
  "deliveries list": { 0: "deliveries list" },
  "deliveries show": { 0: "deliveries show DEAD", 1: "deliveries show nothing" },
  "dead-letters list": { 0: "dead-letters list" },
  "dead-letters show": { 0: "dead-letters show DEAD", 1: "dead-letters show nothing" },
  "dead-letters export": { 0: "dead-letters export", 1: "dead-letters export --to bridge.yaml" },
  "dead-letters replay": { 0: "dead-letters replay --all", 1: "dead-letters replay --user nobody" },
  "dead-letters discard": { 0: "dead-letters discard --all", 1: "dead-letters discard --user nobody" },
  "quarantine list": { 0: "quarantine list" },
  "quarantine show": { 0: "quarantine show ENTRY", 1: "quarantine show nothing" },
  "quarantine edit": {
    0: { in: "cli/quarantine-edit.test.ts", words: "mended.json" },
    1: "quarantine edit nothing --body body.json",
  },
  "quarantine replay": {
    0: { in: "cli/repairing.test.ts", words: '"quarantine", "replay", "--all", "--yes"' },
    1: "quarantine replay --id nothing",
  },
  "callbacks reread": {
    0: "callbacks reread --since 1d --dry-run",
    3: "callbacks reread --since 1d --config storeless.yaml",
  },
  pause: { 0: "pause crm" },
  resume: { 0: "resume crm" },
  retry: { 0: "retry --now --all" },
  "alerts list": { 0: "alerts list", 1: { in: "cli/alerts.test.ts", words: "list and status show what is on" } },
  "alerts test": {
    0: { in: "cli/alerts-bots.test.ts", words: "tells each chat by its bot" },
    1: { in: "cli/alerts.test.ts", words: "test sends one message by each way" },
  },
  "alerts silence": { 0: "alerts silence paused_after 2h --why moving" },
  "audit list": { 0: "audit list" },
  "chat ips": {
    0: { in: "cli/chat.test.ts", words: "prints the addresses of callbacks" },
    1: { in: "cli/chat.test.ts", words: "tells a refusal from a Chat that cannot be reached" },
    3: { in: "cli/chat.test.ts", words: "tells a refusal from a Chat that cannot be reached" },
  },
  "reconcile status": {
    0: "reconcile status",
    1: { in: "cli/reconcile.test.ts", words: "says why what was read last is not believed" },
  },
  "reconcile show": { 0: "reconcile show" },
  "reconcile run": {
    0: { in: "cli/reconcile.test.ts", words: "compares by itself where no bridge does" },
    1: { in: "cli/reconcile.test.ts", words: "holds who is too many" },
    3: "reconcile run --config storeless.yaml",
  },
  "reconcile release": {
    0: { in: "cli/reconcile.test.ts", words: "asks Chat about each again" },
    1: { in: "cli/reconcile.test.ts", words: "sends nobody where Chat does not answer" },
    3: "reconcile release --all --config storeless.yaml",
  },
  "reconcile discard": {
    0: { in: "cli/reconcile.test.ts", words: "takes them off until they subscribe again" },
    1: "reconcile discard --all",
  },
  console: {
    0: { in: "e2e/admin.test.ts", words: "is entered by an address that `console` prints" },
    1: "console --config unlistened.yaml",
    3: "console",
  },
  backup: { 0: "backup copy.db" },
  restore: { 0: { in: "cli/backup.test.ts", words: "replaces the store of a stopped bridge" } },
  migrate: {
    0: { in: "e2e/migrate.test.ts", words: "moves everything" },
    3: { in: "e2e/migrate.test.ts", words: "is refused while a bridge serves the old store" },
  },
  demo: {
    0: { in: "e2e/demo.test.ts", words: "ends with exit code 0" },
    1: { in: "e2e/demo.test.ts", words: "ends with exit code 1" },
    3: { in: "e2e/demo.test.ts", words: "with exit code 3" },
  },
};

/** Each command that does something, by what is typed. */
async function allCommands(): Promise<ReadonlyMap<string, Command>> {
  const found = new Map<string, Command>();
  const walk = (command: Command, path: string): void => {
    if (command.commands.length === 0) found.set(path, command);
    for (const each of command.commands) walk(each, path === "" ? each.name() : `${path} ${each.name()}`);
  };
  const io = quietIo({ version: "0.0.0", env: {}, cwd: ".", out: recorder(80), err: recorder(80) });
  await run(["--help"], io, [addDemo, ({ program }) => walk(program, "")]);
  return found;
}

const commands = await allCommands();

describe("each exit code that a help lists", () => {
  let seeded: Seeded;
  let named: Readonly<Record<string, string>>;
  const refusing = createServer((_, answer) => answer.writeHead(403).end());
  before(async () => {
    seeded = await openSeeded(async (storage) => {
      await seedEvents(storage, ["delivered-1", "rejected-1", "expired-1"], ["crm", "partner"]);
      await settleSeeded(storage, "crm", fateOf);
      const entry = faultyCallback(BODY, "body: expected a JSON object in UTF-8");
      await storage.accept({ callbacks: [], quarantine: [entry] });
      named = { ENTRY: entry.id };
    });
    await once(refusing.listen(0, "127.0.0.1"), "listening");
    const { port } = refusing.address() as AddressInfo;
    named = { ...named, DEAD: await seeded.id("rejected-1", "crm"), REFUSING: `http://127.0.0.1:${port}/callback` };
    const yaml = await readFile(seeded.config, "utf8");
    const chat = "rest: { region: singapore, secret_key: a-key-of-some-length }\n";
    await Promise.all([
      writeFile(seeded.path("faulty.yaml"), "chat: {}\n"),
      writeFile(seeded.path("unlistened.yaml"), `${yaml}admin: false\n`),
      writeFile(
        seeded.path("storeless.yaml"),
        `${yaml.replace("    connectors", "")}storage: { url: "sqlite:none/bridge.db" }\nreconcile: {}\n`.replace(
          /( +)(token: .*\n)/,
          `$1$2$1${chat}`,
        ),
      ),
      writeFile(seeded.path("body.json"), BODY),
    ]);
  });
  after(async () => {
    refusing.close();
    await seeded.close();
  });

  const codeOf = async (line: string) => {
    const args = line.split(" ").map((word) => named[word] ?? word);
    const config = line.includes("--config") || line.includes("--store") ? [] : ["--config", "bridge.yaml"];
    const { code, out, err } = await onTerminal([...args, ...config], {
      env: ENV,
      cwd: seeded.folder,
      isTerminal: false,
    });
    return { code, said: out + err };
  };

  it("is one of a command that there is", () => {
    assert.deepEqual([...commands.keys()].sort(), Object.keys(WAYS).sort());
  });

  for (const [path, command] of commands) {
    it(`can come: ${path}`, async () => {
      for (const code of exitsOf(command)) {
        const way = wayTo(path, command, code);
        if (typeof way === "object") {
          const text = await readFile(join(import.meta.dirname, "..", way.in), "utf8");
          assert.ok(text.includes(way.words), `${path} ${code}: ${way.in} has no "${way.words}" any more`);
          continue;
        }
        assert.notEqual(way, undefined, `${path} lists exit code ${code}: nobody has seen it`);
        const { code: ended, said } = await codeOf(way ?? "");
        assert.equal(ended, code, `${way}: ${said}`);
      }
    });
  }

  /** A wrong option, and a store that is not there, are alike for all. */
  function wayTo(path: string, command: Command, code: number): Way | undefined {
    if (code === ABANDONED) return SECOND_SIGNAL;
    if (code === 2) return `${path} --nothing-of-the-kind`;
    const isOfStore = code === 3 && !goesByConfiguration(command);
    if (!isOfStore) return WAYS[path]?.[code];
    const zero = WAYS[path]?.[0];
    const line =
      typeof zero === "string" ? zero : (WAYS[path]?.[1] ?? (path === "restore" ? "restore backup.db" : zero));
    return typeof line === "string" ? `${line} --store none.db` : line;
  }
});
