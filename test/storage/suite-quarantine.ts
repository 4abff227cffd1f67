/** What could not be understood. */
import assert from "node:assert/strict";
import { act } from "../support/act.ts";
import { type Case, callbackOf, entryOf, eventOf } from "./suite-support.ts";

const noCallbacks = { callbacks: [] } as const;

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
