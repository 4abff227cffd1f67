/** Who may see what destinations are asked about a person. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exchangesRoute, type Follow } from "../../src/admin/routes/exchanges.ts";
import { ACCOUNTS, bearer, METRICS, openApp, VIEWER } from "./support.ts";

const NOTHING = { era: "this one", steps: [], missed: 0, next: 3 };

describe("/exchanges", () => {
  const asked: unknown[] = [];
  const follow: Follow = ({ name }, user, after) => {
    asked.push([name, user, after]);
    return user === "one-too-many" ? undefined : NOTHING;
  };
  const app = openApp({ accounts: ACCOUNTS }, [exchangesRoute(follow)]);

  it("is for viewers, who are told as whom, and for nobody with less", async () => {
    const path = "/exchanges?user=a%20b&after=2";
    const answer = await app.ask(path, bearer(VIEWER));
    assert.deepEqual([answer.status, await answer.json()], [200, NOTHING]);
    assert.deepEqual(asked, [["v.iewer", "a b", 2]]);
    assert.equal((await app.ask(path, bearer(METRICS))).status, 403);
    assert.equal((await app.ask(path)).status, 401);
    assert.equal(asked.length, 1);
  });

  for (const query of ["", "?user=", "?user=jared&after=-1", "?user=jared&after=soon"]) {
    it(`says what to write instead of "${query}"`, async () => {
      assert.equal((await app.ask(`/exchanges${query}`, bearer(VIEWER))).status, 400);
    });
  }

  it("says when too many are followed", async () => {
    assert.equal((await app.ask("/exchanges?user=one-too-many", bearer(VIEWER))).status, 503);
  });
});
