/**
 * Whatever a store holds, no question makes it look at more rows than it is told to: read from what the databases say of each
 * statement, on stores of 1,000,000 events.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import type { Asked, Found, Questions } from "../../src/storage/contract/questions.ts";
import { openQuestions } from "../../src/storage/open-questions.ts";
import { LOOK_ROWS, QUESTION_ROWS } from "../../src/storage/questions/gathered.ts";
import { COUNTED, SETTLED_COUNTED } from "../../src/storage/rules/counts.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { EVENTS, fillPostgres, fillSqlite, RECEIVED } from "../support/large-store.ts";
import { ON_BUN_ALONE } from "../support/on-bun.ts";
import { DEBIAN_POSTGRES, type PrivateServer, startPrivatePostgres } from "../support/postgres.ts";
import { openPatient } from "./postgres-support.ts";
import { entryOf, register } from "./suite-support.ts";

/** What is no question. */
const NONE: readonly string[] = ["description", "changed", "close"];

/** Hands every call on, and knows which questions were asked of all that there are. */
function watched(questions: Questions): { readonly questions: Questions; readonly unasked: () => readonly string[] } {
  const asked = new Set<string>();
  const proxy = new Proxy(questions, {
    get(of, name) {
      asked.add(String(name));
      return Reflect.get(of, name);
    },
  });
  return {
    questions: proxy,
    unasked: () => Object.keys(questions).filter((name) => !asked.has(name) && !NONE.includes(name)),
  };
}

/** Every question whose steps are looks, asked until it has an answer or has looked for long enough. */
async function askAll(questions: Questions): Promise<void> {
  const page = { limit: 50 };
  const since = RECEIVED + (EVENTS - 500) * 1_000;
  const asked: readonly [string, (page: Asked) => Promise<Found<unknown>>][] = [
    ["latest", (part) => questions.deliveries({}, part)],
    ["of a connector", (part) => questions.deliveries({ connector: "partner" }, part)],
    ["waiting", (part) => questions.deliveries({ states: ["waiting"] }, part)],
    ["dead", (part) => questions.deliveries({ states: ["dead"] }, part)],
    ["dead of a class", (part) => questions.deliveries({ states: ["dead"], class: "expired" }, part)],
    ["a state that there is none of", (part) => questions.deliveries({ states: ["superseded"] }, part)],
    ["of a class", (part) => questions.deliveries({ class: "unmatched" }, part)],
    ["an account that has none", (part) => questions.deliveries({ account: "@nobody" }, part)],
    ["a reason that nothing says", (part) => questions.deliveries({ reason: "nobody says so" }, part)],
    ["a reason of the dead", (part) => questions.deliveries({ states: ["dead"], reason: "nobody says so" }, part)],
    ["until", (part) => questions.deliveries({ until: since, states: ["superseded"] }, part)],
    ["until, late", (part) => questions.deliveries({ since: since - 1_000_000, until: since, account: "@x" }, part)],
    ["since", (part) => questions.deliveries({ since, states: ["superseded"] }, part)],
    ["one user's", (part) => questions.deliveries({ user: "user-77" }, part)],
    ["a crowd's", (part) => questions.deliveries({ user: "crowd", states: ["superseded"] }, part)],
    ["events", (part) => questions.events(since, part)],
    ["all events", (part) => questions.events(0, { ...part, limit: 500 })],
    ["a story", (part) => questions.trace("user-77", part)],
    ["a crowd's story", (part) => questions.trace("crowd", { ...part, limit: 1_000 })],
    ["a delivery that is not there", ({ after: from }) => questions.delivery("no-such-event:crm", from)],
    ["an old delivery", ({ after: from }) => questions.delivery("event-7:crm", from)],
    ["the beginning of an id", (part) => questions.deliveryIds("event-7", part)],
    ["a beginning that no id has", (part) => questions.deliveryIds("f", part)],
    ["people", (part) => questions.people("user-77", part)],
    ["nobody", (part) => questions.people("nobody", part)],
    ["audit", (part) => questions.audited({ since: 1, until: since, actor: "ops" }, part)],
    ["the missing", (part) => questions.missing({}, part)],
    ["the missing of an account", (part) => questions.missing({ app: "1", account: "@TOA#_news" }, part)],
    ["nobody missing of an account", (part) => questions.missing({ account: "@nobody" }, part)],
    ["a state that nobody missing has", (part) => questions.missing({ states: ["came_back"] }, part)],
    ["what has changed in a plan", (part) => questions.planChanges("a", part)],
    ["quarantine", (part) => questions.quarantined(part)],
    ["the beginning of an entry's id", (part) => questions.quarantineIds("a", part)],
  ];
  for (const [what, ask] of asked) {
    const first = await ask(page);
    assert.ok(first.looked <= QUESTION_ROWS + LOOK_ROWS, `${what}: ${first.looked} rows`);
    // from the middle of it as well
    if (first.next !== null) await ask({ ...page, after: first.next });
  }
  await questions.connectors();
  await questions.connector("crm");
  await questions.bridges();
  await questions.quarantineEntry("a");
  await questions.plan("a");
  await questions.plans();
  await questions.alarms();
  await questions.samples(1, 0);
  const { next } = await questions.givenUp("crm", 0, LOOK_ROWS);
  await questions.givenUp("crm", next ?? 0, LOOK_ROWS);
}

