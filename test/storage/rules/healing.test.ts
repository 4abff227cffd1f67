/** When somebody must have left, whether a late callback tells the same, and whether a person must look first. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DeliveryState } from "../../../src/storage/contract/deliveries.ts";
import {
  endOfWindow,
  isAnother,
  isInScope,
  isOneWish,
  type KnownChange,
  momentOf,
  monthOf,
  secondOf,
  whichGoes,
  whyHeld,
} from "../../../src/storage/rules/healing.ts";

const SKEW = 60_000;
const ENDED = { subscribeTime: 10_000, until: 500_000, back: null, skewMs: SKEW };
const left = (eventTime: number): KnownChange => ({ kind: "unsubscribed", eventTime });
const came = (eventTime: number): KnownChange => ({ kind: "subscribed", eventTime });
const at = (eventTime: number) => ({ tag: "at", eventTime });

describe("the end of the window", () => {
  it("is before the request that showed it, for the answer's clock has whole seconds", () => {
    assert.equal(endOfWindow(2_000_000), 1_998_000);
  });
});

describe("the moment of a healed wish", () => {
  it("is the end of the window", () => assert.deepEqual(momentOf(ENDED, []), at(500_000)));

  it("is none where an unsubscription of this subscription is known", () => {
    assert.deepEqual(momentOf(ENDED, [left(10_000)]), { tag: "newer" });
    assert.deepEqual(momentOf(ENDED, [left(400_000)]), { tag: "newer" });
    assert.deepEqual(momentOf(ENDED, [left(900_000)]), { tag: "newer" });
  });

  it("is none where another, newer subscription is known that the row does not know of", () => {
    assert.deepEqual(momentOf(ENDED, [came(10_000 + SKEW + 2_001)]), { tag: "newer" });
    assert.deepEqual(momentOf(ENDED, [came(900_000)]), { tag: "newer" });
  });

  it("is later than the subscription that it ends, whichever clock has told that", () => {
    assert.deepEqual(momentOf({ ...ENDED, until: 10_000 }, []), { tag: "no_moment" });
    assert.deepEqual(momentOf({ ...ENDED, until: 10_001 }, []), at(10_001));
    assert.deepEqual(momentOf({ ...ENDED, until: 30_000 }, [came(30_000)]), { tag: "no_moment" });
    assert.deepEqual(momentOf({ ...ENDED, until: 30_001 }, [came(30_000)]), at(30_001));
  });

  it("is 1 ms before the newer subscription of one who came back, as Chat's list or a callback has told it", () => {
    const back = { ...ENDED, back: 300_000 };
    assert.deepEqual(momentOf(back, []), at(299_999));
    assert.deepEqual(momentOf(back, [came(299_500)]), at(299_499));
    assert.deepEqual(momentOf(back, [came(300_700)]), at(299_999));
    assert.deepEqual(momentOf({ ...back, back: 10_001 }, []), { tag: "no_moment" });
  });

  it("is none where one who came back is known to have left again, or to have come back at another time as well", () => {
    const back = { ...ENDED, back: 300_000 };
    assert.deepEqual(momentOf(back, [left(400_000)]), { tag: "newer" });
    assert.deepEqual(momentOf(back, [came(150_000)]), { tag: "newer" });
  });
});

describe("a callback that comes late", () => {
  const wish = { subscribeTime: 100_500, from: 200_000, eventTime: 300_000, skewMs: 5_000 };

  it("is the healed wish when its time lies in the window, with the skew and a second on both sides", () => {
    for (const time of [200_000, 250_000, 300_000, 200_000 - 6_000, 300_000 + 6_000]) {
      assert.equal(isOneWish(wish, time, []), true, String(time));
    }
    for (const time of [200_000 - 6_001, 300_000 + 6_001]) assert.equal(isOneWish(wish, time, []), false, String(time));
  });

  it("is a wish of its own where a subscription lies between them, on either side", () => {
    assert.equal(isOneWish(wish, 250_000, [270_500]), false);
    assert.equal(isOneWish(wish, 304_000, [302_500]), false);
    assert.equal(isOneWish(wish, 250_000, [150_500, 240_500, 300_001]), true);
  });

  it("at one time comes behind a subscription", () => {
    assert.equal(isOneWish(wish, 250_500, [250_500]), true);
    assert.equal(isOneWish(wish, 250_500, [300_000]), false);
    assert.equal(isOneWish(wish, 304_500, [304_500]), false);
  });

  it("is a wish of its own where a subscription told in whole seconds may lie between them", () => {
    assert.equal(isOneWish(wish, 250_400, [250_000]), false);
    assert.equal(isOneWish(wish, 250_999, [250_000]), true);
  });

  it("is none of the subscription that has ended when it came before that", () => {
    assert.equal(isOneWish({ ...wish, from: 100_500 }, 100_000, []), false);
    assert.equal(isOneWish({ ...wish, from: 100_500 }, 100_501, []), true);
  });
});

describe("which of a healed wish and its callback goes", () => {
  it("is the one that is sent or on its way, else the callback", () => {
    const there = (state: DeliveryState) => [false, true].map((isHeld) => whichGoes({ state, isHeld }));
    assert.deepEqual(there("delivered"), ["healed", "healed"]);
    assert.deepEqual(there("waiting"), ["callback", "healed"]);
    assert.deepEqual(there("dead"), ["callback", "callback"]);
    assert.deepEqual(whichGoes("to come"), "callback");
  });

  it("is left to what is known of each where nothing is sent of the healed one", () => {
    for (const state of ["superseded", "skipped", "discarded"] as const) {
      assert.equal(whichGoes({ state, isHeld: false }), "both");
    }
    assert.equal(whichGoes("none"), "both");
  });
});

describe("a person must look first", () => {
  const limits = { people: 100, share: 0.05 };
  const counts = { found: 0, healedLately: 0, heldLately: 0, people: 10_000 };

  it("where the missing of a day are more than so many, those that were healed before counted in", () => {
    assert.equal(whyHeld({ ...counts, found: 100 }, 9_900, limits), undefined);
    assert.match(
      whyHeld({ ...counts, found: 101 }, 9_899, limits) ?? "",
      /^101 are missing within a day, more than 100$/,
    );
    assert.match(whyHeld({ ...counts, found: 1, healedLately: 100 }, 9_899, limits) ?? "", /^101 are missing/);
    assert.match(whyHeld({ ...counts, found: 1, heldLately: 100 }, 9_899, limits) ?? "", /^101 are missing/);
  });

  it("where they are more than a share, and ten at least", () => {
    const few = { ...counts, people: 100 };
    assert.equal(whyHeld({ ...few, found: 9 }, 91, limits), undefined);
    assert.match(whyHeld({ ...few, found: 10 }, 90, limits) ?? "", /^10 of 100 .* more than 5 %$/);
    assert.equal(whyHeld({ ...few, found: 10, people: 200 }, 190, limits), undefined);
    assert.match(whyHeld({ ...few, found: 1, healedLately: 9, people: 91 }, 90, limits) ?? "", /^10 of 100/);
  });

  it("not where they are exactly the share, whatever floating point makes of it", () => {
    for (let percent = 1; percent < 100; percent += 1) {
      for (const people of [1_000, 1_600, 2_900]) {
        const found = (percent * people) / 100;
        const share = { people: 1_000_000, share: percent / 100 };
        const held = (more: number) => whyHeld({ ...counts, found: found + more, people: people + more }, 1, share);
        assert.equal(held(0), undefined, `${found} of ${people} are not more than ${percent} %`);
        assert.match(held(1) ?? "", /more than/, `${found + 1} of ${people + 1} are more than ${percent} %`);
      }
    }
  });

  it("where an account that had subscribers has none", () => {
    assert.match(whyHeld({ ...counts, found: 3, people: 3 }, 0, limits) ?? "", /had 3 subscribers, and has none/);
  });

  it("never for nobody", () => {
    assert.equal(whyHeld({ ...counts, healedLately: 5_000 }, 0, limits), undefined);
  });
});

describe("a roster", () => {
  it("tells a corrected subscription from another one by the skew and two seconds", () => {
    assert.equal(isAnother(10_000, 10_000 + SKEW + 2_000, SKEW), false);
    assert.equal(isAnother(10_000, 10_000 + SKEW + 2_001, SKEW), true);
    assert.equal(isAnother(10_000, 1_000, SKEW), false);
  });

  it("is kept of the accounts in scope", () => {
    const scopes = [
      { app: "1", account: null },
      { app: "2", account: "a" },
    ];
    assert.deepEqual(
      [
        ["1", "any"],
        ["2", "a"],
        ["2", "b"],
        ["3", "a"],
      ].map(([app = "", account = ""]) => isInScope(scopes, app, account)),
      [true, true, false, false],
    );
  });

  it("counts by months of UTC, and people in whole seconds", () => {
    assert.equal(monthOf(Date.UTC(2026, 11, 1) - 1), "2026-11");
    assert.equal(secondOf(10_999), 10_000);
  });
});
