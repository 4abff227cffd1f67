/** What an exchange comes to, by what was read of its answer. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { concluded, outOfTime } from "../../src/guarded-http/wire/exchange.ts";

const HEAD = { status: 200 } as never;

describe("an exchange", () => {
  const seen = { head: HEAD, ending: undefined, fault: undefined };

  it("goes on until a head has come, and behind it until the body has", () => {
    assert.equal(concluded({ ...seen, head: undefined }, true), undefined);
    assert.equal(concluded({ ...seen, head: undefined }, false), undefined);
    assert.equal(concluded(seen, true), undefined);
    assert.deepEqual(concluded({ ...seen, ending: "whole" as never }, true), { tag: "ended", ending: "whole" });
  });

  it("ends with the head where that comes before all was asked: the rest is not waited for", () => {
    assert.deepEqual(concluded(seen, false), { tag: "ended", ending: "unread" });
  });

  it("fails by what is no HTTP, whatever came before it", () => {
    const end = concluded({ head: HEAD, ending: "whole" as never, fault: "no HTTP" }, true);
    assert.equal(end?.tag === "failed" && String(end.error), "Error: no HTTP");
  });

  it("is answered by a head when its time is up, else by why it was", () => {
    const limit = { signal: AbortSignal.abort("the bridge stops"), timeoutMs: 1, endsAt: 0 };
    assert.deepEqual(outOfTime({ head: HEAD }, limit), { tag: "ended", ending: "late" });
    assert.deepEqual(outOfTime({ head: undefined }, limit), { tag: "failed", error: "the bridge stops" });
  });
});
