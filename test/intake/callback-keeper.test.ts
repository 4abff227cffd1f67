import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answers } from "../../src/intake/answers.ts";
import { understand } from "../../src/intake/checking.ts";
import { callbackKeeper } from "../../src/intake/keeping/callback-keeper.ts";
import type { KeepResult } from "../../src/intake/keeping/group.ts";
import { sampledLog } from "../../src/intake/sampled-log.ts";
import type { Callback, Intake, QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import { callbackBody } from "../support/callbacks.ts";
import { APP, DELETE, memoryLog, NOW } from "./harness.ts";

const request = new Request("http://127.0.0.1/callback");
const release = () => undefined;
const SEEN_AT = 1_000;
const TOOK_MS = 20;
const ACKNOWLEDGED = `acknowledged after ${TOOK_MS} ms`;

/** A keeper over a group commit that says what the test wants; `done` is all that it did. */
function setUp({ result = { tag: "kept" } as KeepResult, isGone = false, quarantined = true } = {}) {
  const done: string[] = [];
  const intakes: Intake[] = [];
  const entries: QuarantineEntry[] = [];
  const log = memoryLog();
  const answer = answers(() => false);
  const keeper = callbackKeeper(
    {
      commit: {
        async keep(intake, given, seenAt) {
          assert.deepEqual([given, seenAt], [release, SEEN_AT]);
          intakes.push(intake);
          return result;
        },
      },
      kept: {
        async quarantine(entry) {
          entries.push(entry);
          return quarantined ? undefined : answer.fail(503, "not kept");
        },
        lost(_, why) {
          done.push(`lost: ${why}`);
          return answer.fail(503, "lost");
        },
      },
      counters: {
        add: (name, by = 1) => done.push(`${name} ${by}`),
        acknowledged: (_, ms) => done.push(`acknowledged after ${ms} ms`),
      },
      sampled: sampledLog({ log }),
      alarm: { quarantined: () => undefined },
      isGone: () => isGone,
      hold: () => release,
      monotonic: () => SEEN_AT + TOOK_MS,
    },
    answer,
  );
  const keep = async (users: readonly string[]) => {
    const callback = callbackOf(users);
    const understood = understand(callback);
    if (!understood.ok) throw new Error(understood.fault);
    return (await keeper.keep(request, callback, understood, SEEN_AT)).status;
  };
  return { keeper, keep, done, intakes, entries, log };
}

function callbackOf(users: readonly string[]): Callback {
  const body = Buffer.from(callbackBody({ users, eventTime: NOW, operator: "admin" }));
  return { app: APP, command: DELETE, platform: "", clientIp: "", receivedAt: NOW, body };
}

describe("a callback that was read and checked", () => {
  it("is acknowledged once it is kept", async () => {
    const { keep, done, intakes } = setUp();
    assert.equal(await keep(["user"]), 200);
    assert.deepEqual(done, [ACKNOWLEDGED]);
    assert.deepEqual(
      intakes.map(({ callbacks, quarantine }) => [callbacks.length, quarantine.length]),
      [[1, 0]],
    );
  });

  it("is lost loudly, and never acknowledged, where nothing keeps it", async () => {
    const { keep, done } = setUp({ result: { tag: "notKept", why: "disk full" } });
    assert.equal(await keep(["user"]), 503);
    assert.deepEqual(done, ["lost: disk full"]);
  });

  it("of nobody is answered OK, counted, and not kept", async () => {
    const { keep, done, intakes } = setUp();
    assert.equal(await keep([]), 200);
    assert.deepEqual([done, intakes], [["callbacks_empty 1"], []]);
  });

  it("goes in with those users that are understood, and the others into the quarantine in the same transaction", async () => {
    const { keep, done, intakes, log } = setUp();
    assert.equal(await keep(["user", "", "a\u0000b"]), 200);
    assert.deepEqual(done, ["users_faulty 2", ACKNOWLEDGED]);
    assert.deepEqual(
      intakes.map(({ callbacks, quarantine }) => [callbacks.length, quarantine.length]),
      [[1, 2]],
    );
    assert.deepEqual(
      log.lines.map(({ fact }) => fact),
      ["intake.user_quarantined", "intake.user_quarantined"],
    );
  });

  it("of users that nobody understands, and that the quarantine has no room for, is lost with that reason", async () => {
    const { keep, done } = setUp({ result: { tag: "noRoom" } });
    assert.equal(await keep([""]), 503);
    assert.match(done.at(-1) ?? "", /^lost: .*quarantine\.max_size/);
  });

  it("whose sender is gone is kept all the same, counted and said", async () => {
    const { keep, done, log } = setUp({ isGone: true });
    assert.equal(await keep(["user"]), 200);
    assert.deepEqual(done, [ACKNOWLEDGED, "answers_unheard 1"]);
    assert.deepEqual(
      log.lines.map(({ fact }) => fact),
      ["intake.unheard"],
    );
  });

  it("that nobody understands is refused with its fault once it is in the quarantine, and else not", async () => {
    const { keeper, done, entries } = setUp();
    assert.equal((await keeper.quarantine(request, callbackOf(["user"]), "EventTime: odd", SEEN_AT)).status, 400);
    assert.deepEqual([done, entries.map(({ fault }) => fault)], [["callbacks_faulty 1"], ["EventTime: odd"]]);
    const full = setUp({ quarantined: false });
    assert.equal((await full.keeper.quarantine(request, callbackOf(["user"]), "EventTime: odd", SEEN_AT)).status, 503);
  });

  it("of another command is answered OK: Chat may wait for it to let a message through", () => {
    const { keeper, done } = setUp();
    assert.equal(keeper.ignore(APP).status, 200);
    assert.deepEqual(done, ["callbacks_other_command 1"]);
  });
});
