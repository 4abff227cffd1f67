/** What could not be understood. */
import assert from "node:assert/strict";
import type { QuarantineEntry } from "../../src/storage/contract/callbacks.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { act } from "../support/act.ts";
import { type Case, callbackOf, DAY, entryOf, eventOf } from "./suite-support.ts";

const noCallbacks = { callbacks: [] } as const;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (body: Uint8Array | undefined): string | undefined => body && new TextDecoder().decode(body);

const EDITOR = { name: "ops", front: "terminal", proven: false } as const;

/** Puts another body in the place of an entry's. */
async function edit(storage: Storage, entry: QuarantineEntry, body: string) {
  const doing = act({ actor: EDITOR, operation: "quarantine_edit" });
  return storage.editQuarantined({ id: entry.id, before: entry.body, body: bytes(body) }, doing);
}

/** Takes an entry in as it is now, and makes it a user's event. */
async function takeInFor(storage: Storage, id: string, user: string): Promise<void> {
  const entry = await storage.quarantineEntry(id);
  assert.ok(entry);
  const callback = callbackOf("", { body: entry.body, receivedAt: entry.receivedAt });
  assert.deepEqual(await storage.takeIn([{ callback, quarantine: [], served: [id] }], act()), { refused: [] });
  const [unread] = await storage.unread(1);
  assert.ok(unread);
  await storage.expand([{ callback: unread.seq, events: [eventOf({ user })], quarantine: [] }]);
}

