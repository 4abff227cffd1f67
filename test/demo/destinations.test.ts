/** The demo's destinations, as somebody who plays with them finds them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startDestinations } from "../../src/demo/destinations.ts";

describe("the demo's partner", () => {
  it("answers `check --live`, whose OPTIONS it once cut off for naming no user", async () => {
    const destinations = await startDestinations([], ["noah"]);
    try {
      const response = await fetch(`${destinations.urls.webhook}/unsubscribes`, { method: "OPTIONS" });
      await response.arrayBuffer();
      assert.equal(response.status, 405);
    } finally {
      await destinations.close();
    }
  });
});
