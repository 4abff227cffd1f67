/** Repairs of many by a page: shown before they are done, done whoever looks, and never twice. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { reasonKind } from "../../src/storage/rules/reason-kind.ts";
import { act } from "../support/act.ts";
import { eventually } from "../support/eventually.ts";
import { bury } from "./letters-support.ts";
import { type ConsoleWorld, inStore, openConsole, VIEWER } from "./support.ts";

const REASON = { words: "it was refused", status: 400 };
const OTHER = { words: "it was refused for another reason" };

describe("a plan", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      async seed(storage) {
        // nobody configures these: what is replayed waits, and stays to be counted
        await bury(storage, { connector: "old", prefix: "old", count: 1_203, reason: () => REASON });
        await bury(storage, { connector: "small", prefix: "small", count: 3, reason: () => REASON });
        await bury(storage, { connector: "small", prefix: "other", count: 2, reason: () => OTHER });
        await bury(storage, { connector: "many", prefix: "many", count: 120, reason: () => REASON });
      },
    });
  });
  after(() => console.close());

  /** Plans what a filter finds, and waits until it is counted. Returns its path. */
  async function planned(fields: Readonly<Record<string, string>>): Promise<string> {
    const { headers, status } = await console.post("/dead-letters/plan", fields);
    assert.equal(status, 303);
    const path = headers.get("location") ?? "";
    assert.match(path, /^\/plans\/[0-9a-f]{12}$/);
    await told(path, /To be (sent again|put away)/);
    return path;
  }

  /** Who looks again and again is somebody else: an account has 20 requests a second. */
  const told = (path: string, words: RegExp) =>
    eventually(async () => words.test((await console.get(path, { as: VIEWER })).text));
  const done = (path: string) => told(path, /This plan is done/);

  it("goes from a group to done: shown first, then worked off, then what became of it", async () => {
    const path = await planned({ repair: "replay", connector: "small", kind: reasonKind(REASON) });
    const before = await console.get(path);
    assert.match(before.text, /To be sent again, from their first attempt on: 3\./);
    assert.match(before.text, /small rejected 3/);
    assert.match(before.text, /its connector is not in the configuration any more/);
    const chinese = await console.get(path, { language: "zh" });
    assert.match(chinese.text, /small：连接器已不在配置中/);
    assert.match(chinese.text, /选择范围 ?： ?连接器 ?： ?small · 具体原因 ?：/);
    assert.equal((await console.post(`${path}/work`, { why: "the property is there" })).status, 303);
    await done(path);
    const after = await console.get(path);
    assert.match(after.text, /This plan is done\. On their way again: 3 See what becomes of them: small/);
    assert.doesNotMatch(after.html, new RegExp(`action="${path}/work"`));
    const audit = await console.command("audit", "list", "--json");
    assert.match(audit.out, /"why":\s?"the property is there"/);
    const list = await console.get("/plans");
    assert.match(list.text, /A replay of dead letters small: rejected 3 olga .* done · 3 \/ 3/);
    for (const { html } of [list, after]) {
      assert.match(html, /<a href="\/dead-letters" aria-current="page"/);
      assert.match(html, /<main.*href="\/dead-letters"/s);
    }
  });

  it("says what has changed meanwhile before it is done, leaves that alone, and says so afterwards", async () => {
    const path = await planned({ repair: "replay", connector: "small" });
    await inStore(console, (storage) =>
      storage.discard({ connector: "small", user: "other-0", states: ["dead"] }, act({ operation: "discard" })),
    );
    const { text } = await console.get(path);
    assert.match(text, /What has changed meanwhile is left alone 1 · discarded by a person/);
    assert.equal((await console.post(`${path}/work`, {})).status, 303);
    await done(path);
    const after = await console.get(path);
    assert.match(after.text, /On their way again: 1 .* Left alone 1 · discarded by a person/);
  });

  it("asks for a reason to discard, and above a hundred for the number", async () => {
    const path = await planned({ repair: "discard", connector: "many" });
    const refused = async (fields: Readonly<Record<string, string>>, words: RegExp) => {
      const { status, text } = await console.post(`${path}/work`, fields);
      assert.equal(status, 422);
      assert.match(text, words);
    };
    await refused({ number: "120" }, /Say why/);
    await refused({ why: "test data" }, /The number is not 120/);
    await refused({ why: "test data", number: "12" }, /The number is not 120/);
    const asking = await console.get(path);
    assert.match(asking.text, /To be put away: 120.*Reason.* \(required\)/);
    assert.match(asking.html, new RegExp(`formaction="${path}/drop"`));
    assert.equal((await console.post(`${path}/work`, { why: "test data", number: "120" })).status, 303);
    await done(path);
    assert.match((await console.get(path)).text, /Discarded: 120/);
  });

  it("that was interrupted is gone on with by a button, and what was done is not done twice", async () => {
    const path = await planned({ repair: "replay", connector: "old" });
    const id = path.split("/").at(-1) ?? "";
    // as a bridge leaves it that was killed after a step
    await inStore(console, (storage) => storage.workOffPlan(id, act()));
    const { text, html } = await console.get(path);
    assert.match(text, /Interrupted: 500 of 1,203 are done/);
    assert.match(html, /<progress max="1203" value="500"/);
    assert.match(text, /Go on \(703\)/);
    // two tabs at once
    const both = await Promise.all([console.post(`${path}/work`, {}), console.post(`${path}/work`, {})]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [303, 303],
    );
    await done(path);
    const finished = await console.get(path);
    assert.match(finished.text, /On their way again: 1,203 /);
    assert.doesNotMatch(finished.text, /Stop after/);
    assert.doesNotMatch((await console.get(path)).text, /Left alone/);
  });

  it("is seen by viewers, who may do nothing with it", async () => {
    const { headers } = await console.post("/dead-letters/plan", {
      repair: "discard",
      connector: "many",
      user: "nobody",
    });
    const empty = headers.get("location") ?? "";
    await told(empty, /There is nothing to be done/);
    assert.doesNotMatch((await console.get(empty)).html, /\/work"/);
    const all = await console.get("/plans", { as: VIEWER });
    assert.equal(all.status, 200);
    const [, one = ""] = /href="(\/plans\/[0-9a-f]+)"/.exec(all.html) ?? [];
    const seen = await console.get(one, { as: VIEWER });
    assert.equal(seen.status, 200);
    assert.doesNotMatch(seen.html, /action="[^"]*plans/);
    for (const action of ["work", "stop", "count", "drop"])
      assert.equal((await console.post(`${one}/${action}`, {}, { as: VIEWER })).status, 403);
    const gone = await console.get("/plans/none");
    assert.equal(gone.status, 404);
    assert.match(gone.text, /plans are kept for a day/);
  });
});
