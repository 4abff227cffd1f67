/** `dead-letters`, `quarantine`, `pause`, `resume`, `retry`: a store put right through the real command line. */
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, it } from "node:test";
import { callbackBody } from "../support/callbacks.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { fateOf, faultyCallback, openSeeded, type Seeded, seedEvents, seedEverything, settleSeeded } from "./seed.ts";

let seeded: Seeded;
afterEach(() => seeded.close());

describe("dead letters", { skip: ON_BUN_ALONE }, () => {
  beforeEach(async () => {
    seeded = await openSeeded(seedEverything);
  });

  it("list shows what was given up and why, and only that", async () => {
    const { deliveries, next } = await seeded.json("dead-letters", "list");
    const found = deliveries.map((entry: { event: { user: string }; class: string }) => [
      entry.event.user,
      entry.class,
    ]);
    assert.deepEqual(found, [
      ["unmatched-1", "unmatched"],
      ["expired-1", "expired"],
      ["rejected-1", "rejected"],
    ]);
    assert.equal(next, null);
    const { out } = await seeded.command("dead-letters", "list", "--class", "expired");
    assert.match(out, /expired-1 .*dead \(expired\) .*nobody answered in time/);
    assert.equal(out.trim().split("\n").length, 2);
  });

  it("show tells everything of one; an unknown id is exit code 1", async () => {
    const id = await seeded.id("rejected-1", "crm");
    const { code, out } = await seeded.command("dead-letters", "show", id);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`delivery +${id}\n`));
    assert.match(out, /state +dead \(rejected\)/);
    assert.equal((await seeded.json("dead-letters", "show", id)).reason.status, 422);
    const unknown = await seeded.command("dead-letters", "show", "nothing");
    assert.deepEqual([unknown.code, unknown.err], [1, 'There is no delivery "nothing".\n']);
  });

  it("replay without --yes says what it would do, and changes nothing", async () => {
    const { code, out } = await seeded.command("dead-letters", "replay", "--connector", "crm");
    assert.equal(code, 0);
    assert.match(out, /To replay: 3 dead letters\n {2}crm: 1 expired, 1 rejected, 1 unmatched\n/);
    assert.match(out, /Nothing was changed; --yes does it\.\n$/);
    assert.equal(await seeded.state("rejected-1", "crm"), "dead");
  });

  it("replay --yes sends what the filters mean on its way again, and leaves the rest", async () => {
    const { code, out } = await seeded.command("dead-letters", "replay", "--class", "rejected", "--yes");
    assert.equal(code, 0);
    assert.match(out, /Replayed 1 dead letter\.\n$/);
    assert.equal(await seeded.state("rejected-1", "crm"), "waiting");
    assert.equal(await seeded.state("expired-1", "crm"), "dead");
    assert.match((await seeded.command("trace", "rejected-1")).out, /replayed 1 time/);
  });

  it("replay --file takes the ids of the lines, names the torn ones, and what has changed meanwhile", async () => {
    const exported = (await seeded.command("dead-letters", "export")).out;
    const torn = exported.split("\n")[0]?.slice(0, 40);
    const foreign = JSON.stringify({ level: "info", fact: "bridge.ready" });
    const unknown = JSON.stringify({ v: 1, id: "0000:crm", generation: 1 });
    await writeFile(seeded.path("letters.jsonl"), `${exported}${foreign}\n${unknown}\n${torn}`);
    await seeded.command("dead-letters", "replay", "--user", "expired-1", "--yes");
    await seeded.inStore((storage) =>
      settleSeeded(storage, "crm", (user, event) => (user === "expired-1" ? { event, to: "delivered" } : undefined)),
    );
    const delivered = await seeded.id("expired-1", "crm");

    const plan = await seeded.command("dead-letters", "replay", "--file", "letters.jsonl");
    assert.match(plan.out, /To replay: 2 dead letters\n {2}crm: 1 unmatched, 1 rejected\n/);
    assert.match(plan.out, new RegExp(`Left alone, delivered meanwhile: 1\n {2}${delivered}\n`));
    assert.match(plan.out, /Left alone, not in this store: 1\n {2}0000:crm\n/);
    assert.match(plan.out, /Lines of the file that are left out: 2\n {2}line 4: .*\n {2}line 6: .*not JSON/);

    const done = await seeded.json("dead-letters", "replay", "--file", "letters.jsonl", "--yes");
    assert.deepEqual([done.done, done.changed, done.connectors], [true, 2, { crm: { unmatched: 1, rejected: 1 } }]);
    assert.deepEqual(done.left.map(({ why }: { why: string }) => why).sort(), ["delivered", "unknown"]);
    assert.equal(done.faults.length, 2);
    assert.equal(await seeded.state("expired-1", "crm"), "delivered");
  });

  it("discard puts dead letters away, and never what waits", async () => {
    const waiting = await seeded.id("张伟", "crm");
    const dead = await seeded.id("unmatched-1", "crm");
    const { left, changed } = await seeded.json("dead-letters", "discard", "--id", waiting, "--id", dead, "--yes");
    assert.deepEqual([changed, left], [1, [{ id: waiting, why: "waiting" }]]);
    assert.equal(await seeded.state("张伟", "crm"), "waiting");
    assert.equal(await seeded.state("unmatched-1", "crm"), "discarded");
  });

  it("--json without --yes only tells", async () => {
    const plan = await seeded.json("dead-letters", "discard", "--all");
    assert.deepEqual([plan.done, plan.changed], [false, 3]);
    assert.equal(await seeded.state("expired-1", "crm"), "dead");
  });

  it("nothing to replay is exit code 1; no choice, or two, is a usage error", async () => {
    assert.equal((await seeded.command("dead-letters", "replay", "--user", "nobody", "--yes")).code, 1);
    const none = await seeded.command("dead-letters", "replay", "--yes");
    assert.deepEqual([none.code, none.out], [2, ""]);
    assert.match(none.err, /Say which/);
    const two = await seeded.command("dead-letters", "replay", "--id", "x", "--connector", "crm");
    assert.equal(two.code, 2);
    const missing = await seeded.command("dead-letters", "replay", "--file", "missing.jsonl");
    assert.equal(missing.code, 2);
    assert.match(missing.err, /missing\.jsonl cannot be read/);
  });

  it("export writes a private file, never over another", async () => {
    const first = await seeded.command("dead-letters", "export", "--to", "out.jsonl", "--class", "rejected");
    assert.deepEqual([first.code, first.out], [0, "1 dead letter written to out.jsonl\n"]);
    const path = seeded.path("out.jsonl");
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const letter = JSON.parse(await readFile(path, "utf8"));
    assert.deepEqual([letter.v, letter.class, letter.event.user], [1, "rejected", "rejected-1"]);
    const again = await seeded.command("dead-letters", "export", "--to", "out.jsonl");
    assert.equal(again.code, 1);
    assert.equal((await readFile(path, "utf8")).trim().split("\n").length, 1);
  });
});

