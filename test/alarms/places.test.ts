/** Where a message in the chat leads to. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DETAILS, type Detail } from "../../src/alarms/alarm.ts";
import { alarmPlace, placeOfAll } from "../../src/alarms/places.ts";

const PLACES: Readonly<Record<Detail["of"], string>> = {
  dead_letters: "/dead-letters?connector=crm",
  unmatched: "/dead-letters?connector=crm",
  undelivered_after: "/connectors/crm",
  paused_after: "/connectors/crm",
  quarantine: "/quarantine",
  held: "/healing",
  unreached: "/healing",
  void: "/healing",
  unread: "/",
  refused: "/",
  no_callbacks_for: "/",
  spool_older_than: "/",
  disk_free_below: "/",
  clock_off_by: "/",
};

/** Of these its kind alone decides. */
const about = (of: string, subject = "crm") => ({ subject, detail: { of } as Detail });

describe("the place of an alarm in the console", () => {
  for (const [of, place] of Object.entries(PLACES)) {
    it(`is ${place} for ${of}`, () => assert.equal(alarmPlace(about(of)), place));
  }

  it("is known for each that there is", () =>
    assert.deepEqual(Object.keys(PLACES).sort(), Object.keys(DETAILS).sort()));

  it("is the overview for several, unless they have one place", () => {
    assert.equal(placeOfAll([]), "/");
    assert.equal(placeOfAll([about("held", "a"), about("void", "b")]), "/healing");
    assert.equal(placeOfAll([about("dead_letters", "a"), about("unmatched", "a")]), "/dead-letters?connector=a");
    assert.equal(placeOfAll([about("dead_letters", "a"), about("dead_letters", "b")]), "/");
    assert.equal(placeOfAll([about("quarantine"), about("held")]), "/");
  });

  it("carries no name that could be read as more", () => {
    assert.equal(alarmPlace(about("unmatched", "a&b=c#d")), "/dead-letters?connector=a%26b%3Dc%23d");
    assert.equal(alarmPlace(about("paused_after", 'a"b/c')), "/connectors/a%22b%2Fc");
  });
});
