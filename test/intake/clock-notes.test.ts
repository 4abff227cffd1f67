/** What the store is told of the senders' clocks, and what is taken from it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openClockNotes } from "../../src/intake/stale/clock-notes.ts";
import { newestTimes } from "../../src/intake/stale/newest-times.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { quiet } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";

type Note = Parameters<Storage["noteClocks"]>[0];

async function setUp(answer: (note: Note, calls: number) => Promise<Record<string, number>>) {
  const told: Note[] = [];
  const newest = newestTimes(() => 0);
  const alarm: { off: number | null } = { off: null };
  const storage: Pick<Storage, "noteClocks"> = {
    noteClocks(note) {
      told.push(note);
      return answer(note, told.length);
    },
  };
  const notes = await openClockNotes({ storage, log: quiet, host: "here" }, newest, { offMs: () => alarm.off });
  return { notes, told, newest, alarm };
}

const NOTHING = async () => ({});

describe("notes of the senders' clocks", () => {
  it("begin with what the store remembers, before anything is judged", async () => {
    const { notes, newest } = await setUp(async () => ({ "1400000000": 5_000 }));
    assert.deepEqual(newest.all(), { "1400000000": 5_000 });
    await notes.stop();
  });

  it("take from it only what is newer than what was shown here", async () => {
    const { notes, newest, told } = await setUp(async (_, calls) => (calls === 1 ? {} : { a: 5_000, b: 7_000 }));
    newest.show("a", 6_000);
    notes.changed(true);
    await eventually(() => told.length === 2 && newest.all().b === 7_000);
    assert.equal(newest.all().a, 6_000);
    await notes.stop();
  });

  it("are told at once when that matters, with how far our clock is off", async () => {
    const { notes, told, newest, alarm } = await setUp(NOTHING);
    newest.show("a", 6_000);
    alarm.off = 90_000;
    notes.changed(true);
    await eventually(() => told.length === 2);
    assert.deepEqual(told[1], { newest: { a: 6_000 }, clock: { host: "here", offMs: 90_000 } });
    await notes.stop();
  });

  it("are told at the end what has not been told yet", async () => {
    const { notes, told, newest } = await setUp(NOTHING);
    newest.show("a", 6_000);
    notes.changed(false);
    await notes.stop();
    assert.deepEqual(told.at(-1)?.newest, { a: 6_000 });
    assert.equal(told.length, 2);
  });

  it("say nothing at the end that the store knows already", async () => {
    const { notes, told } = await setUp(NOTHING);
    await notes.stop();
    assert.equal(told.length, 1);
  });

  it("keep nobody from starting or ending when the store does not take them", async () => {
    const { notes, told } = await setUp(() => Promise.reject(new Error("the database is away")));
    notes.changed(false);
    await notes.stop();
    assert.ok(told.length >= 2);
  });
});
