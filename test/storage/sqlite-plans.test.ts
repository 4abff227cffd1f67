/** However much a SQLite store holds, nothing that is asked of it reads a whole table. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { READY } from "../../src/storage/contract/connectors.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { ACTOR, act } from "../support/act.ts";
import {
  allMissing,
  baseline,
  discardAll,
  end,
  findMissing,
  follow,
  heal,
  holdAll,
  LEASE,
  listed,
  OF,
  passOver,
  SCOPE,
} from "./roster-support.ts";
import {
  arrive,
  changeState,
  dead,
  delivered,
  drain,
  entryOf,
  HOUR,
  later,
  queue,
  register,
  SECOND,
  settle,
  take,
  users,
} from "./suite-support.ts";

/** Tables that grow without bound. */
const LARGE = ["events", "deliveries", "callbacks", "audit", "plan_items", "roster", "missing", "healed"];
/** Statements that may, and why. */
const ALLOWED: readonly RegExp[] = [
  // an id that nobody has read before: a person's question
  /SELECT id, seq FROM events WHERE id IN/,
];

const SCANS = /^SCAN (events|deliveries|callbacks|audit|plan_items|roster|missing|healed|[decnpomr])\b/;
/** An account may be all that there is; what has a limit is walked in steps. */
const ALL_OF_AN_ACCOUNT =
  /^SEARCH (roster|missing|[mr]) USING (COVERING INDEX|INDEX|PRIMARY KEY)[ \w]*\(app=\? AND account=\?\)/;
/** From whatever account is the first. */
const WALKED = /FROM missing m +ORDER BY m\.app, m\.account, m\.user_id LIMIT \?$/;
const ALL_OF_A_CONNECTOR = /^SEARCH \w+ USING PRIMARY KEY \(connector=\?\)/;

