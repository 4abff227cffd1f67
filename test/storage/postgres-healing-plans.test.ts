/** A pass over many people looks at no more rows in a step than the step is about: read from the server's own log of its plans. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import postgres from "postgres";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { EXPLAINING, mostRows } from "./postgres-explained.ts";
import { openPatient } from "./postgres-support.ts";
import { begin, chat, heal, LEASE, listed, OF, read, SCOPE, SKEW_MS } from "./roster-support.ts";
import { arriveTogether, HOUR, SECOND } from "./suite-support.ts";

const PEOPLE = 2_000;
const PER_PAGE = 20;
const STEP = 50;
const SERVERS = { PostgreSQL: undefined, "Debian's PostgreSQL": DEBIAN_POSTGRES } as const;

for (const [name, binaries] of Object.entries(SERVERS)) {
  const isMissing = name !== "PostgreSQL" && binaries === undefined;
  describe(`the plans of passes on ${name}`, { skip: (isMissing && "this machine has none") || ON_BUN_ALONE }, () => {
    let server: PrivateServer;
    before(async () => {
      server = await startPrivatePostgres({ ...EXPLAINING, autovacuum: "off" }, binaries);
    });
    after(() => server.stop());

    for (const known of [false, true]) {
      test(`${known ? "with" : "without"} statistics, no step of a pass over ${PEOPLE} looks at more than it is about`, async () => {
        const schema = server.schema();
        const storage = await openPatient({ url: server.url, schema, max: 2 });
        await storage.keepRoster(SCOPE);
        const from = server.log().length;
        const analyse = () => (known ? run(server.url, "ANALYZE") : undefined);
        await passOf(storage, HOUR, 0, analyse);
        await passOf(storage, 3 * HOUR, 2 * STEP, analyse);
        await passOf(storage, 5 * HOUR, 3 * STEP, analyse);
        await storage.close();
        const plans = server.log().slice(from).split(" LOG: ");
        assert.ok(plans.length > (2 * PEOPLE) / STEP, "the server has logged too little");
        // the end of a pass, and where one goes on, are about all of it
        const long = plans.filter(
          (plan) => !/DELETE FROM pass_|ANALYZE|pg_settings/.test(plan) && mostRows(plan) > 4 * STEP,
        );
        assert.deepEqual(long.slice(0, 3), [], "these plans have a step that looks at too many rows");
      });
    }
  });
}

/** A whole pass, in which so many of the people are missing: some are healed, some taken off the list, the others held. */
async function passOf(storage: Storage, at: number, missing: number, analyse: () => Promise<void> | undefined) {
  const people = Array.from({ length: PEOPLE - missing }, (_, n) => {
    return listed(`user-${String(n).padStart(6, "0")}`, n < PEOPLE - 2 * STEP ? 0 : at - HOUR + 3 * SECOND);
  });
  const pass = await begin(storage, { at, people });
  await read(storage, pass, people, PER_PAGE);
  await analyse();
  const held = { ...LEASE, pass: pass.id };
  const step = (after: string | null) => ({ ...held, after, limit: STEP });
  await walk((after) => storage.noteQuarantined(step(after)));
  await walk((after) => storage.siftRoster(step(after)));
  await walk((after) => storage.mergePages({ ...step(after), skewMs: SKEW_MS, cameBack: "record" }));
  await walk((after) => storage.reviewMissing(step(after)));
  await storage.accountCounts(OF);
  const found = await storage.missing(OF, { from: null, rows: STEP, limit: STEP });
  await storage.dropMissing(
    held,
    found.found.slice(0, 10).map(({ user }) => user),
  );
  for (const { user } of found.found.slice(10, 20)) await heal(storage, pass, user, { until: chat(at + HOUR) });
  await walk((after) => storage.holdMissing({ ...step(after), why: "too many" }));
  await storage.discardMissing(OF, act(), null);
  // of as many the next pass sees another time of subscription
  const last = people.slice(-STEP).map(({ user }) => user);
  await arriveTogether(
    storage,
    last.map((user) => ({ user, at: at + SECOND })),
  );
  await arriveTogether(
    storage,
    last.map((user) => ({ user, at: at + 2 * SECOND, kind: "subscribed" })),
  );
  await storage.followEvents(STEP);
  assert.equal((await storage.endPass(held, { state: "done" })).tag, "ended");
}

async function walk(step: (after: string | null) => Promise<object>): Promise<void> {
  let after: string | null = null;
  do {
    const answer = await step(after);
    assert.ok("next" in answer, JSON.stringify(answer));
    after = answer.next as string | null;
  } while (after !== null);
}

async function run(url: string, sql: string): Promise<void> {
  const connection = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  await connection.unsafe(sql);
  await connection.end();
}
