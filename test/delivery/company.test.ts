/** Answers of several connectors that are settled together. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openCompany } from "../../src/delivery/settlement/company.ts";

/** Longer than any test may take. */
const FOR_EVER = 600_000;
const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

/** Settlers that wait for others as long as any are under way, and a note of those that have ended. */
function gatherIn(company: ReturnType<typeof openCompany>) {
  const gone: string[] = [];
  const gather = async (name: string, isWorthWaiting = company.isExpected) => {
    await company.gather(isWorthWaiting);
    gone.push(name);
  };
  return { gone, gather };
}

describe("answers that wait for other connectors'", () => {
  it("wait until the last call that is under way is answered, and go in one turn", async () => {
    const company = openCompany(FOR_EVER);
    const calls = [1, 2].map(() => Promise.withResolvers<void>());
    const answers = calls.map(({ promise }) => company.expect(promise));
    const { gone, gather } = gatherIn(company);
    const all = ["crm", "analytics"].map((name) => gather(name));
    calls[0]?.resolve();
    await turnOfTheLoop();
    assert.deepEqual(gone, []);
    calls[1]?.resolve();
    await turnOfTheLoop();
    assert.deepEqual(gone, ["crm", "analytics"]);
    await Promise.all([...answers, ...all]);
  });

  it("do not wait for a call that fails", async () => {
    const company = openCompany(FOR_EVER);
    const { gone, gather } = gatherIn(company);
    const call = Promise.withResolvers<void>();
    const answer = company.expect(call.promise);
    const waiting = gather("crm");
    call.reject(new Error("down"));
    await assert.rejects(answer, /down/);
    await waiting;
    assert.deepEqual(gone, ["crm"]);
  });

  it("go after a few milliseconds, whatever is under way", async () => {
    const company = openCompany(1);
    void company.expect(new Promise(() => undefined));
    const { gone, gather } = gatherIn(company);
    await Promise.all([gather("crm"), gather("analytics")]);
    assert.deepEqual(gone, ["crm", "analytics"]);
    await gather("crm");
    assert.deepEqual(gone, ["crm", "analytics", "crm"]);
  });

  it("go alone when they are enough", async () => {
    const company = openCompany(FOR_EVER);
    const call = Promise.withResolvers<void>();
    const answer = company.expect(call.promise);
    const { gone, gather } = gatherIn(company);
    let isEnough = false;
    const all = [gather("crm", () => !isEnough), gather("analytics")];
    isEnough = true;
    company.came();
    await turnOfTheLoop();
    assert.deepEqual(gone, ["crm"]);
    call.resolve();
    await Promise.all([answer, ...all]);
  });
});
