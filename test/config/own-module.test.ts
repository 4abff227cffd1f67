/** Which files a module of one's own is known to import: those are watched, and a change of one asks for a restart. */
import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { readOwnModule } from "../../src/config/connector-types/own-module.ts";
import { loadConfig } from "../../src/config/load.ts";
import { CHAT, ENV, inFolder, inShort } from "./support.ts";

/** What is watched, and whether anything is imported that nobody can watch. */
async function seen(text: string, word = "export {};"): Promise<{ files: string[]; computing: string[] }> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, "mine.ts"), text);
    await writeFile(join(folder, "word.ts"), word);
    const { files, computing } = await readOwnModule(join(folder, "mine.ts"));
    return {
      files: [...files.keys()].map((file) => basename(file)),
      computing: computing.map((file) => basename(file)),
    };
  });
}

describe("what a module of one's own imports", () => {
  for (const text of [
    'import { word } from "./word.ts";',
    "import './word.ts';",
    'const { word } = await import("./word.ts");',
    "const { word } = await import(`./word.ts`);",
    "const { word } = await import(\n  `./word`\n);",
    'const word = require("./word");',
    'export * from "./word.ts";',
  ]) {
    it(`is watched: ${text}`, async () => {
      assert.deepEqual(await seen(text), { files: ["mine.ts", "word.ts"], computing: [] });
    });
  }

  for (const text of [
    "const name = 'word'; await import(`./${name}.ts`);",
    "const path = './word.ts'; await import(path);",
    "await import('./wo' + 'rd.ts');",
    "await import(new URL('./word.ts', import.meta.url).href);",
    "const word = require(names[0]);",
  ]) {
    it(`is said not to be watched where it is computed: ${text}`, async () => {
      assert.deepEqual((await seen(text)).computing, ["mine.ts"]);
      assert.deepEqual((await seen('import "./word.ts";', text)).computing, ["word.ts"]);
    });
  }

  for (const text of [
    "// import (what you need)\nexport {};",
    "/* await import(path) */ export {};",
    "export const url = import.meta.url;",
    "tools.require(path);",
    'const x = "https://a.example"; // import(path)\n',
  ]) {
    it(`is nothing to warn of: ${JSON.stringify(text)}`, async () =>
      assert.deepEqual((await seen(text)).computing, []));
  }

  it("is told by check at the type that computes it", async () => {
    await inFolder(async (folder) => {
      await writeFile(
        join(folder, "mine.ts"),
        "const path = './word.ts'; export const { connector } = await import(path);",
      );
      await writeFile(join(folder, "word.ts"), "export {};");
      await writeFile(join(folder, "bridge.yaml"), `${CHAT}connectors:\n  mine:\n    type: ./mine.ts\n`);
      const result = await loadConfig(join(folder, "bridge.yaml"), ENV);
      const found = (result.ok ? result.config.warnings : result.faults).map(inShort);
      assert.ok(
        found.includes(
          "7:11 connectors.mine.type: warning: mine.ts imports by a path that is computed: what it leads to is not watched; write the path as a text, or restart the bridge when that file changes",
        ),
        found.join("\n"),
      );
    });
  });
});

describe("a module of one's own behind a link that is swapped, as Kubernetes mounts it", () => {
  const OWN = (edition: number) =>
    `import { word } from "./word.ts";\nexport const said = () => word + " ${edition}";\n`;

  /** Another folder with these two, in the place of the former. */
  async function publish(folder: string, revision: number, own: string, word: string): Promise<void> {
    const data = `..${revision}`;
    await mkdir(join(folder, data));
    await writeFile(join(folder, data, "mine.ts"), own);
    await writeFile(join(folder, data, "word.ts"), `export const word = "${word}";\n`);
    await symlink(data, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    await rm(join(folder, `..${revision - 1}`), { recursive: true, force: true });
  }

  it("is loaded anew, and what it imports is watched where it is", () =>
    inFolder(async (folder) => {
      const file = join(folder, "mine.ts");
      const load = async () => {
        const module = await readOwnModule(file);
        const { said } = (await module.load()) as { said: () => string };
        return { said: said(), module };
      };
      await publish(folder, 1, OWN(1), "one");
      for (const name of ["mine.ts", "word.ts"]) await symlink(`..data/${name}`, join(folder, name));
      const first = await load();
      assert.equal(first.said, "one 1");
      assert.deepEqual(
        [...first.module.files.keys()].map((path) => basename(path)),
        ["mine.ts", "word.ts"],
      );
      await publish(folder, 2, OWN(2), "one");
      assert.equal((await load()).said, "one 2");
      await publish(folder, 3, OWN(2), "three");
      const third = await load();
      // whichever of both it is: what is said to be in use is
      assert.ok(third.said === "three 2" || third.module.outdated.length > 0, third.said);
    }));
});
