/** One old `Sign` must not become a weapon: what a stale request can take, and what an honest one still gets beside it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clockSkew } from "../../src/intake/stale/clock-skew.ts";
import { openSenderClocks } from "../../src/intake/stale/sender-clocks.ts";
import { eventually } from "../support/eventually.ts";
import {
  APP,
  body,
  memoryLog,
  memoryStore,
  NOW,
  post,
  query,
  type RunningIntake,
  type StartOptions,
  startIntake,
} from "./harness.ts";
import { openWire, type Wire } from "./wire.ts";

const MINUTE = 60_000;
const YESTERDAY = NOW - 24 * 60 * MINUTE;
/** Of honest senders, while our clock is 90 s ahead. */
const HONEST = NOW - 90_000;

const at = (requestTime: number, changes: Record<string, string | undefined> = {}) =>
  query({ RequestTime: String(requestTime / 1000), ...changes });

/** The head of a request whose body has so many bytes. */
const head = (bytes: number, url: string) =>
  `POST /callback?${url} HTTP/1.1\r\nHost: c\r\nContent-Length: ${bytes}\r\n\r\n`;

interface Stage {
  readonly intake: RunningIntake;
  /** A request whose body does not end: its head, and the first bytes. */
  unfinished(requestTime: number, bytes?: number): Promise<Wire>;
}

function onStage(name: string, act: (stage: Stage) => Promise<void>, options: StartOptions = {}): void {
  it(name, async () => {
    const intake = await startIntake({ server: { max_body: 4 * 1024 * 1024 }, ...options });
    const wires: Wire[] = [];
    try {
      await act({
        intake,
        async unfinished(requestTime, bytes = 1_000) {
          const wire = await openWire(intake.port);
          wires.push(wire);
          wire.send(head(bytes, at(requestTime)), "x");
          return wire;
        },
      });
    } finally {
      for (const wire of wires) wire.destroy();
      await intake.stop();
    }
  });
}

const REFUSED = /HTTP\/1\.1 403 /;
const idsOf = ({ store }: RunningIntake) => store.quarantine.map((entry) => entry.stale?.requestTime);

/** Resolves when every request that was sent before has been seen. */
async function seen(intake: RunningIntake, count: number): Promise<void> {
  await eventually(async () => (await intake.counted()).refused_clock === count);
}

describe("a stale request", () => {
  onStage("is refused, and kept with what it said of its time", async ({ intake }) => {
    await post(intake, at(HONEST));
    assert.equal((await post(intake, at(HONEST - 11 * MINUTE))).status, 403);
    const [, old] = intake.store.quarantine;
    assert.equal(old?.stale?.requestTime, HONEST - 11 * MINUTE);
    assert.ok((old?.stale?.behindMs ?? 0) >= 11 * MINUTE);
    assert.equal(intake.store.quarantine[0]?.stale?.behindMs, 0);
  });

  onStage("with another's body does not stand in its place", async ({ intake }) => {
    await post(intake, at(YESTERDAY));
    await post(intake, at(HONEST));
    const ids = intake.store.quarantine.map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
  });

  onStage("that is none of ours is refused unread", async ({ intake }) => {
    const wire = await openWire(intake.port);
    wire.send(head(1_000, at(HONEST, { CallbackCommand: "C2C.CallbackBeforeSendMsg" })));
    await wire.until(REFUSED);
    wire.destroy();
  });

  onStage(
    "whose body does not end is given up in time",
    async ({ unfinished }) => {
      const wire = await unfinished(HONEST);
      assert.match(await wire.until(/HTTP\/1\.1 408 /), /connection: close/i);
    },
    { bodyTimeoutMs: 30 },
  );

  onStage("with too large a body is kept without it, and counts once each", async ({ intake }) => {
    const wire = await openWire(intake.port);
    wire.send(head(5 * 1024 * 1024, at(HONEST)));
    assert.match(await wire.until(REFUSED), /connection: close/i);
    assert.deepEqual(
      intake.store.quarantine.map(({ size, body: kept, stale }) => [size, kept.length, stale?.requestTime]),
      [[5 * 1024 * 1024, 0, HONEST]],
    );
    wire.destroy();
  });
});

