/** Questions of people and pages, through a connection of their own: found whole, in order, page by page. */
import assert from "node:assert/strict";
import type { Decision, DeliveryFilter } from "../../src/storage/contract/ledger.ts";
import { type Found, type LedgerFilter, NoPlace, type Questions } from "../../src/storage/contract/questions.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import {
  arrive,
  type Case,
  dead,
  delivered,
  drain,
  entryOf,
  eventOf,
  HOUR,
  later,
  MINUTE,
  queue,
  register,
  route,
  settle,
  skipped,
  take,
  timesOf,
  users,
} from "./suite-support.ts";

export const questionCases: readonly Case[] = [
  {
    what: "of a person's later event it is said that it stands behind the earlier one, until that is settled",
    async prove({ storage, questions }) {
      await register(storage);
      await queue(storage, { user: "jared", at: 1 }, { user: "jared", at: 2 }, { user: "other" });
      const behind = async () => {
        const { entries: found } = await questions.deliveries({ connector: "crm" }, { limit: 10 });
        const traced = (await questions.trace("jared", { limit: 10 })).entries.flatMap(({ deliveries }) => deliveries);
        return timesOf({ deliveries: [...found, ...traced].filter(({ isBehind }) => isBehind) });
      };
      assert.deepEqual(await behind(), []);
      await settle(storage, await take(storage), later(HOUR));
      await take(storage);
      assert.deepEqual(await behind(), [2, 2]);
    },
  },
  {
    what: "a question about an empty store finds nothing, and all of it",
    async prove({ questions }) {
      assert.deepEqual((await questions.status()).connectors, []);
      const nothing = (found: Found<unknown>) => assert.deepEqual([found.entries, found.next], [[], null]);
      nothing(await questions.deliveries({}, { limit: 10 }));
      nothing(await questions.deliveries({ since: Date.now() - HOUR }, { limit: 10 }));
      nothing(await questions.deliveries({ user: "jared" }, { limit: 10 }));
      nothing(await questions.delivery("unknown:crm"));
      nothing(await questions.events(0, { limit: 10 }));
      nothing(await questions.trace("jared", { limit: 10 }));
      nothing(await questions.quarantined({ limit: 10 }));
      assert.equal(await questions.quarantineEntry("unknown"), null);
      assert.equal(await questions.connector("crm"), null);
      assert.deepEqual(await questions.connectors(), []);
      assert.deepEqual(await questions.bridges(), []);
    },
  },
  {
    what: "what is told of connectors and bridges is what the store tells",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      await storage.serving({ id: "b", host: "h", process: 1, version: "v", configuration: { file: "f", hash: "x" } });
      const status = await storage.status();
      assert.deepEqual(await questions.status(), status);
      const standing = status.connectors.map(
        ({ deliveredLastHour: _, deliveredLastDay: __, deadLastHour: ___, deadLastDay: ____, ...row }) => row,
      );
      const { faults: _____, ...lasting } = status;
      assert.deepEqual(await questions.standing(), { ...lasting, connectors: standing });
      assert.deepEqual(await questions.connector("crm"), await storage.connector("crm"));
      assert.deepEqual(
        (await questions.connectors()).map(({ name }) => name),
        ["crm", "partner", "slow"],
      );
      assert.deepEqual(await questions.bridges(), await storage.bridges());
    },
  },
  {
    what: "every page of the ledger follows the one before, for each filter and each size of page, and holds each line once",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      const filters: readonly LedgerFilter[] = [
        {},
        { connector: "partner" },
        { states: ["dead"] },
        { states: ["waiting"] },
        { states: ["waiting"], connector: "slow" },
        { states: ["dead", "waiting"] },
        { states: ["superseded"] },
        { states: ["dead"], class: "rejected" },
        { states: ["dead"], class: "expired" },
        { user: "user-3" },
        { user: "user-3", connector: "crm" },
        { user: "user-3", states: ["waiting"] },
        { connector: "unknown" },
        { since: 1 },
        { until: 1 },
        { since: 1, until: Date.now() + HOUR },
      ];
      for (const filter of filters) {
        const all = (await storage.deliveries(filter, { limit: 1_000 })).map(({ id }) => id);
        for (const limit of [1, 2, 7, 100]) {
          const found = await everything(questions, filter, limit);
          assert.deepEqual(found, all, `${JSON.stringify(filter)} in pages of ${limit}`);
        }
      }
    },
  },
  {
    what: "lines of one account, or whose reason says something, are found page by page, each once, beside any other filter",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      await arrive(
        storage,
        { user: "user-3", at: 77, account: "@TOA#_shop" },
        { user: "shopper", account: "@TOA#_shop" },
      );
      await route(storage, ["crm", "partner"], ({ user }) =>
        user === "shopper" ? "`only.app` does not name it" : undefined,
      );
      const all = await storage.deliveries({}, { limit: 1_000 });
      const why = (entry: (typeof all)[number]) => `${entry.reason?.words} ${entry.reason?.message}`;
      const filters: readonly (readonly [LedgerFilter, (entry: (typeof all)[number]) => boolean])[] = [
        [{ account: "@TOA#_shop" }, ({ event }) => event.officialAccount === "@TOA#_shop"],
        [{ account: "@toa#_shop" }, () => false],
        [{ reason: "ONLY.App" }, ({ reason }) => reason?.words.includes("only.app") === true],
        [{ reason: 'foreign "TEXT" ✗' }, (entry) => why(entry).includes("foreign")],
        [{ reason: "http 500", states: ["dead"] }, (entry) => why(entry).includes("foreign") && entry.state === "dead"],
        [
          { reason: "validation_error", connector: "crm" },
          (entry) => why(entry).includes("foreign") && entry.connector === "crm",
        ],
        [{ account: "@TOA#_shop", reason: "only" }, ({ event }) => event.user === "shopper"],
        [
          { user: "user-3", account: "@TOA#_shop" },
          ({ event }) => event.user === "user-3" && event.officialAccount === "@TOA#_shop",
        ],
      ];
      for (const [filter, isMeant] of filters) {
        const meant = all.filter(isMeant).map(({ id }) => id);
        for (const limit of [1, 2, 7, 100]) {
          const found = await everything(questions, filter, limit);
          assert.deepEqual(found.toSorted(), meant.toSorted(), `${JSON.stringify(filter)} in pages of ${limit}`);
        }
      }
    },
  },
  {
    what: "a line of the ledger is told as the store tells it, and found by its id",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      const [first] = await storage.deliveries({ states: ["dead"] }, { limit: 1 });
      assert.ok(first);
      assert.deepEqual((await questions.deliveries({ states: ["dead"] }, { limit: 1 })).entries, [first]);
      assert.deepEqual((await questions.delivery(first.id)).entries, [first]);
      const [another] = await storage.deliveries({ user: "user-0" }, { limit: 1 });
      assert.deepEqual((await questions.delivery(another?.id ?? "")).entries, [another]);
      assert.deepEqual((await questions.delivery(first.id.replace(/.:/, "!:"))).entries, []);
      assert.deepEqual((await questions.delivery("no id at all")).entries, []);
    },
  },
  {
    what: "events received since a time are found whole, though some of them came out of the spool much later",
    needs: "advance",
    async prove({ storage, questions, advance }) {
      await register(storage);
      const began = eventOf({ user: "x" }).receivedAt;
      const at = (ms: number) => began + ms;
      // an hour apart; "spooled" were received in the first and reached the store in the third
      await arrive(storage, ...users("first", 3).map((user) => ({ user, receivedAt: at(0) })));
      await advance(HOUR);
      await arrive(storage, ...users("second", 3).map((user) => ({ user, receivedAt: at(HOUR) })));
      await advance(HOUR);
      await arrive(storage, { user: "third-0", receivedAt: at(2 * HOUR) });
      await arrive(storage, ...users("spooled", 40).map((user) => ({ user, receivedAt: at(MINUTE) })));
      await arrive(storage, { user: "third-1", receivedAt: at(2 * HOUR) });
      await route(storage);
      const since = async (ms: number) =>
        (await questions.deliveries({ since: ms }, { limit: 100 })).entries.map(({ event }) => event.user);
      assert.deepEqual(await since(at(2 * HOUR)), ["third-1", "third-0"]);
      assert.deepEqual(await since(at(HOUR)), ["third-1", "third-0", "second-2", "second-1", "second-0"]);
      assert.equal((await since(at(0))).length, 48);
      assert.deepEqual(await since(at(3 * HOUR)), []);
    },
  },
  {
    what: "lines received before a time are found whole: what was stored at once first, and what came out of the spool much later last",
    needs: "advance",
    async prove({ storage, questions, advance }) {
      await register(storage);
      const began = eventOf({ user: "x" }).receivedAt;
      const at = (ms: number) => began + ms;
      await arrive(storage, ...users("first", 3).map((user) => ({ user, receivedAt: at(0) })));
      await advance(HOUR);
      await arrive(storage, ...users("second", 3).map((user) => ({ user, receivedAt: at(HOUR) })));
      await advance(2 * HOUR);
      await arrive(storage, { user: "third", receivedAt: at(3 * HOUR) });
      await arrive(storage, { user: "spooled", receivedAt: at(MINUTE) });
      await route(storage);
      const between = async (times: { readonly since?: number; readonly until: number }, limit: number) => {
        const found: string[] = [];
        for (let after: string | undefined; ; ) {
          const page = await questions.deliveries(times, { limit, ...(after !== undefined && { after }) });
          found.push(...page.entries.map(({ event }) => event.user));
          if (page.next === null) return found;
          after = page.next;
        }
      };
      for (const limit of [1, 2, 100]) {
        const first = ["first-2", "first-1", "first-0"];
        assert.deepEqual(await between({ until: at(1) }, limit), first);
        assert.deepEqual(await between({ until: at(HOUR) }, limit), [...first, "spooled"]);
        assert.deepEqual(await between({ since: at(1), until: at(3 * HOUR) }, limit), [
          ...["second-2", "second-1", "second-0"],
          "spooled",
        ]);
        assert.equal((await between({ until: at(4 * HOUR) }, limit)).length, 8);
        assert.deepEqual(await between({ since: at(4 * HOUR), until: at(5 * HOUR) }, limit), []);
      }
      // who is told that no more than late ones may follow
      const all = await questions.deliveries({ until: at(HOUR) }, { limit: 3 });
      const some = await questions.deliveries({ until: at(HOUR) }, { limit: 2 });
      assert.deepEqual([some.isLate, all.next !== null], [undefined, true]);
      assert.equal((await questions.deliveries({ until: at(HOUR) }, { limit: 3, after: all.next ?? "" })).next, null);
    },
  },
  {
    what: "events are told newest first with what was decided about each, page by page, each once, whoever wanted them",
    async prove({ storage, questions }) {
      await register(storage);
      await register(storage, "partner");
      await arrive(storage, ...users("user", 5).map((user, at) => ({ user, at })), { user: "old", receivedAt: 1 });
      await route(storage, ["crm", "partner"], ({ user }) => (user === "user-1" ? "not wanted" : undefined));
      await settle(storage, await take(storage, 1), delivered);
      await settle(storage, await take(storage, 1), skipped);
      await register(storage, "sales", { was: "partner" });
      await arrive(storage, { user: "unrouted", at: 9 });
      const expected = [
        ["unrouted"],
        ["user-4", "crm waiting 0", "sales waiting 0"],
        ["user-3", "crm waiting 0", "sales waiting 0"],
        ["user-2", "crm skipped 1", "sales waiting 0"],
        ["user-1", "crm skipped 0", "sales skipped 0"],
        ["user-0", "crm delivered 1", "sales waiting 0"],
      ];
      const since = eventOf({ user: "user-0" }).receivedAt;
      for (const limit of [1, 2, 100]) {
        const found: string[][] = [];
        for (let after: string | undefined; ; ) {
          const page = await questions.events(since, { limit, ...(after !== undefined && { after }) });
          found.push(...page.entries.map(({ event, decisions }) => [event.user, ...decisions.map(inWords).sort()]));
          if (page.next === null) break;
          after = page.next;
        }
        assert.deepEqual(found, expected, `in pages of ${limit}`);
      }
      const [{ event } = { event: undefined }] = (await questions.events(since, { limit: 1 })).entries;
      assert.deepEqual(event, (await storage.trace("unrouted"))[0]?.event);
      assert.equal((await questions.events(0, { limit: 100 })).entries.length, 7);
    },
  },
  {
    what: "one user's story is told newest first, page by page, app by app",
    async prove({ storage, questions }) {
      await register(storage);
      await register(storage, "partner");
      const happenings = [5, 3, 4, 1, 2].map((at) => ({ user: "a", at, app: at > 3 ? "2" : "1" }));
      await arrive(storage, ...happenings, { user: "b" });
      await route(storage, ["crm", "partner"]);
      await drain(storage);
      const whole = (await storage.trace("a")).toReversed();
      assert.deepEqual((await questions.trace("a", { limit: 100 })).entries, whole);
      const paged: unknown[] = [];
      for (let after: string | undefined; ; ) {
        const { entries, next } = await questions.trace("a", { limit: 2, ...(after !== undefined && { after }) });
        paged.push(...entries);
        if (next === null) break;
        after = next;
      }
      assert.deepEqual(paged, whole);
    },
  },
  {
    what: "users are found by the beginning of their ids, each once, in the order of their bytes",
    async prove({ storage, questions }) {
      await register(storage);
      const names = [
        "jared",
        "jar",
        "Jared",
        "jar%d",
        "jar_d",
        "jarée",
        "ja\u{10FFFF}r",
        "jaz",
        "j",
        "käse",
        "jar",
        "jar-1",
      ];
      await arrive(storage, ...names.map((user, at) => ({ user, at })));
      const found = await questions.people("jar", { limit: 10 });
      assert.deepEqual(found.entries, ["jar", "jar%d", "jar-1", "jar_d", "jared", "jarée"]);
      assert.equal(found.next, null);
      assert.deepEqual((await questions.people("ja\u{10FFFF}", { limit: 10 })).entries, ["ja\u{10FFFF}r"]);
      assert.deepEqual((await questions.people("nobody", { limit: 10 })).entries, []);
      const first = await questions.people("jar", { limit: 4 });
      assert.deepEqual(first.entries, ["jar", "jar%d", "jar-1", "jar_d"]);
      const second = await questions.people("jar", { limit: 4, after: first.next ?? "" });
      assert.deepEqual([second.entries, second.next], [["jared", "jarée"], null]);
      assert.equal((await questions.people("", { limit: 100 })).entries.length, 11);
    },
  },
  {
    what: "the quarantine is read oldest first, page by page",
    async prove({ storage, questions }) {
      const entries = ["a", "b", "c"].map((id) => entryOf(id));
      await storage.accept({ callbacks: [], quarantine: entries });
      const first = await questions.quarantined({ limit: 2 });
      assert.deepEqual(first.entries, entries.slice(0, 2));
      assert.ok(first.next !== null);
      const second = await questions.quarantined({ limit: 2, after: first.next });
      assert.deepEqual([second.entries, second.next], [entries.slice(2), null]);
      assert.deepEqual(await questions.quarantineEntry("b"), entries[1]);
    },
  },
  {
    what: "the audit is told as the store tells it, page by page, for each filter",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      const { act } = await import("../support/act.ts");
      for (const name of ["crm", "partner", "slow"]) await storage.pause(name, act());
      const [ops, boss] = ["ops", "boss"].map((name) => ({ name, front: "page", proven: true }) as const);
      for (const person of ["a", "b", "a"]) {
        for (const actor of [ops, boss]) {
          if (actor) await storage.noteLookUp({ actor, operation: "search", person, filter: {}, count: 1 });
        }
      }
      const filters = [
        {},
        { person: "a" },
        { person: "a", actor: "ops" },
        { operation: "pause" },
        { since: 1 },
        { until: 1 },
      ];
      for (const filter of [
        ...filters,
        { since: Date.now() + HOUR },
        { until: Date.now() + HOUR },
        { actor: "nobody" },
      ]) {
        const all = await storage.audited(filter, { limit: 100 });
        const paged: unknown[] = [];
        for (let after: string | undefined; ; ) {
          const { entries, next } = await questions.audited(filter, {
            limit: 2,
            ...(after !== undefined && { after }),
          });
          paged.push(...entries);
          if (next === null) break;
          after = next;
        }
        assert.deepEqual(paged, all, JSON.stringify(filter));
      }
    },
  },
  {
    what: "a place that no answer has given is refused as such",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      const isRefused = (asked: Promise<unknown>) => assert.rejects(asked, NoPlace);
      for (const after of ["", "x", "1", "1:nobody", "9007199254740993:crm", "-1:crm"]) {
        await isRefused(questions.deliveries({}, { limit: 1, after }));
      }
      for (const after of ["", "1/2/3", "%/1/1:crm", "1:crm"]) {
        await isRefused(questions.trace("user-3", { limit: 1, after }));
      }
      await isRefused(questions.events(0, { limit: 1, after: "x" }));
      await isRefused(questions.quarantined({ limit: 1, after: "x" }));
    },
  },
  {
    what: "deliveries are found by any beginning of their event's id, each once, page by page, and nothing else is",
    async prove({ storage, questions }) {
      await ledgerOfThree(storage);
      const all = await everything(questions, {}, 100);
      const id = all[0] ?? "";
      for (const digits of [1, 2, 8, 64]) {
        const beginning = id.slice(0, digits);
        const meant = all.filter((one) => one.startsWith(beginning)).toSorted();
        for (const limit of [1, 3, 100]) assert.deepEqual(await beginningSo(questions, beginning, limit), meant);
      }
      assert.deepEqual(await beginningSo(questions, `${id.slice(0, 63)}${id[63] === "0" ? "1" : "0"}`, 9), []);
    },
  },
  {
    what: "entries of the quarantine are found by any beginning of their ids, in order, page by page",
    async prove({ storage, questions }) {
      const ids = ["9aa", "9ab", "9abf", "9af", "9b", "faa", "a"].map((id) => entryOf(id));
      await storage.accept({ callbacks: [], quarantine: ids });
      const found = await questions.quarantineIds("9a", { limit: 3 });
      assert.deepEqual(found.entries, ["9aa", "9ab", "9abf"]);
      const rest = await questions.quarantineIds("9a", { limit: 3, after: found.next ?? "" });
      assert.deepEqual([rest.entries, rest.next], [["9af"], null]);
      assert.deepEqual((await questions.quarantineIds("9abf0", { limit: 3 })).entries, []);
    },
  },
];

