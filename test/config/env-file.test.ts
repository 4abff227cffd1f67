/** `.env` beside the configuration: what is in it for other programs stands in nobody's way. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Env } from "../../src/config/decoding/variables.ts";
import { strayLines } from "../../src/config/env-lines.ts";
import { renderFaults } from "../../src/config/faults/render.ts";
import { loadConfig } from "../../src/config/load.ts";
import { CHAT, ENV, inFolder, PARTNER } from "./support.ts";

/** What is said of `.env`. */
function saidOf(text: string, real = ENV) {
  return inFolder(async (folder) => {
    const file = join(folder, "bridge.yaml");
    await writeFile(file, CHAT + PARTNER);
    await writeFile(join(folder, ".env"), text);
    const loaded = await loadConfig(file, real, { file: join(folder, ".env"), real });
    const faults = loaded.ok ? loaded.config.warnings : loaded.faults;
    return { ok: loaded.ok, said: faults.map(({ severity, line, what }) => `${severity} ${line}: ${what}`) };
  });
}

describe("a # inside a value of .env", () => {
  const { TOKEN: _, ...withoutToken } = ENV;
  const words = (name: string) => `the value of ${name} has a # in it, which begins a comment`;

  it("is an error where a setting uses the variable", async () => {
    const { ok, said } = await saidOf("A=b\nTOKEN=chat-app#callback-token\n", withoutToken);
    assert.deepEqual([ok, said], [false, [`error 2: ${words("TOKEN")}`]]);
  });

  it("is a warning where none does", async () => {
    for (const name of ["UNRELATED", "OTHER_TOKEN"]) {
      assert.deepEqual(await saidOf(`${name}=ab#cd\n`), { ok: true, said: [`warning 1: ${words(name)}`] });
    }
  });

  it("is nobody's concern where the environment itself sets the variable, or a later line does", async () => {
    assert.deepEqual(await saidOf("TOKEN=chat#callback-token\n"), { ok: true, said: [] });
    const twice = await saidOf("TOKEN=chat#callback-token\nTOKEN=chat-callback-token\n", withoutToken);
    assert.deepEqual(twice, { ok: true, said: [] });
  });

  it("is an error in a proxy's address, which no setting names and every connector uses", async () => {
    assert.equal((await saidOf("HTTPS_PROXY=http://proxy.example#x\n")).ok, false);
  });
});

describe("what to do about another sign in .env", () => {
  for (const sign of ["：", "＝", "﹕"]) {
    it(`is to type an equals sign: TOKEN${sign}…`, async () => {
      const { faults } = { faults: [...strayLines(".env", `TOKEN${sign}x\n`).values()].map(({ todo }) => todo) };
      assert.deepEqual(faults, ["type = in its place: TOKEN=…"]);
    });
  }
});

it("a name with a blank in it is told by what is meant: CHAT CALLBACK_TOKEN=…", () => {
  const told = strayLines(".env", "CHAT CALLBACK_TOKEN=x\n").get("CHAT_CALLBACK_TOKEN");
  assert.deepEqual([told?.todo, told?.source], ["write CHAT_CALLBACK_TOKEN=…", "CHAT_CALLBACK_TOKEN…"]);
});

describe("two variables on one line of .env", () => {
  const { TOKEN: _, ...withoutToken } = ENV;
  const first = "another variable stands behind the value of TOKEN, on the same line, and would be a part of it";
  const second = "a second variable stands on the line of another one, and is a part of that one's value";

  it("are a fault of the first, whose value would end with the second", async () => {
    for (const line of ["TOKEN=chat-token B=y", "export TOKEN=chat-token export B=y", 'TOKEN="chat-token" B=y']) {
      assert.deepEqual(await saidOf(`${line}\n`, withoutToken), { ok: false, said: [`error 1: ${first}`] }, line);
    }
  });

  it("are a fault of the second, which is not set", async () => {
    const { ok, said } = await saidOf("A=x TOKEN=chat-callback-token\n", withoutToken);
    assert.equal(ok, false);
    assert.ok(said.includes(`error 1: ${second}`), said.join("\n"));
    const told = strayLines(".env", "A=x TOKEN=y\n").get("TOKEN");
    assert.deepEqual([told?.column, told?.todo], [5, "write TOKEN=… on a line of its own"]);
  });

  it("are nobody's concern where no setting uses them, nor are blanks, padding, comments and quoted values", async () => {
    const text = 'OPTS=-x A=b\nTOKEN="chat token B=y"\nC=d # TOKEN=e\nE=YWJj ZGVm==\n';
    assert.deepEqual(await saidOf(text, withoutToken), { ok: true, said: [] });
  });
});