describe("many dead letters", { skip: ON_BUN_ALONE }, () => {
  beforeEach(async () => {
    const users = Array.from({ length: 1_203 }, (_, index) => `rejected-${index}`);
    seeded = await openSeeded(async (storage) => {
      await seedEvents(storage, users, ["crm"]);
      await settleSeeded(storage, "crm", fateOf);
    });
  });

  it("are replayed to the last one, beyond the first page", async () => {
    const { out } = await seeded.command("dead-letters", "replay", "--all", "--yes");
    assert.match(out, /To replay: 1,203 dead letters\n/);
    assert.match(out, /Replayed 1,203 dead letters\.\n$/);
    const { connectors } = await seeded.json("status");
    assert.deepEqual([connectors[0].waiting, connectors[0].dead.all], [1_203, 0]);
  });
});

describe("the quarantine", { skip: ON_BUN_ALONE }, () => {
  const early = Date.now() - 86_400_000;
  const understood = faultyCallback(
    callbackBody({ users: ["late-1", "late-2"] }),
    "EventTime: expected milliseconds since 1970",
  );
  // our clock was a day behind when it came
  const ahead = faultyCallback(callbackBody({ users: ["late-3"] }), "EventTime: more than 10 minutes ahead", early);
  const broken = faultyCallback("{\u001b[2J", "body: expected a JSON object in UTF-8");
  const unkept = { ...broken, id: "unkept", body: new Uint8Array(), size: 5_000_000 };
  beforeEach(async () => {
    seeded = await openSeeded(async (storage) => {
      await storage.accept({ callbacks: [], quarantine: [understood, ahead, broken, unkept] });
    });
  });

  async function pauseCrm(): Promise<void> {
    await seeded.inStore((storage) => seedEvents(storage, [], ["crm"]));
    assert.equal((await seeded.command("pause", "crm")).code, 0);
  }

  it("list shows faults and ids, page by page", async () => {
    const { out } = await seeded.command("quarantine", "list");
    assert.match(out, new RegExp(` ${understood.id} +EventTime: expected milliseconds since 1970\n`));
    assert.match(out, /4\.8 MiB/);
    const { entries, next } = await seeded.json("quarantine", "list", "--limit", "3");
    assert.equal(entries.length, 3);
    const rest = await seeded.json("quarantine", "list", "--after", next);
    assert.deepEqual([rest.entries.length, rest.next], [1, null]);
  });

  it("show gives the body as it came, harmless to a terminal", async () => {
    const { code, out } = await seeded.command("quarantine", "show", broken.id);
    assert.equal(code, 0);
    assert.ok(out.includes("{\ufffd[2J"));
    assert.equal((await seeded.json("quarantine", "show", broken.id)).body, "{\u001b[2J");
    assert.match((await seeded.command("quarantine", "show", "unkept")).out, /Its body was not kept\./);
    assert.equal((await seeded.command("quarantine", "show", "nothing")).code, 1);
  });

  it("replay says what is understood by now, and changes nothing without --yes", async () => {
    const { code, out } = await seeded.command("quarantine", "replay", "--all");
    assert.equal(code, 0);
    assert.match(out, /To take in: 2 callbacks of 3 users\nNothing was changed; --yes does it\.\n$/);
    assert.ok(out.includes(`${broken.id} stays: body: expected a JSON object`));
    assert.match(out, /unkept stays: its body was not kept/);
    const { quarantine, unread_callbacks } = await seeded.json("status");
    assert.deepEqual([quarantine.entries, unread_callbacks], [4, 0]);
  });

  it("replay --yes takes those in; the others stay with their reason", async () => {
    const { code, out } = await seeded.command("quarantine", "replay", "--all", "--yes");
    assert.equal(code, 0);
    assert.match(out, /Taken in: 2 callbacks\.\n$/);
    const { entries } = await seeded.json("quarantine", "list");
    assert.deepEqual(
      entries.map(({ id }: { id: string }) => id),
      [broken.id, "unkept"],
    );
    await seeded.inStore((storage) => seedEvents(storage, [], ["crm"]));
    assert.equal(await seeded.state("late-1", "crm"), "waiting");
    assert.equal(await seeded.state("late-3", "crm"), "waiting");
  });

  it("replay --yes names the connectors that send nothing for the time being", async () => {
    await pauseCrm();
    const { out } = await seeded.command("quarantine", "replay", "--all", "--yes");
    const held = /Taken in: 2 callbacks\.\n {2}crm: they wait: its connector is paused, \S+ paused it, until/;
    assert.match(out, held);
  });

  it("reread names them as well", async () => {
    await pauseCrm();
    const { code, out } = await seeded.command("callbacks", "reread", "--since", "2025-01-01", "--yes");
    assert.equal(code, 0);
    assert.match(out, /Done: what is to be sent goes out now\.\n {2}crm: they wait: its connector is paused/);
  });

  it("replay of entries that are not understood is exit code 1", async () => {
    const { code, out } = await seeded.command("quarantine", "replay", "--id", broken.id, "--id", "nothing", "--yes");
    assert.equal(code, 1);
    assert.match(out, /nothing stays: there is no entry with this id/);
    assert.equal((await seeded.command("quarantine", "replay")).code, 2);
  });
});

