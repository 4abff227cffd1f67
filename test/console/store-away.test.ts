/** Pages and buttons while the store is away: said in both languages, and to programs as the API says it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { typedPlainly } from "../../src/basics/typed.ts";
import type { Config } from "../../src/config/checked-config.ts";
import { consoleRoutes } from "../../src/console/console.ts";
import type { ConsoleOptions } from "../../src/console/visit.ts";
import { openPlanRuns } from "../../src/operations/deliveries/plan-runs.ts";
import type { Operations } from "../../src/operations/operations.ts";
import { Refused, said } from "../../src/operations/refused.ts";
import { ACCOUNTS, OPS, openApp } from "../admin/support.ts";

/** Fields by which each action comes to its store. */
const FORMS: readonly (readonly [path: string, fields: string])[] = [
  ["/connectors/crm/pause", "why=x"],
  ["/connectors/crm/resume", ""],
  ["/connectors/crm/retry", ""],
  ["/people/retry", "connector=crm&user=jared"],
  ["/people/export", "ids=jared&format=csv"],
  ["/dead-letters/plan", "repair=replay"],
  ["/dead-letters/choose", "repair=replay&id=a:crm"],
  ["/plans/aaaaaaaaaaaa/work", ""],
  ["/plans/aaaaaaaaaaaa/count", ""],
  ["/plans/aaaaaaaaaaaa/drop", ""],
  ["/alarms/silence", "name=paused_after&hours=1&why=x"],
  ["/healing/release", ""],
  ["/healing/discard", ""],
];

function appOver(error: unknown) {
  const failing = new Proxy({}, { get: () => async () => Promise.reject(error) }) as Operations;
  const unanswered: string[] = [];
  const unasked = () => Promise.reject(new Error("nothing but the store is asked here"));
  const options: ConsoleOptions = {
    ...{ operations: () => failing, version: "0", clock: Date.now, runs: openPlanRuns(() => undefined) },
    config: () => ({ secrets: [], connectors: [] }) as unknown as Config,
    onUnanswered: (path) => unanswered.push(path),
    checks: { latest: () => undefined } as unknown as ConsoleOptions["checks"],
    ...{
      typed: typedPlainly,
      inBackground: () => undefined,
      exchanges: () => [],
      load: unasked,
      env: {},
      giveWay: async () => undefined,
    },
  };
  const app = openApp({ accounts: ACCOUNTS }, consoleRoutes(options));
  const send = async (path: string, body: string | undefined, headers: Readonly<Record<string, string>>) => {
    // an account has 20 requests a second
    app.turn(1_000);
    return app.ask(path, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        authorization: `Bearer ${OPS}`,
        ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
  };
  return { send, unanswered };
}

const READER = { accept: "text/html", "accept-language": "en" };
const ZH_READER = { accept: "text/html", "accept-language": "zh" };
const AWAY = "database is locked <b>";

describe("while the store is away", () => {
  it("a button says that nobody knows yet whether it was done, in the reader's language", async () => {
    const { send, unanswered } = appOver(new Error(AWAY));
    for (const [path, fields] of FORMS) {
      const english = await send(path, fields, READER);
      assert.deepEqual([path, english.status, english.headers.get("retry-after")], [path, 503, "5"]);
      const html = await english.text();
      assert.match(html, /Whether it was done is not certain/, path);
      // what a system says is foreign, and text
      assert.match(html, /<pre lang="en">database is locked &lt;b/);
      const chinese = await (await send(path, fields, ZH_READER)).text();
      assert.match(chinese, /是否已经执行尚不确定/, path);
      assert.doesNotMatch(chinese.replace(/<pre.*?<\/pre>/s, ""), /not certain|cannot be asked/, path);
    }
    assert.equal(unanswered.length, 2 * FORMS.length);
  });

  it("a program that sends a form is told by a problem, when to come again as well", async () => {
    const { send } = appOver(new Error(AWAY));
    for (const [path, fields] of FORMS) {
      const response = await send(path, fields, { accept: "*/*" });
      assert.deepEqual(
        [path, response.status, response.headers.get("content-type"), response.headers.get("retry-after")],
        [path, 503, "application/problem+json", "5"],
      );
      const { status, detail } = (await response.json()) as { readonly status: number; readonly detail: string };
      assert.deepEqual([status, detail.includes(AWAY)], [503, true]);
    }
  });

  it("a page says so, is asked again, and names when", async () => {
    const { send } = appOver(new Error(AWAY));
    const paths = ["/", "/people?user=jared", "/deliveries", "/dead-letters", "/quarantine", "/alarms"];
    for (const path of [...paths, "/audit", "/plans", "/plans/aaaaaaaaaaaa"]) {
      const response = await send(path, undefined, ZH_READER);
      assert.deepEqual([path, response.status, response.headers.get("retry-after")], [path, 503, "5"]);
      const html = await response.text();
      assert.match(html, /暂时无法查询存储/);
      assert.match(html, /data-live/);
    }
  });

  it("a fault of ours is not put down to it, and what cannot be done is told with what to do", async () => {
    const ours = appOver(new TypeError("x is not a function"));
    assert.equal((await ours.send("/dead-letters/plan", "repair=replay", READER)).status, 500);
    assert.deepEqual(ours.unanswered, []);
    const refusing = appOver(new Refused("unknown", said("no_plan", { id: "abc" })));
    const response = await refusing.send("/dead-letters/plan", "repair=replay", ZH_READER);
    assert.equal(response.status, 404);
    assert.match(await response.text(), /没有计划“abc”（或者已经不在了）/);
  });
});
