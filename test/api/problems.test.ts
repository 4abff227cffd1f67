/** What goes wrong in front of a call, or behind it, as a problem: no listener, no store. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkBelow } from "../../src/admin/route.ts";
import { apiRoutes } from "../../src/api/api.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { openPlanRuns } from "../../src/operations/deliveries/plan-runs.ts";
import type { Operations } from "../../src/operations/operations.ts";
import { ACCOUNTS, bearer, OPS, openApp, VIEWER } from "../admin/support.ts";

/** Of an API whose every operation fails with this. */
function appOver(error: unknown) {
  const failing = new Proxy({}, { get: () => async () => Promise.reject(error) }) as Operations;
  const unanswered: unknown[] = [];
  const routes = apiRoutes(
    {
      ...{ operations: () => failing, version: "0", clock: Date.now, runs: openPlanRuns(() => undefined) },
      // no setting is asked for before an operation
      config: () => ({ secrets: [] }) as unknown as Config,
      onUnanswered: (_, why) => unanswered.push(why),
    },
    linkBelow("/"),
  );
  return { ...openApp({ accounts: ACCOUNTS }, routes), unanswered };
}

async function assertProblem(response: Response, status: number): Promise<string> {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const told = (await response.json()) as { readonly status: number; readonly title: string; readonly detail: string };
  assert.equal(told.status, status);
  assert.notEqual(told.title, "Error");
  return told.detail;
}

describe("a problem", () => {
  it("is a store that is away: come again, and the log knows why", async () => {
    const gone = new Error("the store does not answer");
    const { ask, unanswered } = appOver(gone);
    const response = await ask("/api/v1/status", bearer(VIEWER));
    assert.match(response.headers.get("retry-after") ?? "", /^\d+$/);
    assert.match(await assertProblem(response, 503), /the store does not answer/);
    assert.deepEqual(unanswered, [gone]);
  });

  it("is a fault of ours, which is not put down to the store", async () => {
    const { ask, unanswered } = appOver(new TypeError("x is not a function"));
    const detail = await assertProblem(await ask("/api/v1/status", bearer(VIEWER)), 500);
    assert.doesNotMatch(detail, /not a function/);
    assert.deepEqual(unanswered, []);
  });

  it("is a day that there is not, and never one that follows", async () => {
    const { ask, unanswered } = appOver(new Error("never asked"));
    for (const day of ["2026-02-30", "2026-13-01", "2026-06-31"]) {
      const response = await ask(`/api/v1/deliveries?since=${day}T00:00:00Z`, bearer(VIEWER));
      assert.match(await assertProblem(response, 422), /query since: write a time such as/, day);
    }
    assert.deepEqual(unanswered, []);
  });

  it("is a path that there is not, also where it is one sign away from one", async () => {
    const { ask } = appOver(new Error("never asked"));
    await assertProblem(await ask("/api/openapi-json", bearer(VIEWER)), 404);
  });

  it("is a role that is too small, a body that is too large or is no JSON, and asking too often", async () => {
    const app = appOver(new Error("never asked"));
    const post = (token: string, body: string, type = "application/json") =>
      app.ask("/api/v1/quarantine/replay", {
        method: "POST",
        headers: { ...bearer(token).headers, "content-type": type },
        body,
      });
    await assertProblem(await post(VIEWER, "{}"), 403);
    await assertProblem(await post(OPS, " ".repeat(1024 * 1024 + 1)), 413);
    await assertProblem(await post(OPS, "{"), 400);
    await assertProblem(await post(OPS, "ids=x", "application/x-www-form-urlencoded"), 415);
    assert.match(await assertProblem(await post(OPS, '{"all":true,"drry":false}'), 422), /did you mean dry/);
    const distance = await post(OPS, '{"ids":["9b1d"],"stale_within_ms":300000}');
    assert.match(await assertProblem(distance, 422), /stale_within_ms chooses among all/);
    const many = Array.from({ length: 30 }, () => app.ask("/api/v1/nothing", bearer(VIEWER)));
    while (app.held() < 5) await new Promise(setImmediate);
    app.release();
    const statuses = (await Promise.all(many)).filter(({ status }) => status === 429);
    const [first] = statuses;
    assert.ok(first !== undefined);
    assert.equal(first.headers.get("retry-after"), "1");
    await assertProblem(first, 429);
  });
});
