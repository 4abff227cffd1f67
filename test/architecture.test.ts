/** The rules of the house that no compiler knows: imports point one way, and the outside world has its one place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";

const HOME = join(import.meta.dirname, "..");

interface Module {
  /** Relative to the repository. */
  readonly file: string;
  readonly text: string;
  /** Files of ours that it imports, relative to the repository; lazily imported ones too. */
  readonly imports: readonly string[];
}

async function modulesIn(folder: string): Promise<Module[]> {
  const modules: Module[] = [];
  for await (const name of glob(`${folder}/**/*.ts`, { cwd: HOME })) {
    const text = readFileSync(join(HOME, name), "utf8");
    const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target = ""]) => target);
    const imports = targets.map((target) => relative(HOME, join(HOME, dirname(name), target)));
    modules.push({ file: name, text: withoutComments(text), imports });
  }
  assert.ok(modules.length > 0, `there is nothing in ${folder}`);
  return modules;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Imports of these modules that no allowed prefix covers, as `file → import`. */
function strays(modules: readonly Module[], allowed: readonly string[]): string[] {
  return modules.flatMap(({ file, imports }) =>
    imports.filter((target) => !allowed.some((prefix) => target.startsWith(prefix))).map((to) => `${file} → ${to}`),
  );
}

const isSupport = ({ file }: Module): boolean => /(\.test|testing|conformance|assertions|faults)\.ts$/.test(file);

describe("the house", () => {
  it("lets a connector type import the connector contract, its own folder, and nothing else of the bridge", async () => {
    for (const type of ["hubspot", "segment", "webhook"]) {
      const modules = (await modulesIn(`connectors/${type}`)).filter((module) => !isSupport(module));
      assert.deepEqual(strays(modules, ["src/connector.ts", `connectors/${type}/`, "connectors/sandbox.ts"]), []);
    }
  });

  it("keeps intake free of connectors and databases", async () => {
    const allowed = [
      "src/intake/",
      "src/connector.ts",
      "src/callback.ts",
      "src/storage/contract.ts",
      "src/config/config.ts",
    ];
    assert.deepEqual(strays(await modulesIn("src/intake"), [...allowed, ...SHARED]), []);
  });

  it("keeps delivery and dead letters on the storage contract, never on a database", async () => {
    const allowed = ["src/delivery/", "src/connector.ts", "src/callback.ts", "src/storage/contract.ts", "src/config/"];
    assert.deepEqual(strays(await modulesIn("src/delivery"), [...allowed, ...SHARED]), []);
    const letters = ["src/dead-letters/", "src/connector.ts", "src/storage/contract.ts"];
    assert.deepEqual(strays(await modulesIn("src/dead-letters"), [...letters, ...SHARED]), []);
  });

  it("keeps the stores free of everything above them", async () => {
    const allowed = ["src/storage/", "src/connector.ts", "src/config/config.ts"];
    assert.deepEqual(strays(await modulesIn("src/storage"), [...allowed, ...SHARED]), []);
  });

  it("touches the process in main.ts only", async () => {
    const touching = (await modulesIn("src")).filter(({ text }) => /(?<![\w."])process\.\w/.test(text));
    assert.deepEqual(
      touching.map(({ file }) => file),
      ["src/main.ts"],
    );
  });

  it("knows runtimes by name in serve.ts only", async () => {
    const modules = [...(await modulesIn("src")), ...(await modulesIn("connectors"))];
    const knowing = modules.filter(({ text }) => /(?<![\w."])(Bun|Deno)\.|from "bun:/.test(text));
    assert.deepEqual(
      knowing.filter(({ file }) => file !== "src/serve.ts").map(({ file }) => file),
      [],
    );
  });
});

/** Small tools that belong to nobody. */
const SHARED = [
  "src/delivery-id.ts",
  "src/json-bounds.ts",
  "src/shown-url.ts",
  "src/loop.ts",
  "src/waiting.ts",
  "src/durable.ts",
  "src/lines.ts",
];
