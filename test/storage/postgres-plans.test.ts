/** With a long queue, everything that the engine does all day goes by index: read from the server's own log of its plans. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import type { PlanFilter } from "../../src/storage/contract/plans.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { ACTOR, act } from "../support/act.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { EXPLAINING, mostRows } from "./postgres-explained.ts";
import { openPatient } from "./postgres-support.ts";
import {
  arrive,
  arriveTogether,
  carry,
  dead,
  delivered,
  later,
  register,
  route,
  settle,
  take,
  users,
} from "./suite-support.ts";

const WAITING = 20_000;
/** Debian's server can compile queries, which it would for a plan that it believes to be ruinous, and plans in older ways. */
const SERVERS = { PostgreSQL: undefined, "Debian's PostgreSQL": DEBIAN_POSTGRES } as const;

for (const [name, binaries] of Object.entries(SERVERS)) {
  const isMissing = name !== "PostgreSQL" && binaries === undefined;
  describe(`the plans of ${name}`, { skip: (isMissing && "this machine has none") || ON_BUN_ALONE }, () => {
    let server: PrivateServer;
    before(async () => {
      server = await startPrivatePostgres(EXPLAINING, binaries);
    });
    after(() => server.stop());

    for (const writes of ["state", "fact"] as const) {
      test(`with ${WAITING} waiting, no table of a ${writes} connector is read from end to end, and no query compiled`, async () => {
        const plans = await plansOfADay(server, writes);
        const scans = new Set(plans.match(/(Index Scan|Index Only Scan) using \w+|(Seq|Bitmap Heap) Scan on \w+/g));
        assert.ok(scans.has("Index Scan using deliveries_due"), [...scans].join(", "));
        assert.ok(scans.has("Index Scan using deliveries_attempted"), [...scans].join(", "));
        // these have one row, or one for each connector
        for (const small of ["meta", "reading", "connectors"]) scans.delete(`Seq Scan on ${small}`);
        assert.deepEqual(
          [...scans].filter((scan) => !scan.startsWith("Index")),
          [],
        );
        const each = plans.split(" LOG: ");
        const long = each.filter((plan) => mostRows(plan) > WAITING / 10);
        assert.deepEqual(long, [], "these plans have a step that looks at too many rows");
        const compiled = each.filter((plan) => /^\s*JIT:$/m.test(plan));
        assert.deepEqual(compiled, [], "these statements were compiled");
        // what the server was told not to do (context.ts) and sees no way around costs so much that it takes any plan for as good
        const forced = each.filter((plan) => /cost=1\d{10}\.|Disabled: true/.test(plan) && !/Seq Scan on/.test(plan));
        assert.deepEqual(forced, [], "these statements have no plan that they are allowed");
      });
    }

    for (const writes of ["state", "fact"] as const) {
      // a statement there is planned once a connection (opening.ts): what an empty queue made of it must be right for a full one
      test(`on an event's way to a ${writes} connector each statement has one plan, whether its queue is empty or full`, async () => {
        const schema = server.schema();
        const empty = await shapesOfAWay(server, schema, writes);
        await seed(server.url, schema, WAITING);
        const full = await shapesOfAWay(server, schema, writes);
        await run(server.url, "ANALYZE");
        const known = await shapesOfAWay(server, schema, writes);
        assert.ok(empty.size > 15, [...empty.keys()].join("\n"));
        const shapes = Map.groupBy([...empty, ...full, ...known], ([statement]) => statement);
        const several = [...shapes].flatMap(([statement, all]) => {
          const different = new Set(all.map(([, shape]) => shape));
          return different.size > 1 && !EITHER.test(statement) ? { statement, different } : [];
        });
        assert.deepEqual(several, []);
      });
    }
  });
}

