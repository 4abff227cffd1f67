/** `dead-letters replay` and `discard` of many: what was shown is what is done, whoever interrupts it and whoever goes on. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ACTOR, act } from "../support/act.ts";
import { eventually } from "../support/eventually.ts";
import { guarded } from "../support/guard.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { commandLine } from "../support/process.ts";
import { signalChild } from "../support/signal.ts";
import { ENV, fateOf, openSeeded, type Seeded, seedEvents, seedEverything, settleSeeded } from "./seed.ts";
import { onTerminal } from "./terminal.ts";

let seeded: Seeded;
afterEach(() => seeded.close());

/** Dead letters of so many persons. */
async function bury(count: number, prefix = "rejected"): Promise<void> {
  const users = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await seeded.inStore(async (storage) => {
    await seedEvents(storage, users, ["crm"]);
    await settleSeeded(storage, "crm", (user, event) => (user.startsWith(prefix) ? fateOf(user, event) : undefined));
  });
}

/** Looks into the store's file beside whatever is at work on it. */
function look<T>(read: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(seeded.path("data/bridge.db"));
  try {
    db.exec("PRAGMA busy_timeout = 10000");
    return read(db);
  } finally {
    db.close();
  }
}

const numberOf = (sql: string): number => look((db) => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0));
const done = (): number => numberOf("SELECT sum(done) FROM plans");

/** What is replayed stands in the ledger as in the audit, and in the plans. */
function assertTold(): void {
  const replayed = numberOf("SELECT count(*) FROM deliveries WHERE generation = 2");
  assert.equal(numberOf("SELECT sum(count) FROM audit WHERE operation = 'replay'"), replayed);
  assert.equal(numberOf("SELECT sum(changed) FROM plans"), replayed);
}

/** Each step of a plan takes so long from now on that a signal comes in the middle. */
function slowDown(): void {
  look((db) =>
    db.exec(`CREATE TRIGGER slow AFTER UPDATE OF done ON plans BEGIN
      SELECT count(*) FROM plan_items a, (SELECT item FROM plan_items LIMIT 60) b WHERE a.item % 7 = b.item % 7; END`),
  );
}

/** A command that can be interrupted. */
function launch(...args: string[]) {
  const { file, args: all } = commandLine([...args, "--config", seeded.config]);
  const env = { ...process.env, ...ENV };
  const child = guarded(spawn(file, all, { cwd: seeded.folder, env, stdio: ["ignore", "pipe", "pipe"] }));
  const ended = Promise.all([text(child.stdout), once(child, "close")]).then(([out]) => ({
    out,
    code: child.exitCode,
  }));
  return { ended, signal: (name: NodeJS.Signals) => signalChild(child, name) };
}

describe("what was shown", { skip: ON_BUN_ALONE }, () => {
  beforeEach(async () => {
    seeded = await openSeeded(seedEverything);
  });

  it("is done by its plan, exactly, whatever was given up since", async () => {
    const { out } = await seeded.command("dead-letters", "replay", "--connector", "crm");
    const [, plan = ""] = /Exactly this, until \S+: dead-letters replay --plan (\w+) --yes\n/.exec(out) ?? [];
    await bury(1, "expired-again");
    await seeded.command("dead-letters", "discard", "--user", "unmatched-1", "--yes");
    const later = await seeded.command("dead-letters", "replay", "--plan", plan, "--yes");
    assert.equal(later.code, 0);
    assert.match(later.out, /To replay: 3 dead letters\n {2}crm: 1 expired, 1 rejected, 1 unmatched\n/);
    assert.match(later.out, /Left alone, discarded by a person: 1\n {2}\w+:crm\nReplayed 2 dead letters\.\n$/);
    assert.equal(await seeded.state("expired-again-0", "crm"), "dead");
    const again = await seeded.command("dead-letters", "replay", "--plan", plan, "--yes");
    assert.equal(again.code, 1);
    assert.match(again.out, /There is nothing to replay\.\n/);
  });

  it("is asked about at a terminal: done at a yes, forgotten at a no", async () => {
    const args = ["dead-letters", "replay", "--class", "rejected", "--config", seeded.config];
    const no = await onTerminal(args, { env: ENV, answers: ["n"] });
    assert.deepEqual([no.code, no.err], [0, "Replay it? [y/N] "]);
    assert.match(no.out, /To replay: .*1 dead letter.*\n {2}crm: 1 rejected\nNothing was changed\.\n$/);
    assert.deepEqual(await seeded.inStore((storage) => storage.plans()), []);
    const yes = await onTerminal(args, { env: ENV, answers: ["y"] });
    assert.match(yes.out, /Replayed 1 dead letter\.\n$/);
    assert.equal(await seeded.state("rejected-1", "crm"), "waiting");
  });

  it("is not done by a plan that is over, nor by one for something else", async () => {
    const { err } = await seeded.command("dead-letters", "replay", "--plan", "gone", "--yes");
    assert.equal(err, 'There is no plan "gone" (any more): plans are kept for a day. Look again, and do it then.\n');
    const plan = await seeded.json("dead-letters", "replay", "--all");
    assert.deepEqual([plan.done, plan.changed, plan.plan.deliveries], [false, 3, 3]);
    const other = await seeded.command("dead-letters", "discard", "--plan", plan.plan.id, "--yes");
    assert.deepEqual([other.code, other.out], [2, ""]);
    assert.match(other.err, /is one to replay: say that/);
  });
});

