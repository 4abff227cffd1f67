/** Rosters that machines share: whoever is faster, a person is healed once, and never beside their callback. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { eventually } from "../support/eventually.ts";
import { postgresServer } from "./postgres-support.ts";
import {
  baseline,
  begin,
  end,
  findMissing,
  follow,
  heal,
  listed,
  OF,
  passOver,
  read,
  SCOPE,
} from "./roster-support.ts";
import {
  arrive,
  callbackOf,
  delivered,
  drain,
  eventOf,
  HOUR,
  MINUTE,
  register,
  route,
  take,
  users,
} from "./suite-support.ts";

const withMachines = postgresServer();

/** Keeps a callback that tells that somebody left. Returns what makes an event of it. */
async function told(storage: Storage, user: string): Promise<() => Promise<void>> {
  await storage.accept({ callbacks: [callbackOf(user)], quarantine: [] });
  const [callback] = (await storage.unread(100)).slice(-1);
  assert.ok(callback);
  const events = [eventOf({ user, at: 2 * HOUR })];
  return () => storage.expand([{ callback: callback.seq, events, quarantine: [] }]);
}

describe("machines that share a roster", () => {
  it(
    "heal a person once, at the same moment as well",
    withMachines(async (machines) => {
      const [one, other] = [await machines.open(), await machines.open()];
      const names = users("user", 10);
      await baseline(one, ...names);
      const { pass } = await findMissing(one, []);
      const results = await Promise.all(
        names.flatMap((user) => [heal(one, pass, user), heal(other, pass, user), heal(one, pass, user)]),
      );
      const tags = Map.groupBy(results, ({ tag }) => tag);
      assert.deepEqual([tags.get("healed")?.length, tags.get("gone")?.length], [10, 20]);
      for (const user of names) assert.equal((await one.trace(user)).length, 1, user);
    }),
  );

  it(
    "have either the callback alone, or the healed wish with the callback as the same one",
    withMachines(async (machines) => {
      const [one, other] = [await machines.open(), await machines.open()];
      await register(one);
      const names = users("user", 12);
      await baseline(one, ...names);
      const { pass } = await findMissing(one, []);
      for (const [index, user] of names.entries()) {
        const expand = await told(other, user);
        // what is unread of somebody else is in nobody's way
        const healing = () => heal(one, pass, user);
        const racing = index % 2 === 0 ? [expand(), healing()] : [healing(), expand()];
        const results = await Promise.all(racing);
        const tag = results.find((result) => result !== undefined)?.tag;
        const story = await one.trace(user);
        const told_ = story.find(({ event }) => event.source === undefined);
        assert.ok(told_, user);
        if (tag !== "healed") assert.deepEqual([story.length, told_.sameAs], [1, undefined], `${user}: ${tag}`);
        else assert.equal(told_.sameAs, story.find(({ event }) => event.source === "reconcile")?.event.id, user);
      }
      await route(one);
      const sent = (await drain(one, delivered)).map(({ event }) => event.user);
      assert.deepEqual(sent.toSorted(), names.toSorted(), "each of them once");
    }),
  );

  it(
    "skip a late callback though the healed wish is another machine's to deliver",
    withMachines(async (machines) => {
      const [one, other] = [await machines.open(), await machines.open()];
      await register(one);
      await baseline(one, "a");
      const { pass } = await findMissing(one, []);
      await heal(one, pass, "a");
      await route(one);
      const claim = await take(one);
      assert.equal(claim.deliveries.length, 1);
      await (await told(other, "a"))();
      await route(other);
      const story = await other.trace("a");
      assert.deepEqual(
        story.map(({ deliveries }) => deliveries[0]?.state),
        ["skipped", "waiting"],
      );
    }),
  );

  it(
    "follow an account from its beginning that another machine adds while one ends what was followed late",
    withMachines(async (machines) => {
      const storage = await machines.open();
      const [first, second] = ["@TOA#_first", "@TOA#_second"].map((account) => ({ app: OF.app, account }));
      assert.ok(first && second);
      await storage.keepRoster([first]);
      await arrive(storage, { user: "a", kind: "subscribed" });
      await follow(storage);
      await storage.keepRoster([first, second]);
      assert.deepEqual(await storage.followEvents(100), { more: true });
      // as `keepRoster` of the other machine does it, which has not committed yet
      const other = postgres(machines.url, { max: 1, fetch_types: false, onnotice: () => undefined });
      await other
        .begin(async (sql) => {
          await sql.unsafe(`SET LOCAL search_path = ${machines.schema}`);
          await sql.unsafe(`UPDATE reconciling SET late_from = 0, scopes = '${JSON.stringify([first, second, OF])}'`);
          await sql.unsafe(
            `INSERT INTO roster_accounts (app, account, known_since, followed_to) VALUES ('${OF.app}', '${OF.account}', 0, 0)`,
          );
          const ending = storage.followEvents(100);
          const locked = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%reconciling%'`;
          await eventually(async () => (await machines.sql(locked)).length > 0);
          return { ending };
        })
        .then(({ ending }) => ending);
      await other.end();
      await follow(storage);
      assert.deepEqual(await machines.sql("SELECT user_id FROM roster"), [{ user_id: "a" }]);
    }),
  );

  it(
    "begin a pass anew where what was read is gone, as after a crash of the database",
    withMachines(async (machines) => {
      const storage = await machines.open();
      await storage.keepRoster(SCOPE);
      const people = [listed("a", 0), listed("b", 0)];
      const pass = await begin(storage, { at: HOUR, people });
      await read(storage, pass, people);
      assert.equal((await begin(storage, { at: HOUR, people })).id, pass.id);
      await machines.sql("DELETE FROM pass_people WHERE user_id = 'a'");
      const anew = await begin(storage, { id: "anew", at: HOUR, people });
      assert.deepEqual([anew.id, anew.pages], ["anew", 0]);
      assert.deepEqual(await machines.sql("SELECT * FROM pass_people"), []);
    }),
  );

  it(
    "keep who is on the pages of a pass out of the log, and nothing of it when it has ended",
    withMachines(async (machines) => {
      const storage = await machines.open();
      await storage.keepRoster(SCOPE);
      const { pass } = await passOver(storage, { at: HOUR, people: [listed("a", 0)] });
      const [kind] = await machines.sql("SELECT relpersistence FROM pg_class WHERE oid = to_regclass('pass_people')");
      assert.equal(kind?.relpersistence, "u");
      await end(storage, pass);
      for (const table of ["pass_people", "pass_named", "pass_pages"]) {
        assert.deepEqual(await machines.sql(`SELECT * FROM ${table}`), []);
      }
    }),
  );

  it(
    "lose a pass to whoever continues it, and write nothing from then on",
    withMachines(async (machines) => {
      const [one, other] = [await machines.open(), await machines.open()];
      await baseline(one, "a");
      const { pass } = await findMissing(one, []);
      await machines.sql("UPDATE passes SET lease_until = 0");
      const request = { ...OF, id: "other", holder: "machine b", leaseMs: MINUTE, chatTime: 0, subscribers: 0 };
      assert.equal((await other.beginPass({ ...request, kind: "roster", continueMs: 0 })).tag, "begun");
      assert.deepEqual(await heal(one, pass, "a"), { tag: "lost" });
      assert.deepEqual(await one.trace("a"), []);
    }),
  );
});
