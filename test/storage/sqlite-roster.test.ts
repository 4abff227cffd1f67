/** Where a SQLite store keeps who is on the pages of a pass. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { baseline, begin, compare, end, LEASE, listed, missingUsers, passOver, read, SCOPE } from "./roster-support.ts";
import { HOUR, MINUTE } from "./suite-support.ts";

async function withFolder(prove: (path: string, scratches: () => string[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-roster-"));
  try {
    const scratches = () => readdirSync(folder).filter((name) => /-pass-[0-9a-f]{16}$/.test(name));
    await prove(join(folder, "bridge.db"), () => scratches().map((name) => join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const PEOPLE = [listed("a", 0), listed("b", 0), listed("c", 0)];

describe("the pages of a pass", () => {
  it("are in a file of its own, for its owner alone, and gone when it has ended", () =>
    withFolder(async (path, scratches) => {
      const storage = openSqlite({ path });
      await storage.keepRoster(SCOPE);
      const { pass } = await passOver(storage, { at: HOUR, people: PEOPLE });
      const [file = ""] = scratches();
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await end(storage, pass);
      assert.deepEqual(scratches(), []);
      await storage.close();
      assert.deepEqual(
        readdirSync(join(path, "..")).filter((name) => name.includes("pass")),
        [],
      );
    }));

  it("are read anew where the file is gone or damaged", () =>
    withFolder(async (path, scratches) => {
      for (const spoil of [(file: string) => rmSync(file), (file: string) => writeFileSync(file, "no database")]) {
        let storage = openSqlite({ path });
        await storage.keepRoster(SCOPE);
        const pass = await begin(storage, { at: HOUR, people: PEOPLE });
        await read(storage, pass, PEOPLE);
        await storage.close();
        for (const file of scratches()) {
          for (const beside of ["-wal", "-shm"]) rmSync(`${file}${beside}`, { force: true });
          spoil(file);
        }
        storage = openSqlite({ path });
        const anew = await begin(storage, { at: HOUR, people: PEOPLE });
        assert.notEqual(anew.id, pass.id);
        await read(storage, anew, PEOPLE);
        await compare(storage, anew);
        await end(storage, anew);
        assert.deepEqual(scratches(), []);
        await storage.close();
      }
    }));

  it("are missed where their file goes in the middle of a pass: nobody is found by what is left", () =>
    withFolder(async (path, scratches) => {
      const storage = openSqlite({ path });
      await baseline(storage, "a", "b", "c");
      const held = { ...LEASE, after: null, limit: 100 };
      for (const step of ["siftRoster", "mergePages"] as const) {
        const pass = await begin(storage, { at: 3 * HOUR, people: PEOPLE });
        await read(storage, pass, PEOPLE);
        if (step === "mergePages") await compare(storage, pass);
        for (const file of scratches()) rmSync(file);
        const answer =
          step === "siftRoster"
            ? await storage.siftRoster({ ...held, pass: pass.id })
            : await storage.mergePages({ ...held, pass: pass.id, skewMs: MINUTE, cameBack: "record" });
        assert.deepEqual(answer, { tag: "vanished" });
        assert.deepEqual(await missingUsers(storage), []);
        await storage.endPass({ ...LEASE, pass: pass.id }, { state: "void", why: "gone" });
      }
      await storage.close();
    }));

  it("belong to the store whichever process reads on", () =>
    withFolder(async (path) => {
      const [bridge, command] = [openSqlite({ path }), openSqlite({ path, serves: false })];
      await bridge.keepRoster(SCOPE);
      const pass = await begin(command, { at: HOUR, people: PEOPLE });
      await read(command, pass, PEOPLE);
      assert.equal((await compare(bridge, pass)).added, 3);
      await end(command, pass);
      await bridge.close();
      await command.close();
    }));
});
