/** Ids as people type them: any beginning that no other has, or as a list has shown them. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isBeginning, typedId } from "../../src/operations/beginnings.ts";
import { ENV, fateOf, faultyCallback, openSeeded, type Seeded, seedEvents, settleSeeded } from "./seed.ts";
import { onTerminal } from "./terminal.ts";

describe("ids that are typed", () => {
  let seeded: Seeded;
  let rejected: string;
  const entries = ["one", "two"].map((body) => faultyCallback(body, "body: expected a JSON object in UTF-8", 1_000));
  before(async () => {
    seeded = await openSeeded(async (storage) => {
      await seedEvents(storage, ["rejected-1", "rejected-2", "delivered-1", "ann", "anna"], ["crm", "partner"]);
      await settleSeeded(storage, "crm", fateOf);
      await storage.accept({ callbacks: [], quarantine: entries });
    });
    rejected = await seeded.id("rejected-1", "crm");
  });
  after(() => seeded.close());

  const run = (...args: string[]) => onTerminal([...args, "--config", seeded.config], { env: ENV, isTerminal: false });
  const event = () => rejected.slice(0, 64);

  it("are taken whole, without their connector, cut as lists cut them, and in capitals", async () => {
    for (const typed of [
      rejected,
      `${rejected.slice(0, 12)}…:crm`,
      `${rejected.slice(0, 12)}...:crm`,
      `${rejected.slice(0, 12)}:crm`,
      `${rejected.slice(0, 12)}…rm`,
      `${rejected.slice(0, 12).toUpperCase()}:c`,
    ]) {
      const { code, out, err } = await run("deliveries", "show", typed);
      assert.deepEqual([code, err], [0, ""], typed);
      assert.match(out, new RegExp(`^delivery +${rejected}\n`));
    }
  });

  it("mean the dead letter, where an event has one among its deliveries", async () => {
    const { code, out } = await run("dead-letters", "show", rejected.slice(0, 12));
    assert.equal(code, 0);
    assert.match(out, new RegExp(`^delivery +${rejected}\n`));
    const replay = await run("dead-letters", "replay", "--id", rejected.slice(0, 12), "--json");
    assert.equal(JSON.parse(replay.out).changed, 1);
  });

  it("that several begin with are told with a few of those that are meant, and nothing is done", async () => {
    const delivered = await seeded.id("delivered-1", "crm");
    const { code, err } = await run("deliveries", "show", delivered.slice(0, 12));
    assert.equal(code, 2);
    assert.match(
      err,
      /is the beginning of several ids; say more of it:\n {2}[0-9a-f]{64}:crm {2}delivered-1, delivered\n/,
    );
    assert.match(err, /:partner {2}delivered-1, waiting\n/);
  });

  it("that nothing begins with are unknown, as whole ones are", async () => {
    const none = `${event().slice(0, 20)}${event()[20] === "0" ? "1" : "0"}`;
    for (const typed of [none, "crm", "…", "zz", `${"0".repeat(64)}:crm`]) {
      const { code, err } = await run("dead-letters", "show", typed);
      assert.equal(code, 1, typed);
      assert.match(err, /There is no delivery/);
    }
    const { code, out } = await run("dead-letters", "replay", "--id", none);
    assert.equal(code, 1);
    assert.match(out, /Left alone, not in this store: 1/);
  });

  it("name where a list goes on", async () => {
    const users = async (...more: string[]) => {
      const { out } = await run("deliveries", "list", "--connector", "crm", "--json", ...more);
      return JSON.parse(out).deliveries.map((entry: { event: { user: string } }) => entry.event.user);
    };
    const all = await users();
    const place = all.indexOf("rejected-1");
    assert.deepEqual(await users("--after", `${rejected.slice(0, 12)}…:crm`), all.slice(place + 1));
    assert.deepEqual(await users("--after", rejected), all.slice(place + 1));
  });

  it("name entries of the quarantine as well", async () => {
    const [one, two] = entries.map(({ id }) => id);
    assert.ok(one !== undefined && two !== undefined);
    const shown = await run("quarantine", "show", one.slice(0, 10));
    assert.match(shown.out, new RegExp(`^id +${one}\n`));
    const replay = await run("quarantine", "replay", "--id", `${two.slice(0, 8)}…`, "--json");
    assert.deepEqual(
      JSON.parse(replay.out).entries.map(({ id }: { id: string }) => id),
      [two],
    );
    const list = await run("quarantine", "list", "--after", one.slice(0, 10), "--json");
    assert.deepEqual(
      JSON.parse(list.out).entries.map(({ id }: { id: string }) => id),
      [two],
    );
    assert.equal((await run("quarantine", "show", "nothing")).code, 1);
  });

  it("name a plan by its beginning", async () => {
    const { out } = await run("dead-letters", "replay", "--all", "--json");
    const { id } = JSON.parse(out).plan;
    const again = await run("dead-letters", "replay", "--plan", id.slice(0, 5), "--json");
    assert.equal(JSON.parse(again.out).plan.id, id);
    assert.match((await run("dead-letters", "replay", "--plan", "zz")).err, /There is no plan "zz"/);
  });

  it("name a person by a beginning that is nobody else's, and whoever was looked up so is in the audit", async () => {
    assert.match((await run("trace", "delivered")).out, /^delivered-1: 1 event\n/);
    // somebody has just this id
    assert.match((await run("trace", "ann")).out, /^ann: 1 event\n/);
    const several = await run("trace", "rejected");
    assert.deepEqual(
      [several.code, several.out],
      [1, `"rejected" is nobody's id, and the beginning of several; say more of it:\n  rejected-1\n  rejected-2\n`],
    );
    assert.deepEqual(JSON.parse((await run("trace", "rejected", "--json")).out).candidates, [
      "rejected-1",
      "rejected-2",
    ]);
    const looked = JSON.parse((await run("audit", "list", "--operation", "search", "--json")).out).audit;
    const found = looked.map(({ person, count }: { person: string; count: number }) => `${person} ${count}`);
    for (const one of ["delivered-1 1", "ann 1"]) assert.ok(found.includes(one), `${one} in ${found}`);
  });
});

describe("what is typed", () => {
  it("is a pattern of ids, which means its end before it means what goes on", () => {
    const id = `${"0123456789abcdef".repeat(4)}:crm`;
    assert.deepEqual(
      [typedId("0123:crm")?.isMeant(`${id}_eu`), typedId("0123:crm")?.isMeantExactly(`${id}_eu`)],
      [true, false],
    );
    assert.deepEqual([typedId("0123…rm")?.isMeantExactly(id), typedId("0123:xrm")?.isMeant(id)], [true, false]);
    for (const wrong of ["", "…", ":crm", "xyz", "0*f", `${id.slice(0, 64)}0`])
      assert.equal(typedId(wrong), undefined, wrong);
  });

  it("is a place in the ledger where it looks like one", () => {
    assert.deepEqual(["123:crm", "1400000000/17/9:crm", "123", "abc:crm", "123…:crm"].map(isBeginning), [
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});
