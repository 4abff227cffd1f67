import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPooled } from "../../../src/storage/postgres/pool/connections.ts";
import { type FakeClient, fakeClient } from "./pool-support.ts";

const MINUTE = 60_000;

/** Connections that rest, opened and put down at 0. */
function resting(...names: string[]) {
  const clock = { at: 0 };
  const connections = openPooled<FakeClient>(() => clock.at);
  const clients = names.map((name) => fakeClient(name));
  for (const client of clients) {
    connections.add(client);
    connections.rest(client);
  }
  const dropped = () => clients.filter((client) => client.dropped).map(({ name }) => name);
  return { clock, connections, clients, dropped };
}

describe("connections that rest", () => {
  it("are lent again, the latest first", () => {
    const { connections, dropped } = resting("a", "b");
    assert.deepEqual(
      [1, 2, 3].map(() => connections.takeIdle()?.name),
      ["b", "a", undefined],
    );
    assert.deepEqual([connections.count, dropped()], [2, []]);
  });

  it("are never lent once they are lost", () => {
    const { connections, clients, dropped } = resting("a", "b");
    clients[1]?.lose();
    assert.equal(connections.takeIdle()?.name, "a");
    assert.deepEqual([connections.count, dropped()], [1, ["b"]]);
  });

  it("are left to others after half a minute, all but one", () => {
    const { connections, clock, dropped } = resting("a", "b", "c");
    clock.at = 30_001;
    assert.equal(connections.takeIdle()?.name, "c");
    assert.deepEqual(dropped(), ["a", "b"]);
  });

  it("are kept as long as they are needed now and then", () => {
    const { connections, clock, dropped } = resting("a", "b");
    clock.at = 30_000;
    assert.equal(connections.takeIdle()?.name, "b");
    assert.deepEqual(dropped(), []);
  });

  it("go, the longest idle first, until there are no more than may be", () => {
    const { connections, dropped } = resting("a", "b", "c");
    connections.trim(1);
    assert.deepEqual([connections.count, dropped()], [1, ["a", "b"]]);
  });

  it("go beyond what may be only as far as nobody uses them", () => {
    const { connections, dropped } = resting("a", "b");
    connections.takeIdle();
    connections.trim(0);
    assert.deepEqual([connections.count, dropped()], [1, ["a"]]);
  });
});

describe("a connection", () => {
  it("is not good any more after half an hour, so that load spreads anew", () => {
    const { connections, clock, clients } = resting("a");
    const [client = assert.fail()] = clients;
    clock.at = 30 * MINUTE - 1;
    assert.equal(connections.isGood(client), true);
    clock.at = 30 * MINUTE;
    assert.equal(connections.isGood(client), false);
  });

  it("is not good when it was opened before all were renewed, and good when after", () => {
    const { connections, clock, clients } = resting("a");
    const [client = assert.fail()] = clients;
    clock.at = 10;
    connections.renew();
    assert.equal(connections.isGood(client), false);
    assert.equal(connections.isGood(fakeClient("b", 10)), true);
  });

  it("is never good after the end, whenever it was opened", () => {
    const { connections, clock } = resting();
    connections.end();
    clock.at = 10;
    assert.equal(connections.isGood(fakeClient("b", 10)), false);
  });
});
