/** `audit list`: what commands did and looked up, and in whose name. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, it } from "node:test";
import { callbackBody } from "../support/callbacks.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { faultyCallback, type Json, openSeeded, type Seeded, seedEverything } from "./seed.ts";

let seeded: Seeded;
beforeEach(async () => {
  seeded = await openSeeded(async (storage) => {
    await seedEverything(storage);
    const understood = faultyCallback(
      callbackBody({ users: ["late-1"] }),
      "EventTime: expected milliseconds since 1970",
    );
    await storage.accept({ callbacks: [], quarantine: [understood] });
  });
});
afterEach(() => seeded.close());

/** Oldest first; without what the seed itself has done. */
async function rows(...filter: string[]): Promise<Json[]> {
  const { audit } = await seeded.json("audit", "list", "--limit", "100", ...filter);
  return audit.toReversed().filter(({ actor }: Json) => actor.name !== "seed");
}

/** Whatever is written into the audit from now on is refused. */
function breakAudit(): void {
  const db = new DatabaseSync(seeded.path("data/bridge.db"));
  db.exec("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the audit is broken'); END");
  db.close();
}

describe("the audit", { skip: ON_BUN_ALONE }, () => {
  it("has a row for every repair, search and export: who, what was meant, how many", async () => {
    for (const line of [
      "dead-letters replay --class rejected --yes",
      "dead-letters discard --user unmatched-1 --yes",
      "pause crm",
      "retry --now crm",
      "resume crm",
      "quarantine replay --all --yes",
      "trace expired-1",
      "deliveries list --user delivered-1",
      "dead-letters export --connector crm",
      `backup ${seeded.path("backup.db")}`,
    ]) {
      const { code, err } = await seeded.command(...line.split(" "), "--as", "ann");
      assert.equal(code, 0, `${line}: ${err}`);
    }
    const found = await rows();
    assert.deepEqual(
      found.map(({ operation, count, person }) => [operation, count, person]),
      [
        ["replay", 1, null],
        ["discard", 1, "unmatched-1"],
        ["pause", 1, null],
        ["retry", 1, null],
        ["resume", 1, null],
        ["quarantine_replay", 1, null],
        ["search", 1, "expired-1"],
        ["search", 2, "delivered-1"],
        ["export", 1, null],
        ["export", 8, null],
      ],
    );
    for (const { actor } of found) assert.deepEqual(actor, { name: "ann", front: "terminal", proven: false });
    const { plan, ...replayed } = found[0].filter;
    assert.deepEqual([replayed, found[2].filter], [{ class: "rejected" }, { connector: "crm" }]);
    assert.deepEqual(found.at(-1).filter, { backup: seeded.path("backup.db") });
    assert.match(plan, /^[0-9a-f]{12}$/);
    assert.ok(found.every(({ at, until }) => Date.parse(at) > Date.now() - 600_000 && at <= until));
  });

  it("has no row of what was only shown", async () => {
    await seeded.command("dead-letters", "replay", "--all");
    await seeded.command("quarantine", "replay", "--all");
    await seeded.command("status");
    await seeded.command("deliveries", "list");
    assert.deepEqual(await rows(), []);
    const { code, out } = await seeded.command("audit", "list", "--actor", "nobody");
    assert.deepEqual([code, out], [0, "Nothing of the kind was done or looked up.\n"]);
  });

  it("list tells it as a table, page by page, by user, actor, operation and time", async () => {
    await seeded.command("trace", "delivered-1", "--as", "ann");
    await seeded.command("pause", "crm", "--as", "ben");
    const { out } = await seeded.command("audit", "list", "--limit", "1");
    assert.match(
      out,
      /^WHEN +WHO +WHAT +HOW MANY +USER +FILTER +ID\n.* ben \(terminal, unproven\) +paused +1 .*\{"connector":"crm"\}/,
    );
    assert.match(out, /There are more: --after \d+\n$/);
    const operations = async (...filter: string[]) => (await rows(...filter)).map(({ operation }) => operation);
    assert.deepEqual(await operations("--user", "delivered-1"), ["search"]);
    assert.deepEqual(await operations("--actor", "ben"), ["pause"]);
    assert.deepEqual(await operations("--operation", "search", "--since", "1h"), ["search"]);
    assert.deepEqual(await operations("--since", "2099-01-01"), []);
  });

  it("takes the name of --as, of UNSUB_BRIDGE_USER, of the system, in this order", async () => {
    const names: string[] = [];
    for (const [args, env] of [
      [["--as", "ann"], { UNSUB_BRIDGE_USER: "ben" }],
      [[], { UNSUB_BRIDGE_USER: "ben" }],
      [[], { UNSUB_BRIDGE_USER: "" }],
    ] as const) {
      await seeded.withEnv(env, "pause", "crm", ...args);
      names.push((await rows()).at(-1).actor.name);
    }
    assert.deepEqual(names, ["ann", "ben", userInfo().username]);
  });

  it("takes no name that nobody could read later, and does nothing then", async () => {
    for (const name of ["", " ann", "a\u001b[2J", "n".repeat(101)]) {
      for (const command of [
        ["pause", "crm"],
        ["backup", seeded.path("backup.db")],
      ]) {
        const { code, err } = await seeded.command(...command, `--as=${name}`);
        assert.equal(code, 2, name);
        assert.match(err, /^--as: write a name/);
      }
    }
    assert.ok(!existsSync(seeded.path("backup.db")));
    assert.deepEqual(await rows(), []);
  });

  it("is no reason to keep an answer back: what it does not hold is said behind it", async () => {
    breakAudit();
    const { code, out, err } = await seeded.command("trace", "delivered-1");
    assert.equal(code, 0);
    assert.match(out, /unsubscribed from/);
    assert.equal(err, "The audit does not hold that this was looked up: the audit is broken\n");
    const copied = await seeded.command("backup", seeded.path("backup.db"));
    assert.deepEqual([copied.code, copied.err], [0, err]);
    assert.match(copied.out, /is whole/);
  });

  it("has its row with the change or there is no change", async () => {
    breakAudit();
    const { code, err } = await seeded.command("dead-letters", "replay", "--class", "rejected", "--yes");
    assert.equal(code, 3);
    assert.match(err, /the audit is broken/);
    assert.equal(await seeded.state("rejected-1", "crm"), "dead");
  });
});
