/** What becomes of a transaction in trouble, and of the next: over a database that fails when it is told to. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { openAftermath } from "../../src/storage/sqlite/aftermath.ts";
import { openTransactions, StoreTrouble } from "../../src/storage/sqlite/transactions.ts";

type Step = "BEGIN IMMEDIATE" | "COMMIT" | "ROLLBACK" | "reopen" | "prove" | "resolve" | "afterCommit";

/** Everything that is done to the database, in its order; `fails` at the next of these steps. */
function openTold({ canReopen = true } = {}) {
  const steps: string[] = [];
  const guard = { doubts: false };
  let fails: Step | undefined;
  const step = (name: string): void => {
    steps.push(name);
    if (name !== fails) return;
    fails = undefined;
    throw new Error(`no ${name}`);
  };
  const aftermath = openAftermath();
  const { transact } = openTransactions({
    canReopen,
    aftermath,
    handle: {
      db: { exec: step } as unknown as DatabaseSync,
      prepared: () => assert.fail("nobody asks anything"),
      syncCommits: (wanted) => void (wanted || step("without sync")),
      waitForOthers: (wanted) => void (wanted || step("wait for nobody")),
      reopen: () => step("reopen"),
      prove: () => step("prove"),
      close: () => step("close"),
    },
    guard: {
      get doubts() {
        return guard.doubts;
      },
      resolve() {
        step("resolve");
        guard.doubts = false;
      },
      reopened: () => step("reopened"),
      afterCommit: () => step("afterCommit"),
    },
  });
  /** A transaction that fails at this step, or does not. What was done for it. */
  const transaction = (failing?: Step, act = (): void => undefined): readonly string[] => {
    fails = failing;
    steps.length = 0;
    try {
      transact(() => {
        aftermath.onCommit(() => step("durable"));
        aftermath.onRollback(() => step("undone: first"));
        aftermath.onRollback(() => step("undone: second"));
        act();
      });
    } catch (error) {
      steps.push(error instanceof StoreTrouble ? "trouble" : String(error));
    }
    return [...steps];
  };
  return { transact, transaction, guard, steps };
}

const GOOD = ["BEGIN IMMEDIATE", "COMMIT", "durable", "afterCommit"];
const UNDONE = ["undone: second", "undone: first"];

describe("a transaction", () => {
  it("is durable before memory follows, and before anybody looks whether it can be trusted", () => {
    assert.deepEqual(openTold().transaction(), GOOD);
  });

  it("that throws is undone, the last first, and throws what was thrown", () => {
    const throws = (): never => {
      throw new TypeError("no");
    };
    const steps = openTold().transaction(undefined, throws);
    assert.deepEqual(steps, ["BEGIN IMMEDIATE", "ROLLBACK", ...UNDONE, "TypeError: no"]);
  });

  it("that cannot begin is trouble, and undoes nothing; others are waited for no more until one begins", () => {
    assert.deepEqual(openTold().transaction("BEGIN IMMEDIATE"), ["BEGIN IMMEDIATE", "wait for nobody", "trouble"]);
  });

  it("that cannot be rolled back is undone in memory all the same", () => {
    const throws = (): never => assert.fail("no");
    const steps = openTold().transaction("ROLLBACK", throws);
    assert.deepEqual(steps.slice(0, 4), ["BEGIN IMMEDIATE", "ROLLBACK", ...UNDONE]);
  });

  it("that is not synced says so before it begins", () => {
    const { transact, steps } = openTold();
    transact(() => undefined, false);
    assert.deepEqual(steps.slice(0, 2), ["without sync", "BEGIN IMMEDIATE"]);
  });

  it("that the guard does not trust is trouble, though it is in the database", () => {
    assert.deepEqual(openTold().transaction("afterCommit"), [...GOOD, "trouble"]);
  });
});

describe("a commit that failed", () => {
  it("is trouble, and undone", () => {
    const steps = openTold().transaction("COMMIT");
    assert.deepEqual(steps, ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", ...UNDONE, "trouble"]);
  });

  it("lets nothing begin before the database was opened anew, and proved", () => {
    const { transaction } = openTold();
    transaction("COMMIT");
    assert.deepEqual(transaction("reopen"), ["reopen", "wait for nobody", "trouble"]);
    assert.deepEqual(transaction("prove"), ["reopen", "reopened", "prove", "wait for nobody", "trouble"]);
    assert.deepEqual(transaction(), ["reopen", "reopened", "prove", ...GOOD]);
    assert.deepEqual(transaction(), GOOD);
  });

  it("is gone on from in memory, where a database that is opened anew would be empty", () => {
    const { transaction } = openTold({ canReopen: false });
    transaction("COMMIT");
    assert.deepEqual(transaction(), GOOD);
  });
});

describe("a store in doubt", () => {
  it("takes nothing until the doubt is resolved, and is opened anew then", () => {
    const { transaction, guard } = openTold();
    guard.doubts = true;
    assert.deepEqual(transaction("resolve"), ["resolve", "wait for nobody", "trouble"]);
    assert.deepEqual(transaction(), ["resolve", "reopen", "reopened", "prove", ...GOOD]);
  });
});
