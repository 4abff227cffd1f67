/** What a scrape says where the store has not counted to the end. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ALL } from "../../src/metrics/definitions/all.ts";
import type { ScrapeMoment } from "../../src/metrics/moment.ts";

const row = (name: string, atLeast?: readonly string[], about?: readonly string[]) => ({
  ...{ name, waiting: 10_000, dead: 3, deadOf: { rejected: 2, expired: 0, unmatched: 1 } },
  ...{ ...(atLeast && { atLeast }), ...(about && { about }) },
});

/** As much of a moment as these metrics look at. */
function momentOf(...rows: readonly ReturnType<typeof row>[]): ScrapeMoment {
  const connectors = [{ name: "crm", type: { type: "hubspot" } }];
  const moment = { config: { connectors }, facts: { connector: () => ({}) }, store: { value: { connectors: rows } } };
  return moment as unknown as ScrapeMoment;
}

const read = (name: string, moment: ScrapeMoment) =>
  ALL.find((one) => one.name === `unsub_bridge_${name}`)?.read(moment);

describe("a count that ends at a bound", () => {
  it("is told with a gauge beside it that there are more", () => {
    const crm = { connector: "crm", type: "hubspot" };
    assert.deepEqual(read("connector_at_least", momentOf(row("crm", ["waiting", "deliveredLastDay"]))), [
      [{ ...crm, count: "waiting" }, 1],
      [{ ...crm, count: "dead" }, 0],
    ]);
    assert.deepEqual(
      read("connector_at_least", momentOf(row("crm")))?.map(([, value]) => value),
      [0, 0],
    );
  });

  it("is told with a gauge of its own where it is an estimate", () => {
    const crm = { connector: "crm", type: "hubspot" };
    const moment = momentOf(row("crm", undefined, ["waiting"]));
    assert.deepEqual(read("connector_about", moment), [
      [{ ...crm, count: "waiting" }, 1],
      [{ ...crm, count: "dead" }, 0],
    ]);
    assert.deepEqual(
      read("connector_at_least", moment)?.map(([, value]) => value),
      [0, 0],
    );
  });

  it("of connectors that are not configured any more is more where one of them is", () => {
    const other = { connector: "_other", type: "_other" };
    const moment = momentOf(row("old"), row("older", ["dead"]));
    assert.deepEqual(read("connector_at_least", moment), [
      [{ ...other, count: "waiting" }, 0],
      [{ ...other, count: "dead" }, 1],
    ]);
    assert.deepEqual(read("connector_dead_letters", moment), [
      [{ ...other, class: "rejected" }, 4],
      [{ ...other, class: "expired" }, 0],
      [{ ...other, class: "unmatched" }, 2],
    ]);
  });
});
