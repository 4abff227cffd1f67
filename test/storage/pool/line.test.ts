import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openLine } from "../../../src/storage/postgres/pool/line.ts";

describe("who wait for a connection", () => {
  it("get one in the order in which they came", async () => {
    const line = openLine<string>();
    const [first, second] = [line.join(), line.join()];
    assert.deepEqual([line.serve("a"), line.serve("b")], [true, true]);
    assert.deepEqual(await Promise.all([first.served, second.served]), ["a", "b"]);
  });

  it("are nobody once all are served: the next thing is not taken", () => {
    const line = openLine<string>();
    assert.equal(line.serve("a"), false);
    line.join();
    assert.deepEqual([line.serve("b"), line.serve("c")], [true, false]);
  });

  it("get nothing once they have left, and those behind them move up", async () => {
    const line = openLine<string>();
    const [first, second] = [line.join(), line.join()];
    first.leave();
    first.leave();
    assert.equal(line.length, 1);
    line.serve("a");
    assert.equal(await second.served, "a");
  });

  it("are all told why there is none", async () => {
    const line = openLine<string>();
    const places = [line.join(), line.join()];
    line.refuse(new Error("down"));
    assert.equal(line.length, 0);
    for (const { served } of places) await assert.rejects(served, /down/);
  });
});
