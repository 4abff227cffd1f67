/** What a store has not yet of what releases have added. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Addition, missingAdditions, tablesOf } from "../../../src/storage/rules/additions.ts";

const BRIDGES: Addition = { table: "bridges", sql: "CREATE TABLE bridges" };
const NAME: Addition = { table: "bridges", column: "name", sql: "ALTER TABLE bridges" };
const PUT_OFF: Addition = { table: "connectors", column: "put_off", sql: "ALTER TABLE connectors" };
const ALL = [BRIDGES, NAME, PUT_OFF];

describe("what is missing of the additions", () => {
  it("is everything where the first release has been alone, in the order in which it is made", () => {
    assert.deepEqual(missingAdditions(ALL, [{ table: "connectors", column: "name" }]), ALL);
  });

  it("is a column that only another table has", () => {
    const found = [
      { table: "bridges", column: "id" },
      { table: "bridges", column: "put_off" },
    ];
    assert.deepEqual(missingAdditions(ALL, found), [NAME, PUT_OFF]);
  });

  it("is nothing where all of it is there", () => {
    const found = [
      { table: "bridges", column: "name" },
      { table: "connectors", column: "put_off" },
    ];
    assert.deepEqual(missingAdditions(ALL, found), []);
  });

  it("is asked of each table once", () => {
    assert.deepEqual(tablesOf(ALL), ["bridges", "connectors"]);
  });
});
