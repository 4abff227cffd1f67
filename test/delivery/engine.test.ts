/** Router and couriers over a real store, with a connector that does what each user's id says. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import type { ConnectorConfig } from "../../src/config/checked-config.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { type Engine, openEngine } from "../support/engine.ts";
import { script, scriptedConfig } from "../support/scripted.ts";

const engines: Engine[] = [];
async function engineFor(...connectors: ConnectorConfig[]): Promise<Engine> {
  const engine = await openEngine(connectors);
  engines.push(engine);
  return engine;
}
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
});

describe("the engine", () => {
  it("carries every user of a callback to every connector, each with an id of its own", async () => {
    const [crm, hook] = [script(), script()];
    const engine = await engineFor(scriptedConfig("crm", crm), scriptedConfig("hook", hook));
    await engine.unsubscribe(["OK-1", "OK-2", "OK-3"]);
    await engine.settled();
    assert.deepEqual(crm.delivered.map(({ event }) => event.user).sort(), ["OK-1", "OK-2", "OK-3"]);
    assert.equal(hook.delivered.length, 3);
    assert.equal(new Set([...crm.delivered, ...hook.delivered].map(({ id }) => id)).size, 6);
  });

  it("tries again what got no answer, and never calls it delivered", async () => {
    const crm = script();
    const engine = await engineFor(scriptedConfig("crm", crm));
    await engine.unsubscribe(["FORGET-1", "NONSENSE-1", "RETRY-1", "OK-1"]);
    await crm.until(() => crm.batches.length > 8);
    const states = await engine.states("crm");
    assert.deepEqual(states, {
      "FORGET-1": "waiting",
      "NONSENSE-1": "waiting",
      "RETRY-1": "waiting",
      "OK-1": "delivered",
    });
    for (const user of ["FORGET-1", "NONSENSE-1", "RETRY-1"]) crm.say(user, "OK");
    await engine.settled();
    assert.equal(crm.delivered.length, 4);
  });

  it("lets a broken destination delay nobody else", async () => {
    const [broken, well] = [script(), script()];
    const engine = await engineFor(scriptedConfig("broken", broken), scriptedConfig("well", well));
    broken.sayAll("HANG");
    await engine.unsubscribe(Array.from({ length: 50 }, (_, index) => `u-${index}`));
    await well.until(() => well.delivered.length === 50);
    assert.equal(broken.delivered.length, 0);
  });

  it("backs off as a whole when the destination is down, and goes on by itself", async () => {
    const crm = script();
    const engine = await engineFor(scriptedConfig("crm", crm));
    crm.sayAll("UNAVAILABLE");
    await engine.unsubscribe(["a", "b", "c"]);
    await crm.until(() => crm.batches.length >= 3);
    const [status] = (await engine.storage.status()).connectors;
    assert.equal(status?.state.status, "backing_off");
    crm.sayAll(undefined);
    await engine.settled();
    assert.equal(crm.delivered.length, 3);
  });

  it("keeps the queue of a connector whose credentials are refused, until a person resumes it", async () => {
    const crm = script();
    const engine = await engineFor(scriptedConfig("crm", crm));
    crm.sayAll("CREDENTIALS");
    await engine.unsubscribe(["a", "b"]);
    await engine.connectorIs("crm", ({ state }) => state.cause === "credentials");
    assert.deepEqual(await engine.states("crm"), { a: "waiting", b: "waiting" });
    crm.sayAll(undefined);
    await engine.storage.resume("crm", act());
    await engine.settled();
    assert.equal(crm.delivered.length, 2);
  });

  it("pauses a connector that refuses everything, and buries none of the twenty", async () => {
    const crm = script({ largestBatch: 5 });
    const engine = await engineFor(scriptedConfig("crm", crm));
    crm.sayAll("REJECT");
    await engine.unsubscribe(Array.from({ length: 20 }, (_, index) => `u-${index}`));
    await engine.connectorIs("crm", ({ state }) => state.cause === "refusing");
    assert.deepEqual([...new Set(Object.values(await engine.states("crm")))], ["waiting"]);
    crm.sayAll(undefined);
    await engine.storage.resume("crm", act());
    await engine.settled();
    assert.equal(crm.delivered.length, 20);
  });

  it("finds the one that spoils a batch; the others of it are delivered", async () => {
    const crm = script();
    const engine = await engineFor(scriptedConfig("crm", crm));
    await engine.unsubscribe(["OK-1", "OK-2", "BATCH-1", "OK-3", "OK-4"]);
    await engine.settled();
    assert.equal(crm.delivered.length, 4);
    const [letter] = await engine.storage.unjournaled(10);
    assert.deepEqual([letter?.event.user, letter?.class, letter?.reason.status], ["BATCH-1", "rejected", 400]);
  });

  it("treats a throw as trouble: nothing is lost and nothing is called delivered", async () => {
    const crm = script();
    const engine = await engineFor(scriptedConfig("crm", crm));
    crm.sayAll("THROW");
    await engine.unsubscribe(["a"]);
    await crm.until(() => crm.batches.length >= 2);
    assert.deepEqual(await engine.states("crm"), { a: "waiting" });
    crm.sayAll(undefined);
    await engine.settled();
    assert.equal(crm.delivered.length, 1);
  });

  it("sends one person's events in the order in which they happened, one at a time", async () => {
    const crm = script({ writes: "fact", largestBatch: 10, concurrency: 4 });
    const engine = await engineFor(scriptedConfig("crm", crm, { events: ["unsubscribed", "subscribed"] }));
    crm.say("jared", "RETRY");
    await engine.unsubscribe(["jared"], { eventTime: 3_000 });
    await engine.subscribe(["jared"], { eventTime: 2_000 });
    await engine.unsubscribe(["jared"], { eventTime: 1_000 });
    await engine.routed();
    await crm.until(() => crm.batches.length >= 2);
    crm.say("jared", undefined);
    await engine.settled();
    assert.deepEqual(
      crm.delivered.map(({ event }) => event.eventTime % 10_000),
      [1_000, 2_000, 3_000],
    );
  });

  it("does not send a state that a newer wish has overtaken, even where re-subscriptions are not sent", async () => {
    const crm = script({ writes: "state" });
    const engine = await engineFor(scriptedConfig("crm", crm));
    crm.say("jared", "RETRY");
    await engine.unsubscribe(["jared"], { eventTime: 1_000 });
    await crm.until(() => crm.batches.length >= 1);
    await engine.subscribe(["jared"], { eventTime: 2_000 });
    await engine.settled();
    assert.equal(crm.delivered.length, 0);
    const entries = await engine.storage.deliveries({ user: "jared" }, { limit: 10 });
    assert.deepEqual(entries.map(({ event, state }) => [event.kind, state]).sort(), [
      ["subscribed", "skipped"],
      ["unsubscribed", "superseded"],
    ]);
  });

  it("sends on while the store is busy settling, but not without end", async () => {
    const crm = script({ largestBatch: 1, concurrency: 2 });
    const busy = Promise.withResolvers<void>();
    let settles = 0;
    const through = (storage: Storage): Storage => ({
      ...storage,
      async settle(request) {
        settles += 1;
        await busy.promise;
        return storage.settle(request);
      },
    });
    const engine = await openEngine([scriptedConfig("crm", crm)], { through });
    engines.push(engine);
    await engine.unsubscribe(Array.from({ length: 100 }, (_, index) => `u-${index}`));
    // as many answers as a claim has deliveries may wait, and each lane holds one more
    const most = 32 + 2;
    await crm.until(() => crm.batches.length === most);
    // whatever else it would do, it would do in these turns
    for (let turn = 0; turn < 20; turn += 1) await engine.storage.status();
    assert.equal(crm.batches.length, most);
    assert.equal(settles, 1);
    busy.resolve();
    await engine.settled();
    assert.equal(new Set(crm.batches.flat()).size, 100);
    assert.equal(crm.batches.length, 100);
  });

  it("sends nothing more of what it has claimed once its destination is in trouble", async () => {
    const crm = script({ largestBatch: 1, concurrency: 2 });
    crm.sayAll("UNAVAILABLE");
    const never = { give_up_after: 86_400_000, first_delay: 86_400_000, max_delay: 86_400_000 };
    const engine = await engineFor(scriptedConfig("crm", crm, { retry: never }));
    await engine.unsubscribe(Array.from({ length: 20 }, (_, index) => `u-${index}`));
    await engine.connectorIs("crm", ({ state }) => state.status === "backing_off");
    await engine.stop();
    assert.ok(crm.batches.length <= 2, `${crm.batches.length} requests`);
  });

  it("gives back what it has claimed and not sent, even if the store is in trouble just then", async () => {
    const crm = script({ largestBatch: 1 });
    crm.sayAll("UNAVAILABLE");
    let releases = 0;
    const through = (storage: Storage): Storage => ({
      ...storage,
      async release(...args) {
        releases += 1;
        if (releases === 1) throw new Error("database is locked");
        return storage.release(...args);
      },
    });
    const engine = await openEngine([scriptedConfig("crm", crm)], { through });
    engines.push(engine);
    await engine.unsubscribe(Array.from({ length: 30 }, (_, index) => `u-${index}`));
    await engine.connectorIs("crm", ({ state }) => state.status === "backing_off");
    crm.sayAll(undefined);
    await engine.settled();
    assert.equal(crm.delivered.length, 30);
    assert.ok(releases > 1);
  });

  it("finishes what is under way when it stops", async () => {
    const crm = script({ largestBatch: 1 });
    const engine = await engineFor(scriptedConfig("crm", crm));
    await engine.unsubscribe(Array.from({ length: 30 }, (_, index) => `u-${index}`));
    await crm.until(() => crm.batches.length >= 3);
    await engine.stop();
    const states = Object.values(await engine.states("crm"));
    assert.equal(states.filter((state) => state === "delivered").length, crm.delivered.length);
  });
});
