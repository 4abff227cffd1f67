/** `.env` beside the configuration: what is in it for other programs stands in nobody's way. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
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
    const { ok, said } = await saidOf("A=b\nTOKEN=chat#callback-token\n", withoutToken);
    assert.deepEqual([ok, said], [false, [`error 2: ${words("TOKEN")}`]]);
  });

  it("is a warning where none does", async () => {
    assert.deepEqual(await saidOf("UNRELATED=ab#cd\n"), { ok: true, said: [`warning 1: ${words("UNRELATED")}`] });
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
