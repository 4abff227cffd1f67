/** Times in the reader's zone: a page has hundreds of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { timeText } from "../../src/console/parts/time.tsx";
import { writerOf } from "../../src/console/words/zones.ts";

const AT = Date.parse("2026-11-27T11:30:05Z");

describe("a time in the reader's zone", () => {
  it("is written by one writer, however many times a page has", () => {
    assert.equal(writerOf("en", "Europe/Berlin"), writerOf("en", "Europe/Berlin"));
    assert.notEqual(writerOf("en", "Europe/Berlin"), writerOf("zh", "Europe/Berlin"));
  });

  it("is that of its own zone and language, whichever was asked for before", () => {
    assert.equal(timeText(AT, "en", "Europe/Berlin"), "27 Nov 2026, 12:30:05");
    assert.equal(timeText(AT, "en", "Asia/Shanghai"), "27 Nov 2026, 19:30:05");
    assert.match(timeText(AT, "zh", "Asia/Shanghai"), /2026年11月27日.*19:30:05/);
  });

  it("takes no more memory for a thousand zones that somebody's browser names", () => {
    const first = writerOf("en", "UTC");
    for (let minute = 0; minute < 1_000; minute += 1) {
      const [hours, minutes] = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0"));
      writerOf("en", `+${hours}:${minutes}`);
    }
    // it was let go of
    assert.notEqual(writerOf("en", "UTC"), first);
    assert.equal(timeText(AT, "en", "UTC"), "27 Nov 2026, 11:30:05");
  });
});
