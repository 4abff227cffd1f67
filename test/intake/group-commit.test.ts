import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startLoopLag } from "../../src/basics/loop-lag.ts";
import type { KeepResult } from "../../src/intake/keeping/group.ts";
import { type GroupCommitLimits, groupCommit } from "../../src/intake/keeping/group-commit.ts";
import type { AcceptResult, Callback, Intake } from "../../src/storage/contract/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { APP, DELETE, memoryLog, memoryStore, NOW } from "./harness.ts";

const KEPT: KeepResult = { tag: "kept" };
const NEVER = 3_600_000;
/** A third of it is for the spool, which must not be too late because this machine does much else. */
const LONG_ENOUGH_FOR_THE_SPOOL = 4_000;

function callback(user: string, bytes = 10): Callback {
  const body = Buffer.alloc(bytes, user);
  return { app: APP, command: DELETE, platform: "", clientIp: "", receivedAt: NOW, body };
}

const one = (user: string, bytes?: number): Intake => ({ callbacks: [callback(user, bytes)], quarantine: [] });
const usersOf = (groups: readonly Intake[]) =>
  groups.map(({ callbacks }) => callbacks.map(({ body }) => String.fromCharCode(body[0] ?? 0)).join(""));

interface Call {
  resolve(result?: AcceptResult): void;
  reject(error: Error): void;
}

/** A store and a spool whose calls the test answers, in order. */
function setUp({ answerWithin = NEVER, ...limits }: Partial<GroupCommitLimits> & { answerWithin?: number } = {}) {
  const store = memoryStore();
  const log = memoryLog();
  const spooled: Intake[] = [];
  const calls: Call[] = [];
  const asked: (() => void)[] = [];
  const control = { spool: async (intake: Intake): Promise<void> => void spooled.push(intake) };
  const hold = () => {
    store.behave = () =>
      new Promise((resolve, reject) => {
        calls.push({ resolve: (result = { refused: [] }) => resolve(result), reject });
        asked.shift()?.();
      });
  };
  const spool = { append: (intake: Intake) => control.spool(intake) };
  const commit = groupCommit({
    ...{ storage: store, spool, log, limits: { probeMs: NEVER, ...limits } },
    answerWithin: () => answerWithin,
  });
  const nextCall = async (): Promise<Call> => {
    if (calls.length === 0) await new Promise<void>((resolve) => asked.push(resolve));
    return calls.shift() ?? assert.fail("the store was not asked");
  };
  return { store, log, spooled, control, commit, hold, nextCall };
}

const fails = () => Promise.reject(new Error("disk full"));
const hangs = () => new Promise<never>(() => undefined);

