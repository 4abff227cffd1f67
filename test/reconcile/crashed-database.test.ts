/** Passes on PostgreSQL through a crash of the database, which takes what was read of Chat's list: it stands in no log. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PassParts } from "../../src/reconcile/parts.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { startPrivatePostgres } from "../support/postgres.ts";
import { clockedBy } from "../support/turned-store.ts";
import { HOUR, MINUTE, NEWS, type Rig, withRig } from "./support.ts";

const PEOPLE = Array.from({ length: 900 }, (_, index) => `u${index + 1_000}`);

describe("a crash of the database", { skip: ON_BUN_ALONE }, () => {
  const { open, server } = clockedBy(() => startPrivatePostgres({ fsync: "off", wal_writer_delay: "10000ms" }));

  async function crash(): Promise<void> {
    await server().crash();
    await server().start();
  }

  /** A roster that was read well an hour ago, and one who has left since. */
  const withRoster = (people: number, use: (rig: Rig) => Promise<void>) =>
    withRig({ open }, async (rig) => {
      await rig.chat.subscribe(NEWS, PEOPLE.slice(0, people));
      await rig.turn(MINUTE);
      await rig.subscribe("told");
      await rig.turn(MINUTE);
      assert.equal((await rig.pass()).tag, "done");
      await rig.chat.unsubscribe(NEWS, "u1007");
      await rig.turn(HOUR);
      await use(rig);
    });

  /** Crashes before the call of this name, of so many. */
  function crashBefore(
    rig: Rig,
    name: "notePage" | "noteQuarantined" | "siftRoster" | "mergePages",
    nth: number,
  ): Partial<PassParts> {
    let calls = 0;
    const call = async (step: never) => {
      calls += 1;
      if (calls === nth) await crash();
      return (rig.storage[name] as (of: never) => Promise<unknown>)(step);
    };
    const storage: Storage = new Proxy(rig.storage, {
      get: (of, one) => (one === name ? call : Reflect.get(of, one)),
    });
    return { storage };
  }

  // what was noted last goes with the crash as well: then the pages are fewer than Chat counts
  const why = /gone, as after a crash of the database|more than callbacks explain/;

  for (const [when, people, name, nth] of [
    ["between two pages", 900, "notePage", 3],
    ["before the last page", 900, "notePage", 5],
    ["behind the last page", 900, "siftRoster", 1],
    ["behind the only page", 9, "noteQuarantined", 1],
    ["while the roster is compared", 900, "siftRoster", 2],
    ["while pages are taken over", 900, "mergePages", 2],
  ] as const) {
    it(`${when} makes a pass void that goes on, and holds nobody whom it took out of sight`, () =>
      withRoster(people, async (rig) => {
        const result = await rig.pass(crashBefore(rig, name, nth));
        assert.ok(result.tag === "void", JSON.stringify(result));
        assert.match(result.why, why);
        assert.deepEqual([await rig.missing("held"), rig.facts.people.healed, rig.facts.held], [[], 0, 0]);
        await rig.turn(HOUR);
        const next = await rig.pass();
        assert.ok(next.tag === "done", JSON.stringify(next));
        assert.deepEqual([next.people.healed, next.people.present, next.held], [1, 0, 0]);
        assert.deepEqual(await rig.story("u1007"), ["healed unsubscribed"]);
      }));
  }

  it("lets nobody continue a pass that was stopped: another begins from the first page", () =>
    withRoster(900, async (rig) => {
      const ending = new AbortController();
      const asked: unknown[] = [];
      rig.chat.looking = (command, { Next }) => {
        if (!command.endsWith("get_subscriber_info")) return;
        asked.push(Next);
        if (asked.length === 3) ending.abort();
      };
      assert.equal((await rig.pass({ signal: ending.signal })).tag, "stopped");
      const [stopped] = await rig.storage.passes({ limit: 1 });
      assert.ok(stopped !== undefined && stopped.pages > 0);
      await crash();
      await rig.turn(2 * MINUTE);
      asked.length = 0;
      const next = await rig.pass({ holder: "machine b" });
      assert.ok(next.tag === "done", JSON.stringify(next));
      assert.deepEqual([asked[0], asked.length, next.people.healed], ["", 5, 1]);
      assert.notEqual(next.pass, stopped.id);
    }));
});
