/** A healed wish as a callback of our own making. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkCallback, eventKind, readCallback } from "../../../src/callback.ts";
import {
  eventsOfWish,
  type HealedWish,
  healedCallback,
  healedId,
  RECONCILED,
} from "../../../src/storage/rules/healed-callback.ts";

const WISH: HealedWish = {
  ...{ app: "1400000000", account: "@TOA#_news", user: "jared", subscribeTime: 1_700_000_000_000 },
  ...{
    from: 1_700_000_100_000,
    eventTime: 1_700_000_200_000,
    back: null,
    reason: "left",
    discoveredAt: 1_700_000_300_000,
  },
};

describe("a healed wish", () => {
  it("has an id that is the hash of a versioned array, whoever finds it and when", () => {
    // sha256 of [2,"1400000000","reconcile","@TOA#_news","jared",1700000000000]
    const id = "ffd6418475c8246e62bdcbc03721a978f10a49cc282f57b6b0565d75eb2b0124";
    assert.equal(healedId(WISH), id);
    assert.equal(healedId({ ...WISH, discoveredAt: 1, reason: "deleted" }), id);
    assert.notEqual(healedId({ ...WISH, subscribeTime: 1_700_000_000_001 }), id);
  });

  it("is read again from its callback as it was", () => {
    for (const wish of [WISH, { ...WISH, back: 1_700_000_200_001 }, { ...WISH, user: '张伟 "\\' }]) {
      assert.deepEqual(readCallback(healedCallback(wish)), { ok: true, events: eventsOfWish(wish), quarantine: [] });
    }
  });

  it("is no command that comes from outside", () => {
    assert.equal(eventKind(RECONCILED), undefined);
    assert.equal(checkCallback(healedCallback(WISH)).ok, false);
  });

  it("is not read from a body that we have not written", () => {
    const written = JSON.parse(new TextDecoder().decode(healedCallback(WISH).body)) as Record<string, unknown>;
    const spoilt = [
      ...Object.keys(written).map((key) => ({ ...written, [key]: undefined })),
      { ...written, EventTime: "1" },
      { ...written, Reason: "guessed" },
      { ...written, SubscribedAgain: 1.5 },
      [],
    ];
    for (const body of spoilt) {
      const callback = { ...healedCallback(WISH), body: new TextEncoder().encode(JSON.stringify(body)) };
      assert.equal(readCallback(callback).ok, false, JSON.stringify(body));
    }
    assert.equal(readCallback({ ...healedCallback(WISH), body: new TextEncoder().encode("{") }).ok, false);
  });
});
