/** Behind a pooler in transaction mode, a connection is somebody else's between any two transactions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { PGBOUNCER, startPgBouncer } from "../support/pgbouncer.ts";
import { postgresServer } from "./postgres-support.ts";
import {
  callbackOf,
  delivered,
  drain,
  eventOf,
  queueUsers,
  register,
  route,
  settle,
  take,
  users,
} from "./suite-support.ts";

const withMachines = postgresServer();

test(
  "two machines behind one PgBouncer, with fewer connections than they believe to have, lose nothing",
  { skip: PGBOUNCER === undefined && "this machine has no PgBouncer; its rules are tested below" },
  withMachines(async ({ url, open }) => {
    const pooler = await startPgBouncer(PGBOUNCER ?? "", url, 2);
    try {
      const options = { url: pooler.url, prepare: false, max: 4 };
      const machines = await Promise.all([open(options), open(options)]);
      await Promise.all(machines.map((storage) => register(storage, "crm", { writes: "state" })));
      await Promise.all(machines.map((storage, n) => work(storage, n)));
      assert.equal((await machines[0].status()).connectors[0]?.deliveredLastHour, 2 * 30);
      await Promise.all(machines.map((storage) => storage.close()));
    } finally {
      await pooler.stop();
    }
  }),
);

test(
  "behind a PgBouncer that lets in few clients, callbacks are taken beside all the rest",
  { skip: PGBOUNCER === undefined && "this machine has no PgBouncer" },
  withMachines(async ({ url, open }) => {
    const pooler = await startPgBouncer(PGBOUNCER ?? "", url, 2, 4);
    try {
      const storage = await open({ url: pooler.url, prepare: false, max: 10 });
      await register(storage);
      // all that there may be, and none of them intake's
      await Promise.all(users("work", 40).map(() => storage.connector("crm")));
      const taken = users("intake", 10).map((user) =>
        storage.accept({ callbacks: [callbackOf(user)], quarantine: [] }),
      );
      const busy = users("work", 40).map(() => storage.connector("crm"));
      await Promise.all([...taken, ...busy]);
      assert.equal((await storage.unread(100)).length, 10);
      await storage.close();
    } finally {
      await pooler.stop();
    }
  }),
);

async function work(storage: Storage, machine: number): Promise<void> {
  const names = users(`machine-${machine}`, 30);
  await Promise.all(names.map((user) => storage.accept({ callbacks: [callbackOf(user)], quarantine: [] })));
  for (let unread = await storage.unread(10); unread.length > 0; unread = await storage.unread(10)) {
    await storage.expand(
      unread.map(({ seq, body }) => ({
        ...{ callback: seq, quarantine: [] },
        events: [eventOf({ user: new TextDecoder().decode(body) })],
      })),
    );
  }
  while ((await storage.unrouted(["crm"], 1_000)).events.length > 0) await route(storage);
  await drain(storage, delivered, 7);
}

test(
  "by the pooler's rules: no lock outlives its transaction, and nobody idles in one",
  withMachines(async ({ open, sql }) => {
    const storage = await open({ prepare: false, max: 1 });
    await register(storage);
    await queueUsers(storage, "a", "b");
    await settle(storage, await take(storage), delivered);
    const sessions = await sql(`
      SELECT a.state, (SELECT count(*)::int FROM pg_locks l WHERE l.pid = a.pid) AS locks
      FROM pg_stat_activity a WHERE a.application_name = 'unsub-bridge'`);
    assert.ok(sessions.length > 0);
    for (const session of sessions) assert.deepEqual(session, { state: "idle", locks: 0 });
  }),
);