/** Questions whose statements count to a bound. */
async function countAll(questions: Questions): Promise<void> {
  await questions.watched();
  await questions.owed("crm");
  await questions.status();
  await questions.standing();
  const reconciling = await questions.reconciling();
  assert.equal(reconciling?.atLeast, true, "there are more than are counted");
}

describe(`a SQLite store of ${EVENTS} events`, { skip: ON_BUN_ALONE }, () => {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-questions-"));
  const path = join(folder, "bridge.db");
  const seen = new Set<string>();
  const prepare = DatabaseSync.prototype.prepare;

  before(async () => {
    const storage = openSqlite({ path });
    await register(storage, "crm");
    await register(storage, "partner");
    await storage.accept({ callbacks: [], quarantine: [entryOf("a"), entryOf("b")] });
    await storage.keepRoster([{ app: "1", account: "@TOA#_news" }]);
    await storage.serving({ id: "b", host: "h", process: 1, version: "v", configuration: { file: "f", hash: "x" } });
    await storage.close();
    fillSqlite(path);
    DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: []) {
      seen.add(sql);
      return prepare.call(this, sql, ...rest);
    };
  });
  after(() => {
    DatabaseSync.prototype.prepare = prepare;
    rmSync(folder, { recursive: true });
  });

  test("is looked at by index, in every statement up to a limit or by a row's whole key", async () => {
    const { questions, unasked } = watched(await openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true }));
    await askAll(questions);
    await countAll(questions);
    await questions.close();
    assert.deepEqual(unasked(), []);
    DatabaseSync.prototype.prepare = prepare;
    const statements = [...seen].filter((sql) => FROM_LARGE.test(sql));
    // else nothing was recorded, and this would prove nothing
    assert.ok(statements.length > 20, `${statements.length} statements`);
    const db = new DatabaseSync(path, { readOnly: true });
    const unbounded = statements.flatMap((sql) => unboundedIn(db, sql));
    db.close();
    assert.deepEqual(unbounded, []);
  });
});

/** Steps of a statement's plan that look at more than one row, where the statement has no limit; and those that read all. */
function unboundedIn(db: DatabaseSync, sql: string): readonly string[] {
  const steps = db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => String(detail));
  return steps
    .filter(
      (step) =>
        (WHOLE.test(step) && !/ LIMIT /.test(sql)) || (SEARCH.test(step) && !ONE_ROW.test(step) && !isLimited(sql)),
    )
    .concat(steps.filter((step) => /TEMP B-TREE/.test(step) && !BOUNDED_BEFORE.test(sql)))
    .map((step) => `${step}: ${sql.replaceAll(/\s+/g, " ")}`);
}

