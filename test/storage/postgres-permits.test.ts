/** Permits of a shared rate that would come too late for whoever asks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { grant } from "../../src/storage/postgres/permits.ts";

const RATE = { requests: 2, perMs: 3_600_000 };

test("a permit that would come too late is not taken: the next who asks waits no longer for it", () => {
  const { log } = grant([], RATE, 2, 0);
  const refused = grant(log, RATE, 3, 0, [60_000, 60_000, 60_000]);
  assert.deepEqual(refused.log, log);
  assert.equal(new Set(refused.times).size, 1);
  const patient = grant(refused.log, RATE, 1, 0);
  assert.deepEqual(patient.times, refused.times.slice(0, 1));
});

test("who can wait gets a permit beside one who cannot", () => {
  const { log } = grant([], RATE, 2, 0);
  const { times } = grant(log, RATE, 3, 0, [60_000, 4_000_000, 60_000]);
  assert.equal(times[0], times[1]);
});
