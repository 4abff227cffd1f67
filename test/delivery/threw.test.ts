/** What a connector throws is told in the log with the place in its own code. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Connector } from "../../src/connector.ts";
import { attempt } from "../../src/delivery/attempt/attempt.ts";
import { taken } from "../support/deliveries.ts";

type Line = Readonly<Record<string, unknown>>;

function nothing(): void {}

/** Delivers once by such a connector, and returns what it logged. */
async function logOf(deliver: Connector["deliver"]): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const log = { debug: nothing, info: nothing, warn: (line: Line) => void lines.push(line), error: nothing };
  const connector: Connector = { deliver, check: async () => [], preview: async () => [] };
  const options = { connector, name: "mine", log, timeoutMs: 10_000, redact: (text: string) => text };
  const answer = await attempt([taken(1)], { ...options, signal: new AbortController().signal, holds: () => true });
  assert.equal(answer.tag, "unavailable");
  return lines;
}

function parse(text: string): unknown {
  return (JSON.parse(text) as { a: { b: unknown } }).a.b;
}

describe("a connector that throws", () => {
  it("is told of with its frames from the innermost on, and none of the bridge's", async () => {
    const [line] = await logOf(async function deliver() {
      await Promise.resolve();
      parse("{}");
      return { tag: "outcomes", outcomes: new Map() };
    });
    assert.deepEqual([line?.fact, line?.connector], ["connector.threw", "mine"]);
    const frames = String(line?.stack).split("\n");
    assert.match(frames[0] ?? "", /^parse \(.*threw\.test\.ts:\d+:\d+\)$/);
    assert.match(frames[1] ?? "", /^deliver \(.*threw\.test\.ts:\d+:\d+\)$/);
    assert.ok(
      frames.every((frame) => !frame.includes("attempt.ts")),
      frames.join("\n"),
    );
  });

  it("is told of without any where it throws no error", async () => {
    const [line] = await logOf(() => Promise.reject("a text"));
    assert.deepEqual([line?.reason, line !== undefined && "stack" in line], ["a text", false]);
  });
});
