/** A store moves from SQLite to PostgreSQL, and nothing of it is lost, doubled or out of order. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { LedgerEntry } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { type MoveProgress, moveStore } from "../../src/storage/migrate/index.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { lockStore } from "../../src/storage/sqlite/lock.ts";
import { ACTOR, act } from "../support/act.ts";
import { type Machines, postgresServer } from "./postgres-support.ts";
import { allMissing, baseline, end, findMissing, heal, holdAll, passOver } from "./roster-support.ts";
import {
  arrive,
  callbackOf,
  changeState,
  dead,
  delivered,
  drain,
  entryOf,
  HOUR,
  later,
  register,
  route,
  settle,
  skipped,
  stateOf,
  take,
  timesOf,
  users,
  usersOf,
} from "./suite-support.ts";

const withMachines = postgresServer();

/** A SQLite store that has seen a bit of everything. */
async function fill(storage: Storage): Promise<void> {
  await register(storage, "crm", { writes: "state" });
  await register(storage, "partner");
  const happenings = users("user", 40).flatMap((user) => [
    { user, at: 1 },
    { user, at: 2, kind: "subscribed" as const },
    { user, at: 3, account: "@TOA#_other" },
  ]);
  await arrive(storage, ...happenings);
  await route(storage, ["crm", "partner"], ({ user }) => (user === "user-7" ? "not for this one" : undefined));
  const verdicts = [delivered, dead, later(0), later(HOUR, "slow"), skipped];
  for (let n = 0; n < 12; n += 1) {
    const connector = n % 2 ? "crm" : "partner";
    await settle(storage, await take(storage, 5, 5, connector), verdicts[n % verdicts.length] ?? delivered);
  }
  await storage.journaled((await storage.unjournaled(3)).map(({ id, generation }) => ({ id, generation })));
  await changeState(storage, { state: { status: "paused", cause: "credentials" }, probeInMs: HOUR }, "partner");
  await storage.accept({
    callbacks: [
      callbackOf("not read yet"),
      callbackOf("nor this"),
      callbackOf("gone", { command: "OfficialAccount.CallbackAfterOfficialAccountDestroyed" }),
    ],
    quarantine: [entryOf("odd"), entryOf("worse", { fault: '✗ "quoted" \\ {a,b}' })],
  });
  const stale = { requestTime: 1_790_000_000_000, behindMs: HOUR };
  await storage.accept({ callbacks: [], quarantine: [entryOf("stale", { stale })] });
  await storage.noteClocks({ newest: { "1400000000": stale.requestTime + HOUR } });
  await storage.count({ received: 3, refused: 1 });
  await storage.noteLookUp({ actor: ACTOR, operation: "search", person: "张伟", filter: {}, count: 2 });
  const odd = entryOf("odd");
  const edit = { id: odd.id, before: odd.body, body: new TextEncoder().encode("put right by hand") };
  assert.equal(await storage.editQuarantined(edit, act({ operation: "quarantine_edit" })), "edited");
  await storage.retryNow("crm", act({ operation: "retry", filter: { connector: "crm" } }));
}