describe("the share of stale requests", () => {
  onStage("has eight of one RequestTime, the next is refused unread", async ({ intake, unfinished }) => {
    for (let n = 0; n < 8; n += 1) await unfinished(YESTERDAY);
    await seen(intake, 8);
    const ninth = await unfinished(YESTERDAY);
    assert.match(await ninth.until(REFUSED), /connection: close/i);
    assert.equal((await intake.counted()).stale_unkept, 1);
    assert.equal((await post(intake, at(HONEST))).status, 403);
    assert.deepEqual(idsOf(intake), [HONEST]);
  });

  onStage("has four mebibytes of one RequestTime", async ({ intake, unfinished }) => {
    await unfinished(YESTERDAY, 3 * 1024 * 1024);
    await seen(intake, 1);
    await (await unfinished(YESTERDAY, 2 * 1024 * 1024)).until(REFUSED);
  });

  onStage("gives the oldest one's place to a newer one when it is full", async ({ intake, unfinished }) => {
    const wires: Wire[] = [];
    for (let n = 0; n < 64; n += 1) wires.push(await unfinished(YESTERDAY + Math.floor(n / 8) * 1_000));
    await seen(intake, 64);
    assert.equal((await post(intake, at(YESTERDAY - 1_000))).status, 403);
    assert.deepEqual(idsOf(intake), []);
    await post(intake, at(HONEST));
    assert.deepEqual(idsOf(intake), [HONEST]);
    assert.match((await wires[0]?.until(REFUSED)) ?? "", /connection: close/i);
  });

  onStage("gives the oldest one's bytes to a newer one when it is full", async ({ intake, unfinished }) => {
    const wires: Wire[] = [];
    for (let n = 0; n < 4; n += 1) wires.push(await unfinished(YESTERDAY + n * 1_000, 4 * 1024 * 1024));
    await seen(intake, 4);
    await post(intake, at(HONEST));
    assert.deepEqual(idsOf(intake), [HONEST]);
    await wires[0]?.until(REFUSED);
  });

  onStage("counts a body in chunks as it comes", async ({ intake }) => {
    const wire = await openWire(intake.port);
    wire.send(`POST /callback?${at(YESTERDAY)} HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    for (let n = 0; n < 65; n += 1) wire.send(chunk);
    await wire.until(REFUSED);
    assert.ok((intake.store.quarantine[0]?.size ?? 0) > 4 * 1024 * 1024);
    assert.equal(intake.store.quarantine[0]?.body.length, 0);
    wire.destroy();
  });

  onStage("stores the newest first, so that a full store's queue is no weapon either", async ({ intake }) => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    intake.store.behave = async () => {
      await released;
      return { refused: [] };
    };
    const old = Array.from({ length: 64 }, (_, n) =>
      post(intake, at(YESTERDAY + Math.floor(n / 8) * 1_000), body({ n }), { headers: { connection: "close" } }),
    );
    await seen(intake, 64);
    const honest = post(intake, at(HONEST));
    await seen(intake, 65);
    release();
    assert.equal((await honest).status, 403);
    await Promise.all(old);
    assert.ok(idsOf(intake).includes(HONEST));
  });

  onStage("is not lent to fresh callbacks, nor are they held up by it", async ({ intake, unfinished }) => {
    for (let n = 0; n < 64; n += 1) await unfinished(YESTERDAY + n * 1_000, 250_000);
    await seen(intake, 64);
    assert.equal((await post(intake)).status, 200);
  });
});

describe("what the quarantine has no room for", () => {
  onStage("is refused, and after that unread, while the next second's is kept", async ({ intake }) => {
    intake.store.behave = async ({ quarantine }) => {
      const unkept = quarantine.filter(({ stale }) => stale?.requestTime === YESTERDAY).map(({ id }) => id);
      return { refused: [], unkept };
    };
    assert.equal((await post(intake, at(YESTERDAY))).status, 403);
    const groups = intake.store.groups.length;
    assert.equal((await post(intake, at(YESTERDAY), body({ n: 2 }))).status, 403);
    assert.equal(intake.store.groups.length, groups);
    await post(intake, at(YESTERDAY + 1_000));
    assert.equal(intake.store.groups.length, groups + 1);
    assert.equal((await intake.counted()).stale_unkept, 2);
  });

  onStage("does not go to the spool either while the store is down", async ({ intake }) => {
    intake.store.behave = () => Promise.reject(new Error("down"));
    intake.store.ping = () => Promise.reject(new Error("down"));
    await post(intake, at(HONEST));
    const large = "x".repeat(2 * 1024 * 1024);
    for (let n = 0; n < 6; n += 1) await post(intake, at(YESTERDAY - n * 1_000), `${n}${large}`);
    for (let n = 0; n < 6; n += 1) await post(intake, at(HONEST), `${n}${large}`);
    for (let n = 1; n <= 3; n += 1) await post(intake, at(HONEST + n * 1_000), `${n}${large}`);
    const spooled = intake.spooled.flatMap(({ quarantine }) => quarantine);
    const counted = Map.groupBy(spooled, ({ stale }) => ((stale?.behindMs ?? 0) > 10 * MINUTE ? "far" : "near"));
    // ten mebibytes of what lies far behind, eight of one RequestTime, and what goes on with time
    assert.deepEqual([counted.get("far")?.length, counted.get("near")?.length], [4, 1 + 3 + 3]);
  });
});

describe("our own clock", () => {
  onStage("is said to be off when all senders agree that it is", async ({ intake }) => {
    const lines = () => intake.log.lines.filter(({ fact }) => fact === "intake.clock_off");
    await post(intake, at(YESTERDAY));
    for (let n = 0; n < 2; n += 1) await post(intake, at(HONEST + n * 1_000));
    assert.deepEqual(lines(), []);
    await post(intake, at(YESTERDAY));
    await post(intake, at(HONEST + 2_000));
    await post(intake, at(HONEST + 3_000));
    assert.equal(lines().length, 1);
    assert.equal(lines()[0]?.level, "error");
    assert.match(String(lines()[0]?.reason), /our clock is \d\d s off \(ahead\)/);
    assert.deepEqual(intake.store.clocksOff, [["test", true]]);
    intake.state.now -= 90_000;
    assert.equal((await post(intake, at(HONEST + 4_000))).status, 200);
    assert.ok(intake.log.lines.some(({ fact }) => fact === "intake.clock_right"));
  });

  it("is not said to be off while one sender finds it right, nor by those who show old times", () => {
    const watch = clockSkew();
    for (const aheadMs of [-90_000, -90_400, -89_700]) watch.advanced(aheadMs);
    assert.equal(watch.offMs(0), 89_700);
    watch.fresh(1_000);
    for (const aheadMs of [-90_000, -90_400, -89_700]) watch.advanced(aheadMs);
    assert.equal(watch.offMs(30_000), null);
    assert.equal(watch.offMs(61_000), 89_700);
    for (const aheadMs of [-500_000, -90_400]) watch.advanced(aheadMs);
    assert.equal(watch.offMs(61_000), null);
  });
});

describe("the newest RequestTime of an app", () => {
  async function sendersOf(newest: Record<string, number> = {}) {
    const store = { ...memoryStore(), noteClocks: async () => newest };
    const clock = { at: 0 };
    const senders = await openSenderClocks({ storage: store, log: memoryLog(), host: "h", steady: () => clock.at });
    return { senders, clock };
  }

  it("is what the store remembers, after a restart as well", async () => {
    const { senders } = await sendersOf({ [APP]: NOW });
    assert.equal(senders.stale(APP, NOW - 20 * MINUTE, -20 * MINUTE), 20 * MINUTE);
    await senders.stop();
  });

  it("is told apart from an old URL that happens to be the newest by the time since it was shown", async () => {
    const { senders, clock } = await sendersOf();
    senders.fresh(APP, NOW);
    clock.at += 20 * MINUTE;
    assert.equal(senders.stale(APP, NOW, -20 * MINUTE), 20 * MINUTE);
    assert.equal(senders.stale(APP, NOW + 20 * MINUTE, -90_000), 0);
    await senders.stop();
  });

  it("is each app's own", async () => {
    const { senders } = await sendersOf({ [APP]: NOW });
    assert.equal(senders.stale("another", NOW - 20 * MINUTE, 0), 0);
    await senders.stop();
  });
});

describe("the log", () => {
  onStage("has one line for many stale bodies", async ({ intake }) => {
    for (let n = 0; n < 300; n += 1) await post(intake, at(YESTERDAY), body({ n }));
    assert.equal(intake.store.quarantine.length, 300);
    assert.ok(intake.log.lines.length < 30, `${intake.log.lines.length} lines`);
  });

  onStage("cuts what is quarantined, when nothing can keep it", async ({ intake }) => {
    intake.store.behave = () => Promise.reject(new Error("down"));
    intake.state.spool = () => Promise.reject(new Error("down, too"));
    for (let n = 0; n < 100; n += 1) await post(intake, at(YESTERDAY + n * 1_000), "x".repeat(50_000));
    const lost = intake.log.lines.filter(({ fact }) => fact === "intake.lost");
    assert.ok(lost.length > 0 && lost.length <= 20);
    assert.ok(JSON.stringify(intake.log.lines).length < 60_000);
  });

  onStage("has what is authentic and fresh whole, once, then its users' ids", async ({ intake }) => {
    intake.store.behave = () => Promise.reject(new Error("down"));
    intake.state.spool = () => Promise.reject(new Error("down, too"));
    const filler = "x".repeat(3 * 1024 * 1024);
    const payloads = [0, 1, 2, 3].map((n) =>
      body({ SubscribeAccountList: [{ Subscriber_Account: `user ${n}` }], filler }),
    );
    for (const payload of [...payloads, payloads[0] ?? ""])
      assert.equal((await post(intake, query(), payload)).status, 503);
    const lost = intake.log.lines.filter(({ fact }) => fact === "intake.lost");
    assert.deepEqual(
      lost.map((line) => [line.body === undefined ? null : payloads.indexOf(String(line.body)), line.users ?? null]),
      [
        [0, null],
        [1, null],
        [null, ["user 2"]],
        [null, ["user 3"]],
        [null, null],
      ],
    );
    assert.equal(lost[4]?.again, true);
    assert.equal(lost[4]?.body_sha256, lost[0]?.body_sha256);
  });
});
