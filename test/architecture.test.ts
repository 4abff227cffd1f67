/** The rules of the house that no compiler knows: imports run down from floor to floor, and the outside world has its one place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";

const HOME = join(import.meta.dirname, "..");

/** Rooms by floor, from the ground up: a room may import what lies below it, and nothing on its own floor. */
const FLOORS: readonly (readonly string[])[] = [
  ["src/basics/"],
  ["src/connector.ts"],
  ["src/connector-tools.ts"],
  ["src/guarded-http/", "src/storage/contract/"],
  ["src/storage/rules/"],
  ["src/callback.ts", "src/facts/", "src/listener/"],
  ["src/config/"],
  ["src/storage/", "src/dead-letters/"],
  ["src/spool/", "src/delivery/", "src/chat-rest/", "src/notices/"],
  ["src/intake/", "src/reconcile/", "src/alarms/"],
  ["connectors/"],
  ["src/operations/", "src/metrics/", "src/chat-rest/sandbox/", "src/notices/sandbox/"],
  ["src/admin/", "src/chat-rest/sandbox.ts"],
  ["src/api/", "src/console/"],
  ["src/bridge/"],
  ["src/cli/"],
  ["src/demo/"],
  ["src/main.ts"],
  ["src/executable/"],
];

/** The floors of a room that has some of its own, from the ground up. */
const CONFIG_FLOORS: readonly (readonly string[])[] = [
  ["src/config/credentials/", "src/config/files/", "src/config/settings/", "src/config/templates/"],
  ["src/config/yaml/", "src/config/connector-types/", "src/config/schema.ts"],
  ["src/config/faults/"],
  ["src/config/decoding/", "src/config/checked-config.ts", "src/config/env-lines.ts"],
  [
    ...[
      "src/config/env-elsewhere.ts",
      "src/config/env-file.ts",
      "src/config/findings.ts",
      "src/config/known-names.ts",
      "src/config/lint-partly.ts",
    ],
    ...[
      "src/config/missing-variables.ts",
      "src/config/needing-restart.ts",
      "src/config/paths.ts",
      "src/config/selection.ts",
      "src/config/deprecated/",
      "src/config/rules/",
    ],
  ],
  ["src/config/partial.ts", "src/config/type-word.ts", "src/config/own-tests/"],
  ["src/config/connectors.ts"],
  ["src/config/load.ts", "src/config/derived/"],
  ["src/config/text-as-read.ts"],
];

/** Arrows that the floors forbid and that still stand, as `room → room`. */
const DEBTS: readonly string[] = [];

interface Module {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
  /** Files of ours that it imports, relative to the repository; lazily imported ones too. */
  readonly imports: readonly string[];
}

async function modulesIn(...folders: readonly string[]): Promise<Module[]> {
  const modules: Module[] = [];
  for await (const name of glob(
    folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
    { cwd: HOME },
  )) {
    const text = readFileSync(join(HOME, name), "utf8");
    const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target = ""]) => target);
    const imports = targets.map((target) => relative(HOME, join(HOME, dirname(name), target)));
    modules.push({ file: name, text: withoutComments(text), imports });
  }
  assert.ok(modules.length > 0, `there is nothing in ${folders.join(", ")}`);
  return modules;
}

/** What is imported where the module is loaded: the names, and from where. */
const IMPORTS = /^(?:import|export) (?!type\b)(?:(\{[^}]*\}|\* as \w+|\*|\w+(?:, \{[^}]*\})?) from )?"([^"]+)"/gm;

/** Files and packages that stand in memory once these are loaded: what they import when they are, and what that imports. */
function loadedBy(...files: readonly string[]): Set<string> {
  const loaded = new Set(files);
  for (const file of loaded) {
    if (!/^src\/.*\.tsx?$/.test(file)) continue;
    const text = withoutComments(textOf(file));
    for (const [, names = "", target = ""] of text.matchAll(IMPORTS)) {
      if (target.startsWith("node:") || /^\{(\s*type [^,}]+,?)+\s*\}$/.test(names)) continue;
      loaded.add(target.startsWith(".") ? relative(HOME, join(HOME, dirname(file), target)) : target);
    }
  }
  return loaded;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** What is run to make other files, and never by the bridge. */
const MADE_IN_A_CHECKOUT = /^src\/(executable|config\/derived)\/|^connectors\/kit\/package\.ts$/;

const isTest = ({ file }: Module): boolean => /(\.test|testing)\.ts$/.test(file);

type Arrow = readonly [from: string, to: string];

/** What lies on a circle, or between two of them: whatever leads nowhere, or comes from nowhere, is taken away until nothing is left to take. */
function circleIn(all: readonly Arrow[]): readonly string[] {
  const [sources, targets] = [new Set(all.map(([from]) => from)), new Set(all.map(([, to]) => to))];
  const left = all.filter(([from, to]) => targets.has(from) && sources.has(to));
  return left.length === all.length ? [...new Set(left.flat())].sort() : circleIn(left);
}

