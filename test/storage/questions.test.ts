/** Questions: bounded, one after the other, and in nobody's way. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoreStatus } from "../../src/storage/contract/ledger.ts";
import type { LookOptions } from "../../src/storage/contract/looks.ts";
import { LOOKS, type Looks } from "../../src/storage/contract/questions.ts";
import { openQuestions, openQuestionsBeside } from "../../src/storage/open-questions.ts";
import { questionsBy } from "../../src/storage/questions.ts";
import { questionsLate } from "../../src/storage/questions-late.ts";
import { searchSince } from "../../src/storage/rules/since.ts";
import { openLogWatch } from "../../src/storage/sqlite/guard/log-watch.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";
import { openSqliteThread } from "../../src/storage/sqlite/thread.ts";
import { eventually } from "../support/eventually.ts";
import { copyOf010 } from "../support/fixtures.ts";
import { queueUsers, register } from "./suite-support.ts";

describe("a question", () => {
  it("ends with what it has found after 20,000 rows, in looks of at most 1,000, and goes on from there", async () => {
    const asked: LookOptions[] = [];
    const questions = questionsOn({
      async people(_, options) {
        asked.push(options);
        return { found: [], looked: options.rows, next: String(asked.length) };
      },
    });
    const { entries, looked, next } = await questions.people("", { limit: 10 });
    assert.deepEqual([entries, looked, next], [[], 20_000, String(asked.length)]);
    assert.ok(asked.every(({ rows }) => rows <= 1_000));
    assert.deepEqual(
      asked.map(({ from }) => from),
      [null, ...asked.slice(1).map((__, index) => String(index + 1))],
    );
    await questions.people("", { limit: 10, after: next ?? "" });
    assert.ok(asked.some(({ from }) => from === next));
  });

  it("ends after five seconds, looked at between two looks", async () => {
    let now = 0;
    let looks = 0;
    const questions = questionsOn(
      {
        async people() {
          looks += 1;
          now += 2_000;
          return { found: ["a"], looked: 1, next: "more" };
        },
      },
      () => now,
    );
    assert.deepEqual((await questions.people("", { limit: 10 })).entries, ["a", "a", "a"]);
    assert.equal(looks, 3);
  });

  it("of the ledger ends sooner, so that what matches little costs a page no more than what is found at once", async () => {
    for (const [msOfALook, least, most] of [
      [0, 20_000, 20_000],
      [30, 2_000, 3_000],
    ] as const) {
      let now = 0;
      const questions = questionsOn(
        {
          async ledger(_, __, { rows }) {
            now += msOfALook;
            return { found: [], looked: rows, next: "1:crm" };
          },
        },
        () => now,
      );
      const { looked, next } = await questions.deliveries({ account: "nobody's" }, { limit: 50 });
      assert.ok(looked >= least && looked <= most, `${looked} rows`);
      assert.equal(next, "1:crm");
    }
  });

  it("waits for the one before it, whatever becomes of that", async () => {
    const first = Promise.withResolvers<null>();
    const order: string[] = [];
    const questions = questionsOn({
      connector: (name) => {
        order.push(name);
        return name === "first" ? first.promise : Promise.resolve(null);
      },
    });
    const failing = questions.connector("first");
    const second = questions.connector("second");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(order, ["first"]);
    first.reject(new Error("gone"));
    await assert.rejects(failing, /gone/);
    await second;
    assert.deepEqual(order, ["first", "second"]);
  });

  it("looks again only when others have had their time, as long as they want after what the look took", async () => {
    const gaveWay: ReturnType<typeof Promise.withResolvers<void>>[] = [];
    let looked = 0;
    const looks = {
      async people() {
        looked += 1;
        return { found: ["a"], looked: 1, next: looked < 3 ? "more" : null };
      },
    };
    const questions = questionsLate({
      description: "a store",
      open: async () => ({ looks: looks as unknown as Looks, close: async () => undefined }),
      names: LOOKS,
      giveWay(workedMs) {
        assert.ok(workedMs >= 0);
        const others = Promise.withResolvers<void>();
        gaveWay.push(others);
        return others.promise;
      },
    });
    const asked = questions.people("", { limit: 10 });
    for (let look = 1; look <= 3; look += 1) {
      await eventually(() => gaveWay.length === look);
      await nextTurn();
      assert.equal(looked, look, "the next one waits");
      gaveWay[look - 1]?.resolve();
    }
    assert.deepEqual((await asked).entries, ["a", "a", "a"]);
    await questions.close();
  });

  it("about the status is asked once a second for all viewers; a failure is told to nobody else", async () => {
    let now = 0;
    let asked = 0;
    const answers = [STATUS, new Error("busy"), STATUS];
    const questions = questionsOn(
      {
        async status() {
          const answer = answers[asked];
          asked += 1;
          if (answer instanceof Error) throw answer;
          return answer ?? STATUS;
        },
      },
      () => now,
    );
    await Promise.all(Array.from({ length: 50 }, () => questions.status()));
    now = 999;
    await questions.status();
    assert.equal(asked, 1);
    now = 1_000;
    await assert.rejects(questions.status(), /busy/);
    assert.equal(await questions.status(), STATUS);
    assert.equal(asked, 3);
  });

  it("that waits for its turn is refused when questions end; the one under way is waited for", async () => {
    const first = Promise.withResolvers<null>();
    const questions = questionsOn({ connector: () => first.promise });
    const underWay = questions.connector("first");
    const waiting = assert.rejects(questions.connector("second"), /the store is closed/);
    await new Promise((resolve) => setImmediate(resolve));
    const closed = questions.close();
    first.resolve(null);
    assert.equal(await underWay, null);
    await waiting;
    await closed;
  });
});

describe("the first event since a time", () => {
  const found = (stored: readonly (number | null)[], since: number) => {
    const search = searchSince(since, { first: 1, last: stored.length });
    let probes = 0;
    for (let step = search.next(); ; probes += 1) {
      if (step.done === true) return { seq: step.value, probes };
      const rows = stored.map((storedAt, index) => ({ seq: index + 1, storedAt }));
      const from = step.value;
      step = search.next(rows.filter(({ seq }) => seq >= from).slice(0, 20));
    }
  };
  const HOUR = 3_600_000;

  it("is found by a few looks, by when events were stored", () => {
    const stored = Array.from({ length: 1_000 }, (_, n) => n * HOUR);
    const { seq, probes } = found(stored, 500 * HOUR);
    assert.equal(seq, 501);
    assert.ok(probes <= 10, `${probes} looks`);
    assert.equal(found(stored, 5_000 * HOUR).seq, 1_001);
    assert.equal(found(stored, 0).seq, 1);
    assert.equal(found([], 0).seq, 1);
  });

  it("is never too high where nobody knows when some were stored", () => {
    for (let hole = 0; hole < 50; hole += 1) {
      const stored = Array.from({ length: 200 }, (_, n) => (n >= hole * 4 && n < hole * 4 + 40 ? null : n * HOUR));
      for (let since = 0; since < 200; since += 7) {
        const { seq } = found(stored, since * HOUR);
        assert.ok(seq <= since + 1, `a hole at ${hole * 4}, since ${since}: ${seq}`);
      }
    }
  });
});

describe("questions beside a SQLite store", () => {
  it("reject in plain words while there is no store, and are answered once there is one", () =>
    inFolder(async (path) => {
      const store = { url: `sqlite:${path}`, schema: "", prepare: true };
      const questions = openQuestionsBeside(store, { description: "sqlite" });
      await assert.rejects(questions.status(), /there is no store yet at/);
      const storage = await openSqliteThread({ path });
      await register(storage);
      assert.deepEqual(
        (await questions.status()).connectors.map(({ name }) => name),
        ["crm"],
      );
      await questions.close();
      await assert.rejects(questions.status(), /the store is closed/);
      await storage.close();
    }));

  it("ask the store that was put in the place of another", () =>
    inFolder(async (path) => {
      for (const [name, at] of [["old", path] as const, ["new", `${path}.new`] as const]) {
        const storage = openSqlite({ path: at });
        await register(storage, name);
        await storage.close();
      }
      const questions = await openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true });
      const names = async () => (await questions.connectors()).map(({ name }) => name);
      assert.deepEqual(await names(), ["old"]);
      for (const end of ["-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
      renameSync(`${path}.new`, path);
      assert.deepEqual(await names(), ["new"]);
      await questions.close();
    }));

  it("ask the store again that was away for a while: it once stayed closed to who had asked meanwhile", () =>
    inFolder(async (path) => {
      const made = openSqlite({ path });
      await register(made, "first");
      await made.close();
      const questions = await openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true });
      const names = async () => (await questions.connectors()).map(({ name }) => name);
      assert.deepEqual(await names(), ["first"]);
      const all = ["", "-wal", "-shm"].filter((end) => existsSync(`${path}${end}`));
      for (const end of all) renameSync(`${path}${end}`, `${path}.away${end}`);
      await assert.rejects(names, /there is no store yet/);
      for (const end of all) renameSync(`${path}.away${end}`, `${path}${end}`);
      assert.deepEqual(await names(), ["first"]);
      await questions.close();
    }));

  it("hold nothing between two looks: the log can be emptied, and nobody waits to write", () =>
    inFolder(async (path) => {
      const storage = await openSqliteThread({ path });
      const questions = openQuestionsBeside({ url: `sqlite:${path}`, schema: "", prepare: true }, storage);
      await register(storage);
      await queueUsers(storage, "a", "b", "c");
      assert.equal((await questions.deliveries({}, { limit: 2 })).entries.length, 2);
      const other = new DatabaseSync(path);
      assert.equal(other.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy, 0);
      other.exec("BEGIN IMMEDIATE");
      assert.equal((await questions.deliveries({}, { limit: 10 })).entries.length, 3);
      other.exec("ROLLBACK");
      other.close();
      await questions.close();
      await storage.close();
    }));

  it("are answered by a store as 0.1.0 has left it, and add nothing to it", async () => {
    const left = await copyOf010();
    const path = left.path("data/bridge.db");
    const tables = () => {
      const db = new DatabaseSync(path, { readOnly: true });
      const names = db.prepare("SELECT name FROM sqlite_schema ORDER BY name").all();
      db.close();
      return names;
    };
    const before = tables();
    const questions = await openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true });
    const { connectors, quarantined } = await questions.status();
    assert.ok(connectors.length > 0 && quarantined.entries > 0);
    assert.equal((await questions.quarantined({ limit: 100 })).entries.length, quarantined.entries);
    const { entries } = await questions.deliveries({}, { limit: 5 });
    assert.ok((await questions.trace(entries[0]?.event.user ?? "", { limit: 5 })).entries.length > 0);
    const [decided] = (await questions.events(0, { limit: 5 })).entries;
    assert.ok((decided?.decisions.length ?? 0) > 0);
    assert.deepEqual(await questions.bridges(), []);
    assert.deepEqual((await questions.audited({}, { limit: 5 })).entries, []);
    await questions.close();
    assert.deepEqual(tables(), before);
    await left.close();
  });

  it("change nothing of a store, and make none", () =>
    inFolder(async (path) => {
      await assert.rejects(openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true }), /no store yet/);
      const db = new DatabaseSync(path);
      db.exec("CREATE TABLE somebodys (own TEXT)");
      db.close();
      await assert.rejects(async () => {
        const questions = await openQuestions({ url: `sqlite:${path}`, schema: "", prepare: true });
        await questions.status().finally(() => questions.close());
      });
      const again = new DatabaseSync(path, { readOnly: true });
      assert.equal(again.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n, 1);
      again.close();
    }));
});

describe("a log that has grown large", () => {
  it("is emptied while our own readers wait for it; others are told of", () =>
    inFolder(async (path) => {
      const storage = openSqlite({ path });
      await register(storage);
      const db = new DatabaseSync(path);
      const reader = new DatabaseSync(path, { readOnly: true });
      reader.exec("BEGIN");
      reader.prepare("SELECT count(*) FROM events").all();
      await register(storage, "another");
      let now = 1_000_000;
      const said: string[] = [];
      const readers: string[] = [];
      const watch = openLogWatch({
        ...{ path, elapsed: () => now, largeBytes: 1, note: ({ fact }) => said.push(fact) },
        readers: {
          hold: () => readers.push("hold") > 0,
          letGo: () => readers.push("let go"),
        },
      });
      watch.see(db, 2);
      assert.deepEqual([readers, said], [["hold"], []]);
      // ours has come to its end: the next try empties it
      reader.exec("ROLLBACK");
      now += 100;
      watch.see(db, 2);
      assert.deepEqual([readers, said], [["hold", "let go"], []]);
      // another's does not
      reader.exec("BEGIN");
      reader.prepare("SELECT count(*) FROM events").all();
      await register(storage, "third");
      for (const ms of [20_000, 100, 2_000]) {
        now += ms;
        watch.see(db, 2);
      }
      assert.deepEqual(readers, ["hold", "let go", "hold", "let go"]);
      assert.deepEqual(said, ["store.log_large"]);
      for (const one of [reader, db]) one.close();
      await storage.close();
    }));
});

const STATUS: StoreStatus = {
  connectors: [],
  unread: 0,
  quarantined: { entries: 0, bytes: 0 },
  bytes: 0,
  clocksOff: [],
  counters: {},
};

function questionsOn(looks: Partial<Looks>, elapsed: () => number = () => 0) {
  return questionsBy({ description: "", looks: looks as Looks, elapsed, close: async () => undefined });
}

async function inFolder(prove: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "unsub-bridge-questions-"));
  try {
    await prove(join(folder, "bridge.db"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
