import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readAnswer } from "./answer.ts";

const read = (status: number, text: string, isSegment: boolean) =>
  readAnswer({ status, text, headers: new Headers(), retryAfterMs: undefined }, ["a", "b"], isSegment);
const isDelivered = (result: ReturnType<typeof read>) =>
  result.tag === "outcomes" && [...result.outcomes.values()].every(({ tag }) => tag === "delivered");

describe("an answer to a batch of events", () => {
  it("from Segment says delivered by its success alone", () => {
    assert.ok(isDelivered(read(200, '{"success":true}', true)));
    for (const text of ["", "OK", "null", "[]", "true", '{"success":"true"}', '{"ok":true}', "<html>"]) {
      assert.ok(!isDelivered(read(200, text, true)), text);
    }
  });

  it("says delivered with a 2xx and with nothing else, whatever its body claims", () => {
    for (let status = 100; status < 600; status += 1) {
      assert.equal(isDelivered(read(status, '{"success":true}', false)), status >= 200 && status < 300, String(status));
    }
  });

  it("blames the batch for 400 and 413 alone, so that no other trouble buries an event", () => {
    for (let status = 300; status < 600; status += 1) {
      assert.equal(read(status, "", true).tag === "batchRejected", status === 400 || status === 413, String(status));
    }
  });
});