describe("group commit", () => {
  it("stores the requests of one turn of the event loop in one transaction", async () => {
    const { store, commit } = setUp();
    const verdicts = await Promise.all(["a", "b", "c"].map((user) => commit.keep(one(user))));
    assert.deepEqual(verdicts, [KEPT, KEPT, KEPT]);
    assert.deepEqual(usersOf(store.groups), ["abc"]);
    await commit.stop();
  });

  it("collects what comes while a commit is under way for the next one", async () => {
    const { store, commit, hold, nextCall } = setUp();
    hold();
    const first = commit.keep(one("a"));
    const call = await nextCall();
    const rest = ["b", "c"].map((user) => commit.keep(one(user)));
    call.resolve();
    assert.deepEqual(await first, KEPT);
    (await nextCall()).resolve();
    await Promise.all(rest);
    assert.deepEqual(usersOf(store.groups), ["a", "bc"]);
    await commit.stop();
  });

  it("has as many transactions under way as the store is good for", async () => {
    const { store, commit, hold, nextCall } = setUp({ transactions: 2 });
    hold();
    const first = commit.keep(one("a"));
    const firstCall = await nextCall();
    const second = commit.keep(one("b"));
    const secondCall = await nextCall();
    const rest = ["c", "d"].map((user) => commit.keep(one(user)));
    secondCall.resolve();
    assert.deepEqual(await second, KEPT);
    (await nextCall()).resolve();
    await Promise.all(rest);
    firstCall.resolve();
    assert.deepEqual(await first, KEPT);
    // in the order in which they were committed
    assert.deepEqual(usersOf(store.groups), ["b", "cd", "a"]);
    await commit.stop();
  });

  it("promises nothing before the store has answered", async () => {
    const { commit, hold, nextCall } = setUp();
    hold();
    let kept = false;
    const keeping = commit.keep(one("a")).then(() => {
      kept = true;
    });
    const call = await nextCall();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(kept, false);
    call.resolve();
    await keeping;
    await commit.stop();
  });

  it("splits what is too much for one transaction, by count and by bytes", async () => {
    const byCount = setUp({ groupCount: 2 });
    await Promise.all(["a", "b", "c", "d", "e"].map((user) => byCount.commit.keep(one(user))));
    assert.deepEqual(usersOf(byCount.store.groups), ["ab", "cd", "e"]);
    const byBytes = setUp({ groupBytes: 25 });
    await Promise.all(
      [one("a"), one("b"), one("c"), one("d", 100), one("e")].map((intake) => byBytes.commit.keep(intake)),
    );
    assert.deepEqual(usersOf(byBytes.store.groups), ["ab", "c", "d", "e"]);
  });

  it("fails only the callback that the store refuses", async () => {
    const { store, commit } = setUp();
    store.behave = async () => ({ refused: [{ index: 2, why: "too odd" }] });
    const quarantineOnly: Intake = { callbacks: [], quarantine: [] };
    const verdicts = await Promise.all(
      [one("a"), quarantineOnly, one("b"), one("c"), one("d")].map((intake) => commit.keep(intake)),
    );
    assert.deepEqual(verdicts, [KEPT, KEPT, KEPT, { tag: "notKept", why: "too odd" }, KEPT]);
  });
});

describe("what waits for a commit is bounded", () => {
  it("by count", async () => {
    const { commit, hold, nextCall } = setUp({ waitingCount: 2 });
    hold();
    const kept = [commit.keep(one("a")), commit.keep(one("b"))];
    assert.equal((await commit.keep(one("c"))).tag, "notKept");
    (await nextCall()).resolve();
    assert.deepEqual(await Promise.all(kept), [KEPT, KEPT]);
    const later = commit.keep(one("d"));
    (await nextCall()).resolve();
    assert.deepEqual(await later, KEPT);
  });

  it("by bytes, 64 MiB unless told otherwise", async () => {
    const { commit, hold, nextCall } = setUp();
    hold();
    const mebibytes = 1024 * 1024;
    const kept = commit.keep(one("a", 63 * mebibytes));
    const call = await nextCall();
    assert.equal((await commit.keep(one("b", mebibytes + 1))).tag, "notKept");
    const fits = commit.keep(one("c", mebibytes));
    call.resolve();
    (await nextCall()).resolve();
    assert.deepEqual(await Promise.all([kept, fits]), [KEPT, KEPT]);
  });

  it("counting what is quarantined", async () => {
    const { commit } = setUp({ waitingBytes: 5 });
    const entry = { ...callback("a"), id: "1", fault: "odd", size: 10 };
    assert.equal((await commit.keep({ callbacks: [], quarantine: [entry] })).tag, "notKept");
  });
});

