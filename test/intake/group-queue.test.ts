import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { QueuedRequest } from "../../src/intake/keeping/group.ts";
import { groupQueue } from "../../src/intake/keeping/group-queue.ts";
import { DELETE, NOW } from "./harness.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function request(name: string, bytes = 1): QueuedRequest {
  const callback = { app: name, command: DELETE, platform: "", clientIp: "", receivedAt: NOW, body: new Uint8Array() };
  const intake = { callbacks: [callback], quarantine: [] };
  return { intake, bytes, deadline: 0, resolve: () => undefined, release: undefined, told: undefined };
}

/** A queue whose groups are under way until the test ends them. */
function setUp({ groupCount = 100, groupBytes = 100, transactions = 1 } = {}) {
  const groups: { readonly names: string; end(): void }[] = [];
  const asked: (() => void)[] = [];
  const queue = groupQueue({
    limits: { groupCount, groupBytes },
    transactions,
    commit: (group) =>
      new Promise((end) => {
        groups.push({ names: group.map(({ intake }) => intake.callbacks[0]?.app).join(""), end });
        asked.shift()?.();
      }),
  });
  const until = async (count: number) => {
    while (groups.length < count) await new Promise<void>((resolve) => asked.push(resolve));
  };
  const names = () => groups.map((group) => group.names);
  const waiting = () => queue.waiting().map(({ intake }) => intake.callbacks[0]?.app);
  return { queue, groups, names, until, waiting };
}

describe("requests that wait for a transaction", () => {
  it("share one when they come together, and the next when they come during one", async () => {
    const { queue, groups, names, until, waiting } = setUp();
    for (const name of ["a", "b"]) queue.add(request(name));
    await until(1);
    for (const name of ["c", "d"]) queue.add(request(name));
    assert.deepEqual([names(), waiting()], [["ab"], ["c", "d"]]);
    groups[0]?.end();
    await until(2);
    assert.deepEqual([names(), waiting()], [["ab", "cd"], []]);
  });

  it("are waited for as long as each turn of the event loop brings more", async () => {
    const { queue, groups, names, until } = setUp();
    queue.add(request("a"));
    await until(1);
    queue.add(request("b"));
    groups[0]?.end();
    for (const name of ["c", "d"]) {
      await turn();
      queue.add(request(name));
    }
    await until(2);
    assert.deepEqual(names(), ["a", "bcd"]);
  });

  it("go in the order of their coming, as many as a transaction holds", async () => {
    const { queue, groups, names, until } = setUp({ groupCount: 2, groupBytes: 10 });
    for (const [name, bytes] of [
      ["a", 1],
      ["b", 1],
      ["c", 1],
      ["d", 10],
      ["e", 90],
    ] as const)
      queue.add(request(name, bytes));
    for (let count = 1; count <= 4; count += 1) {
      await until(count);
      groups[count - 1]?.end();
    }
    assert.deepEqual(names(), ["ab", "c", "d", "e"]);
  });

  it("have as many transactions under way as the store gains from", async () => {
    const { queue, names, until, waiting } = setUp({ groupCount: 1, transactions: 2 });
    for (const name of ["a", "b", "c"]) queue.add(request(name));
    await until(2);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    assert.deepEqual([names(), waiting()], [["a", "b"], ["c"]]);
  });
});
