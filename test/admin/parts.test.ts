/** The small parts of the admin listener, each by itself. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openBuckets } from "../../src/admin/buckets.ts";
import { openHolding } from "../../src/admin/holding.ts";
import { isOwnHost } from "../../src/admin/origins.ts";
import { openTurns } from "../../src/admin/turns.ts";
import { networkOf } from "../../src/listener/address.ts";

describe("an allowance", () => {
  it("comes back bit by bit", () => {
    const take = openBuckets({ burst: 2, refillMs: 1_000, most: 10 });
    assert.deepEqual([take("a", 0), take("a", 0), take("a", 0)], [true, true, false]);
    assert.deepEqual([take("a", 499), take("a", 500), take("a", 501)], [false, true, false]);
    assert.deepEqual([take("a", 9_000), take("a", 9_000), take("a", 9_000)], [true, true, false]);
  });

  it("is remembered of so many, of whom those go first who were not seen for longest", () => {
    const take = openBuckets({ burst: 1, refillMs: 1e9, most: 2 });
    take("a", 0);
    take("b", 0);
    assert.equal(take("a", 1), false);
    take("c", 1);
    assert.deepEqual([take("a", 2), take("b", 2)], [false, true]);
  });
});

describe("whoever shares an address", () => {
  it("is one of IPv4, and a network of IPv6", () => {
    const rows = [
      ["203.0.113.7", "203.0.113.7"],
      ["203.0.113.7:4711", "203.0.113.7"],
      ["::ffff:203.0.113.7", "203.0.113.7"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
      ["::1", "0:0:0:0::/64"],
      ["", "nowhere"],
      ["unknown", "nowhere"],
    ] as const;
    for (const [address, network] of rows) assert.equal(networkOf(address), network, address);
  });
});

describe("a host that means this machine", () => {
  it("is loopback by its name or address, with a port or without", () => {
    const own = ["localhost", "LocalHost:80", "127.0.0.1", "127.1.2.3:8081", "[::1]", "[::1]:8081"];
    const foreign = [
      null,
      "",
      ":8081",
      "bridge",
      "0.0.0.0",
      "[::]",
      "::1",
      "127.0.0.1:8081:1",
      "localhost:",
      "a@localhost",
    ];
    assert.deepEqual(
      own.filter((host) => !isOwnHost(host)),
      [],
    );
    assert.deepEqual(foreign.filter(isOwnHost), []);
  });
});

describe("turns", () => {
  it("go to so many at once, in the order in which they asked, and are over when others had their time", async () => {
    const done: string[] = [];
    const rests: (() => void)[] = [];
    const giveWay = () => new Promise<void>((resolve) => rests.push(resolve));
    const turns = openTurns({ atOnce: 1, mostWaiting: 2, giveWay });
    const work = (name: string) => async () => void done.push(name);
    const asked = ["a", "b", "c", "d"].map((name) => turns.take(work(name)));
    await nextTurn();
    // answered at once, while its turn goes on
    await asked[0];
    assert.deepEqual(done, ["a"]);
    rests.shift()?.();
    await asked[1];
    assert.deepEqual(done, ["a", "b"]);
    rests.shift()?.();
    await Promise.all(asked);
    assert.deepEqual(done, ["a", "b", "c"]);
    assert.equal(await asked[3], undefined);
  });

  it("are over as well where the work fails", async () => {
    const turns = openTurns({ atOnce: 1, mostWaiting: 0, giveWay: async () => undefined });
    await assert.rejects(
      turns.take(() => Promise.reject(new Error("no"))),
      /no/,
    );
    await nextTurn();
    assert.equal(await turns.take(async () => "next"), "next");
  });
});

describe("answers that are kept back", () => {
  it("are given some at a time, in the order in which they were asked for", async () => {
    const holding = openHolding({ aRound: 2, roundMs: 1, most: 10 });
    const given: number[] = [];
    await Promise.all([1, 2, 3, 4, 5].map((number) => holding.hold().then(() => given.push(number))));
    assert.deepEqual(given, [1, 2, 3, 4, 5]);
  });

  it("are not given at all where too many wait, and to all who wait once it ends", async () => {
    const holding = openHolding({ aRound: 1, roundMs: 1e6, most: 1 });
    const [first, second] = [holding.hold(), holding.hold()];
    holding.end();
    await first;
    assert.equal(await Promise.race([second, nextTurn("not answered")]), "not answered");
    await holding.hold();
  });

  it("are never given to who came while too many waited, though there is room by now", async () => {
    const holding = openHolding({ aRound: 5, roundMs: 1, most: 1 });
    const [first, second] = [holding.hold(), holding.hold()];
    await first;
    await holding.hold();
    assert.equal(await Promise.race([second, nextTurn("not answered")]), "not answered");
    holding.end();
  });
});
