/** Whether a plan is of the same request as the one that somebody makes now. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSame } from "../../src/operations/deliveries/plan.ts";

const HOUR = 3_600_000;
const AT = 1_790_000_000_000;

describe("a plan that was begun", () => {
  const replay = (filter: Parameters<typeof isSame>[0]["filter"]) => ({ repair: "replay" as const, filter });
  const plan = { ...replay({ connector: "crm", since: AT - 2 * HOUR }), at: AT };

  it("is of the same request when the same was typed", () => {
    assert.equal(isSame({ ...replay({ user: "a" }), at: AT }, replay({ user: "a" }), AT + HOUR), true);
    assert.equal(isSame(plan, plan, AT + HOUR), true, "a date is the same later on");
    const later = replay({ connector: "crm", since: AT - 2 * HOUR + HOUR + 900 });
    assert.equal(isSame(plan, later, AT + HOUR), true, "two hours ago is another time an hour later");
  });

  it("is of another when anything else was typed: never more is done than was asked for", () => {
    const now = AT + HOUR;
    assert.equal(isSame(plan, { ...plan, repair: "discard" }, now), false);
    assert.equal(isSame(plan, replay({ connector: "crm" }), now), false);
    assert.equal(isSame(plan, replay({ ...plan.filter, user: "a" }), now), false);
    assert.equal(isSame(plan, replay({ ...plan.filter, class: "expired" }), now), false);
    assert.equal(isSame(plan, replay({ ...plan.filter, since: AT }), now), false);
    assert.equal(isSame({ ...replay({}), at: AT }, replay({ since: AT }), now), false);
  });
});
