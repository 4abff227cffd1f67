/** What several connectors settle within one turn is one transaction, and each is answered as if it had been alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SettleRequest, SettleResult } from "../../src/storage/contract/deliveries.ts";
import { settledTogether } from "../../src/storage/postgres/settled-together.ts";
import { Timeout } from "../../src/storage/postgres/trouble.ts";
import { row } from "../support/deliveries.ts";

const of = (connector: string, count = 1): SettleRequest => ({
  connector,
  token: connector,
  settlements: Array.from({ length: count }, (_, event) => ({ event, to: "delivered" as const })),
});
const done = (connector: string): SettleResult => ({
  tag: "settled",
  lost: [],
  connector: { ...row(), name: connector },
  waitMs: null,
});

/** A store that does what it is told for each group of connectors. */
function storeThat(fails: (connectors: readonly string[]) => unknown = () => undefined) {
  const groups: string[][] = [];
  const settle = settledTogether({
    async settle(requests) {
      const names = requests.map(({ connector }) => connector);
      groups.push(names);
      const error = fails(names);
      if (error !== undefined) throw error;
      return names.map(done);
    },
    goesAlone: ({ takenWith }) => takenWith !== undefined,
  });
  const nameOf = async (request: SettleRequest) => (await settle(request)).connector.name;
  return { groups, nameOf };
}

test("what comes in one turn is one transaction, and each hears of its own connector", async () => {
  const { groups, nameOf } = storeThat();
  assert.deepEqual(await Promise.all([nameOf(of("a")), nameOf(of("b")), nameOf(of("c"))]), ["a", "b", "c"]);
  assert.deepEqual(groups, [["a", "b", "c"]]);
});

test("who writes its connector's row, or has much to settle, keeps nobody waiting", async () => {
  const { groups, nameOf } = storeThat();
  await Promise.all([
    nameOf(of("a")),
    nameOf({ ...of("b"), takenWith: "settings" }),
    nameOf(of("c", 100)),
    nameOf(of("d")),
  ]);
  assert.deepEqual(groups.toSorted(), [["a", "d"], ["b"], ["c"]]);
});

test("one that the store refuses does not fail the others", async () => {
  const { nameOf } = storeThat((names) => (names.includes("b") ? new Error("a fault of b") : undefined));
  const all = await Promise.allSettled([nameOf(of("a")), nameOf(of("b")), nameOf(of("c"))]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});

test("a store that did not answer in time is not asked again for each", async () => {
  const { groups, nameOf } = storeThat(() => new Timeout("too late"));
  const all = await Promise.allSettled([nameOf(of("a")), nameOf(of("b"))]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(groups.length, 1);
});