describe("a line of .env that sets nothing", () => {
  const { TOKEN: _, ...withoutToken } = ENV;
  for (const [line, said] of [
    [
      "TOKEN＝chat-callback-token",
      "error 2: a full-width equals sign ＝ (U+FF1D) stands here, and the line sets no variable",
    ],
    [
      "ＴOKEN=chat-callback-token",
      "error 2: a full-width letter Ｔ (U+FF34) stands here, and the line sets no variable",
    ],
    [
      "　TOKEN=chat-callback-token",
      "error 2: an ideographic space (U+3000) stands here, and the line sets no variable",
    ],
    ["TOKEN:chat-callback-token", "error 2: a colon stands where = belongs, and the line sets no variable"],
    ["set TOKEN=chat-callback-token", "error 2: this is a line for another program, and the line sets no variable"],
    ["TO KEN=chat-callback-token", "error 2: a blank stands in the name, and the line sets no variable"],
    ["TOKEN chat-callback-token", "error 2: no = stands behind the name, and the line sets no variable"],
    ["- TOKEN=chat-callback-token", "error 2: this is a line for another program, and the line sets no variable"],
    [
      '$env:TOKEN = "chat-callback-token"',
      "error 2: this is a line for another program, and the line sets no variable",
    ],
  ] as const) {
    it(`is named where a setting uses the variable: ${line.slice(0, 12)}…`, async () => {
      const { ok, said: found } = await saidOf(`A=b\n${line}\n`, withoutToken);
      assert.equal(ok, false);
      assert.ok(found.includes(said), found.join("\n"));
      assert.ok(!found.join("\n").includes("callback-token"));
    });
  }

  it("is none that has a colon and a blank behind its name, which one runtime reads and the other does not", async () => {
    assert.deepEqual(await saidOf('A="b\nTOKEN: no\n"\nTOKEN: chat-callback-token\n', withoutToken), {
      ok: true,
      said: [],
    });
  });

  it("is none that has a tab behind export, which one runtime reads and the other does not", async () => {
    assert.deepEqual(await saidOf("\texport\tTOKEN=chat-callback-token\n", withoutToken), { ok: true, said: [] });
  });

  it("is a warning behind a line that sets the variable, which goes on with the old value", async () => {
    const { ok, said } = await saidOf("TOKEN=chat-callback-token\nTOKEN＝rotated\n", withoutToken);
    assert.deepEqual([ok, said.length], [true, 1]);
    assert.match(
      said[0] ?? "",
      /^warning 2: a full-width equals sign ＝ \(U\+FF1D\) stands here, and the line sets no/,
    );
  });

  it("is nobody's concern where none does, or a line behind it sets it", async () => {
    assert.deepEqual(await saidOf("OTHER：x\nsome words\n"), { ok: true, said: [] });
    assert.deepEqual(await saidOf("TOKEN：x\nTOKEN=chat-callback-token\n", withoutToken), { ok: true, said: [] });
  });
});