const LARGE = "events|deliveries|callbacks|quarantine|audit|roster|missing|plan_items";
const WHOLE = new RegExp(`^SCAN (${LARGE}|[decnm])\\b`);
const SEARCH = new RegExp(`^SEARCH (${LARGE}|[denmr])\\b`);
const ONE_ROW = /\((rowid=\?|connector=\? AND event=\?|id=\?|app=\? AND account=\? AND user_id=\?)\)/;
const FROM_LARGE = new RegExp(`\\bFROM (${LARGE})\\b`);
/** What is sorted, or put together, was looked at up to a limit before. */
const BOUNDED_BEFORE = / FROM \(SELECT .* LIMIT \?\) /;

/** By a limit, or as an end of an index, which is one row. */
function isLimited(sql: string): boolean {
  return / LIMIT /.test(sql) || /^SELECT (min|max)\(seq\)( AS seq)? FROM \w+$/.test(sql);
}

const SERVERS = { PostgreSQL: undefined, "Debian's PostgreSQL": DEBIAN_POSTGRES } as const;

for (const [name, binaries] of Object.entries(SERVERS)) {
  const isMissing = name !== "PostgreSQL" && binaries === undefined;
  describe(`a store of ${EVENTS} events in ${name}`, {
    skip: (isMissing && "this machine has none") || ON_BUN_ALONE,
  }, () => {
    let server: PrivateServer;
    let schema: string;
    before(async () => {
      server = await startPrivatePostgres(
        {
          session_preload_libraries: "auto_explain",
          "auto_explain.log_min_duration": "0",
          "auto_explain.log_analyze": "on",
          ...{ max_wal_size: "4GB", fsync: "off" },
        },
        binaries,
      );
      schema = server.schema();
      const storage = await openPatient({ url: server.url, schema, max: 2 });
      await register(storage, "crm");
      await register(storage, "partner");
      await storage.accept({ callbacks: [], quarantine: [entryOf("a"), entryOf("b")] });
      await storage.keepRoster([{ app: "1", account: "@TOA#_news" }]);
      await storage.close();
      await fillPostgres(server.url, schema, "SET auto_explain.log_min_duration = -1");
    });
    after(() => server.stop());

    test("is looked at by index, never at more rows than a look may, and no statement is compiled", async () => {
      const { questions, unasked } = watched(await openQuestions({ url: server.url, schema, prepare: true }));
      const from = server.log().length;
      await askAll(questions);
      const middle = server.log().length;
      await countAll(questions);
      await questions.close();
      assert.deepEqual(unasked(), []);
      const [looks, counts] = [server.log().slice(from, middle), server.log().slice(middle)];
      assert.ok(looks.split(" LOG: ").length > 100, "nothing was recorded");
      const read = (looks + counts).match(/Seq Scan on (events|deliveries|callbacks|unread|quarantine\b|roster\b)/g);
      assert.deepEqual(read ?? [], []);
      assert.deepEqual(longer(looks, LOOK_ROWS + 1), [], "these look at too many rows");
      assert.deepEqual(longer(counts, Math.max(SETTLED_COUNTED, 2 * (COUNTED + 1))), [], "these count too many rows");
      assert.doesNotMatch(looks + counts, /^\s*JIT:$/m);
    });
  });
}

/** Plans with a step that read, or threw away, more than so many rows. */
function longer(log: string, most: number): readonly string[] {
  return log.split(" LOG: ").filter((plan) => {
    const read = plan.matchAll(/actual time=\S+ rows=([\d.]+) loops=(\d+)/g).map(([, n, m]) => Number(n) * Number(m));
    const removed = plan.matchAll(/Rows Removed by [\w ]+: (\d+)/g).map(([, n]) => Number(n));
    return [...read, ...removed].some((rows) => rows > most);
  });
}
