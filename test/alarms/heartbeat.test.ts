/** A heartbeat goes out as long as all is alive, and stays away as soon as nobody should believe that. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../connectors/kit/sandbox.ts";
import { type HeartbeatOptions, startHeartbeat } from "../../src/alarms/heartbeat.ts";
import { openAlarmFacts } from "../../src/facts/alarm-facts.ts";
import { eventually } from "../support/eventually.ts";

describe("a heartbeat", () => {
  let watcher: Sandbox;
  let elsewhere: Sandbox;
  before(async () => {
    elsewhere = await startSandbox(() => ({ status: 200 }));
    watcher = await startSandbox(({ path }) => {
      if (path === "/moved") return { status: 302, headers: { location: `${elsewhere.url}/` } };
      return { status: path === "/gone" ? 404 : 200 };
    });
  });
  after(async () => {
    await watcher.close();
    await elsewhere.close();
  });

  /** What is counted of it, and said, once one has come to its end. */
  async function once(options: Partial<Pick<HeartbeatOptions, "url" | "ailing" | "timeoutMs">>) {
    const facts = openAlarmFacts();
    const said: unknown[] = [];
    const keep = (line: unknown) => void said.push(line);
    const log = { debug: keep, info: keep, warn: keep, error: keep };
    const heartbeat = startHeartbeat({
      ...{ url: () => `${watcher.url}/beat`, ailing: () => undefined, log, facts, userAgent: "unsub-bridge/test" },
      ...options,
      everyMs: 3_600_000,
    });
    await eventually(() => Object.values(facts.heartbeats).some((count) => count > 0));
    await heartbeat.stop();
    return { counts: { ...facts.heartbeats }, said: JSON.stringify(said) };
  }

  it("is answered by whoever watches", async () => {
    assert.deepEqual((await once({})).counts, { answered: 1, failed: 0, withheld: 0 });
    assert.equal(watcher.requests.at(-1)?.path, "/beat");
  });

  it("stays away while nobody should believe that all is alive, and says why", async () => {
    const { count } = watcher;
    const { counts, said } = await once({ ailing: () => "callbacks can be kept nowhere" });
    assert.deepEqual(counts, { answered: 0, failed: 0, withheld: 1 });
    assert.match(said, /heartbeat\.withheld.*kept nowhere/);
    assert.equal(watcher.count, count);
  });

  it("was not heard where the answer is no success, and is carried nowhere else", async () => {
    for (const path of ["/gone", "/moved"]) {
      const { counts, said } = await once({ url: () => watcher.url + path });
      assert.deepEqual(counts, { answered: 0, failed: 1, withheld: 0 });
      assert.match(said, /heartbeat\.failed.*HTTP (404|302)/);
      assert.ok(!said.includes(watcher.url));
    }
    assert.equal(elsewhere.count, 0);
  });

  it("was not heard where whoever watches stays silent", async () => {
    watcher.fail("hang");
    const { counts } = await once({ timeoutMs: 50 });
    watcher.heal();
    assert.deepEqual(counts, { answered: 0, failed: 1, withheld: 0 });
  });

  it("shows its address nowhere when nobody answers", async () => {
    const { counts, said } = await once({ url: () => "http://127.0.0.1:1/canary-token" });
    assert.deepEqual(counts, { answered: 0, failed: 1, withheld: 0 });
    assert.doesNotMatch(said, /canary|127\.0\.0\.1:1/);
  });
});