async function withSqlite(prove: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-migrate-"));
  try {
    const path = join(folder, "bridge.db");
    const storage = openSqlite({ path });
    await fill(storage);
    await storage.close();
    await prove(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const target = ({ url, schema }: Machines) => ({ url, schema, prepare: true });

test(
  "everything that can be asked is answered alike afterwards",
  withMachines((machines) =>
    withSqlite(async (path) => {
      const early = new DatabaseSync(path);
      early.exec("INSERT INTO pruned VALUES (1, 1700000000000)");
      early.close();
      const moved = await moveStore({ from: path, to: target(machines) });
      assert.deepEqual(
        moved.map(({ table, rows }) => [table, rows]),
        [
          ["connectors", 2],
          ["callbacks", 122],
          ["events", 120],
          ["deliveries", 240],
          ["quarantine", 3],
          ["edited", 1],
          ["notices", 1],
          ["newest", 1],
          ["audit", 3],
          ["reconciling", 0],
          ["roster", 0],
          ["roster_accounts", 0],
          ["missing", 0],
          ["healed", 0],
          ["healed_facts", 0],
          ["coverage", 0],
          ["alarms", 0],
          ["alarm_notices", 0],
          ["alarm_silences", 0],
          ["counters", 2],
        ],
      );
      const [before, after] = [openSqlite({ path, serves: false }), await machines.open()];
      assert.deepEqual(await ledger(after), await ledger(before));
      for (const name of ["crm", "partner"])
        assert.deepEqual(await after.connector(name), await before.connector(name));
      const [old, now] = [await before.status(), await after.status()];
      assert.deepEqual(now.counters, old.counters);
      assert.deepEqual(now.unread, old.unread);
      assert.deepEqual(now.quarantined, old.quarantined);
      const counts = ({ connectors }: typeof now) =>
        connectors.map(({ waiting, dead, oldestWaitingAt }) => [waiting, dead, oldestWaitingAt]);
      assert.deepEqual(counts(now), counts(old));
      assert.deepEqual(await after.unread(10), await before.unread(10));
      const raw = { since: 0, after: 0, limit: 1_000 };
      assert.deepEqual(await after.callbacks(raw), await before.callbacks(raw));
      assert.equal((await after.callbacks(raw)).prunedBefore, 1_700_000_000_000);
      assert.equal((await after.unjournaled(100)).length, (await before.unjournaled(100)).length);
      assert.deepEqual(await after.quarantined({ limit: 10 }), await before.quarantined({ limit: 10 }));
      assert.deepEqual(await after.quarantineEntry("odd"), await before.quarantineEntry("odd"));
      assert.deepEqual(await after.noteClocks({ newest: {} }), await before.noteClocks({ newest: {} }));
      const audit = await before.audited({}, { limit: 10 });
      assert.deepEqual(await after.audited({}, { limit: 10 }), audit);
      await after.pause("crm", act({ operation: "pause" }));
      const [latest] = await after.audited({}, { limit: 1 });
      assert.ok(Number(latest?.id) > Number(audit[0]?.id), "its numbers go on behind the moved ones");
      await before.close();
    }),
  ),
);

test(
  "rosters, who is missing and what was healed move along, and a callback that comes after all is the same wish",
  withMachines(async (machines) => {
    const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-migrate-"));
    const path = join(folder, "bridge.db");
    const before = openSqlite({ path });
    await register(before, "crm");
    await baseline(before, "healed", "held", "there");
    const { pass } = await findMissing(before, ["there"]);
    assert.equal((await heal(before, pass, "healed")).tag, "healed");
    await holdAll(before, pass, "somebody must look");
    await end(before, pass);
    await route(before);
    await drain(before);
    const asked = async (storage: Storage) => [
      await storage.trace("healed"),
      await allMissing(storage, {}),
      await storage.rosterAccounts(),
      await storage.coverage(),
    ];
    const told = await asked(before);
    await before.close();
    await moveStore({ from: path, to: target(machines) });
    const after = await machines.open();
    assert.deepEqual(await asked(after), told);
    const [callback] = await arrive(after, { user: "healed", at: 2 * HOUR });
    assert.ok(callback);
    await route(after);
    assert.equal(await stateOf(after, callback), "skipped");
    const next = await passOver(after, { at: 4 * HOUR, people: [] });
    assert.deepEqual([next.found, next.known], [1, 1]);
    rmSync(folder, { recursive: true });
  }),
);

test(
  "the queue goes on where it was, and what comes next is new",
  withMachines((machines) =>
    withSqlite(async (path) => {
      await moveStore({ from: path, to: target(machines) });
      const storage = await machines.open();
      const waiting = (await storage.deliveries({ connector: "crm", states: ["waiting"] }, { limit: 1_000 })).length;
      assert.ok(waiting > 0);
      await storage.retryNow("crm", act());
      const sent = await drain(storage);
      const overtaken = (await storage.deliveries({ connector: "crm", states: ["waiting"] }, { limit: 1_000 })).length;
      assert.equal(overtaken, 0);
      for (const user of users("user", 40)) {
        const times = timesOf({ deliveries: sent.filter(({ event }) => event.user === user) });
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
          user,
        );
      }
      const replayed = (await storage.replay({ connector: "crm" }, act())).changed;
      assert.ok(replayed > 0);
      assert.equal(await count(storage, "waiting"), replayed);
      await storage.expand(
        (await storage.unread(10)).map(({ seq }) => ({ callback: seq, events: [], quarantine: [] })),
      );
      await arrive(storage, { user: "new", at: 9 });
      assert.equal(await route(storage), 1);
      await drain(storage);
      const [story] = await storage.trace("new");
      assert.equal(story?.deliveries[0]?.state, "delivered");
    }),
  ),
);

test(
  "a move that is interrupted goes on where it was, and no bridge works on half a store",
  withMachines((machines) =>
    withSqlite(async (path) => {
      const stopping = new AbortController();
      const seen: MoveProgress[] = [];
      const onProgress = (progress: MoveProgress) => {
        seen.push(progress);
        if (progress.table === "callbacks") stopping.abort(new Error("the power is out"));
      };
      const to = target(machines);
      await assert.rejects(moveStore({ from: path, to, onProgress, signal: stopping.signal }), /the power is out/);
      await assert.rejects(machines.open(), /is being moved into the schema .* start `migrate` again/);
      seen.length = 0;
      await moveStore({ from: path, to, onProgress: (progress) => seen.push(progress) });
      const again = seen.filter(({ doing, table }) => doing === "moving" && table === "callbacks");
      assert.deepEqual(again, [], "callbacks were moved before");
      assert.equal((await (await machines.open()).status()).unread, 2);
    }),
  ),
);

test(
  "rows that did not arrive as they were are found",
  withMachines((machines) =>
    withSqlite(async (path) => {
      const to = target(machines);
      const stopping = new AbortController();
      const onProgress = ({ doing }: MoveProgress) => {
        if (doing === "checking") stopping.abort(new Error("checking"));
      };
      await assert.rejects(moveStore({ from: path, to, onProgress, signal: stopping.signal }), /checking/);
      await machines.sql(
        "UPDATE deliveries SET attempts = attempts + 1 WHERE event = (SELECT max(event) FROM deliveries)",
      );
      await assert.rejects(
        moveStore({ from: path, to }),
        /deliveries did not arrive as it was: 240 rows .* against 240/,
      );
      await assert.rejects(machines.open(), /being moved/);
    }),
  ),
);

test(
  "neither a store that is served nor one that is in use is touched",
  withMachines((machines) =>
    withSqlite(async (path) => {
      const lock = await lockStore(path);
      await assert.rejects(moveStore({ from: path, to: target(machines) }), /already served by another bridge/);
      lock.release();
      const storage = await machines.open();
      await register(storage, "crm");
      await assert.rejects(moveStore({ from: path, to: target(machines) }), /in use already \(connectors\)/);
      assert.deepEqual(usersOf(await take(storage)), []);
      await assert.rejects(moveStore({ from: `${path}.not`, to: target(machines) }), /no SQLite store/);
    }),
  ),
);

/** But for who stands behind whom: that is not moved, since the first take finds it anew. */
async function ledger(storage: Storage): Promise<readonly LedgerEntry[]> {
  const entries = await storage.deliveries({}, { limit: 1_000 });
  return entries.map(({ isBehind: _, ...entry }) => entry);
}

async function count(storage: Storage, state: "waiting" | "dead"): Promise<number> {
  return (await storage.deliveries({ connector: "crm", states: [state] }, { limit: 1_000 })).length;
}
