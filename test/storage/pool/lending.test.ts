import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPooled } from "../../../src/storage/postgres/pool/connections.ts";
import { openLending } from "../../../src/storage/postgres/pool/lending.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeClient, FULL, fakeClient } from "./pool-support.ts";

/** What is lent of connections that open when they are told to. */
function openTold(most: number) {
  const room = { most };
  const clock = { at: 0 };
  const tries: PromiseWithResolvers<FakeClient>[] = [];
  const elapsed = () => clock.at;
  const connections = openPooled<FakeClient>(elapsed);
  const lending = openLending<FakeClient>({
    ...{ connections, elapsed },
    open: () => {
      const next = Promise.withResolvers<FakeClient>();
      tries.push(next);
      return next.promise;
    },
    most: () => room.most,
  });
  const opens = (name: string): FakeClient => {
    const client = fakeClient(name, clock.at);
    tries.shift()?.resolve(client);
    return client;
  };
  /** One that is lent. */
  const lent = async (name: string): Promise<FakeClient> => {
    const { served } = lending.take();
    opens(name);
    return served;
  };
  return { room, clock, tries, connections, lending, opens, lent };
}

describe("connections that are lent", () => {
  it("are opened as they are asked for, and no more than there may be", () => {
    const { lending, tries } = openTold(2);
    for (let asked = 0; asked < 5; asked += 1) lending.take();
    assert.deepEqual([tries.length, lending.held()], [2, 2]);
  });

  it("go to who waits longest when they are given back, and rest when nobody waits", async () => {
    const { lending, lent } = openTold(1);
    const client = await lent("a");
    const [second, third] = [lending.take(), lending.take()];
    lending.giveBack(client);
    assert.equal(await second.served, client);
    lending.giveBack(client);
    assert.equal(await third.served, client);
    lending.giveBack(client);
    assert.equal(await lending.take().served, client);
  });

  it("are thrown away when they are given back lost, and another is opened for who waits", async () => {
    const { lending, lent, opens } = openTold(1);
    const client = await lent("a");
    const { served } = lending.take();
    client.lose();
    lending.giveBack(client);
    const other = opens("b");
    assert.equal(await served, other);
    assert.equal(client.dropped, true);
  });

  it("are thrown away when they are given back and there are more than may be", async () => {
    const { lending, lent, room } = openTold(2);
    const [first, second] = [await lent("a"), await lent("b")];
    room.most = 1;
    lending.giveBack(first);
    lending.giveBack(second);
    assert.deepEqual([first.dropped, second.dropped, lending.held()], [true, false, 1]);
  });

  it("take those beside them along when one does not answer in time", async () => {
    const { lending, lent } = openTold(3);
    const [mute, idle, busy] = [await lent("mute"), await lent("idle"), await lent("busy")];
    lending.giveBack(idle);
    lending.abandon(mute);
    assert.deepEqual([mute.dropped, idle.dropped, busy.dropped], [true, true, false]);
    assert.equal(lending.held(), 1);
  });

  it("go when all are renewed: idle ones at once, lent ones when they are given back", async () => {
    const { connections, lending, lent, clock } = openTold(2);
    const [idle, busy] = [await lent("idle"), await lent("busy")];
    lending.giveBack(idle);
    clock.at = 1;
    connections.renew();
    assert.deepEqual([idle.dropped, busy.dropped], [true, false]);
    lending.giveBack(busy);
    assert.equal(busy.dropped, true);
  });

  it("go when they are given back after the end, and none is opened any more", async () => {
    const { lending, lent, tries } = openTold(2);
    const client = await lent("a");
    lending.end();
    lending.giveBack(client);
    lending.take();
    assert.deepEqual([client.dropped, tries.length, lending.held()], [true, 0, 0]);
  });
});

describe("who waits for a connection", () => {
  it("is told at once when the database lets nobody in", async () => {
    const { lending, tries } = openTold(1);
    const places = [lending.take(), lending.take()];
    tries.shift()?.reject(new Error("no such role"));
    for (const { served } of places) await assert.rejects(served, /no such role/);
  });

  it("waits on when one could not be opened but others are in use", async () => {
    const { lending, lent, tries } = openTold(2);
    const client = await lent("a");
    const { served } = lending.take();
    tries.shift()?.reject(new Error("cut off"));
    lending.giveBack(client);
    assert.equal(await served, client);
  });

  it("gets the next one that a full server lets in", async () => {
    const { lending, tries, opens } = openTold(1);
    const { served } = lending.take();
    tries.shift()?.reject(FULL);
    await eventually(() => tries.length > 0);
    assert.equal(lending.trouble(), FULL);
    const client = opens("a");
    assert.equal(await served, client);
    assert.equal(lending.trouble(), undefined);
  });

  it("gets nothing after giving up, and the connection rests", async () => {
    const { lending, opens } = openTold(1);
    lending.take().leave();
    const client = opens("a");
    assert.equal(await lending.take().served, client);
  });
});
