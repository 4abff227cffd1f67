import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { lineOf } from "../../src/dead-letters/line.ts";
import { readDeadLetterLine } from "../../src/dead-letters/read.ts";
import type { DeadLetter } from "../../src/storage/contract/ledger.ts";
import { assertNoSecret, formsOfSecret, letter, redact, SECRET } from "./support.ts";

const plain = (text: string) => text;
const messageOf = (line: string): string => JSON.parse(line).reason.message;
const withMessage = (message: string): DeadLetter => letter(7, { reason: { words: "refused", message } });

describe("the line of a dead letter", () => {
  it("says everything about it", () => {
    assert.deepEqual(JSON.parse(lineOf(letter(7, { generation: 3 }), plain)), {
      v: 1,
      id: "event-7:crm",
      generation: 3,
      connector: "crm",
      event: {
        id: "event-7",
        kind: "unsubscribed",
        app: "1400000000",
        official_account: "@TOA#_news",
        user: "user-7",
        operator: "user-7",
        by_admin: false,
        platform: "iOS",
        client_ip: "127.0.0.1",
        event_time: "2022-12-09T08:26:54.123Z",
        received_at: "2022-12-09T08:26:54.500Z",
      },
      class: "rejected",
      reason: {
        words: "HubSpot refuses it",
        status: 400,
        category: "VALIDATION_ERROR",
        message: "no such option",
      },
      attempts: 5,
      first_attempt_at: "2022-12-09T08:26:55.000Z",
      last_attempt_at: "2022-12-09T08:26:56.000Z",
    });
  });

  it("names only what there is of the reason", () => {
    const line = lineOf(letter(7, { reason: { words: "given up after 72 h" } }), plain);
    assert.deepEqual(JSON.parse(line).reason, { words: "given up after 72 h" });
  });

  it("is exactly one line, which is read back, whatever foreign text is in it", () => {
    const text = fc.string({ unit: "binary", maxLength: 400 });
    const foreign = fc.oneof(text, fc.constantFrom("\r\n\u2028\u0085\u0000", "\ud800", "a\udc00", '"\\'));
    fc.assert(
      fc.property(foreign, foreign, (message, platform) => {
        const { event } = letter(7);
        const line = lineOf({ ...withMessage(message), event: { ...event, platform } }, redact);
        assert.ok(!/[\r\n]/.test(line));
        assert.ok(line.isWellFormed() && messageOf(line).isWellFormed(), "no half characters, not even escaped");
        assert.deepEqual(readDeadLetterLine({ bytes: Buffer.from(line), cut: false }), {
          id: "event-7:crm",
          generation: 1,
        });
      }),
    );
  });

  it("keeps 300 characters of the message and cuts none of them in half", () => {
    assert.equal(messageOf(lineOf(withMessage("x".repeat(300)), plain)), "x".repeat(300));
    assert.equal(messageOf(lineOf(withMessage("x".repeat(301)), plain)), "x".repeat(300));
    assert.equal(messageOf(lineOf(withMessage(`${"x".repeat(299)}🙂`), plain)), "x".repeat(299));
  });

  it("holds no secret in any encoding, also where the cut would go through it", () => {
    for (const form of formsOfSecret()) {
      for (const before of [0, 1, 250, 285, 290, 295, 299, 300]) {
        const line = lineOf(withMessage(`${".".repeat(before)}${form}`), redact);
        assertNoSecret(line);
        if (before < 290) assert.ok(messageOf(line).includes("***"), line);
      }
    }
  });

  it("holds no secret in words and category either", () => {
    assertNoSecret(lineOf(letter(7, { reason: { words: `refused ${SECRET}`, category: SECRET } }), redact));
  });
});
