/** Settling is repeated while the store is in trouble, and given up when it is the verdict that the store refuses. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type WriteOptions, writeUntilTaken } from "../../src/delivery/settlement/write.ts";
import type { Verdict } from "../../src/delivery/verdict/batch.ts";
import { row } from "../support/deliveries.ts";

const VERDICT: Verdict = { settlements: [{ event: 1, to: "delivered" }], decided: [] };
const TAKEN = { tag: "settled", lost: [], connector: row(), waitMs: null } as const;

/** A store that answers as told, and what was asked and said. */
function store(write: WriteOptions["write"]) {
  const asked: Verdict[] = [];
  const refused: unknown[] = [];
  let troubles = 0;
  const off = new AbortController();
  const options: WriteOptions = {
    write(verdict) {
      asked.push(verdict);
      return write(verdict);
    },
    onTrouble() {
      troubles += 1;
    },
    onRefused: (error) => refused.push(error),
    signal: off.signal,
    tryAgainMs: 0,
  };
  return { options, asked, refused, off, troubles: () => troubles };
}

describe("settling", () => {
  it("of a verdict that the store refuses for ever wedged its connector: its deliveries are tried again", async () => {
    const { options, refused } = store(async ({ settlements }) => {
      if (settlements.some(({ to }) => to === "delivered"))
        throw new Error("cannot store REAL value in INTEGER column");
      return TAKEN;
    });
    const settled = await writeUntilTaken(VERDICT, options);
    const [instead] = settled?.verdict.settlements ?? [];
    assert.deepEqual([instead?.event, instead?.to], [1, "waiting"]);
    assert.match(String(refused), /INTEGER column/);
  });

  it("waits for a store that takes nothing at all, however long, and then keeps the verdict", async () => {
    let tries = 0;
    const { options, refused } = store(async () => {
      tries += 1;
      if (tries <= 40) throw new Error("database or disk is full");
      return TAKEN;
    });
    const settled = await writeUntilTaken(VERDICT, options);
    // the simpler question follows at once on a failure: a store that has recovered in a pause hears the verdict first
    assert.equal(settled?.result, TAKEN);
    assert.equal(tries, 41);
    assert.deepEqual([settled?.verdict, refused], [VERDICT, []]);
  });

  it("gives no verdict up for a store whose troubles change", async () => {
    let tries = 0;
    const { options, asked } = store(async () => {
      tries += 1;
      if (tries <= 20) throw new Error(`no connection, port ${tries}`);
      return TAKEN;
    });
    assert.equal((await writeUntilTaken(VERDICT, options))?.verdict, VERDICT);
    assert.ok(asked.every((verdict) => verdict === VERDICT));
  });

  it("ends when the bridge can wait no longer", async () => {
    const { options, off, troubles } = store(async () => {
      if (troubles() === 2) off.abort();
      throw new Error("gone");
    });
    assert.equal(await writeUntilTaken(VERDICT, options), undefined);
  });
});