describe("the bytes of a request", () => {
  /** Says of each request whether its bytes were given back. */
  function releases() {
    const released: string[] = [];
    return { released, of: (user: string) => () => void released.push(user) };
  }

  it("are given back when the store has taken it", async () => {
    const { commit } = setUp();
    const { released, of } = releases();
    await Promise.all([commit.keep(one("a"), of("a")), commit.keep(one("b"), of("b"))]);
    assert.deepEqual(released, ["a", "b"]);
  });

  it("are given back when there was no room for it", async () => {
    const { commit } = setUp({ waitingBytes: 5 });
    const { released, of } = releases();
    assert.equal((await commit.keep(one("a"), of("a"))).tag, "notKept");
    assert.deepEqual(released, ["a"]);
  });

  for (const [what, spool, tag] of [
    ["its sender was told that it was not kept", () => Promise.reject(new Error("no spool")), "notKept"],
    ["the spool has it", async () => undefined, "kept"],
  ] as const) {
    it(`are held while the store is at it, although ${what}`, async () => {
      const { commit, hold, nextCall, control } = setUp({ answerWithin: 500, waitingBytes: 15 });
      const { released, of } = releases();
      hold();
      control.spool = spool;
      assert.equal((await commit.keep(one("a"), of("a"))).tag, tag);
      assert.deepEqual(released, []);
      // they count as long as somebody holds them
      assert.equal((await commit.keep(one("b"))).tag, "notKept");
      (await nextCall()).resolve();
      await eventually(() => released.length > 0);
      assert.deepEqual(released, ["a"]);
      await commit.stop();
    });
  }

  it("are held while the spool is at it, although its sender was told that it was not kept", async () => {
    const { store, commit, control } = setUp({ answerWithin: 100 });
    const { released, of } = releases();
    store.behave = fails;
    let spooled: () => void = () => undefined;
    control.spool = () =>
      new Promise<void>((resolve) => {
        spooled = resolve;
      });
    assert.equal((await commit.keep(one("a"), of("a"))).tag, "notKept");
    assert.deepEqual(released, []);
    spooled();
    await eventually(() => released.length > 0);
    assert.deepEqual(released, ["a"]);
    await commit.stop();
  });
});

describe("when the store fails", () => {
  it("the group goes to the spool, and is kept", async () => {
    const { store, spooled, commit } = setUp();
    store.behave = fails;
    assert.deepEqual(await Promise.all([commit.keep(one("a")), commit.keep(one("b"))]), [KEPT, KEPT]);
    assert.deepEqual(usersOf(spooled), ["ab"]);
    assert.equal(commit.keeping(), "spool");
    await commit.stop();
  });

  it("a store that does not answer in time is a store that fails", async () => {
    const { store, spooled, commit } = setUp({ answerWithin: LONG_ENOUGH_FOR_THE_SPOOL });
    store.behave = hangs;
    assert.deepEqual(await commit.keep(one("a")), KEPT);
    assert.deepEqual(usersOf(spooled), ["a"]);
    await commit.stop();
  });

  it("what comes next goes to the spool at once", async () => {
    const { store, spooled, commit } = setUp();
    store.behave = fails;
    await commit.keep(one("a"));
    store.behave = () => assert.fail("the store was asked again");
    assert.deepEqual(await commit.keep(one("b")), KEPT);
    assert.deepEqual(usersOf(spooled), ["a", "b"]);
    await commit.stop();
  });

  it("those behind a group that hangs do not wait for its second try", async () => {
    const { store, spooled, control, commit } = setUp({ answerWithin: LONG_ENOUGH_FOR_THE_SPOOL });
    store.behave = hangs;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const appendFreely = control.spool;
    control.spool = async (intake) => {
      control.spool = appendFreely;
      await held;
      await appendFreely(intake);
    };
    const first = commit.keep(one("a"));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.deepEqual(await commit.keep(one("b")), KEPT);
    assert.deepEqual(usersOf(spooled), ["b"]);
    release();
    assert.deepEqual(await first, KEPT);
    await commit.stop();
  });

  it("it is said once in the log, and once when it is back", async () => {
    const { store, log, commit } = setUp({ probeMs: 1 });
    store.behave = fails;
    const back = new Promise<void>((resolve) => {
      log.info = ({ fact }) => {
        if (fact === "intake.store_back") resolve();
      };
    });
    store.ping = fails;
    for (const user of ["a", "b", "c"]) await commit.keep(one(user));
    assert.equal(log.lines.filter(({ fact }) => fact === "intake.store_fails").length, 1);
    store.ping = async () => {};
    await back;
    assert.equal(commit.keeping(), "store");
    store.behave = async () => ({ refused: [] });
    await commit.keep(one("d"));
    assert.deepEqual(usersOf(store.groups), ["d"]);
    await commit.stop();
  });

  it("and the spool does as well, the request is told why, and the store is tried again for the next", async () => {
    const { store, control, commit } = setUp();
    store.behave = fails;
    control.spool = () => Promise.reject(new Error("no space for the spool"));
    const verdict = await commit.keep(one("a"));
    assert.equal(verdict.tag, "notKept");
    assert.match(verdict.tag === "notKept" ? verdict.why : "", /no space for the spool/);
    assert.equal(commit.keeping(), "nowhere");
    store.behave = async () => ({ refused: [] });
    assert.deepEqual(await commit.keep(one("b")), KEPT);
    assert.deepEqual(usersOf(store.groups), ["b"]);
    assert.equal(commit.keeping(), "store");
    await commit.stop();
  });

  it("a spool that does not answer in time is a spool that fails", async () => {
    const { store, control, commit } = setUp({ answerWithin: 500 });
    store.behave = fails;
    control.spool = hangs;
    assert.equal((await commit.keep(one("a"))).tag, "notKept");
    await commit.stop();
  });
});

