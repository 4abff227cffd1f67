/** Faults of a connector type of one's own: with file, line and column as either runtime tells them, and all of its shape at once. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { BRIDGE_PARTS } from "../../src/config/connector-types/bridge-imports.ts";
import { loadOwnType } from "../../src/config/connector-types/own-type.ts";
import { inFolder } from "./support.ts";

/** What is wrong with `mine.ts`, with these files in its folder; each fault with what to do. */
function faultsOf(files: Readonly<Record<string, string>>, patienceMs?: number): Promise<readonly string[]> {
  return inFolder(async (folder) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const loaded = await loadOwnType(join(folder, "mine.ts"), patienceMs);
    return loaded.ok ? [] : loaded.faults.map(({ what, todo }) => `${what}; ${todo}`);
  });
}

/** What is wrong with a file whose project has the bridge installed. */
function faultsBesideBridge(text: string): Promise<readonly string[]> {
  return inFolder(async (folder) => {
    await mkdir(join(folder, "node_modules"));
    await symlink(join(import.meta.dirname, "../.."), join(folder, "node_modules/unsub-bridge"));
    await writeFile(join(folder, "mine.ts"), text);
    const loaded = await loadOwnType(join(folder, "mine.ts"));
    return loaded.ok ? [] : loaded.faults.map(({ what, todo }) => `${what}; ${todo}`);
  });
}

const CONTRACT = pathToFileURL(join(import.meta.dirname, "../../src/connector.ts")).href;

/** A whole type but for `parts`. */
const typeFile = (parts: string) => `import { Type } from ${JSON.stringify(CONTRACT)};
export const connector = {
  type: "mine", summary: "s", settings: Type.Object({}), example: "", largestBatch: () => 1, concurrency: 1,
  budgets: {}, writes: "fact", destination: () => "x", account: () => "x", open() { throw new Error("never opened"); },
  ${parts}
};
`;

