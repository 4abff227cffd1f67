/** Appends that overlap: which of them share a write, and what each is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { appending } from "../../src/spool/appending.ts";
import type { Intake } from "../../src/storage/contract/callbacks.ts";

const intake = (name: string) => ({ callbacks: [name], quarantine: [] }) as unknown as Intake;
const nameOf = ({ callbacks }: Intake) => String(callbacks[0]);

function setUp() {
  const turns: (() => void)[] = [];
  const groups: string[][] = [];
  let fault: Error | undefined;
  const append = appending({
    alone: async (work) => {
      await new Promise<void>((resolve) => turns.push(resolve));
      await work();
    },
    write: async (group) => {
      groups.push(group.map(nameOf));
      if (fault !== undefined) throw fault;
    },
  });
  return {
    append: (name: string) => append(intake(name)),
    groups,
    /** The file is free for the next. */
    turn: () => turns.shift()?.(),
    waiting: () => turns.length,
    fail: (error: Error | undefined) => {
      fault = error;
    },
  };
}

describe("appends to the spool", () => {
  it("that come before the first one's turn are written with it, in one write", async () => {
    const { append, groups, turn, waiting } = setUp();
    const all = ["a", "b", "c"].map(append);
    assert.equal(waiting(), 1);
    turn();
    await Promise.all(all);
    assert.deepEqual(groups, [["a", "b", "c"]]);
  });

  it("that come while another write is under way wait for the next", async () => {
    const { append, groups, turn } = setUp();
    const first = append("a");
    turn();
    await first;
    const others = ["b", "c"].map(append);
    turn();
    await Promise.all(others);
    assert.deepEqual(groups, [["a"], ["b", "c"]]);
  });

  it("are each told when their write fails, and the next are written all the same", async () => {
    const { append, groups, turn, fail } = setUp();
    fail(new Error("the disk is full"));
    const failing = ["a", "b"].map((name) => assert.rejects(append(name), /the disk is full/));
    turn();
    await Promise.all(failing);
    fail(undefined);
    const next = append("c");
    turn();
    await next;
    assert.deepEqual(groups, [["a", "b"], ["c"]]);
  });
});
