/** A write to the database's own file: whether it has taken anything away. */
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { StoreFiles } from "../../../src/storage/sqlite/guard/files.ts";
import { openWriteWatch } from "../../../src/storage/sqlite/guard/write-watch.ts";

const [DB, FILES] = [{} as DatabaseSync, {} as StoreFiles];

describe("a write to the store's file", () => {
  function watching(isKept: () => "yes" | "no" | "not to be told yet", isWrittenTo = () => true) {
    const asked: string[] = [];
    const raise = (doubt: string): never => {
      throw new Error(doubt);
    };
    const watch = openWriteWatch({
      contents: {
        isKept: () => {
          asked.push("looked");
          return isKept();
        },
      },
      identity: { isWrittenTo, sawWrite: () => void asked.push("seen") },
      suspicion: { raise },
      everyMs: 1_000,
    });
    return { asked, see: (now: number) => watch.see(DB, FILES, now) };
  }

  it("that has left all in it is seen, and one that has not is a suspicion", () => {
    const good = watching(() => "yes");
    good.see(0);
    assert.deepEqual(good.asked, ["looked", "seen"]);
    assert.throws(() => watching(() => "no").see(0), /overwritten/);
  });

  it("that was none costs no look", () => {
    const { asked, see } = watching(
      () => "no",
      () => false,
    );
    see(0);
    assert.deepEqual(asked, []);
  });

  it("of which nothing can be told yet is looked into again after a while", () => {
    const { asked, see } = watching(() => "not to be told yet");
    see(0);
    see(999);
    assert.deepEqual(asked, ["looked"]);
    see(1_000);
    assert.deepEqual(asked, ["looked", "looked"]);
  });
});