describe("a connector by hand", { skip: ON_BUN_ALONE }, () => {
  beforeEach(async () => {
    seeded = await openSeeded(seedEverything);
  });

  it("is paused with a reason that others see in status, in lists and in the audit", async () => {
    const why = "the portal moves";
    await seeded.command("pause", "crm", "--as", "ben", "--why", ` ${why}\u202e\n`);
    const status = await seeded.command("status");
    assert.match(status.out, /crm is paused .*: ben paused it\n {2}why: the portal moves\n {2}to do: `resume crm`/);
    const [crm] = (await seeded.json("status")).connectors;
    assert.deepEqual([crm.cause, crm.by, crm.words], ["person", "ben", why]);
    await seeded.command("retry", "--now", "crm", "--why", "it answers again");
    await seeded.command("resume", "crm", "--why", "moved");
    const { audit } = await seeded.json("audit", "list");
    const reasons = audit.map((row: { operation: string; filter: { why?: string } }) => [
      row.operation,
      row.filter.why,
    ]);
    assert.deepEqual(reasons.slice(0, 3), [
      ["resume", "moved"],
      ["retry", "it answers again"],
      ["pause", why],
    ]);
    assert.doesNotMatch((await seeded.command("status")).out, /portal/);
  });

  it("is paused until it is resumed", async () => {
    const paused = await seeded.command("pause", "crm");
    assert.deepEqual([paused.code, paused.err], [0, ""]);
    const status = await seeded.command("status");
    assert.equal(status.code, 1);
    assert.match(status.out, /crm is paused .*: \S+ paused it\n {2}to do: `resume crm` lets it go on/);
    assert.match((await seeded.command("retry", "--now", "--connector", "crm")).out, /it is paused until `resume crm`/);
    assert.equal((await seeded.command("resume", "crm")).code, 0);
    assert.equal((await seeded.command("status")).code, 0);
  });

  it("whose destination holds something else than was sent is told of by status, whatever has been restarted since", async () => {
    await seeded.inStore(async (storage) => {
      const [connector, differing] = ["crm", { count: 3, note: "contact 7; HubSpot has kept other values" }] as const;
      await storage.settle({ connector, token: "nobody", settlements: [], differing });
    });
    const { out } = await seeded.command("status");
    assert.match(
      out,
      /crm took deliveries and holds something else \(3 times since .*\)\n {2}the latest: contact 7; HubSpot/,
    );
    const { differing } = await seeded.json("status");
    assert.deepEqual([differing[0].connector, differing[0].count], ["crm", 3]);
  });

  it("that holds what is replayed is named before the yes, and after", async () => {
    const words = /^ {2}crm: they wait: its connector is paused, \S+ paused it, until somebody resumes it$/m;
    await seeded.command("pause", "crm");
    const shown = await seeded.command("dead-letters", "replay", "--connector", "crm");
    assert.match(
      shown.out,
      /^ {2}crm: .* unmatched; they wait: its connector is paused, \S+ paused it, until somebody/m,
    );
    const done = await seeded.command("dead-letters", "replay", "--connector", "crm", "--yes");
    assert.match(done.out, /Replayed 3 dead letters\.\n {2}crm: they wait: /);
    assert.match(done.out, words);
  });

  it("that holds what is replayed by id is named as well, for scripts too; nothing is said of what is put away", async () => {
    const { deliveries } = await seeded.json("dead-letters", "list", "--connector", "crm");
    const [first, second] = deliveries.map(({ id }: { id: string }) => id);
    await seeded.command("pause", "crm");
    const { holds } = await seeded.json("dead-letters", "replay", "--id", first);
    assert.deepEqual([holds.crm.by, holds.crm.cause], ["paused", "person"]);
    const { out } = await seeded.command("dead-letters", "replay", "--id", first, "--yes");
    assert.match(out, /Replayed 1 dead letter\.\n {2}crm: they wait: its connector is paused/);
    assert.doesNotMatch((await seeded.command("dead-letters", "discard", "--id", second, "--yes")).out, /they wait/);
  });

  it("is paused, resumed, tried again or replayed for when a bridge runs again, where none runs", async () => {
    seeded.leave();
    const said = /when a bridge runs again: none runs on this store now/;
    assert.match((await seeded.command("pause", "crm")).out, said);
    assert.match((await seeded.command("resume", "crm")).out, said);
    assert.match((await seeded.command("retry", "--now", "--all")).out, said);
    assert.match((await seeded.command("dead-letters", "replay", "--all", "--yes")).out, said);
    const { code, out } = await seeded.command("status");
    assert.equal(code, 1);
    assert.match(out, /^no bridge has run on this store in the last day, or since it was restored\n/);
    assert.match(out, /crm +webhook +not served/);
  });

  it("whose name is wrong is named, with what is near", async () => {
    for (const command of ["pause", "resume"]) {
      const { code, err } = await seeded.command(command, "partners");
      assert.deepEqual([code, err], [2, 'There is no connector "partners" in the store; did you mean "partner"?\n']);
    }
  });

  it("has all that waits tried at once by retry --now", async () => {
    const due = async () =>
      (await seeded.json("deliveries", "list", "--user", "retried-1", "--connector", "crm")).deliveries[0].due_at;
    assert.ok(Date.parse(await due()) > Date.now() + 60_000);
    const { code, out } = await seeded.command("retry", "--now", "--all");
    assert.equal(code, 0);
    assert.match(out, /crm: 2 deliveries waiting, tried again now\npartner: 7 deliveries waiting, tried again now\n/);
    assert.ok(Date.parse(await due()) <= Date.now());
  });

  it("retry wants to know when and which", async () => {
    assert.match((await seeded.command("retry", "--all")).err, /Say --now/);
    const { code, err } = await seeded.command("retry", "--now");
    assert.equal(code, 2);
    assert.match(err, /Say which/);
  });
});