describe("many dead letters", { skip: ON_BUN_ALONE }, () => {
  beforeEach(async () => {
    seeded = await openSeeded();
  });

  it("that another front has begun with are gone on with, and the audit says the part of each", async () => {
    await bury(1_203);
    await seeded.inStore(async (storage) => {
      const { id } = await storage.beginPlan({ id: "of-ann", repair: "replay", filter: {}, actor: ACTOR });
      while ((await storage.freezePlan(id))?.frozen === false);
      await storage.workOffPlan(id, act());
    });
    await bury(1, "expired");
    const { code, out } = await seeded.command("dead-letters", "replay", "--all", "--yes", "--as", "ben");
    assert.equal(code, 0);
    assert.match(
      out,
      /^One that ann has begun at \S+ was interrupted: this goes on with it\.\n {2}500 of 1,203 are done/,
    );
    assert.match(out, /To replay: 703 dead letters\nReplayed 1,203 dead letters\.\n$/);
    const { audit } = await seeded.json("audit", "list");
    const parts = audit.map((row: { actor: { name: string }; count: number }) => [row.actor.name, row.count]);
    assert.deepEqual(parts, [
      ["ben", 703],
      ["ann", 500],
    ]);
    assert.equal(await seeded.state("expired-0", "crm"), "dead");
    assert.match((await seeded.command("dead-letters", "replay", "--all", "--yes")).out, /Replayed 1 dead letter\.\n$/);
  });

  it("are replayed once each by two commands at once", async () => {
    await bury(1_203);
    const both = ["ann", "ben"].map((name) => seeded.command("dead-letters", "replay", "--all", "--yes", "--as", name));
    // what they say of their progress depends on how long it takes
    for (const { code, err } of await Promise.all(both)) assert.equal(code, 0, err);
    assert.equal(numberOf("SELECT count(*) FROM deliveries WHERE generation = 2 AND state = 'waiting'"), 1_203);
    assert.equal(numberOf("SELECT sum(count) FROM audit"), 1_203);
    assert.equal(numberOf("SELECT waiting FROM connectors"), 1_203);
  });

  it("are replayed to the last one by a command that is killed again and again, and the audit always says how many were", async () => {
    await bury(4_003);
    slowDown();
    for (let kills = 0; kills < 3; kills += 1) {
      const before = done();
      const command = launch("dead-letters", "replay", "--all", "--yes", "--as", "ann");
      await eventually(() => done() > before);
      command.signal("SIGKILL");
      await command.ended;
      assertTold();
    }
    assert.ok(done() < 4_003);
    const { code } = await seeded.command("dead-letters", "replay", "--all", "--yes", "--as", "ann");
    assert.equal(code, 0);
    assertTold();
    assert.equal(numberOf("SELECT count(*) FROM deliveries WHERE generation = 2 AND state = 'waiting'"), 4_003);
    assert.equal(numberOf("SELECT count(*) FROM audit"), 1);
  });

  it("stop at Ctrl-C between two steps, and are gone on with by the same command", async () => {
    await bury(4_003);
    slowDown();
    const command = launch("dead-letters", "replay", "--all", "--yes");
    await eventually(() => done() > 0);
    command.signal("SIGINT");
    const { out, code } = await command.ended;
    assert.equal(code, 1);
    assert.match(
      out,
      /Stopped: [\d,]+ of 4,003 dead letters done\. The same command goes on, or:\n {2}dead-letters replay --plan \w+ --yes\n$/,
    );
    assert.ok(done() < 4_003);
    assert.match(
      (await seeded.command("dead-letters", "replay", "--all", "--yes")).out,
      /Replayed 4,003 dead letters\.\n$/,
    );
    assertTold();
  });
});
