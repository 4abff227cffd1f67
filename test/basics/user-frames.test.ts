/** Where in code of the user's own an error came from, as either runtime writes it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { frameText, thrownAt, userFrames, userStack } from "../../src/basics/user-frames.ts";

function withStack(...lines: readonly string[]): Error {
  const error = new Error("oops");
  error.stack = ["Error: oops", ...lines.map((line) => `    at ${line}`)].join("\n");
  return error;
}

describe("the user's own frames of a stack", () => {
  it("are told with file, line and column, whichever runtime wrote it", () => {
    const bun = [
      "deliver (/app/config/mine.ts:12:7)",
      "/app/config/mine.ts:4:18",
      "async other (/app/config/b.ts:1:2)",
    ];
    const deno = [
      "deliver (file:///app/config/mine.ts?v=0123456789abcdef:12:7)",
      "file:///app/config/mine.ts?v=0123456789abcdef:4:18",
      "async other (file:///app/config/b.ts:1:2)",
    ];
    const expected = ["deliver (/app/config/mine.ts:12:7)", "/app/config/mine.ts:4:18", "other (/app/config/b.ts:1:2)"];
    for (const stack of [bun, deno])
      assert.deepEqual(userFrames(withStack(...stack), "/bridge/src/").map(frameText), expected);
  });

  it("hold nothing of the bridge, of packages and of the runtime", () => {
    const stack = [
      "open (/bridge/config/mine.ts:3:1)",
      "callOnce (/bridge/src/delivery/attempt/attempt.ts:50:1)",
      "send (/bridge/node_modules/axios/index.js:1:1)",
      "processTicksAndRejections (node:internal/process/task_queues:1:1)",
      "native",
      "ext:deno_web/02_timers.js:58:7",
    ];
    assert.deepEqual(userFrames(withStack(...stack), "/bridge/src/").map(frameText), [
      "open (/bridge/config/mine.ts:3:1)",
    ]);
  });

  it("are at most five, and none of what is no error or cannot be looked at", () => {
    const many = Array.from({ length: 9 }, (_, index) => `f (/a.ts:${index + 1}:1)`);
    assert.equal(userFrames(withStack(...many)).length, 5);
    const trap = new Error("trap");
    Object.defineProperty(trap, "stack", {
      get() {
        throw new Error("do not look");
      },
    });
    for (const thrown of [null, "text", {}, trap]) assert.deepEqual(userStack(thrown), {});
  });

  it("name where it threw, unless somebody else did that it had called", () => {
    const at = (...stack: readonly string[]) => {
      const frame = thrownAt(withStack(...stack), "/bridge/src/", "/bridge/connectors/");
      return frame && frameText(frame);
    };
    const user = "deliver (/bridge/config/mine.ts:3:1)";
    assert.equal(at("parse (<anonymous>)", user), user);
    assert.equal(at("render (/bridge/src/config/templates/templates.ts:3:1)", user), undefined);
    assert.equal(at("get (/bridge/node_modules/a/index.js:3:1)", user), undefined);
    assert.equal(at("compose (/bridge/connectors/segment/event.ts:3:1)"), undefined);
    assert.equal(at(), undefined);
  });

  it("are those of this very file where it throws, and none of the bridge's", () => {
    const [frame] = userFrames(new Error("here"));
    assert.match(frame?.file ?? "", /user-frames\.test\.ts$/);
  });
});