/** The folders side by side in one room that an import goes between; none where a loose file of the room stands at either end. */
function foldersApart(file: string, target: string): readonly Arrow[] {
  const [from, to] = [file.split("/"), target.split("/")];
  const common = from.findIndex((part, index) => part !== to[index]);
  const isFolder = (path: readonly string[]) => path.length > common + 1;
  const isInRoom = common >= 2;
  const upTo = (path: readonly string[]) => path.slice(0, common + 1).join("/");
  return isInRoom && isFolder(from) && isFolder(to) ? [[upTo(from), upTo(to)]] : [];
}

/** The room that a file is in: the longest that fits. */
function roomOf(file: string, floors = FLOORS): string {
  const rooms = floors.flat().filter((room) => file.startsWith(room));
  return rooms.sort((one, other) => other.length - one.length)[0] ?? file;
}

const floorOf = (room: string, floors = FLOORS): number => floors.findIndex((rooms) => rooms.includes(room));

describe("the house", () => {
  it("has every file in a room", async () => {
    const homeless = (await modulesIn("src", "connectors")).filter(({ file }) => floorOf(roomOf(file)) === -1);
    assert.deepEqual(
      homeless.map(({ file }) => file),
      [],
    );
  });

  it("lets imports run down from floor to floor", async () => {
    const modules = (await modulesIn("src", "connectors")).filter((module) => !isTest(module));
    const upward = modules.flatMap(({ file, imports }) =>
      imports.flatMap((target) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        const isDown = from === to || floorOf(to) < floorOf(from) || DEBTS.includes(`${from} → ${to}`);
        return isDown ? [] : [`${file} → ${target}`];
      }),
    );
    assert.deepEqual(upward, []);
  });

  it("lets imports run down inside of src/config as well", async () => {
    const modules = await modulesIn("src/config");
    const upward = modules.flatMap(({ file, imports }) =>
      imports
        .filter((target) => target.startsWith("src/config/"))
        .flatMap((target) => {
          const [from, to] = [roomOf(file, CONFIG_FLOORS), roomOf(target, CONFIG_FLOORS)];
          const isDown = from === to || floorOf(to, CONFIG_FLOORS) < floorOf(from, CONFIG_FLOORS);
          return isDown && floorOf(to, CONFIG_FLOORS) >= 0 ? [] : [`${file} → ${target}`];
        }),
    );
    assert.deepEqual(upward, []);
  });

  it("has no circle: no file leads back to itself, by types alone neither", async () => {
    const modules = (await modulesIn("src", "connectors")).filter((module) => !isTest(module));
    const arrows = modules.flatMap(({ file, imports }) => imports.map((target) => [file, target] as const));
    assert.deepEqual(circleIn(arrows), []);
  });

  it("has no circle of folders inside of a room", async () => {
    const modules = (await modulesIn("src", "connectors")).filter((module) => !isTest(module));
    const arrows = modules.flatMap(({ file, imports }) => imports.flatMap((target) => foldersApart(file, target)));
    assert.ok(arrows.length > 50, "it sees hardly any");
    assert.deepEqual(circleIn(arrows), []);
  });

  it("lets a connector type import the connector contract and its tools, the guarded client, its own folder, and nothing else of the bridge", async () => {
    const modules = (await modulesIn("connectors")).filter((module) => !isTest(module));
    const strays = modules.flatMap(({ file, imports }) => {
      const [, type = ""] = file.split("/");
      const allowed = [
        "src/connector.ts",
        "src/connector-tools.ts",
        "src/guarded-http/",
        `connectors/${type}/`,
        "connectors/kit/sandbox.ts",
      ];
      const others = imports.filter((target) => !allowed.some((prefix) => target.startsWith(prefix)));
      return type === "kit" ? [] : others.map((to) => `${file} → ${to}`);
    });
    assert.deepEqual(strays, []);
  });

  it("keeps intake and delivery on the storage contract, never on a database", async () => {
    const modules = await modulesIn("src/intake", "src/delivery", "src/dead-letters");
    const strays = modules.flatMap(({ file, imports }) =>
      imports.filter((to) => /^src\/storage\/(sqlite|postgres)/.test(to)).map((to) => `${file} → ${to}`),
    );
    assert.deepEqual(strays, []);
  });

  it("loads pages and API once somebody looks in: they keep the bridge neither from starting nor from being quick, and take no memory", async () => {
    const bridge = (await modulesIn("src/bridge")).filter(({ file }) => file !== "src/bridge/rooms.ts");
    const early =
      /^(?:import|export) (?!type\b)[^;]*from "[^"]*(?:\/admitting\.ts|\/rooms\.ts|\/console\/|\/api\/)[^"]*"/m;
    assert.deepEqual(
      bridge.filter(({ text }) => early.test(text)).map(({ file }) => file),
      [],
    );
  });

  it("serves without what other commands need, and keeps a store's threads to what a store needs", () => {
    const serving = ["src/main.ts", "src/cli/commands/serve.ts", "src/bridge/bridge.ts", "src/bridge/admitting.ts"];
    const others =
      /^src\/(console|api|executable)\/|^src\/cli\/commands\/(?!serve|reload)|^src\/operations\/operations\.ts|log-update/;
    assert.deepEqual([...loadedBy(...serving)].filter((name) => others.test(name)).sort(), []);
    const threads = ["src/storage/sqlite/thread-entry.ts", "src/storage/sqlite/reader-entry.ts"];
    assert.deepEqual(
      [...loadedBy(...threads)].filter((name) => !name.startsWith("src/")),
      [],
    );
  });

  it("keeps operations free of terminals: what a command prints, a page would show in its own way", async () => {
    const modules = await modulesIn("src/operations");
    const printing = modules.filter(({ text }) =>
      /"(commander|picocolors|log-update)"|\bpaint\b|isTerminal/.test(text),
    );
    assert.deepEqual(
      printing.map(({ file }) => file),
      [],
    );
  });

  it("touches the process in main.ts only", async () => {
    const touching = (await modulesIn("src")).filter(({ text }) => /(?<![\w."])process\.\w/.test(text));
    assert.deepEqual(
      touching.map(({ file }) => file),
      ["src/main.ts"],
    );
  });

  it("looks for files of the checkout in few places, each of which has another way in an executable of one file", async () => {
    const looking = (await modulesIn("src", "connectors")).filter(
      (module) => module.text.includes("import.meta") && !isTest(module),
    );
    const found = looking.map(({ file }) => file).filter((file) => !MADE_IN_A_CHECKOUT.test(file));
    assert.deepEqual(found.sort(), [
      "src/basics/assets.ts",
      "src/basics/thread-entry.ts",
      "src/basics/user-frames.ts",
      "src/config/connector-types/shelf.ts",
    ]);
  });

  it("knows runtimes by name in the listener only", async () => {
    const modules = await modulesIn("src", "connectors");
    const knowing = modules.filter(({ text }) => /(?<![\w."])(Bun|Deno)\.|from "bun:/.test(text));
    assert.deepEqual(
      knowing.filter(({ file }) => !file.startsWith("src/listener/")).map(({ file }) => file),
      [],
    );
  });
});

describe("a page", () => {
  it("says itself what its elements are made by: Bun takes that from the folder in which it was started", async () => {
    const silent: string[] = [];
    for await (const file of glob("src/**/*.tsx", { cwd: HOME })) {
      if (!readFileSync(join(HOME, file), "utf8").startsWith("/** @jsxImportSource preact */\n")) silent.push(file);
    }
    assert.deepEqual(silent, []);
  });
});

describe("ARCHITECTURE.md", () => {
  const page = readFileSync(join(HOME, "ARCHITECTURE.md"), "utf8");

  it("shows the floors as they are", () => {
    const rows = [...page.matchAll(/^\| (\d+) +\| ((?:`[^`]+`,? ?)+) *\|/gm)];
    const shown = rows.map(([, floor, rooms = ""]) => [
      Number(floor),
      [...rooms.matchAll(/`([^`]+)`/g)].map((room) => room[1]),
    ]);
    assert.deepEqual(shown, FLOORS.map((rooms, index) => [index + 1, rooms]).reverse());
  });

  it("shows the floors inside of src/config as they are", () => {
    const rows = [...page.matchAll(/^\| \d+\.(\d+) +\| ((?:`[^`]+`,? ?)+) *\|/gm)];
    const shown = rows.map(([, floor, rooms = ""]) => [
      Number(floor),
      [...rooms.matchAll(/`([^`]+)`/g)].map(([, room]) => `src/config/${room}`),
    ]);
    assert.deepEqual(shown, CONFIG_FLOORS.map((rooms, index) => [index + 1, rooms]).reverse());
  });

  it("names files that there are", async () => {
    const named = [...page.matchAll(/`((?:src|test|connectors|config)\/[\w./*-]+)`/g)].map(([, name = ""]) => name);
    const missing: string[] = [];
    for (const name of new Set(named))
      if ((await Array.fromAsync(glob(name, { cwd: HOME }))).length === 0) missing.push(name);
    assert.ok(named.length > 20, "it names hardly any");
    assert.deepEqual(missing, []);
  });

  it("names tests by words that they have", () => {
    const promises = page.slice(page.indexOf("## The promises"), page.indexOf("## Decisions"));
    const named = [...promises.matchAll(/`([\w./-]+\.ts)`: ([^`|]+)/g)].flatMap(([, file = "", words = ""]) =>
      words.split(";").map((name) => [file, name.trim().replace(/ the rules in$/, "")] as const),
    );
    assert.ok(named.length > 10, "it names hardly any");
    const missing = named.filter(
      ([file, name]) => name !== "" && !/^the rules in/.test(name) && !textOf(file).includes(name),
    );
    assert.deepEqual(missing, []);
  });
});

const textOf = (file: string): string => readFileSync(join(HOME, file), "utf8");
