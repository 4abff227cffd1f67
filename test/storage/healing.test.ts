/** What the former process has left to the next one: however much it is, callbacks are taken meanwhile, and everything goes in order. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { eventually } from "../support/eventually.ts";
import { copyOf010, type Growth, grow010 } from "../support/fixtures.ts";

/** More than one step of it. */
const MANY = 3_000;

/** A store as a process that was killed has left it, opened; with how many of its rows satisfy a condition at this moment. */
async function withLeft(
  growth: Growth,
  use: (storage: Storage, count: (condition: string) => number, path: string) => Promise<void>,
  before: string = "",
): Promise<void> {
  const left = await copyOf010();
  const path = left.path("data/bridge.db");
  grow010(path, growth);
  const db = new DatabaseSync(path);
  db.exec(before);
  const storage = openSqlite({ path });
  try {
    const count = (condition: string) =>
      Number(db.prepare(`SELECT count(*) AS n FROM deliveries WHERE ${condition}`).get()?.n);
    await use(storage, count, path);
  } finally {
    await storage.close();
    db.close();
    await left.close();
  }
}

const callback = {
  ...{ app: "1400000000", command: "OfficialAccount.CallbackAfterDeleteSubscriber", platform: "iOS" },
  ...{ clientIp: "203.0.113.9", receivedAt: Date.now(), body: new TextEncoder().encode("{}") },
};

describe("a SQLite store in which many stand behind others", () => {
  it("takes callbacks before all are let go, and lets all go beside that", () =>
    withLeft({ events: MANY, parked: true }, async (storage, count) => {
      assert.ok(count("parked IS NOT NULL") > 0, "the start was kept waiting");
      await storage.accept({ callbacks: [callback], quarantine: [] });
      await eventually(() => count("parked IS NOT NULL") === 0);
    }));

  it("hands them out in each person's order, whoever is let go first", () =>
    withLeft({ events: MANY, parked: true }, async (storage) => {
      const seen = new Map<string, number[]>();
      await eventually(async () => {
        const { token, deliveries } = await storage.take("partner", 200, 5, 60_000);
        for (const { event } of deliveries) seen.set(event.user, [...(seen.get(event.user) ?? []), event.eventTime]);
        const settlements = deliveries.map(({ event }) => ({ event: event.seq, to: "delivered" }) as const);
        await storage.settle({ connector: "partner", token, settlements });
        const grown = [...seen].filter(([user]) => user.startsWith("person-"));
        return grown.reduce((sum, [, times]) => sum + times.length, 0) === MANY;
      });
      for (const [user, times] of seen) assert.deepEqual(times, times.toSorted(), user);
    }));

  it("goes on with it at the next start when it was stopped meanwhile", () =>
    withLeft({ events: MANY, parked: true }, async (storage, count, path) => {
      await storage.close();
      assert.ok(count("parked IS NOT NULL") > 0, "nothing was left to do");
      const next = openSqlite({ path });
      await eventually(() => count("parked IS NOT NULL") === 0);
      await next.close();
    }));
});

describe("a SQLite store whose clock was far ahead", () => {
  const DAY_MS = 86_400_000;

  it("lets nothing wait until then, however much it is", () =>
    withLeft(
      { events: MANY },
      async (_, count) => {
        await eventually(() => count(`state = 'waiting' AND due_at > ${Date.now() + 2 * DAY_MS}`) === 0);
      },
      `UPDATE deliveries SET due_at = ${Date.now() + 400 * DAY_MS} WHERE state = 'waiting'`,
    ));
});
