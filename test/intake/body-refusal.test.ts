import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answers } from "../../src/intake/answers.ts";
import { bodyRefusal } from "../../src/intake/body-refusal.ts";
import { NO_BODY } from "../../src/intake/callback-of.ts";
import { sampledLog } from "../../src/intake/sampled-log.ts";
import type { QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import { APP, DELETE, memoryLog, NOW } from "./harness.ts";

const MAX_BODY = 1_000;
const SEEN_AT = 0;
const callback = { app: APP, command: DELETE, platform: "", clientIp: "", receivedAt: NOW, body: NO_BODY };

function setUp({ quarantined = true } = {}) {
  const counted: string[] = [];
  const entries: QuarantineEntry[] = [];
  const log = memoryLog();
  const answer = answers(() => false);
  const refuse = bodyRefusal(
    {
      kept: {
        async quarantine(entry) {
          entries.push(entry);
          return quarantined ? undefined : answer.fail(503, "not kept");
        },
      },
      counters: { add: (name) => counted.push(name) },
      sampled: sampledLog({ log }),
      maxBody: () => MAX_BODY,
    },
    answer,
  );
  return { refuse, counted, entries, log };
}

describe("a callback whose body was not read to its end", () => {
  for (const [why, status] of [
    ["late", 408],
    ["broken", 408],
    ["crowded", 503],
  ] as const) {
    it(`because it was ${why} is answered ${status}, and the log is its only trace`, async () => {
      const { refuse, counted, entries, log } = setUp();
      const answer = await refuse({ tag: "incomplete", why }, callback, SEEN_AT);
      assert.deepEqual([answer.status, answer.headers.get("connection")], [status, "close"]);
      assert.deepEqual([counted, entries], [["refused_body"], []]);
      const [line] = log.lines;
      assert.deepEqual([line?.fact, line?.app, line?.command], ["intake.body_incomplete", APP, DELETE]);
    });
  }

  it("because it is too large is refused, and quarantined without it, with the size that it had", async () => {
    const { refuse, counted, entries } = setUp();
    const answer = await refuse({ tag: "tooLarge", size: 1_001, declared: true }, callback, SEEN_AT);
    assert.deepEqual([answer.status, answer.headers.get("connection")], [413, "close"]);
    assert.deepEqual(counted, ["callbacks_too_large"]);
    const [entry] = entries;
    assert.deepEqual([entry?.size, entry?.body.length], [1_001, 0]);
    assert.match(entry?.fault ?? "", /1001 bytes: expected at most 1000 \(server\.max_body\)/);
  });

  it("of which nobody has said how long it is has that many bytes, or more", async () => {
    const { refuse, entries } = setUp();
    await refuse({ tag: "tooLarge", size: 2_000, declared: false }, callback, SEEN_AT);
    assert.match(entries[0]?.fault ?? "", /2000 bytes or more/);
  });

  it("and that cannot be quarantined either is answered with why, so that Chat tries again", async () => {
    const { refuse } = setUp({ quarantined: false });
    assert.equal((await refuse({ tag: "tooLarge", size: 1_001, declared: true }, callback, SEEN_AT)).status, 503);
  });
});
