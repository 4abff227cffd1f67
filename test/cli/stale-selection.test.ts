/** Which stale entries of the quarantine `--all` leaves. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { STALE_FAULT } from "../../src/callback.ts";
import { type EntryHead, leftOut } from "../../src/operations/quarantine/stale-selection.ts";

const MINUTE = 60_000;
const NOW = 1_790_000_000_000;

function staleOf(id: string, aheadMs: number, receivedAt: number): EntryHead {
  const stale = { requestTime: receivedAt + aheadMs, behindMs: 0 };
  return { id, app: "1400000000", fault: STALE_FAULT, receivedAt, stale };
}

describe("which stale entries are left", () => {
  it("is told by those that came within the hour, of the same app", () => {
    const hours = (n: number) => n * 60 * MINUTE;
    const lagging = staleOf("lagging", -30 * MINUTE, NOW);
    const later = staleOf("later", -90_000, NOW + 30 * MINUTE);
    const muchLater = staleOf("much later", -90_000, NOW + hours(3));
    const another = { ...later, app: "another" };
    assert.equal(leftOut([lagging, later], hours(1)).get(lagging.id), "far behind");
    assert.equal(leftOut([lagging, muchLater, another], hours(1)).size, 0);
  });
});
