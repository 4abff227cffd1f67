/**
 * On an event's way SQLite plans each statement once, and not anew for each execution: that takes ten to thirty times as long as the
 * statement. It does where it has looked at a parameter's value: of a LIMIT, or of a column that a partial index names.
 */
import assert from "node:assert/strict";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import {
  arriveTogether,
  carry,
  changeState,
  dead,
  delivered,
  later,
  register,
  route,
  settle,
  skipped,
  take,
  type Verdict,
} from "./suite-support.ts";

const CONNECTORS = ["facts", "states"];

describe("on an event's way a SQLite store", () => {
  const { prepare } = DatabaseSync.prototype;
  const known = new WeakSet<DatabaseSync>();
  /** Every statement that ran, and those that were planned while they ran once more. */
  const [ran, planned] = [new Set<string>(), new Set<string>()];
  let running: string | undefined;

  before(() => {
    DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string, ...rest: []) {
      // whoever plans a statement asks whether it may do what is in it
      if (!known.has(this)) {
        this.setAuthorizer(() => {
          if (running !== undefined) planned.add(running);
          return 0;
        });
      }
      known.add(this);
      const statement = prepare.call(this, sql, ...rest);
      for (const way of ["all", "get", "run"] as const) watch(statement, sql, way);
      return statement;
    };
  });
  after(() => {
    DatabaseSync.prototype.prepare = prepare;
  });

  function watch(statement: StatementSync, sql: string, way: "all" | "get" | "run"): void {
    const act = statement[way].bind(statement) as (...values: unknown[]) => unknown;
    Reflect.set(statement, way, (...values: unknown[]) => {
      running = ran.has(sql) ? sql : undefined;
      try {
        return act(...values);
      } finally {
        running = undefined;
        ran.add(sql);
      }
    });
  }

  test("plans each statement once", async () => {
    const storage = openSqlite({ path: ":memory:" });
    await register(storage, "facts");
    await register(storage, "states", { writes: "state" });
    // what makes the store is no part of it
    for (const seen of [ran, planned]) seen.clear();
    let at = 0;

    /** Two people's events, one of them with a story, from the callback to their end. */
    async function way(verdict: Verdict): Promise<void> {
      at += 1_000;
      const kind = at % 2_000 === 0 ? "subscribed" : "unsubscribed";
      await arriveTogether(storage, [
        { user: `once-${at}`, at },
        { user: "often", at, kind },
      ]);
      await route(storage, CONNECTORS, ({ user }) => (user === "once-4000" ? "not wanted" : undefined));
      for (const name of CONNECTORS) {
        const claim = await take(storage, 10, 5, name);
        const [first, ...others] = claim.deliveries;
        await settle(storage, { ...claim, deliveries: first === undefined ? [] : [first] }, verdict);
        await storage.release(
          name,
          claim.token,
          others.map(({ event }) => event.seq),
        );
      }
      const { claims } = await carry(storage, [{ user: `carried-${at}`, at }], { connectors: CONNECTORS });
      for (const claim of claims) await settle(storage, claim, verdict);
    }

    for (const verdict of [delivered, later(0), dead, skipped])
      for (let times = 0; times < 3; times += 1) await way(verdict);
    for (const name of CONNECTORS) {
      for (let times = 0; times < 2; times += 1) {
        await changeState(storage, { state: { status: "backing_off", failures: 1 }, probeInMs: 0 }, name);
        await settle(storage, await take(storage, 10, 5, name), delivered, { state: {} });
      }
    }
    await storage.close();
    // else nothing was seen, and this would prove nothing
    assert.ok(ran.size > 25, `${ran.size} statements`);
    assert.deepEqual([...planned], []);
  });
});
