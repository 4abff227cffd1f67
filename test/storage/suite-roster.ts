/** Rosters: who is known to be subscribed, by events and by passes; and who is missing. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Missing } from "../../src/storage/contract/missing.ts";
import { act } from "../support/act.ts";
import {
  APP,
  allMissing,
  baseline,
  begin,
  chat,
  compare,
  discardAll,
  end,
  findMissing,
  follow,
  holdAll,
  LEASE,
  listed,
  missingUsers,
  NEWS,
  OF,
  passOver,
  read,
  review,
  SCOPE,
  wholePass,
} from "./roster-support.ts";
import { arrive, type Case, DAY, entryOf, HOUR, MINUTE, SECOND } from "./suite-support.ts";

/** An authentic callback that tells that these people left, at a time as `chat` counts. */
function told(users: readonly string[], at: number): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      CallbackCommand: "OfficialAccount.CallbackAfterDeleteSubscriber",
      Official_Account: NEWS,
      Operator_Account: "",
      SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })),
      EventTime: chat(at),
    }),
  );
}

const NO_LIMITS = { retentionMs: null, rawRetentionMs: null, quarantineBytes: 1_000_000 };

export const rosterCases: readonly Case[] = [
  {
    what: "no row is made while nobody wants a roster",
    async prove({ storage }) {
      await arrive(storage, { user: "a", kind: "subscribed" });
      await follow(storage);
      assert.deepEqual(await storage.rosterAccounts(), []);
      const pass = await begin(storage, { at: HOUR, people: [] });
      await read(storage, pass, []);
      assert.equal((await compare(storage, pass)).found, 0);
    },
  },
  {
    what: "the first pass of an account finds nobody to deliver, and lists whom an event knew as subscribed and who is not there",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      await arrive(storage, { user: "gone", kind: "subscribed" }, { user: "there", kind: "subscribed" });
      const { pass } = await wholePass(storage, { at: HOUR, people: [listed("there", 0), listed("new", 0)] });
      assert.equal(pass.isBaseline, true);
      assert.deepEqual(await missingUsers(storage, ["baseline"]), ["gone"]);
      assert.deepEqual(await missingUsers(storage, ["found"]), []);
      const [account] = await storage.rosterAccounts();
      assert.deepEqual([account?.baselineAt, account?.readAt, account?.people], [chat(HOUR), chat(HOUR), 3]);
    },
  },
  {
    what: "who is in the roster and on no page of a later pass is found missing, with the time of the pass that last saw them",
    async prove({ storage }) {
      await baseline(storage, "a", "b", "c", "d", "e");
      const { pass, found } = await findMissing(storage, ["a", "c", "e"]);
      assert.equal(found, 2);
      const missing = await allMissing(storage, { ...OF, states: ["found"] });
      assert.deepEqual(
        missing.map(({ user, seenAt, subscribeTime, pass: by }) => [user, seenAt, subscribeTime, by]),
        ["b", "d"].map((user) => [user, chat(HOUR), listed(user, 0).subscribeTime, pass.id]),
      );
      assert.deepEqual(await review(storage, pass), { found: 2, healedLately: 0, heldLately: 0, people: 5 });
    },
  },
  {
    what: "whom no pass and no event ever showed cannot be missed",
    async prove({ storage }) {
      await baseline(storage, "a");
      assert.equal((await findMissing(storage, ["a"])).found, 0);
    },
  },
  {
    what: "an unsubscription that is newer than the subscription removes the row, in the transaction that stores it",
    async prove({ storage }) {
      await baseline(storage, "a", "b");
      await arrive(storage, { user: "a", at: 2 * HOUR });
      assert.equal((await findMissing(storage, [])).found, 1);
      assert.deepEqual(await missingUsers(storage), ["b"]);
    },
  },
  {
    what: "a late, older unsubscription removes nothing",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      await wholePass(storage, { at: HOUR, people: [listed("a", 30 * MINUTE)] });
      await arrive(storage, { user: "a", at: 10 * MINUTE });
      await findMissing(storage, []);
      assert.deepEqual(await missingUsers(storage), ["a"]);
    },
  },
  {
    what: "a subscription that is told makes a row, whatever order its story comes in",
    async prove({ storage }) {
      await baseline(storage, "z");
      const story = [
        { user: "a", kind: "subscribed", at: 80 * MINUTE },
        { user: "a", kind: "unsubscribed", at: 90 * MINUTE },
        { user: "b", kind: "unsubscribed", at: 80 * MINUTE },
        { user: "b", kind: "subscribed", at: 90 * MINUTE },
      ] as const;
      for (const happening of story.toReversed()) await arrive(storage, happening);
      await findMissing(storage, ["z"]);
      // `z` and `b`
      assert.equal((await storage.passes({ ...OF, limit: 1 }))[0]?.looked, 2);
      const missing = await allMissing(storage, OF);
      assert.deepEqual(
        missing.map(({ user, subscribeTime, seenAt }) => [user, subscribeTime, seenAt]),
        [["b", chat(90 * MINUTE), chat(90 * MINUTE)]],
      );
    },
  },
  {
    what: "what an older release has stored without a look at the roster is followed, once",
    async prove({ storage }) {
      await arrive(storage, { user: "a", kind: "subscribed" }, { user: "b", kind: "subscribed", at: 1 });
      await arrive(storage, { user: "b", at: MINUTE });
      await storage.keepRoster(SCOPE);
      await follow(storage);
      await follow(storage);
      assert.deepEqual(
        (await storage.rosterAccounts()).map(({ account, toldAt, baselineAt }) => [account, toldAt, baselineAt]),
        [[NEWS, chat(MINUTE), null]],
      );
      assert.equal((await storage.coverage())[0]?.told, 1);
      await wholePass(storage, { at: HOUR, people: [] });
      assert.deepEqual(await missingUsers(storage, ["baseline"]), ["a"]);
    },
  },
  {
    what: "nobody is added from a page of whom an unsubscription is known at or after the second of their SubscribeTime",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      // 10.2 s is in the second of a SubscribeTime of 10 s, whichever of the two came first
      await arrive(storage, { user: "same second", at: 10_200 }, { user: "before", at: 9_000 });
      const { added } = await wholePass(storage, {
        at: HOUR,
        people: [listed("same second", 10_000), listed("before", 11_000)],
      });
      assert.equal(added, 1);
      await findMissing(storage, []);
      assert.deepEqual(await missingUsers(storage), ["before"]);
    },
  },
  {
    what: "whose unsubscription a machine of an older release stores while the pages are read is not missing",
    async prove({ storage }) {
      await baseline(storage, "a", "b");
      const pass = await begin(storage, { at: 3 * HOUR, people: [] });
      // out of scope an expansion leaves rows alone, as an older release does
      await storage.keepRoster([{ app: APP, account: "@TOA#_other" }]);
      await arrive(storage, { user: "a", at: 3 * HOUR });
      await storage.keepRoster(SCOPE);
      await read(storage, pass, []);
      assert.equal((await compare(storage, pass)).found, 1);
      assert.deepEqual(await missingUsers(storage), ["b"]);
    },
  },
  {
    what: "accounts that are not in scope get no row and no entry",
    async prove({ storage }) {
      await storage.keepRoster([{ app: APP, account: "@TOA#_other" }]);
      await arrive(storage, { user: "a", kind: "subscribed" });
      await follow(storage);
      assert.deepEqual(
        (await storage.rosterAccounts()).map(({ account }) => account),
        ["@TOA#_other"],
      );
      const pass = await begin(storage, { at: HOUR, people: [] });
      await read(storage, pass, []);
      assert.equal((await compare(storage, pass)).found, 0);
    },
  },
  {
    what: "an account that is added later is followed from its beginning, each of its events once, whatever was followed meanwhile",
    async prove({ storage }) {
      const other = { app: APP, account: "@TOA#_other" };
      await storage.keepRoster([other]);
      await arrive(storage, { user: "a", kind: "subscribed" }, { user: "b", kind: "subscribed" }, { user: "b", at: 1 });
      await follow(storage);
      await storage.keepRoster([other, OF]);
      await arrive(storage, { user: "c", kind: "subscribed", at: 2 }, { user: "d", at: 3 });
      for (let more = true; more; ) ({ more } = await storage.followEvents(2));
      await wholePass(storage, { at: HOUR, people: [] });
      assert.deepEqual(await missingUsers(storage, ["baseline"]), ["a", "c"]);
      assert.deepEqual(
        (await storage.coverage(OF)).map(({ account, told }) => [account, told]),
        [[NEWS, 2]],
      );
    },
  },
  {
    what: "an account that was off the list for a while is followed from where it was left, and nothing is counted twice",
    async prove({ storage }) {
      const other = { app: APP, account: "@TOA#_other" };
      await storage.keepRoster([other, OF]);
      await arrive(storage, { user: "a", kind: "subscribed" }, { user: "b", kind: "subscribed" }, { user: "z", at: 5 });
      await follow(storage);
      await storage.keepRoster([other]);
      await arrive(storage, { user: "b", at: MINUTE });
      await follow(storage);
      for (const scopes of [SCOPE, [OF], SCOPE]) {
        await storage.keepRoster(scopes);
        await follow(storage);
      }
      await wholePass(storage, { at: HOUR, people: [] });
      assert.deepEqual(await missingUsers(storage, ["baseline"]), ["a"]);
      assert.equal((await storage.coverage()).find(({ account }) => account === NEWS)?.told, 2);
    },
  },
  {
    what: "a pass that somebody wants is told until one is begun, in their name, and another is not served by it",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      const wished = act({ operation: "reconcile_run" });
      const other = { app: APP, account: "@TOA#_other" };
      const at = await storage.wishPasses([OF, other], wished);
      assert.deepEqual(
        new Set(await storage.passWishes()),
        new Set([OF, other].map((account) => ({ ...account, at, act: wished }))),
      );
      const [row] = await storage.audited({ operation: "reconcile_run" }, { limit: 5 });
      assert.deepEqual([row?.count, row?.actor], [0, wished.actor]);
      const dry = await begin(storage, { at: HOUR, people: [], kind: "dry" });
      await storage.endPass({ ...LEASE, pass: dry.id }, { state: "void", why: "dry" });
      assert.equal((await storage.passWishes()).length, 2);
      const pass = await begin(storage, { at: HOUR, people: [] });
      assert.ok(pass.begunAt >= at);
      assert.deepEqual(
        (await storage.passWishes()).map(({ account }) => account),
        [other.account],
      );
      // somebody else wants the same meanwhile
      const another = act({ operation: "reconcile_run" });
      assert.notEqual(another.id, wished.id);
      await storage.wishPasses([OF], another);
      await storage.dropWishes([OF, other], wished);
      assert.deepEqual(
        (await storage.passWishes()).map((wish) => [wish.account, wish.act.id]),
        [[OF.account, another.id]],
      );
      await storage.dropWishes([OF, other], another);
      assert.deepEqual(await storage.passWishes(), []);
    },
  },
  {
    what: "a dry pass tells whom it finds and who came back, and leaves roster, lists and what is known of the account as they were",
    async prove({ storage }) {
      await baseline(storage, "a", "b", "held", "back");
      const first = await findMissing(storage, ["a", "b", "back"]);
      await holdAll(storage, first.pass);
      await end(storage, first.pass);
      const before = [await storage.rosterAccounts(), await allMissing(storage, OF)];
      const people = [listed("a", 0), listed("back", 3 * HOUR), listed("new", 3 * HOUR)];
      const pass = await begin(storage, { at: 4 * HOUR, people, kind: "dry" });
      await read(storage, pass, people);
      const { found, known, added, cameBack, told } = await compare(storage, pass);
      assert.deepEqual([found, known, added, cameBack], [1, 1, 0, 1]);
      assert.deepEqual(
        told.map(({ user, state, back }) => [user, state, back !== null]),
        [
          ["b", "found", false],
          ["back", "came_back", true],
        ],
      );
      assert.equal((await storage.accountCounts(OF)).people, 4);
      await storage.endPass({ ...LEASE, pass: pass.id }, { state: "void", why: "dry" });
      assert.deepEqual([await storage.rosterAccounts(), await allMissing(storage, OF)], before);
      assert.equal((await findMissing(storage, [])).found, 3);
    },
  },
  {
    what: "questions tell of each account what is covered, who is missing by what is known of them, and the latest comparison",
    async prove({ storage, questions }) {
      assert.equal(await questions.reconciling(), null);
      await baseline(storage, "a", "b", "c");
      await arrive(storage, { user: "z", at: 2 * HOUR });
      const { pass } = await findMissing(storage, ["a"]);
      await holdAll(storage, pass);
      await end(storage, pass);
      await begin(storage, { at: 4 * HOUR, people: [], kind: "dry" });
      const status = await questions.reconciling();
      const [account, ...others] = status?.accounts ?? [];
      assert.deepEqual([status?.more, status?.atLeast, others], [false, false, []]);
      assert.deepEqual(account?.missing, { held: 2 });
      assert.deepEqual([account?.latest?.id, account?.sums], [pass.id, { told: 1, found: 0 }]);
      assert.deepEqual(account?.coverage, await storage.coverage());
      assert.deepEqual(account?.baselineAt, chat(HOUR));
    },
  },
  {
    what: "questions list the missing page by page, as the store itself does, and go on behind a place",
    async prove({ storage, questions }) {
      const users = ["a", "b/%", "c", "d", "ü"];
      await baseline(storage, ...users, "stays");
      await findMissing(storage, ["stays"]);
      const all: Missing[] = [];
      for (let after: string | undefined; ; ) {
        const page = await questions.missing({ account: NEWS }, { limit: 2, ...(after !== undefined && { after }) });
        all.push(...page.entries);
        if (page.next === null) break;
        after = page.next;
      }
      assert.deepEqual(all, await allMissing(storage, OF));
      assert.equal(all.length, users.length);
      assert.deepEqual((await questions.missing({ ...OF, states: ["held"] }, { limit: 9 })).entries, []);
      assert.deepEqual((await questions.missing({ account: "@TOA#_other" }, { limit: 9 })).entries, []);
      await assert.rejects(questions.missing({}, { limit: 9, after: "gone" }), /no place/);
    },
  },
  {
    what: "a page is noted once, however often it is; the same `next` twice is told, and notes nothing",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      const pass = await begin(storage, { at: HOUR, people: [] });
      const page = { ...LEASE, pass: pass.id, page: 0, people: [listed("a", 0), listed("b", 0)], next: "x" };
      assert.deepEqual(await storage.notePage(page), { tag: "noted", people: 2 });
      assert.deepEqual(await storage.notePage(page), { tag: "noted", people: 2 });
      // pages move under the reader: somebody is on two of them
      const second = { ...page, page: 1, people: [listed("b", 0), listed("c", 0)] };
      assert.deepEqual(await storage.notePage(second), { tag: "repeated" });
      assert.deepEqual(await storage.notePage({ ...second, next: "" }), { tag: "noted", people: 3 });
    },
  },
  {
    what: "an account is one holder's; another is told for how long, and has it when the lease has run out",
    needs: "advance",
    async prove({ storage, advance }) {
      await storage.keepRoster(SCOPE);
      const pass = await begin(storage, { at: HOUR, people: [] });
      const request = {
        ...OF,
        kind: "roster" as const,
        leaseMs: MINUTE,
        chatTime: chat(HOUR),
        subscribers: 0,
        continueMs: 0,
      } as const;
      const other = { ...request, id: "other", holder: "machine b" };
      assert.deepEqual(await storage.beginPass(other), { tag: "taken", holder: "machine a", forMs: MINUTE });
      await advance(MINUTE);
      assert.equal((await storage.beginPass(other)).tag, "begun");
      const held = { ...LEASE, pass: pass.id };
      assert.deepEqual(await storage.notePage({ ...held, page: 0, people: [], next: "" }), { tag: "lost" });
      assert.deepEqual(await storage.siftRoster({ ...held, after: null, limit: 9 }), { tag: "lost" });
      assert.deepEqual(await storage.endPass(held, { state: "done" }), { tag: "lost" });
      assert.equal(await storage.renewPass(held), false);
      const [latest, first] = await storage.passes({ ...OF, limit: 9 });
      assert.deepEqual([latest?.id, latest?.state, first?.state], ["other", "reading", "void"]);
      assert.equal((await storage.rosterAccounts())[0]?.baselineAt, null);
    },
  },
  {
    what: "a pass whose reader has stopped is continued within its time, and begun anew after it",
    needs: "advance",
    async prove({ storage, advance }) {
      await storage.keepRoster(SCOPE);
      const pass = await begin(storage, { at: HOUR, people: [] });
      const page = { ...LEASE, pass: pass.id, page: 0, people: [listed("a", 0)], next: "x" };
      await storage.notePage(page);
      await advance(5 * MINUTE);
      const request = {
        ...{
          ...OF,
          id: "second",
          kind: "roster" as const,
          holder: "machine b",
          leaseMs: MINUTE,
          chatTime: chat(2 * HOUR),
        },
        ...{ subscribers: 9, continueMs: 10 * MINUTE },
      } as const;
      const continued = await storage.beginPass(request);
      assert.ok(continued.tag === "continued");
      const { id, next, pages, people, chatTime } = continued.pass;
      assert.deepEqual([id, next, pages, people, chatTime], [pass.id, "x", 1, 1, chat(HOUR)]);
      await advance(11 * MINUTE);
      const anew = await storage.beginPass({ ...request, id: "third", holder: "machine c" });
      assert.ok(anew.tag === "begun");
      assert.deepEqual([anew.pass.id, anew.pass.pages], ["third", 0]);
    },
  },
  {
    what: "what a pass has read outlives a restart",
    needs: "reopen",
    async prove({ storage, reopen }) {
      await storage.keepRoster(SCOPE);
      const pass = await begin(storage, { at: HOUR, people: [] });
      await read(storage, pass, [listed("a", 0), listed("b", 0), listed("c", 0)]);
      const again = await reopen();
      assert.deepEqual((await begin(again, { at: 2 * HOUR, people: [] })).people, 3);
      assert.equal((await compare(again, pass)).added, 3);
    },
  },
  {
    what: "whom a readable entry of the quarantine names is reported, not found; an older one says nothing",
    async prove({ storage }) {
      await baseline(storage, "named", "named before", "missing");
      const entries = [
        entryOf("readable", { body: told(["named"], 2 * HOUR), fault: "RequestTime is too far from our clock" }),
        entryOf("older", { body: told(["named before"], -HOUR), fault: "RequestTime is too far from our clock" }),
        entryOf("unreadable", { body: new TextEncoder().encode("{") }),
        entryOf("of another account", { body: told(["missing"], 2 * HOUR), app: "1400000001" }),
      ].map((entry) => ({ ...entry, receivedAt: chat(3 * HOUR) }));
      await storage.accept({ callbacks: [], quarantine: entries });
      const { found, quarantined } = await findMissing(storage, []);
      assert.deepEqual([found, quarantined], [2, 1]);
      const [named] = await allMissing(storage, { ...OF, states: ["quarantined"] });
      assert.deepEqual([named?.user, named?.entry], ["named", "readable"]);
      assert.deepEqual(await missingUsers(storage, ["found"]), ["missing", "named before"]);
    },
  },
  {
    what: "who subscribed while the pages were read, or within a minute before, is not missing yet",
    async prove({ storage }) {
      await baseline(storage, "a");
      for (const [user, at] of [
        ["b", 3 * HOUR + SECOND],
        ["c", 3 * HOUR - MINUTE + 1],
        ["d", 3 * HOUR - MINUTE],
      ] as const) {
        await arrive(storage, { user, kind: "subscribed", at });
      }
      await findMissing(storage, ["a"]);
      assert.deepEqual(await missingUsers(storage), ["d"]);
    },
  },
  {
    what: "a held list stays until somebody decides, and is not listed again by later passes; who comes back leaves it",
    async prove({ storage }) {
      await baseline(storage, "a", "b", "c");
      const { pass } = await findMissing(storage, ["c"]);
      assert.equal(await holdAll(storage, pass), 2);
      await end(storage, pass);
      const later = await wholePass(storage, { at: 4 * HOUR, people: [listed("a", 0), listed("c", 0)] });
      assert.deepEqual([later.found, later.known], [0, 1]);
      const held = await allMissing(storage, { ...OF, states: ["held"] });
      assert.deepEqual(
        held.map(({ user, why, seenAt }) => [user, why, seenAt]),
        [["b", "too many", chat(HOUR)]],
      );
    },
  },
  {
    what: "what was found and not answered is found again, with the time when it was seen last; whoever is there again is not",
    async prove({ storage }) {
      await baseline(storage, "a", "b");
      const first = await findMissing(storage, []);
      await end(storage, first.pass);
      const second = await wholePass(storage, { at: 4 * HOUR, people: [listed("b", 0)] });
      assert.equal(second.found, 1);
      const missing = await allMissing(storage, OF);
      assert.deepEqual(
        missing.map(({ user, seenAt, pass }) => [user, seenAt, pass]),
        [["a", chat(HOUR), second.pass.id]],
      );
      assert.deepEqual(await storage.dropMissing({ ...LEASE, pass: second.pass.id }, ["a"]), { tag: "lost" });
    },
  },
  {
    what: "whom Chat confirms to be there is listed no more, and stays on the roster",
    async prove({ storage }) {
      await baseline(storage, "a");
      const { pass } = await findMissing(storage, []);
      await storage.dropMissing({ ...LEASE, pass: pass.id }, ["a"]);
      assert.deepEqual(await missingUsers(storage), []);
      await end(storage, pass);
      assert.equal((await passOver(storage, { at: 4 * HOUR, people: [] })).found, 1);
    },
  },
  {
    what: "however many are missing, no step looks at more than it is told to, and all of them come to the end",
    async prove({ storage }) {
      await baseline(storage, "a", "b", "c", "d", "e", "there");
      const { pass } = await findMissing(storage, ["there"]);
      const step = { ...LEASE, pass: pass.id, after: null, limit: 2 };
      assert.deepEqual(await storage.reviewMissing(step), { tag: "reviewed", found: 2, heldLately: 0, next: "b" });
      assert.deepEqual(await storage.holdMissing({ ...step, why: "so many" }), { tag: "held", people: 2, next: "b" });
      assert.deepEqual(await missingUsers(storage, ["held"]), ["a", "b"]);
      assert.deepEqual(await review(storage, pass), { found: 3, healedLately: 0, heldLately: 2, people: 6 });
      const look = await storage.missing({ ...OF, states: ["found"] }, { from: null, rows: 3, limit: 9 });
      assert.deepEqual([look.found.map(({ user }) => user), look.looked], [["c"], 3]);
      assert.equal(await holdAll(storage, pass), 3);
      assert.deepEqual(await storage.reviewMissing({ ...step, holder: "machine b" }), { tag: "lost" });
      assert.deepEqual(await storage.holdMissing({ ...step, holder: "machine b", why: "no" }), { tag: "lost" });
      const second = await findMissing(storage, ["there"]);
      assert.deepEqual([second.found, second.known], [0, 5]);
      assert.deepEqual(await review(storage, second.pass), { found: 0, healedLately: 0, heldLately: 5, people: 6 });
    },
  },
  {
    what: "discarding removes the rows until they subscribe again, with a row in the audit",
    async prove({ storage }) {
      await storage.keepRoster(SCOPE);
      await arrive(storage, { user: "b", kind: "subscribed" });
      await baseline(storage, "a", "b");
      const { pass } = await findMissing(storage, []);
      await holdAll(storage, pass);
      await end(storage, pass);
      const doing = act({ operation: "reconcile_discard", filter: OF });
      assert.equal(await discardAll(storage, { ...OF, states: ["held"] }, doing), 2);
      assert.equal(await discardAll(storage, { ...OF, states: ["held"] }, doing), 0);
      const [row] = await storage.audited({}, { limit: 1 });
      assert.deepEqual([row?.operation, row?.count], ["reconcile_discard", 2]);
      await wholePass(storage, { at: 4 * HOUR, people: [] });
      assert.deepEqual(await missingUsers(storage), []);
      // Chat tells it again: nothing new
      await arrive(storage, { user: "b", kind: "subscribed" });
      await arrive(storage, { user: "a", kind: "subscribed", at: 5 * HOUR });
      await passOver(storage, { at: 6 * HOUR, people: [] });
      assert.deepEqual(await missingUsers(storage), ["a"]);
    },
  },
  {
    what: "a newer SubscribeTime of somebody present is recorded; within the skew it only corrects the row",
    async prove({ storage }) {
      await baseline(storage, "back", "corrected");
      const people = [listed("back", 2 * HOUR), listed("corrected", 61_000)];
      const { cameBack } = await wholePass(storage, { at: 3 * HOUR, people });
      assert.equal(cameBack, 1);
      const [back] = await allMissing(storage, OF);
      assert.deepEqual(
        [back?.user, back?.state, back?.back, back?.subscribeTime, back?.seenAt],
        ["back", "came_back", listed("", 2 * HOUR).subscribeTime, listed("", 0).subscribeTime, chat(HOUR)],
      );
      await passOver(storage, { at: 4 * HOUR, people: [] });
      const now = await allMissing(storage, { ...OF, states: ["found"] });
      assert.deepEqual(
        now.map(({ user, subscribeTime }) => [user, subscribeTime]),
        [
          ["back", listed("", 2 * HOUR).subscribeTime],
          ["corrected", listed("", 61_000).subscribeTime],
        ],
      );
    },
  },
  {
    what: "that Chat knows no such account is told since when, until a pass reads it well",
    needs: "advance",
    async prove({ storage, advance }) {
      await baseline(storage, "a");
      const noAccount = async (at: number) => {
        const pass = await begin(storage, { at, people: [] });
        await storage.endPass({ ...LEASE, pass: pass.id }, { state: "void", why: "130004", noAccount: true });
      };
      await noAccount(2 * HOUR);
      const [first] = await storage.rosterAccounts();
      await advance(HOUR);
      await noAccount(3 * HOUR);
      const [second] = await storage.rosterAccounts();
      assert.equal(second?.noAccount?.since, first?.noAccount?.since);
      assert.equal((second?.noAccount?.at ?? 0) - (second?.noAccount?.since ?? 0), HOUR);
      assert.equal(second?.readAt, chat(HOUR));
      await wholePass(storage, { at: 4 * HOUR, people: [listed("a", 0)] });
      assert.equal((await storage.rosterAccounts())[0]?.noAccount, null);
    },
  },
  {
    what: "that Chat has said that there is such an account ends what it has said before, though its list was not read",
    async prove({ storage }) {
      await baseline(storage, "a");
      const known = async () => (await storage.rosterAccounts())[0]?.noAccount;
      const voided = async (more: { readonly isThere?: true }, end: { readonly noAccount?: true }) => {
        const request = { ...OF, ...LEASE, id: randomUUID(), kind: "roster", chatTime: chat(2 * HOUR) } as const;
        const begun = await storage.beginPass({ ...request, subscribers: 1, continueMs: 0, ...more });
        assert.ok(begun.tag === "begun");
        await storage.endPass({ ...LEASE, pass: begun.pass.id }, { state: "void", why: "so", ...end });
      };
      await voided({}, { noAccount: true });
      assert.ok(await known());
      await voided({}, {});
      assert.ok(await known(), "nothing was said of it");
      await voided({ isThere: true }, {});
      assert.equal(await known(), null);
    },
  },
  {
    what: "a roster that nobody wants any more is gone within a day, and not sooner than half a one",
    needs: "advance",
    async prove({ storage, advance }) {
      await baseline(storage, "a", "b");
      await storage.keepRoster(null);
      await advance(11 * HOUR);
      await storage.prune(NO_LIMITS);
      assert.equal((await storage.rosterAccounts())[0]?.people, 2);
      await advance(HOUR);
      while ((await storage.prune(NO_LIMITS)).more) {
        // on
      }
      assert.deepEqual(await storage.rosterAccounts(), []);
      await arrive(storage, { user: "c", kind: "subscribed", at: DAY });
      await storage.keepRoster(SCOPE);
      // a new beginning: whatever is missing is older than its baseline
      const { pass, found } = await passOver(storage, { at: 2 * DAY, people: [] });
      assert.deepEqual([pass.isBaseline, found], [true, 1]);
      assert.deepEqual(await missingUsers(storage, ["baseline"]), ["c"]);
    },
  },
  {
    what: "a bridge that was down for days keeps the roster that it had",
    needs: "advance",
    async prove({ storage, advance }) {
      await baseline(storage, "a");
      await storage.keepRoster(null);
      await storage.keepRoster(SCOPE);
      await advance(9 * DAY);
      await storage.prune(NO_LIMITS);
      await storage.keepRoster(null);
      await storage.prune(NO_LIMITS);
      await storage.keepRoster(SCOPE);
      assert.equal((await findMissing(storage, [])).found, 1);
    },
  },
  {
    what: "an account that left the list loses its rows within a day, and not for a machine with an older list",
    needs: "advance",
    async prove({ storage, advance }) {
      await baseline(storage, "a");
      const other = [{ app: APP, account: "@TOA#_other" }];
      for (const scopes of [other, SCOPE, other]) {
        await storage.keepRoster(scopes);
        await storage.prune(NO_LIMITS);
        await advance(11 * HOUR);
      }
      await storage.prune(NO_LIMITS);
      await storage.keepRoster(SCOPE);
      assert.equal((await storage.rosterAccounts()).find(({ account }) => account === NEWS)?.people, 1);
      await storage.keepRoster(other);
      await advance(HOUR);
      await storage.prune(NO_LIMITS);
      await storage.keepRoster(SCOPE);
      const { pass, found } = await findMissing(storage, []);
      assert.deepEqual([pass.isBaseline, found], [true, 0]);
    },
  },
];
