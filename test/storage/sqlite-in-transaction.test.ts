/** What is told of a database that rolls back by itself, as it does when its disk is full. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { inTransaction } from "../../src/storage/sqlite/in-transaction.ts";

describe("a transaction beside the store's own", () => {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE lines (text TEXT); PRAGMA max_page_count = 3");
  after(() => db.close());
  const count = () => db.prepare("SELECT count(*) AS n FROM lines").get()?.n;

  it("says that the disk is full, not that there was nothing left to roll back", () => {
    const fill = () => db.prepare("INSERT INTO lines VALUES (?)").run("x".repeat(100_000));
    assert.throws(() => inTransaction(db, fill), /full/);
    assert.equal(count(), 0);
  });
  it("undoes what came before a throw, and hands on what was thrown", () => {
    const insert = () => {
      db.exec("INSERT INTO lines VALUES ('one')");
      throw new Error("another one");
    };
    assert.throws(() => inTransaction(db, insert), /another one/);
    assert.equal(count(), 0);
    assert.equal(
      inTransaction(db, () => db.prepare("INSERT INTO lines VALUES ('two')").run().changes),
      1,
    );
  });
});