/** The plans, by statement, of what a new connection does for each event. */
async function shapesOfAWay(
  server: PrivateServer,
  schema: string,
  writes: "state" | "fact",
): Promise<Map<string, string>> {
  const storage = await openPatient({ url: server.url, schema, max: 2 });
  await register(storage, "crm", { writes });
  const from = server.log().length;
  for (let n = 0; n < 2; n += 1) {
    // the second one supersedes the first, or waits for it
    const user = `way-${Date.now()}-${n}`;
    await arriveTogether(storage, [
      { user, kind: "subscribed" },
      { user, at: 1 },
    ]);
    await route(storage);
    const claim = await take(storage, 20);
    await settle(storage, claim, [delivered, later(0)][n % 2] ?? delivered);
    const again = await take(storage, 20);
    await storage.release("crm", again.token);
    await carry(storage, [{ user: `${user}-alone` }], { connectors: ["crm"] });
  }
  await storage.close();
  const plans = server.log().slice(from).split(" LOG: ").flatMap(shapeOf);
  return new Map(plans.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** By either index of the claims: of one connector there are never many. */
const EITHER = /^DELETE FROM claims/;

/** A logged plan without what varies; none of what is planned each time. */
function shapeOf(logged: string): [string, string][] {
  const [, query, plan] = /Query Text: ([\s\S]*?)\n\t(\S[^\n]*\(cost=[\s\S]*)/.exec(logged) ?? [];
  if (query === undefined || plan === undefined || /FROM meta|pg_/.test(query)) return [];
  const lines = plan.split("\n").filter((line) => /\(cost=|Index Cond/.test(line));
  return [
    [
      query
        .replace(/Query Parameters: .*/, "")
        .replaceAll(/\s+/g, " ")
        .trim(),
      lines.map((line) => line.replace(/\s+\(cost=.*/, "")).join("\n"),
    ],
  ];
}

/** What the server logged while the engine did all that it does in a day, with a long queue. */
async function plansOfADay(server: PrivateServer, writes: "state" | "fact"): Promise<string> {
  const schema = server.schema();
  const storage = await openPatient({ url: server.url, schema, max: 2 });
  await register(storage, "crm", { writes });
  // as if the queue had grown while nobody was looking: no statistics, and plans from when it was empty
  await aDay(storage);
  await seed(server.url, schema, WAITING);
  const from = server.log().length;
  await aDay(storage);
  await storage.close();
  return server.log().slice(from);
}

/** Often enough that the server makes up its mind about its plans. */
async function aDay(storage: Storage): Promise<void> {
  for (let n = 0; n < 8; n += 1) {
    await arrive(storage, ...users(`day-${Date.now()}-${n}`, 3).map((user) => ({ user })));
    await route(storage);
    const claim = await take(storage, 20);
    await settle(storage, claim, [delivered, dead, later(0), later(0, "slow")][n % 4] ?? delivered);
    const probed = await take(storage, 2);
    await settle(storage, probed, later(0), { state: { status: "backing_off", failures: 1 }, probeInMs: 0 });
    const probe = await take(storage, 20, 2);
    await settle(storage, probe, delivered, { state: { status: "ready" } });
    await storage.journaled(await storage.unjournaled(10));
    await repairs(storage, n);
  }
}

/** What a person does to many, in steps that must look at no more than they change. */
async function repairs(storage: Storage, n: number): Promise<void> {
  const repair = n % 2 === 0 ? "replay" : "discard";
  const filters: readonly PlanFilter[] = [{}, { user: `seed-${n}` }, { class: "rejected" }];
  const filter = filters[n % 3] ?? {};
  const { id } = await storage.beginPlan({ id: `${Date.now()}-${n}`, repair, filter, actor: ACTOR });
  for (let steps = 0; steps < 30; steps += 1) if ((await storage.freezePlan(id))?.frozen) break;
  await storage.workOffPlan(id, act());
  await storage.plans();
  for (let next: string | null | undefined; next !== null; ) ({ next } = await storage.retryNow("crm", act(), next));
  await storage.noteLookUp({ actor: ACTOR, operation: "search", person: `seed-${n}`, filter: {}, count: 1 });
  await storage.audited({ person: `seed-${n}`, since: 1 }, { limit: 10 });
}

async function run(url: string, sql: string): Promise<void> {
  const connection = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await connection.unsafe(sql);
  await connection.end();
}

/** Waiting deliveries of as many persons, each with an event that is settled, every second of them as dead, and one that waits. */
async function seed(url: string, schema: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false });
  await sql.unsafe(`SET search_path = ${schema}; SET auto_explain.log_min_duration = -1; ${SEED(count)}`);
  await sql.end();
}

const SEED = (count: number): string => `
  INSERT INTO events (id, callback, kind, app, official_account, user_id, operator, by_admin, platform, client_ip, event_time,
    received_at, person, turn)
  SELECT 'seed-' || n, 0, 'unsubscribed', '1', '@TOA#_news', 'seed-' || n / 2, '', false, '', '', n, n, n / 2, n * 2 + 1
  FROM generate_series(1, 2 * ${count}) AS n;
  INSERT INTO deliveries (event, connector, person, turn, state, class, due_at, routed_at, settled_at, journaled)
  SELECT e.seq, c.id, e.person, e.turn, (ARRAY['delivered', 'waiting', 'dead', 'waiting'])[e.event_time % 4 + 1], 'rejected',
    e.event_time, 0, CASE WHEN e.event_time % 2 = 0 THEN 1 END, true
  FROM events e, connectors c WHERE e.id LIKE 'seed-%';
  UPDATE connectors SET cursor = (SELECT max(seq) FROM events)`;