const inWords = ({ connector, state, attempts }: Decision): string => `${connector} ${state} ${attempts}`;
async function beginningSo(questions: Questions, beginning: string, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const { entries, next } = await questions.deliveryIds(beginning, { limit, ...(after !== undefined && { after }) });
    ids.push(...entries);
    if (next === null) return ids.toSorted();
    after = next;
  }
}

/** Three connectors: one whose deliveries are in every state, one that has delivered all, one that has not begun. */
async function ledgerOfThree(storage: Storage): Promise<void> {
  await register(storage);
  await register(storage, "partner");
  await register(storage, "slow");
  const happenings = users("user", 9).map((user, at) => ({ user, at }));
  await arrive(storage, ...happenings, ...[20, 21].map((at) => ({ user: "user-3", at })));
  await route(storage, ["crm", "partner", "slow"]);
  await settle(storage, await take(storage, 2), delivered);
  await settle(storage, await take(storage, 3), dead);
  await settle(storage, await take(storage, 1), later(HOUR));
  await drain(storage, delivered, 100, "partner");
}

async function everything(questions: Questions, filter: DeliveryFilter, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ; ) {
    const { entries, next } = await questions.deliveries(filter, { limit, ...(after !== undefined && { after }) });
    ids.push(...entries.map(({ id }) => id));
    if (next === null) return ids;
    assert.ok(entries.length > 0, "a page of a small store is empty, and there is another");
    after = next;
  }
}
