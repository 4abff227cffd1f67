/** Verdicts of death on their way to the dead-letter file. */
import assert from "node:assert/strict";
import { act } from "../support/act.ts";
import {
  arrive,
  type Case,
  dead,
  delivered,
  drain,
  queueUsers,
  register,
  route,
  settle,
  take,
  users,
  WHY,
} from "./suite-support.ts";

export const journalCases: readonly Case[] = [
  {
    what: "a verdict of death is unjournaled until its line is on disk",
    async prove({ storage }) {
      await register(storage);
      const [event] = await queueUsers(storage, "a");
      assert.ok(event);
      assert.deepEqual(await storage.unjournaled(10), []);
      await settle(storage, await take(storage), dead);
      const [letter] = await storage.unjournaled(10);
      assert.ok(letter);
      const { firstAttemptAt, lastAttemptAt, ...rest } = letter;
      const what = { id: `${event.id}:crm`, generation: 1, connector: "crm", event, class: "rejected", reason: WHY };
      assert.deepEqual(rest, { ...what, attempts: 1 });
      assert.ok(firstAttemptAt > 0 && lastAttemptAt >= firstAttemptAt);
      await storage.journaled([letter]);
      assert.deepEqual(await storage.unjournaled(10), []);
    },
  },
  {
    what: "letters come oldest first, as many as were asked for, those of all connectors",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 3).map((user) => ({ user })));
      await route(storage, ["crm", "partner"]);
      await drain(storage, dead, 1);
      await drain(storage, dead, 1, "partner");
      assert.equal((await storage.unjournaled(4)).length, 4);
      const letters = await storage.unjournaled(100);
      assert.equal(letters.length, 6);
      const times = letters.map(({ lastAttemptAt }) => lastAttemptAt);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
      await storage.journaled(letters.slice(0, 2));
      assert.deepEqual(
        (await storage.unjournaled(100)).map(({ id }) => id),
        letters.slice(2).map(({ id }) => id),
      );
    },
  },
  {
    what: "one connector's letter is not journaled by another's line on the same event",
    async prove({ storage }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, { user: "a" });
      await route(storage, ["crm", "partner"]);
      await drain(storage, dead);
      await drain(storage, dead, 10, "partner");
      const letters = await storage.unjournaled(10);
      await storage.journaled(letters.filter(({ connector }) => connector === "crm"));
      assert.deepEqual(
        (await storage.unjournaled(10)).map(({ connector }) => connector),
        ["partner"],
      );
    },
  },
  {
    what: "a letter that was replayed meanwhile is left alone, and its next death is a letter of its own",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await drain(storage, dead);
      const [first] = await storage.unjournaled(10);
      assert.ok(first);
      await storage.replay({}, act());
      assert.deepEqual(await storage.unjournaled(10), []);
      await drain(storage, dead);
      await storage.journaled([first]);
      const [second] = await storage.unjournaled(10);
      assert.equal(second?.id, first.id);
      assert.equal(second?.generation, first.generation + 1);
      await storage.journaled(second === undefined ? [] : [second]);
      assert.deepEqual(await storage.unjournaled(10), []);
    },
  },
  {
    what: "a renamed connector's letters are journaled under their first name",
    async prove({ storage }) {
      await register(storage, "old");
      await arrive(storage, { user: "a" });
      await route(storage, ["old"]);
      await register(storage, "crm", { was: "old" });
      await drain(storage, dead);
      const letters = await storage.unjournaled(10);
      assert.deepEqual(
        letters.map(({ connector, id }) => [connector, id.split(":")[1]]),
        [["crm", "old"]],
      );
      await storage.journaled(letters);
      assert.deepEqual(await storage.unjournaled(10), []);
    },
  },
  {
    what: "many letters are journaled in one go, and a line about nothing hurts nobody",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, ...users("user", 300));
      await drain(storage, dead);
      const letters = await storage.unjournaled(1_000);
      assert.equal(letters.length, 300);
      await storage.journaled([{ id: "nothing:nobody", generation: 1 }, ...letters.slice(7)]);
      assert.deepEqual(
        (await storage.unjournaled(1_000)).map(({ id }) => id),
        letters.slice(0, 7).map(({ id }) => id),
      );
      await storage.journaled([]);
    },
  },
  {
    what: "what was delivered or discarded is no letter",
    async prove({ storage }) {
      await register(storage);
      await queueUsers(storage, "a");
      await drain(storage, delivered);
      await queueUsers(storage, "b");
      await drain(storage, dead);
      await storage.discard({ states: ["dead"] }, act());
      assert.deepEqual(await storage.unjournaled(10), []);
    },
  },
];