describe("a file of one's own that cannot be loaded", () => {
  it("is told with the line and the column of what does not parse", async () => {
    const [fault = ""] = await faultsOf({ "mine.ts": "export const a = 1;\nexport const b = {\n  c: (;\n};\n" });
    assert.match(fault, /^the file cannot be loaded: mine\.ts:3:\d+ [A-Z][^\n]*; mend the file$/);
    assert.doesNotMatch(fault, /SyntaxError|file:|\?v=/);
  });

  it("is told the sign of another keyboard that stands in it, and the one to type, in the same words on either runtime", async () => {
    for (const [code, words] of [
      ['export const a = ["x"，"y"];\n', "mine.ts:1:22 a full-width comma ， (U+FF0C) stands here: type ,"],
      [
        "export const a = “x”;\n",
        'mine.ts:1:18 a left double quotation mark “ (U+201C) stands here: type a straight "',
      ],
    ] as const) {
      const [fault = "", ...others] = await faultsOf({ "mine.ts": code });
      assert.deepEqual([fault, others], [`the file cannot be loaded: ${words}; mend the file`, []]);
    }
  });

  it("is told with the place in a file that it imports", async () => {
    const files = { "mine.ts": 'import "./words.ts";\n', "words.ts": "export const a = 1;\n\nexport const b = (;\n" };
    const [fault = ""] = await faultsOf(files);
    assert.match(fault, /^the file cannot be loaded: words\.ts:3:\d+ [A-Z]/);
  });

  it("is told with the place where it throws", async () => {
    const [fault = ""] = await faultsOf({
      "mine.ts": 'function look() {\n  throw new Error("no board");\n}\nlook();\n',
    });
    assert.match(fault, /^the file cannot be loaded: mine\.ts:2:\d+ no board; mend the file$/);
  });

  it("is told with what it imports that is not there", async () => {
    const [missing = ""] = await faultsOf({ "mine.ts": 'import { a } from "./gone.ts";\nexport const b = a;\n' });
    assert.match(missing, /^the file cannot be loaded: .*gone\.ts/);
    const files = {
      "mine.ts": 'import { b } from "./words.ts";\nexport const c = b;\n',
      "words.ts": "export const a = 1;\n",
    };
    const [unknown = ""] = await faultsOf(files);
    assert.match(unknown, /^the file cannot be loaded: .*'b'/);
    for (const fault of [missing, unknown]) assert.doesNotMatch(fault, /\?v=|\[\d+m/);
  });

  it("is told what it misses of the bridge, and where that is, in the same words on either runtime", async () => {
    const importing = (name: string, part: string) =>
      faultsBesideBridge(`import { ${name} } from "unsub-bridge/${part}";\nexport const a = ${name};\n`);
    const cannot = "the file cannot be loaded: ";
    assert.deepEqual(await importing("retry", "tool"), [
      `${cannot}there is no "unsub-bridge/tool"; did you mean "unsub-bridge/tools"?`,
    ]);
    assert.deepEqual(await importing("retry", "words"), [
      `${cannot}there is no "unsub-bridge/words"; import from conformance, connector, sandbox, testing or tools`,
    ]);
    assert.deepEqual(await importing("troubelOf", "tools"), [
      `${cannot}"unsub-bridge/tools" has no "troubelOf"; did you mean "troubleOf"?`,
    ]);
    assert.deepEqual(await importing("troubleOf", "connector"), [
      `${cannot}"unsub-bridge/connector" has no "troubleOf"; import it from "unsub-bridge/tools"`,
    ]);
    assert.deepEqual(await importing("somethingElse", "connector"), [
      `${cannot}"unsub-bridge/connector" has no "somethingElse"; look up its name; an editor lists what there is`,
    ]);
  });

  it("knows every part of the bridge that its package has", () => {
    const { exports } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
    assert.deepEqual(
      BRIDGE_PARTS.map((part) => `./${part}`),
      Object.keys(exports).sort(),
    );
  });

  it("is given up after a while where a top-level await never ends", async () => {
    const gate = Promise.withResolvers<void>();
    Object.assign(globalThis, { gateOfOwnType: gate.promise });
    const found = await faultsOf({ "mine.ts": "await globalThis.gateOfOwnType;\nexport const connector = {};\n" }, 50);
    // a runtime that ends with a module that still waits says so
    gate.resolve();
    assert.deepEqual(found, [
      "the file has not come to its end after 50 ms: a top-level `await` in it, or in what it imports, still waits; a file is to declare its connector and no more: wait for nothing outside of `deliver` and `check`",
    ]);
  });
});

describe("a file of one's own that exports something else than a connector type", () => {
  it("is told every fault of its shape at once, each with what to write", async () => {
    const found = await faultsOf({
      "mine.ts": typeFile(
        'type: "My Board", writes: 1, concurrency: 0, budgets: { default: 10 }, account: undefined, lint: true',
      ),
    });
    assert.deepEqual(found, [
      'the connector type\'s "type" is not right; write a word of lower-case letters, digits, _ and -: `type: "board"`',
      'the connector type\'s "concurrency" is not right; write how many requests at once, a whole number from 1 on: `concurrency: 2`',
      'the connector type\'s "budgets" is not right; write `budgets: { default: { requests: 10, perMs: 1_000 } }`, or `budgets: {}` for no limit',
      'the connector type\'s "writes" is not right; write `writes: "fact"` where each one counts, `writes: "state"` where only the newest does',
      'the connector type has no "account"; write whose limits it shares: `account: ({ token }) => token`',
      'the connector type\'s "lint" is not right; write a function that returns a list of faults, or nothing',
    ]);
  });

  it("is known for one though it lacks what types are known by", async () => {
    const text = 'export const connector = { type: "mine", summary: "s", writes: "fact", largestBatch: () => 1 };\n';
    const found = await faultsOf({ "mine.ts": text });
    const lacking = found.map((fault) => /has no "(\w+)"/.exec(fault)?.[1]);
    assert.deepEqual(lacking, ["settings", "example", "concurrency", "budgets", "destination", "account", "open"]);
  });

  it("is no connector type where nothing in it looks like one", async () => {
    const [fault = ""] = await faultsOf({ "mine.ts": 'export const words = { type: "x" };\nexport default 1;\n' });
    assert.match(fault, /^the file exports no connector type; write `export const connector = connectorType/);
  });
});
