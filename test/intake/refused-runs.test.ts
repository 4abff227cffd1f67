/** Refusals that go on without a success, and a quarantine that grows: what the log is told, how often, and in which words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everRarer } from "../../src/basics/ever-rarer.ts";
import type { Refusal } from "../../src/intake/admission/refusals.ts";
import { openRefusedRuns, RUN_FROM, refusedWords } from "../../src/intake/admission/refused-runs.ts";
import { openQuarantineAlarm } from "../../src/intake/keeping/quarantine-alarm.ts";
import { APP, memoryLog, NOW, OTHER_APP } from "./harness.ts";

const MINUTE = 60_000;
const WRONG: Refusal = { tag: "wrongSign", app: APP };
const ELSEWHERE: Refusal = { tag: "address", address: "203.0.113.9" };

function setUp() {
  const log = memoryLog();
  const runs = openRefusedRuns(log);
  const refuse = (refusal: Refusal, times = 1, at = NOW) => {
    for (let one = 0; one < times; one += 1) runs.refused(refusal, at);
  };
  return { runs, refuse, errors: () => log.lines.filter(({ level }) => level === "error"), lines: log.lines };
}

describe("what is said ever more rarely", () => {
  it("is due at once, then after distances that double up to the longest", () => {
    const { isDue } = everRarer(1, 4);
    const due = Array.from({ length: 16 }, (_, now) => now).filter(isDue);
    assert.deepEqual(due, [0, 1, 3, 7, 11, 15]);
  });

  it("is due again at once where the clock was set back: by the former it would be silent for as long", () => {
    const { isDue } = everRarer(1_000, 4_000);
    assert.deepEqual(
      [3_600_000, 3_600_500, 0, 500].map((now) => isDue(now)),
      [true, false, true, false],
    );
  });
});

describe("refusals of an app that go on without a success", () => {
  it("are an error with the way out from the third on, and then with growing distance", () => {
    const { refuse, errors } = setUp();
    refuse(WRONG, RUN_FROM - 1);
    assert.deepEqual(errors(), []);
    for (let minute = 0; minute < 16; minute += 1) refuse(WRONG, 1, NOW + minute * MINUTE);
    assert.deepEqual(
      errors().map(({ count }) => count),
      [3, 4, 6, 10, 18],
    );
    const { level: _, ...first } = errors()[0] ?? {};
    assert.deepEqual(first, {
      ...{ fact: "intake.all_refused", cause: "sign", app: APP, count: 3, since: new Date(NOW).toISOString() },
      reason: `every callback of app ${APP} is refused: its sign does not fit the token`,
      todo: "write the token of the Chat console into chat.apps[].token, beside the old one while it is changed (a list takes both)",
    });
  });

  it("end with the app's own success, and with no other's", () => {
    const { runs, refuse, lines } = setUp();
    refuse(WRONG, 4);
    runs.taken(OTHER_APP);
    assert.deepEqual(
      runs.all().map(({ app, count }) => [app, count]),
      [[APP, 4]],
    );
    runs.taken(APP);
    assert.deepEqual(runs.all(), []);
    assert.deepEqual(lines.at(-1), { level: "info", fact: "intake.taken_again", app: APP, refused: 4 });
    refuse(WRONG, RUN_FROM - 1);
    assert.deepEqual(runs.all(), []);
  });

  it("are not told of once other settings are in force", () => {
    const { runs, refuse } = setUp();
    refuse(WRONG, 4);
    runs.forget();
    assert.deepEqual(runs.all(), []);
  });

  it("of nobody's address, or of an app that is not configured, end with anybody's success", () => {
    for (const refusal of [ELSEWHERE, { tag: "unknownApp", sdkAppId: "1500000000" }] as const) {
      const { runs, refuse } = setUp();
      refuse(refusal, 3);
      assert.equal(runs.all().length, 1);
      runs.taken(OTHER_APP);
      assert.deepEqual(runs.all(), []);
    }
  });

  it("are none where nobody named an app, or what came was merely stale", () => {
    const { runs, refuse, lines } = setUp();
    refuse({ tag: "unknownApp", sdkAppId: "" }, 9);
    refuse({ tag: "unknownApp", sdkAppId: "'; drop table" }, 9);
    refuse({ tag: "stale", app: APP, requestTime: NOW, aheadMs: -90_000 }, 9);
    assert.deepEqual([runs.all(), lines], [[], []]);
  });
});

describe("the words for refusals that go on", () => {
  const run = { count: 3, since: NOW, at: NOW };
  const TABLE = [
    [{ cause: "sign", app: APP }, `every callback of app ${APP} is refused: its sign does not fit the token`],
    [{ cause: "sign", app: APP, isSigned: false }, `every callback of app ${APP} is refused: it carries no sign`],
    [{ cause: "app", app: "15" }, "every callback is refused: it names app 15, which is not configured"],
    [{ cause: "address" }, "every callback is refused: it comes from an address that chat.allow_from does not name"],
  ] as const;
  for (const [part, words] of TABLE) {
    it(words, () => {
      const { reason, todo } = refusedWords({ ...run, ...part });
      assert.equal(reason, words);
      assert.match(todo, /chat\./);
    });
  }
});

describe("callbacks that nobody understands", () => {
  it("are an error that says where they are, again and again at growing distance", () => {
    const log = memoryLog();
    const alarm = openQuarantineAlarm(log);
    assert.equal(alarm.lately(NOW), undefined);
    for (let minute = 0; minute < 8; minute += 1) alarm.quarantined("EventTime: missing", NOW + minute * MINUTE);
    assert.deepEqual(
      log.lines.map(({ level, count }) => [level, count]),
      [1, 2, 4, 8].map((count) => ["error", count]),
    );
    assert.deepEqual(log.lines[0], {
      ...{ level: "error", fact: "intake.quarantine_grows", count: 1, since: new Date(NOW).toISOString() },
      latest: "EventTime: missing",
      reason: "callbacks of ours are not understood; they are kept in the quarantine, and unsubscribe nobody",
      todo: "`quarantine list` shows them; a newer release may understand them: `callbacks reread`, or `quarantine replay`",
    });
    assert.equal(alarm.lately(NOW + 7 * MINUTE)?.count, 8);
  });

  it("are forgotten after a quiet day, and begin anew", () => {
    const log = memoryLog();
    const alarm = openQuarantineAlarm(log);
    alarm.quarantined("one", NOW);
    const later = NOW + 25 * 60 * MINUTE;
    assert.equal(alarm.lately(later), undefined);
    alarm.quarantined("two", later);
    assert.deepEqual(alarm.lately(later), { count: 1, since: later, at: later, fault: "two" });
    assert.equal(log.lines.length, 2);
  });
});