describe("a SQLite store's plans", () => {
  const seen = new Set<string>();
  const prepare = DatabaseSync.prototype.prepare;

  before(() => {
    DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: []) {
      seen.add(sql);
      return prepare.call(this, sql, ...rest);
    };
  });
  after(() => {
    DatabaseSync.prototype.prepare = prepare;
  });

  test("no statement of any operation reads a large table from end to end", async () => {
    const storage = openSqlite({ path: ":memory:", serves: true });
    await everyOperation(storage);
    await storage.close();
    const statements = [...seen].filter((sql) => LARGE.some((table) => new RegExp(`\\b${table}\\b`).test(sql)));
    // else nothing was recorded, and this would prove nothing
    assert.ok(statements.length > 30, `${statements.length} statements`);
    const db = migrated();
    const scans = statements.flatMap((sql) => scansOf(db, sql));
    db.close();
    assert.deepEqual(scans, []);
  });

  function migrated(): DatabaseSync {
    let opened: DatabaseSync | undefined;
    DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: []) {
      opened = this;
      return prepare.call(this, sql, ...rest);
    };
    openSqlite({ path: ":memory:" });
    DatabaseSync.prototype.prepare = prepare;
    assert.ok(opened);
    return opened;
  }

  function scansOf(db: DatabaseSync, sql: string): string[] {
    if (ALLOWED.some((pattern) => pattern.test(sql))) return [];
    const steps = prepare
      .call(db, `EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
    return steps
      .filter(
        (step) =>
          ((SCANS.test(step) || ALL_OF_A_CONNECTOR.test(step)) && !isSmall(step) && !WALKED.test(sql)) ||
          (ALL_OF_AN_ACCOUNT.test(step) && !/ LIMIT /.test(sql)),
      )
      .map((step) => `${step}: ${sql.replaceAll(/\s+/g, " ")}`);
  }
});

/** Partial indexes of what is rare; `c` is the table of connectors. */
function isSmall(step: string): boolean {
  return /deliveries_(unjournaled|parked)/.test(step) || /^SCAN c\b/.test(step);
}

async function everyOperation(storage: ReturnType<typeof openSqlite>): Promise<void> {
  await register(storage, "crm", { writes: "state" });
  await storage.accept({ callbacks: [], quarantine: [entryOf("a"), entryOf("b")] });
  await queue(storage, ...users("user", 5).map((user) => ({ user })));
  await settle(storage, await take(storage, 1), dead);
  await settle(storage, await take(storage, 1), later(SECOND, "slow"));
  const claim = await take(storage, 2);
  await storage.release("crm", claim.token, [claim.deliveries[0]?.event.seq ?? 0]);
  await settle(storage, claim, delivered, { state: READY });
  // a crowd of one person, for the look further back, and wishes that overtake
  const crowd = Array.from({ length: 80 }, (_, n) => ({ user: "jared", at: n, account: `@TOA#_${n % 70}` }));
  await queue(storage, ...crowd);
  await drain(storage);
  await changeState(storage, { state: { status: "backing_off", failures: 1 }, probeInMs: 0 });
  await queue(storage, { user: "probe" });
  await settle(storage, await take(storage), later(0), { state: READY });
  await drain(storage, dead);
  await storage.journaled(await storage.unjournaled(10));
  const [first] = await storage.deliveries({}, { limit: 2 });
  assert.ok(first);
  for (const filter of [
    { connector: "crm" },
    { user: "jared" },
    { states: ["dead"] as const },
    { states: ["waiting"] as const },
    { ids: [first.id] },
  ]) {
    await storage.deliveries(filter, { limit: 2, after: first.id });
    await storage.replay({ ...filter, class: "unmatched" }, "dry run");
    await storage.discard({ ...filter, class: "unmatched" }, "dry run");
  }
  for (const filter of [{ class: "rejected" as const }, { user: "jared" }]) {
    const { id } = await storage.beginPlan({ id: JSON.stringify(filter), repair: "replay", filter, actor: ACTOR });
    await storage.freezePlan(id);
    await storage.workOffPlan(id, act());
  }
  const { id } = await storage.beginPlan({ id: "dropped", repair: "discard", filter: {}, actor: ACTOR });
  await storage.dropPlan((await storage.freezePlan(id))?.id ?? "");
  await storage.plans();
  await storage.noteLookUp({ actor: ACTOR, operation: "search", person: "jared", filter: {}, count: 1 });
  for (const filter of [{}, { person: "jared" }, { actor: "ann" }, { operation: "replay", since: 1 }]) {
    await storage.audited(filter, { limit: 2, after: "9" });
  }
  await storage.replay({}, act());
  await storage.discard({ user: "user-0" }, act());
  await storage.trace("jared");
  await storage.status();
  await storage.retryNow("crm", act());
  await storage.pause("crm", act());
  await storage.resume("crm", act());
  await register(storage, "other", { was: "crm", type: "scripted" });
  await arrive(storage, { user: "late" });
  await storage.unrouted(["other"], 10);
  await everyOperationOfHealing(storage);
  const audit = { retentionMs: -1, searches: 0 };
  for (let n = 0; n < 3; n += 1) {
    await storage.prune({ retentionMs: -1, rawRetentionMs: -1, quarantineBytes: 300, audit });
  }
  await storage.ping();
}

async function everyOperationOfHealing(storage: ReturnType<typeof openSqlite>): Promise<void> {
  const people = users("person", 6);
  await baseline(storage, ...people);
  await storage.wishPasses([OF], act());
  await storage.passWishes();
  const { pass } = await findMissing(storage, people.slice(4));
  await storage.renewPass({ ...LEASE, pass: pass.id });
  await storage.dropMissing({ ...LEASE, pass: pass.id }, ["person-0"]);
  await heal(storage, pass, "person-1", { act: act() });
  await holdAll(storage, pass);
  await allMissing(storage, { states: ["held"] });
  await discardAll(storage, { ...OF, states: ["held"] }, act());
  await end(storage, pass);
  const back = [listed("person-4", 4 * HOUR), ...people.slice(5).map((user) => listed(user, 0))];
  await end(storage, (await passOver(storage, { at: 5 * HOUR, people: back, cameBack: "deliver" })).pass);
  // the callback that comes after all
  await queue(storage, { user: "person-1", at: 2 * HOUR, account: OF.account });
  await follow(storage);
  await storage.coverage();
  await storage.rosterAccounts();
  await storage.passes({ ...OF, limit: 2 });
  await storage.dropWishes([OF], act());
  await storage.keepRoster([...SCOPE, { app: "7", account: "@TOA#_later" }]);
  await follow(storage);
  await storage.keepRoster([{ app: "7", account: null }]);
}
