/** Files that commands make on a disk that is full: whole, or not there. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { after, before, describe, it } from "node:test";
import { limitedTo, NO_FULL_DISK } from "../support/full-disk.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { runProcess } from "../support/process.ts";
import { inFolder } from "./folder.ts";
import { ENV, fateOf, openSeeded, type Seeded, seedEvents, settleSeeded } from "./seed.ts";

/** Bytes: more than the log of the store takes here, and a part of what is written. */
const LIMIT = 96 * 1024;
const LETTERS = 500;

/** A command on a disk that is full beyond so many bytes a file. */
const onFullDisk = (limit: number, cwd: string, ...args: string[]) =>
  runProcess(args, { cwd, env: ENV, through: limitedTo(limit) });

// not by a look: Deno lets nobody look at it
const HAS_FULL_DEVICE = platform() === "linux";

describe("a file of dead letters", { skip: ON_BUN_ALONE }, () => {
  let seeded: Seeded;
  before(async () => {
    seeded = await openSeeded(async (storage) => {
      const users = Array.from({ length: LETTERS }, (_, index) => `rejected-${index}`);
      await seedEvents(storage, users, ["crm"]);
      await settleSeeded(storage, "crm", fateOf);
    });
  });
  after(() => seeded.close());
  const here = () => readdirSync(seeded.folder).filter((name) => name.startsWith("crm.jsonl"));

  it("is not there where the disk is full, and that is why the command fails", { skip: NO_FULL_DISK }, async () => {
    const args = ["dead-letters", "export", "--to", "crm.jsonl", "--config", seeded.config];
    const { code, out, err } = await onFullDisk(LIMIT, seeded.folder, ...args);
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, /crm\.jsonl cannot be written: the (disk is full|file may not grow any further)/);
    assert.deepEqual(here(), []);
  });

  it("is whole, for its owner alone, and never in another's place", async () => {
    const exported = () => seeded.command("dead-letters", "export", "--to", "crm.jsonl");
    assert.deepEqual([(await exported()).code, here()], [0, ["crm.jsonl"]]);
    const written = readFileSync(seeded.path("crm.jsonl"), "utf8");
    assert.ok(written.length > LIMIT);
    assert.equal(written.split("\n").length, LETTERS + 1);
    assert.equal(statSync(seeded.path("crm.jsonl")).mode & 0o777, 0o600);
    const { code, err } = await exported();
    assert.equal(code, 1);
    assert.match(err, /crm\.jsonl cannot be written: there is such a file already/);
    assert.equal(readFileSync(seeded.path("crm.jsonl"), "utf8"), written);
  });

  it("that the shell makes is no less a reason to fail, and says why", { skip: !HAS_FULL_DEVICE }, async () => {
    const through = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
    const args = ["dead-letters", "export", "--config", seeded.config];
    const { code, err } = await runProcess(args, { cwd: seeded.folder, env: ENV, through });
    assert.equal(code, 3);
    assert.match(err, /^What is said cannot be written: the disk is full\n$/);
  });
});

describe("a configuration that `init` writes", { skip: ON_BUN_ALONE }, () => {
  it("leaves what was there as it was, where the disk is full", { skip: NO_FULL_DISK }, () =>
    inFolder(async ({ path }) => {
      writeFileSync(`${path}/bridge.yaml`, "chat: mine\n");
      const init = ["init", "--app", "1", "--connectors", "webhook", "--config"];
      const forced = await onFullDisk(100, path, ...init, "bridge.yaml", "--force");
      assert.equal(forced.code, 2, forced.err);
      assert.match(forced.err, /The files cannot be written: the (disk is full|file may not grow any further)/);
      assert.equal(readFileSync(`${path}/bridge.yaml`, "utf8"), "chat: mine\n");
      assert.equal((await onFullDisk(100, path, ...init, "new/bridge.yaml")).code, 2);
      assert.deepEqual([readdirSync(path).sort(), readdirSync(`${path}/new`)], [["bridge.yaml", "new"], []]);
    }),
  );
});