describe("stopping", () => {
  it("waits until nothing waits any more", async () => {
    const { commit, hold, nextCall } = setUp();
    hold();
    let stopped = false;
    const kept = commit.keep(one("a"));
    const stopping = commit.stop().then(() => {
      stopped = true;
    });
    const call = await nextCall();
    assert.equal(stopped, false);
    call.resolve();
    assert.deepEqual(await kept, KEPT);
    await stopping;
  });
});

describe("one deadline for an answer", () => {
  it("holds for store and spool together, and what is kept after it stands and is said", async () => {
    const { log, control, commit, hold, nextCall } = setUp({ answerWithin: 500 });
    hold();
    control.spool = hangs;
    const verdict = commit.keep(one("a"));
    const call = await nextCall();
    assert.deepEqual(await verdict, {
      tag: "notKept",
      why: "neither store nor spool took it in time (server.answer_within)",
    });
    call.resolve();
    await eventually(() => log.lines.some(({ fact }) => fact === "intake.kept_after_all"));
    assert.deepEqual(
      log.lines.filter(({ fact }) => fact === "intake.kept_after_all"),
      [{ level: "warn", fact: "intake.kept_after_all", by: "store", requests: 1 }],
    );
    await commit.stop();
  });

  it("does not begin anew for the spool: one that is slow after a slow store is too late", async () => {
    const { log, control, commit, hold } = setUp({ answerWithin: 500 });
    hold();
    const late = Promise.withResolvers<void>();
    control.spool = () => late.promise;
    assert.equal((await commit.keep(one("a"))).tag, "notKept");
    late.resolve();
    await eventually(() => log.lines.some(({ fact, by }) => fact === "intake.kept_after_all" && by === "spool"));
    await commit.stop();
  });

  it("counts from the first moment that the request was seen, however long its body took", async () => {
    const { commit, hold, control } = setUp();
    hold();
    control.spool = hangs;
    // with all of the time that there is it would take an hour
    assert.equal((await commit.keep(one("a"), undefined, performance.now() - NEVER)).tag, "notKept");
  });

  it("of one that was late itself leaves the others theirs", async () => {
    const { commit, hold, nextCall } = setUp();
    hold();
    const late = commit.keep(one("a"), undefined, performance.now() - NEVER);
    const inTime = commit.keep(one("b"));
    const call = await nextCall();
    assert.equal((await late).tag, "notKept");
    call.resolve();
    assert.deepEqual(await inTime, KEPT);
  });

  it("is told to who waits behind a group that hangs as well", async () => {
    const { commit, hold, nextCall, control } = setUp({ answerWithin: 500 });
    hold();
    control.spool = hangs;
    const first = commit.keep(one("a"));
    await nextCall();
    const second = commit.keep(one("b"));
    assert.deepEqual([(await first).tag, (await second).tag], ["notKept", "notKept"]);
  });

  it("begins earlier by what the event loop was late", () => {
    const clock = startLoopLag(() => undefined);
    const before = performance.now();
    while (performance.now() - before < 300);
    assert.ok(clock.lateMs() > 200, "it may have come while nobody could look");
    clock.stop();
  });
});
