/** Indexes that questions want reach a store that is there already, while machines work on it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NotReady } from "../../src/storage/contract/questions.ts";
import { openQuestions } from "../../src/storage/open-questions.ts";
import { buildIndexes } from "../../src/storage/postgres/indexes.ts";
import { type Machines, postgresServer } from "./postgres-support.ts";
import { queueUsers, register } from "./suite-support.ts";

const NAMES = ["deliveries_waiting", "deliveries_dead_by_event", "events_by_prefix"];

describe("indexes for questions", () => {
  const withMachines = postgresServer();

  it(
    "are there from the beginning in a store that is made now",
    withMachines(async (machines) => {
      await machines.open();
      assert.deepEqual(await indexesOf(machines), NAMES.toSorted());
      assert.deepEqual(await build(machines), { outcome: "built", built: [] });
    }),
  );

  it(
    "are built for an older store; until then its queue is listed without them, and users are not found by a beginning",
    withMachines(async (machines) => {
      const storage = await machines.open();
      await register(storage);
      await queueUsers(storage, "jared", "jar", "other");
      await asOlder(machines);
      const questions = await openQuestions({ ...machines, prepare: true });
      const waiting = async () =>
        (await questions.deliveries({ states: ["waiting"] }, { limit: 10 })).entries.map(({ event }) => event.user);
      assert.deepEqual(await waiting(), ["other", "jar", "jared"]);
      assert.equal((await questions.status()).connectors[0]?.waiting, 3);
      await assert.rejects(questions.people("jar", { limit: 10 }), NotReady);
      assert.deepEqual(await build(machines), { outcome: "built", built: NAMES });
      assert.deepEqual(await waiting(), ["other", "jar", "jared"]);
      assert.deepEqual((await questions.people("jar", { limit: 10 })).entries, ["jar", "jared"]);
      await questions.close();
    }),
  );

  it(
    "that a machine has left half built are removed, and built anew",
    withMachines(async (machines) => {
      await machines.open();
      await machines.sql(
        `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"${machines.schema}".events_by_prefix'::regclass`,
      );
      assert.deepEqual(await build(machines), { outcome: "later", built: [] });
      assert.deepEqual(await build(machines), { outcome: "built", built: ["events_by_prefix"] });
      assert.deepEqual(await indexesOf(machines), NAMES.toSorted());
    }),
  );

  it(
    "are built once by machines that begin together",
    withMachines(async (machines) => {
      await machines.open();
      await asOlder(machines);
      await Promise.allSettled([build(machines), build(machines), build(machines)]);
      // who came second may have found one under construction
      while ((await build(machines)).outcome !== "built");
      assert.deepEqual(await indexesOf(machines), NAMES.toSorted());
    }),
  );

  it(
    "are built by a role whose transactions are read-only unless they say otherwise",
    withMachines(async (machines) => {
      await machines.open();
      await asOlder(machines);
      const role = `reader_${machines.schema}`;
      await machines.sql(`CREATE ROLE ${role} SUPERUSER LOGIN PASSWORD 'reader'`);
      await machines.sql(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
      const url = new URL(machines.url);
      [url.username, url.password] = [role, "reader"];
      assert.deepEqual(await build({ ...machines, url: url.href }), { outcome: "built", built: NAMES });
      await machines.sql(`DROP ROLE ${role}`);
    }),
  );

  it(
    "are nobody's to build but the owner's: others are told the statement",
    withMachines(async (machines) => {
      await machines.open();
      await asOlder(machines);
      const role = `guest_${machines.schema}`;
      await machines.sql(
        `CREATE ROLE ${role} LOGIN PASSWORD 'guest'; GRANT USAGE ON SCHEMA ${machines.schema} TO ${role}`,
      );
      const url = new URL(machines.url);
      [url.username, url.password] = [role, "guest"];
      await assert.rejects(
        build({ ...machines, url: url.href }),
        /must be owner of table deliveries: CREATE INDEX CONCURRENTLY IF NOT EXISTS deliveries_waiting ON/,
      );
      await machines.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }),
  );
});

async function build({ url, schema }: Pick<Machines, "url" | "schema">) {
  const built: string[] = [];
  const outcome = await buildIndexes({
    ...{ url, schema, prepare: true, signal: new AbortController().signal },
    onBuild: (name, isDone) => void (isDone && built.push(name)),
  });
  return { outcome, built };
}

/** As 0.2.0 has made it. */
async function asOlder({ sql, schema }: Machines): Promise<void> {
  for (const name of NAMES) await sql(`DROP INDEX "${schema}".${name}`);
}

async function indexesOf({ sql, schema }: Machines): Promise<readonly string[]> {
  const rows = await sql(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE i.indisvalid AND n.nspname = '${schema}' AND c.relname IN ('${NAMES.join("', '")}') ORDER BY c.relname`,
  );
  return rows.map(({ name }) => String(name));
}