export const quarantineCases: readonly Case[] = [
  {
    what: "an entry comes back as it was",
    async prove({ storage }) {
      const entry = entryOf("one", { body: Uint8Array.from([0, 255]), size: 2 });
      await storage.accept({ ...noCallbacks, quarantine: [entry] });
      const back = await storage.quarantineEntry("one");
      assert.ok(back);
      assert.deepEqual({ ...back, body: Uint8Array.from(back.body) }, entry);
      assert.equal(await storage.quarantineEntry("another"), null);
    },
  },
  {
    what: "the same fault of the same body is kept once",
    async prove({ storage }) {
      await storage.accept({ ...noCallbacks, quarantine: [entryOf("one"), entryOf("one")] });
      await storage.accept({ ...noCallbacks, quarantine: [entryOf("one")] });
      const { entries, bytes } = (await storage.status()).quarantined;
      assert.equal(entries, 1);
      assert.equal(bytes, entryOf("one").size);
    },
  },
  {
    what: "a body that was too large keeps its size",
    async prove({ storage }) {
      const entry = entryOf("large", { body: new Uint8Array(), size: 5_000_000 });
      await storage.accept({ ...noCallbacks, quarantine: [entry] });
      const back = await storage.quarantineEntry("large");
      assert.equal(back?.body.length, 0);
      assert.equal(back?.size, 5_000_000);
    },
  },
  {
    what: "entries are listed page by page, oldest first",
    async prove({ storage }) {
      for (const id of ["z", "m", "a"]) await storage.accept({ ...noCallbacks, quarantine: [entryOf(id)] });
      const ids = async (page: { limit: number; after?: string }) =>
        (await storage.quarantined(page)).map(({ id }) => id);
      assert.deepEqual(await ids({ limit: 2 }), ["z", "m"]);
      assert.deepEqual(await ids({ limit: 2, after: "m" }), ["a"]);
      assert.deepEqual(await ids({ limit: 2, after: "a" }), []);
    },
  },
  {
    what: "what was read again is taken in, its entries go, and what another has taken in is refused",
    async prove({ storage }) {
      await storage.accept({ ...noCallbacks, quarantine: ["a", "b", "c"].map((id) => entryOf(id)) });
      const taken = (id: string) => ({ callback: callbackOf(id), quarantine: [], served: [id] });
      const { refused } = await storage.takeIn([taken("a"), taken("unknown"), taken("c")], act());
      assert.deepEqual(
        refused.map(({ index }) => index),
        [1],
      );
      assert.match(refused[0]?.why ?? "", /any more/);
      const bodies = (await storage.unread(10)).map(({ body }) => new TextDecoder().decode(body));
      assert.deepEqual(bodies, ["a", "c"]);
      assert.deepEqual(
        (await storage.quarantined({ limit: 10 })).map(({ id }) => id),
        ["b"],
      );
      assert.deepEqual(await storage.takeIn([], act()), { refused: [] });
    },
  },
  {
    what: "an edited entry keeps all but its body, and how that came; its place among the others and its sums stay right",
    async prove({ storage, questions }) {
      const stale = { requestTime: 1_000, behindMs: 20 * 60_000 };
      const entry = entryOf("b", { stale });
      await storage.accept({ ...noCallbacks, quarantine: [entryOf("a"), entry, entryOf("c")] });
      const before = (await storage.status()).quarantined;
      assert.equal(await edit(storage, entry, "what was meant, at length"), "edited");
      const body = bytes("what was meant, at length");
      const now = await storage.quarantineEntry("b");
      assert.ok(now);
      const { edited, ...rest } = now;
      assert.deepEqual({ ...rest, body: textOf(rest.body) }, { ...entry, body: textOf(body), size: body.length });
      assert.deepEqual([edited?.by, textOf(edited?.original)], [EDITOR, textOf(entry.body)]);
      const listed = (await storage.quarantined({ limit: 9 })).map(({ id, edited: by }) => [
        id,
        by?.by.name,
        by?.original,
      ]);
      assert.deepEqual(listed, [
        ["a", undefined, undefined],
        ["b", "ops", undefined],
        ["c", undefined, undefined],
      ]);
      const found = await questions.quarantined({ limit: 9 });
      assert.deepEqual(
        found.entries.map(({ id, edited: by }) => [id, by?.by.name, by?.original]),
        listed,
      );
      assert.equal(textOf((await questions.quarantineEntry("b"))?.edited?.original), textOf(entry.body));
      const after = (await storage.status()).quarantined;
      assert.deepEqual(after, { entries: 3, bytes: before.bytes + body.length - entry.body.length });
      const [row] = await storage.audited({}, { limit: 1 });
      assert.deepEqual([row?.operation, row?.actor, row?.count], ["quarantine_edit", EDITOR, 1]);
    },
  },
  {
    what: "an edit is done once, tells one that is gone, and leaves alone what somebody else has edited meanwhile",
    async prove({ storage }) {
      const entry = entryOf("a");
      await storage.accept({ ...noCallbacks, quarantine: [entry] });
      assert.equal(await edit(storage, entry, "one"), "edited");
      assert.equal(await edit(storage, entry, "one"), "edited");
      assert.equal(await edit(storage, entry, "two"), "changed");
      assert.equal((await storage.audited({}, { limit: 9 })).length, 1);
      const seen = (await storage.quarantineEntry("a")) ?? entry;
      assert.equal(await edit(storage, seen, "two"), "edited");
      const now = await storage.quarantineEntry("a");
      assert.deepEqual([textOf(now?.body), textOf(now?.edited?.original)], ["two", textOf(entry.body)]);
      assert.equal(await edit(storage, entryOf("unknown"), "one"), "gone");
    },
  },
  {
    what: "what is read from an edited entry tells who edited it; the same that comes again is none of that",
    async prove({ storage, questions }) {
      const [edited, plain] = [entryOf("a"), entryOf("b")];
      await storage.accept({ ...noCallbacks, quarantine: [edited, plain] });
      await edit(storage, edited, "what was meant");
      await takeInFor(storage, "a", "jared");
      await takeInFor(storage, "b", "leckie");
      for (const asked of [await storage.trace("jared"), (await questions.trace("jared", { limit: 9 })).entries]) {
        const { at, ...told } = asked[0]?.edited ?? {};
        assert.deepEqual([told, typeof at], [{ by: EDITOR, entry: "a" }, "number"]);
      }
      assert.equal((await storage.trace("leckie"))[0]?.edited, undefined);
      await storage.accept({ ...noCallbacks, quarantine: [edited] });
      assert.equal((await storage.quarantineEntry("a"))?.edited, undefined);
    },
  },
  {
    what: "how an edited body came is forgotten with the raw callbacks of its time, who edited it with the events; not while it is in the quarantine",
    needs: "advance",
    async prove({ storage, advance }) {
      const [taken, left] = [entryOf("a"), entryOf("b")];
      await storage.accept({ ...noCallbacks, quarantine: [taken, left] });
      await edit(storage, taken, "one");
      await edit(storage, left, "two");
      await takeInFor(storage, "a", "jared");
      const prune = async () => {
        const limits = { retentionMs: 20 * DAY, rawRetentionMs: 10 * DAY, quarantineBytes: 1_000_000 };
        while ((await storage.prune(limits)).more);
      };
      await advance(11 * DAY);
      await prune();
      assert.equal((await storage.trace("jared"))[0]?.edited?.by.name, "ops");
      await advance(10 * DAY);
      await prune();
      assert.equal((await storage.trace("jared"))[0]?.edited, undefined);
      assert.equal(textOf((await storage.quarantineEntry("b"))?.edited?.original), textOf(left.body));
    },
  },
  {
    what: "a user of a callback who cannot be understood goes to the quarantine, the others become events",
    async prove({ storage }) {
      await storage.accept({ callbacks: [callbackOf("a")], quarantine: [] });
      const [callback] = await storage.unread(1);
      assert.ok(callback);
      const events = [eventOf({ user: "jared" })];
      await storage.expand([{ callback: callback.seq, events, quarantine: [entryOf("one of its users")] }]);
      assert.equal((await storage.trace("jared")).length, 1);
      assert.ok(await storage.quarantineEntry("one of its users"));
    },
  },
];
