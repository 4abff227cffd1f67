/** Large callbacks become events in portions: nobody holds all of them at once, and a crash in between loses none. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { commandOf } from "../../src/callback.ts";
import type { Logger } from "../../src/connector.ts";
import { expansionsOf } from "../../src/delivery/routing/expanding.ts";
import type { StoredCallback } from "../../src/storage/contract/callbacks.ts";
import { eventsOfWish, healedCallback } from "../../src/storage/rules/healed-callback.ts";
import { openSqlite } from "../../src/storage/sqlite/index.ts";

const EVENT_TIME = 1_767_225_600_123;

function callback(seq: number, users: readonly string[]): StoredCallback {
  const body = JSON.stringify({
    CallbackCommand: commandOf("unsubscribed"),
    Official_Account: "@TOA#_news",
    Operator_Account: "admin",
    SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
    EventTime: EVENT_TIME,
  });
  const heard = { app: "1400000000", command: commandOf("unsubscribed"), platform: "", clientIp: "" };
  return { seq, ...heard, receivedAt: EVENT_TIME + 1, body: Buffer.from(body) };
}

const people = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const sizes = (callbacks: readonly StoredCallback[], log: Logger = quiet) =>
  [...expansionsOf(callbacks, log)].map(({ expansions }) =>
    expansions.map(({ callback: seq, events, quarantine, part = "all" }) => [
      seq,
      events.length + quarantine.length,
      part,
    ]),
  );

it("small callbacks are expanded together", () => {
  assert.deepEqual(sizes([callback(1, ["a"]), callback(2, ["b", "c"])]), [
    [
      [1, 1, "all"],
      [2, 2, "all"],
    ],
  ]);
  assert.deepEqual(sizes([]), []);
});

it("a large callback is expanded in portions of a thousand, and those around it are not torn apart", () => {
  const found = sizes([callback(1, ["a"]), callback(2, people("user", 2_500)), callback(3, ["b"])]);
  assert.deepEqual(found, [
    [[1, 1, "all"]],
    [[2, 1_000, "more"]],
    [[2, 1_000, "more"]],
    [
      [2, 500, "last"],
      [3, 1, "all"],
    ],
  ]);
});

it("the users of a large callback whose ids cannot be used come in portions, too", () => {
  const bad = people("user", 1_500).map((user) => `${user}\n`);
  assert.deepEqual(sizes([callback(1, [...bad, "good"])]), [[[1, 1_001, "more"]], [[1, 500, "last"]]]);
});

it("a crash between two portions loses nobody, and nobody comes twice", async () => {
  const storage = openSqlite({ path: ":memory:" });
  const { seq: _, ...heard } = callback(1, people("user", 2_500));
  await storage.accept({ callbacks: [heard], quarantine: [] });
  for (let rounds = 0; ; rounds += 1) {
    assert.ok(rounds < 10);
    const unread = await storage.unread(250);
    if (unread.length === 0) break;
    let done = 0;
    for (const { expansions } of expansionsOf(unread, quiet)) {
      await storage.expand(expansions);
      // in the first rounds the process dies after one portion, then after two
      done += 1;
      if (done > rounds) break;
    }
  }
  await storage.register([
    { name: "crm", type: "hubspot", writes: "fact", start: "all", destination: "x", fingerprint: "x" },
  ]);
  const { events } = await storage.unrouted(["crm"], 10_000);
  assert.deepEqual(events.map(({ user }) => user).sort(), people("user", 2_500).sort());
  await storage.close();
});

it("a callback of our own making that is found unread, as in a store that was put together by hand, is read like any other", () => {
  const wish = {
    ...{
      app: "1400000000",
      account: "@TOA#_news",
      user: "a",
      subscribeTime: 1_767_000_000_000,
      from: 1_767_000_000_001,
    },
    ...{ eventTime: EVENT_TIME, back: null, reason: "left" as const, discoveredAt: EVENT_TIME + 1 },
  } as const;
  const [portion] = expansionsOf([{ seq: 1, ...healedCallback(wish) }], quiet);
  assert.deepEqual(portion?.expansions, [{ callback: 1, events: eventsOfWish(wish), quarantine: [] }]);
});
