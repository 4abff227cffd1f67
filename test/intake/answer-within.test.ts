/** One deadline for a callback's answer, whatever hangs behind it: over HTTP, from the request's first byte on. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AcceptResult } from "../../src/storage/contract/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { body, post, query, type RunningIntake, type StartOptions, startIntake } from "./harness.ts";
import { openWire } from "./wire.ts";

async function withIntake(test: (intake: RunningIntake) => Promise<void>, options: StartOptions = {}): Promise<void> {
  const intake = await startIntake({ server: { answer_within: 500 }, ...options });
  try {
    await test(intake);
  } finally {
    await intake.stop();
  }
}

/** Whoever waited for all of it would not come to the end of the test. */
const AN_HOUR = 3_600_000;
/** A third of it is for the spool, which must not be too late because this machine does much else. */
const LONG_ENOUGH_FOR_THE_SPOOL = 4_000;
const HANGS = () => new Promise<never>(() => undefined);

describe("a callback whose store and spool hang", () => {
  it("is answered 503, and stands whole in the log", () =>
    withIntake(async (intake) => {
      intake.store.behave = HANGS;
      intake.state.spool = HANGS;
      const { status, json } = await post(intake);
      assert.deepEqual([status, json.ActionStatus], [503, "FAIL"]);
      const lost = intake.log.lines.find(({ fact }) => fact === "intake.lost");
      assert.match(String(lost?.reason), /server\.answer_within/);
    }));

  it("is kept after all when the store comes to its end later, and the log says so", () =>
    withIntake(async (intake) => {
      const late = Promise.withResolvers<AcceptResult>();
      intake.store.behave = () => late.promise;
      intake.state.spool = HANGS;
      assert.equal((await post(intake)).status, 503);
      late.resolve({ refused: [] });
      await eventually(() => intake.log.lines.some(({ fact }) => fact === "intake.kept_after_all"));
      assert.equal(intake.store.callbacks.length, 1);
    }));

  it("is answered by then also when its body has taken all of the time", () =>
    withIntake(
      async (intake) => {
        const end = Promise.withResolvers<AcceptResult>();
        intake.store.behave = () => end.promise;
        const wire = await openWire(intake.port);
        const payload = body();
        wire.send(`POST /callback?${query()} HTTP/1.1\r\nHost: c\r\nContent-Length: ${payload.length}\r\n\r\n`);
        await eventually(() => intake.state.asked > 0);
        intake.state.passed += AN_HOUR;
        wire.send(payload);
        await wire.until(/HTTP\/1\.1 503 /);
        wire.destroy();
        end.resolve({ refused: [] });
      },
      { server: { answer_within: AN_HOUR } },
    ));

  it("goes to the spool while there is time, when the store alone hangs", () =>
    withIntake(
      async (intake) => {
        intake.store.behave = HANGS;
        assert.equal((await post(intake)).status, 200);
        assert.equal(intake.spooled.length, 1);
      },
      { server: { answer_within: LONG_ENOUGH_FOR_THE_SPOOL } },
    ));

  it("heeds a deadline that a reload has changed", () =>
    withIntake(
      async (intake) => {
        intake.store.behave = HANGS;
        intake.state.spool = HANGS;
        const { config } = intake.state;
        intake.state.config = { ...config, server: { ...config.server, answer_within: 500 } };
        assert.equal((await post(intake)).status, 503);
      },
      { server: { answer_within: AN_HOUR } },
    ));
});

describe("a system clock that jumps while a callback is kept", () => {
  for (const [which, jumpMs] of [
    ["forward", AN_HOUR],
    ["back", -AN_HOUR],
  ] as const) {
    it(`${which} takes no time from its answer, and nothing of it is told as the time that it took`, () =>
      withIntake(
        async (intake) => {
          const { facts, state, store } = intake;
          const wire = await openWire(intake.port);
          const payload = body();
          wire.send(`POST /callback?${query()} HTTP/1.1\r\nHost: c\r\nContent-Length: ${payload.length}\r\n\r\n`);
          await eventually(() => state.asked > 0);
          state.now += jumpMs;
          wire.send(payload);
          await wire.until(/HTTP\/1\.1 200 /);
          wire.destroy();
          assert.equal(store.callbacks.length, 1);
          assert.deepEqual([facts.acks.count, facts.slowAcks.overTwo], [1, 0]);
          assert.ok(facts.acks.sum > 0, "it took some time, whatever the clock says");
        },
        { server: { answer_within: AN_HOUR } },
      ));
  }
});
