/** How a repair of many is frozen and worked off, without a database. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  counted,
  goesOn,
  idleTooMany,
  isInPlan,
  type Letter,
  PLAN_PAGE,
  placeBehind,
  whyLeft,
  withLeft,
} from "../../../src/storage/rules/plans.ts";

const LETTER: Letter = {
  ...{ id: "e:crm", connector: 1, name: "crm", event: 7, class: "rejected", generation: 1, receivedAt: 1_000 },
  reason: null,
};
const keys = (count: number) => Array.from({ length: count }, (_, n) => [n]);

describe("freezing", () => {
  it("goes on behind a whole page, then with the next connector, then ends", () => {
    const place = { connectors: [1, 2], after: null };
    assert.deepEqual(JSON.parse(placeBehind(place, keys(PLAN_PAGE)) ?? ""), { ...place, after: [PLAN_PAGE - 1] });
    const next = JSON.parse(placeBehind({ ...place, after: [9] }, keys(PLAN_PAGE - 1)) ?? "");
    assert.deepEqual(next, { connectors: [2], after: null });
    assert.equal(placeBehind(next, []), null);
  });

  it("means what is of the class, not older than asked for, and no newer than the plan", () => {
    assert.equal(isInPlan({}, 7, LETTER), true);
    assert.equal(isInPlan({ class: "rejected", since: 1_000 }, 7, LETTER), true);
    assert.equal(isInPlan({ class: "expired" }, 7, LETTER), false);
    assert.equal(isInPlan({ since: 1_001 }, 7, LETTER), false);
    assert.equal(isInPlan({}, 6, LETTER), false);
  });

  it("counts by connector and class, in the order of their names whatever comes first", () => {
    const other: Letter = { ...LETTER, name: "analytics", class: "unmatched" };
    const first = counted([], [LETTER, other]);
    assert.deepEqual(counted(first, [LETTER]), [
      { connector: "analytics", class: "unmatched", count: 1 },
      { connector: "crm", class: "rejected", count: 2 },
    ]);
  });

  it("makes room among plans that nobody begins, but never by the newest", () => {
    const idle = (...sizes: number[]) => sizes.map((deliveries, n) => ({ id: String(n), deliveries }));
    assert.deepEqual(idleTooMany(idle(5_000_000)), []);
    assert.deepEqual(idleTooMany(idle(1, 999_999, 1, 0)), ["2", "3"]);
    assert.deepEqual(idleTooMany(idle(...Array.from({ length: 52 }, () => 0))), ["50", "51"]);
  });
});

describe("working off", () => {
  it("begins when all is frozen, and goes on until all is done", () => {
    assert.equal(goesOn({ frozen: false, done: 0, deliveries: 500 }), false);
    assert.equal(goesOn({ frozen: true, done: 0, deliveries: 500 }), true);
    assert.equal(goesOn({ frozen: true, done: 499, deliveries: 500 }), true);
    assert.equal(goesOn({ frozen: true, done: 500, deliveries: 500 }), false);
    assert.equal(goesOn({ frozen: true, done: 0, deliveries: 0 }), false);
  });

  const frozen = { state: "dead", generation: 2 };

  it("changes what is as it was, and says of the rest why not", () => {
    assert.equal(whyLeft(frozen, { state: "dead", generation: 2 }), undefined);
    assert.equal(whyLeft(frozen, { state: "dead", generation: 3 }), "again");
    assert.equal(whyLeft(frozen, { state: "waiting", generation: 3 }), "waiting");
    assert.equal(whyLeft(frozen, null), "unknown");
  });

  it("counts what was left alone by why, and names the first five", () => {
    const more = (why: "again" | "waiting", count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `${why} ${n}`, why }));
    const left = withLeft(withLeft([], more("again", 4)), [...more("waiting", 1), ...more("again", 4)]);
    assert.deepEqual(
      left.map(({ why, count, ids }) => [why, count, ids.length]),
      [
        ["again", 8, 5],
        ["waiting", 1, 1],
      ],
    );
  });
});