describe("a variable that is asked for and not set", () => {
  const { TOKEN: _, ...withoutToken } = ENV;
  const usual = "set it, or give a default: ${TOKEN:-default}";
  const hintOf = (text: string, real: Env = withoutToken) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "bridge.yaml"), CHAT + PARTNER);
      await writeFile(join(folder, ".env"), text);
      const loaded = await loadConfig(join(folder, "bridge.yaml"), real, { file: join(folder, ".env"), real });
      const fault = (loaded.ok ? [] : loaded.faults).find(({ variable }) => variable === "TOKEN");
      assert.ok(fault);
      if (fault.hint !== undefined) assert.ok(renderFaults([fault]).endsWith(`\n        ${fault.todo}`));
      return fault.todo;
    });

  for (const [what, text, said] of [
    ["a slip in its name", "TOKNE=chat-callback-token\n", "did you mean TOKNE, which stands in .env?"],
    ["a slip in its name, and no value", "TOKNE=\n", "did you mean TOKNE, which stands in .env?"],
    ["small letters", "token=chat-callback-token\n", "did you mean token, which stands in .env?"],
    ["no value", "TOKEN=\n", "it stands in .env without a value: write one there"],
    ["a slip and another sign", "TOKNE：chat-callback-token\n", "did you mean TOKNE, which stands in .env?"],
  ] as const) {
    it(`is told by what stands in .env in its place: ${what}`, async () => assert.equal(await hintOf(text), said));
  }

  it("is told by what the environment has in its place", async () => {
    const slip = { ...withoutToken, TOKNE: "chat-callback-token" };
    assert.equal(await hintOf("OTHER=x\n", slip), "did you mean TOKNE, which stands in the environment?");
    const empty = { ...withoutToken, TOKEN: "" };
    const said = "the environment sets it to nothing, and wins over .env: unset it there";
    assert.equal(await hintOf("TOKEN=chat-callback-token\n", empty), said);
  });

  it("is not told by what is another setting's, or has another name", async () => {
    assert.equal(await hintOf("SOMETHING_ELSE=x\n"), usual);
    assert.equal(await hintOf("SECRET=x\n"), usual);
  });

  it("has the line shown that was meant to set it, whatever is wrong with its sign", async () => {
    const { said } = await saidOf("TOKNE：chat-callback-token\n", withoutToken);
    assert.ok(said.some((one) => one.startsWith("error 1: a full-width colon ：")));
  });
});

describe("a file like .env that is not read", () => {
  const { TOKEN: _, ...withoutToken } = ENV;

  /** What is said of a folder with these files, whose configuration is config/bridge.yaml, by file, severity and words. */
  function saidIn(files: Readonly<Record<string, string>>, cwd = ".", real: Env = withoutToken) {
    return inFolder(async (folder) => {
      await mkdir(join(folder, "config"));
      await writeFile(join(folder, "config/bridge.yaml"), CHAT + PARTNER);
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      const env = { file: join(folder, cwd, ".env"), real };
      const loaded = await loadConfig(join(folder, "config/bridge.yaml"), real, env);
      const faults = loaded.ok ? loaded.config.warnings : loaded.faults;
      const told = faults.filter(({ file }) => !file.endsWith(".yaml"));
      return told.map(({ file, severity, what, todo }) =>
        `${file} ${severity}: ${what}; ${todo}`.replaceAll(`${folder}/`, ""),
      );
    });
  }

  it("is named that stands beside the configuration in its stead", async () => {
    assert.deepEqual(await saidIn({ "config/.env": "TOKEN=chat-callback-token\n" }), [
      "config/.env warning: this file is not read, and it sets TOKEN; variables come from .env, which is not there: copy this one to it",
    ]);
  });

  it("is named that stands there beside the one that counts", async () => {
    const both = { "config/.env": "TOKEN=old\nSECRET=x\n", ".env": "TOKEN=chat-callback-token\n" };
    assert.deepEqual(await saidIn(both), [
      "config/.env warning: this file is not read, and it sets TOKEN and SECRET; variables come from .env: put them there",
    ]);
  });

  it("is named that stands above, where the command runs beside the configuration", async () => {
    assert.deepEqual(await saidIn({ ".env": "TOKEN=chat-callback-token\n" }, "config"), [
      ".env warning: this file is not read, and it sets TOKEN; variables come from config/.env, which is not there: copy this one to it",
    ]);
  });

  it("is named by another name where it has what is missing, and only there", async () => {
    const filled = { "config/.env.example": "TOKEN=chat-callback-token\n", ".env.txt": "TOKEN=chat-callback-token\n" };
    assert.deepEqual(await saidIn(filled), [
      "config/.env.example warning: this file is not read, and it sets TOKEN; variables come from .env, which is not there: copy this one to it",
      ".env.txt warning: this file is not read, and it sets TOKEN; variables come from .env, which is not there: copy this one to it",
    ]);
    assert.deepEqual(await saidIn({ ...filled, ".env": "TOKEN=chat-callback-token\n" }), []);
    assert.deepEqual(await saidIn({ "config/.env.example": "TOKEN=\n" }), []);
  });

  it("is none that is the same file, or has nothing for us", async () => {
    assert.deepEqual(await saidIn({ "config/.env": "OTHER=x\n", ".env": "TOKEN=chat-callback-token\n" }), []);
  });
});
