/** Passes of one account against the stand-in for Chat: who is found, who is left alone, and when nothing is believed. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PassResult } from "../../src/reconcile/pass.ts";
import { releaseHeld } from "../../src/reconcile/release.ts";
import { HOUR, MINUTE, NEWS, type Rig, type RigOptions, withRig } from "./support.ts";

const users = (count: number, prefix = "u") => Array.from({ length: count }, (_, index) => `${prefix}${index + 1000}`);

/** A roster of these people, read well an hour ago. */
async function withRoster(count: number, use: (rig: Rig) => Promise<void>, options: RigOptions = {}): Promise<void> {
  await withRig(options, async (rig) => {
    await rig.chat.subscribe(NEWS, users(count));
    // the account is known by a callback; nobody has told of the others
    await rig.turn(MINUTE);
    await rig.subscribe("told");
    await rig.turn(MINUTE);
    const first = await rig.pass();
    assert.equal(first.tag, "done");
    await rig.turn(HOUR);
    await use(rig);
  });
}

function done(result: PassResult): Extract<PassResult, { tag: "done" }> {
  assert.ok(result.tag === "done", JSON.stringify(result));
  return result;
}

function isVoid(result: PassResult, why: RegExp): void {
  assert.ok(result.tag === "void", JSON.stringify(result));
  assert.match(result.why, why);
}

describe("a pass", () => {
  it("is a baseline at first: it delivers nothing, and lists whom we knew and who is not there", () =>
    withRig({}, async (rig) => {
      await rig.subscribe("ann", "bob");
      await rig.chat.unsubscribe(NEWS, "bob");
      await rig.turn(MINUTE);
      const { isBaseline, people } = done(await rig.pass());
      assert.equal(isBaseline, true);
      assert.deepEqual(people, {});
      assert.deepEqual(
        (await rig.missing("baseline")).map(({ user }) => user),
        ["bob"],
      );
      assert.deepEqual(await rig.story("bob"), ["subscribed"]);
    }));

  it("heals who has left unheard, once, with a time before the question and after their subscription", () =>
    withRoster(450, async (rig) => {
      await rig.chat.unsubscribe(NEWS, ["u1003", "u1400"]);
      await rig.turn(HOUR);
      assert.equal(done(await rig.pass()).people.healed, 2);
      assert.deepEqual(await rig.story("u1003"), ["healed unsubscribed"]);
      const [event] = await rig.storage.trace("u1400");
      assert.ok(event !== undefined && event.event.eventTime < rig.now() && event.event.eventTime > rig.now() - MINUTE);
      await rig.turn(6 * HOUR);
      assert.equal(done(await rig.pass()).people.healed, 0);
      assert.deepEqual(await rig.story("u1003"), ["healed unsubscribed"]);
    }));

  it("gives way between pages, and between steps: never two pieces of work in the store without", () =>
    withRoster(450, async (rig) => {
      const order: string[] = [];
      const noted = (name: "notePage" | "siftRoster" | "mergePages") => ({
        [name]: (...args: [never]) => {
          order.push(name);
          return rig.storage[name](...args);
        },
      });
      const storage = { ...rig.storage, ...noted("notePage"), ...noted("siftRoster"), ...noted("mergePages") };
      done(await rig.pass({ storage, giveWay: async () => void order.push("gives way") }));
      assert.deepEqual(
        order.filter((what, index) => what !== "gives way" && order[index + 1] !== "gives way"),
        [],
        order.join(", "),
      );
      assert.equal(order.filter((what) => what === "notePage").length, 3);
    }));

  it("ends where the store cannot take a healed wish, which is kept nowhere else, and sends it by the next", () =>
    withRoster(450, async (rig) => {
      await rig.chat.unsubscribe(NEWS, ["u1003", "u1400"]);
      await rig.turn(HOUR);
      let asked = 0;
      const heal = async () => {
        asked += 1;
        throw new Error("the disk is full");
      };
      const storage = new Proxy(rig.storage, {
        get: (of, name) => (name === "heal" ? heal : Reflect.get(of, name)),
      });
      await assert.rejects(rig.pass({ storage }), /the disk is full/);
      assert.deepEqual([asked, await rig.story("u1003"), await rig.story("u1400")], [1, [], []]);
      await rig.turn(6 * HOUR);
      assert.equal(done(await rig.pass()).people.healed, 2);
      assert.deepEqual(
        [await rig.story("u1003"), await rig.story("u1400")],
        [["healed unsubscribed"], ["healed unsubscribed"]],
      );
    }));

  it("leaves alone who left by a callback that came, and who is there", () =>
    withRoster(10, async (rig) => {
      await rig.leave("u1004");
      await rig.turn(HOUR);
      assert.deepEqual(done(await rig.pass()).people, { healed: 0, present: 0, alone: 0, outrun: 0, no_moment: 0 });
      assert.deepEqual(await rig.story("u1004"), ["unsubscribed"]);
      assert.deepEqual(await rig.story("u1005"), []);
    }));

  it("asks about each who is on no page, and unsubscribes nobody whom the list lost while it moved", () =>
    withRoster(450, async (rig) => {
      let isMoved = false;
      rig.chat.beforeAnswer((command, body) => {
        if (isMoved || !command.endsWith("get_subscriber_info") || body.Next === "") return;
        isMoved = true;
        // whoever was first on the second page is on none now
        rig.chat.world.unsubscribe(NEWS, ["u1000"]);
      });
      const { people } = done(await rig.pass());
      assert.deepEqual([people.present, people.healed], [1, 0]);
      assert.deepEqual(await rig.story("u1200"), []);
    }));

  it("says that a user was deleted only when Chat knows neither list nor user", () =>
    withRoster(50, async (rig) => {
      rig.chat.deleteUser("u1007");
      await rig.turn(HOUR);
      assert.equal(done(await rig.pass()).people.healed, 1);
      const [traced] = await rig.storage.trace("u1007");
      assert.equal(traced?.healed?.reason, "deleted");
    }));

  it("leaves somebody for the next pass where the answer is odd, and asks again then", () =>
    withRoster(50, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const when = ({ path }: { path: string }) => path.includes("get_subscribed_official_account_list");
      rig.chat.refuse(99_999, { when });
      assert.deepEqual([done(await rig.pass()).people.alone, await rig.story("u1007")], [1, []]);
      await rig.turn(HOUR);
      assert.equal(done(await rig.pass()).people.healed, 1);
    }));

  it("ends when of ten in a row nothing could be learnt, or Chat takes no question of ours", () =>
    withRoster(300, async (rig) => {
      await rig.chat.unsubscribe(NEWS, users(14));
      const when = ({ path }: { path: string }) => path.includes("get_subscribed_official_account_list");
      rig.chat.refuse(99_999, { when, times: 10 });
      const odd = done(await rig.pass());
      assert.deepEqual([odd.people.alone, odd.people.healed], [10, 0]);
      await rig.turn(HOUR);
      rig.chat.refuse(60_010, { when });
      const refused = done(await rig.pass());
      assert.deepEqual([refused.people.alone, refused.people.healed], [0, 0]);
      assert.match(refused.why ?? "", /admin/);
    }));

  it("delivers nothing while a machine may hold callbacks, and finds the same people afterwards", () =>
    withRoster(50, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const waits = done(await rig.pass({ whyWait: async () => "machine b holds a spool" }));
      assert.deepEqual([waits.isLeft, waits.why, await rig.story("u1007")], [true, "machine b holds a spool", []]);
      assert.equal(done(await rig.pass()).people.healed, 1);
    }));

  it("asks nobody more once a machine has lost the store in the middle, and sends the rest soon after", () =>
    withRoster(
      300,
      async (rig) => {
        await rig.chat.unsubscribe(NEWS, users(150));
        let asked = 0;
        const whyWait = async () => {
          asked += 1;
          return asked > 1 ? "machine b holds a spool" : undefined;
        };
        const stopped = done(await rig.pass({ whyWait }));
        assert.deepEqual(
          [stopped.people.healed, stopped.isLeft, stopped.why],
          [100, true, "machine b holds a spool"],
          "a page of them",
        );
        assert.equal(done(await rig.pass()).people.healed, 50);
      },
      { settings: { holdAbove: { people: 1_000, share: 1 } } },
    ));

  it("tells what it would do and does none of it where it is dry", () =>
    withRoster(50, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const dry = await rig.pass({}, { isDry: true });
      assert.ok(dry.tag === "dry", JSON.stringify(dry));
      assert.equal(dry.people.healed, 1);
      assert.deepEqual(await rig.story("u1007"), []);
      assert.equal(done(await rig.pass()).people.healed, 1);
    }));

  it("shows who left and came back, and sends both only where the settings say so", async () => {
    for (const cameBack of ["record", "deliver"] as const) {
      await withRoster(
        50,
        async (rig) => {
          await rig.chat.unsubscribe(NEWS, "u1007");
          await rig.turn(HOUR);
          await rig.chat.subscribe(NEWS, "u1007");
          await rig.turn(HOUR);
          done(await rig.pass());
          const isSent = cameBack === "deliver";
          assert.deepEqual(await rig.story("u1007"), isSent ? ["healed unsubscribed", "healed subscribed"] : []);
          assert.deepEqual((await rig.missing("came_back")).length, isSent ? 0 : 1);
        },
        { settings: { cameBack } },
      );
    }
  });
});

describe("a pass is void, delivers nothing and says why", () => {
  const reads = ({ path }: { path: string }) => path.includes("get_subscriber_info");

  async function nobodyHealed(rig: Rig): Promise<void> {
    assert.equal(rig.facts.people.healed, 0);
    assert.deepEqual(await rig.story("u1007"), []);
  }

  it("where Chat counts others than are on the pages", () =>
    withRoster(450, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      rig.chat.lie(NEWS, 3);
      isVoid(await rig.pass(), /450 people are on the pages, and Chat counts 453/);
      await nobodyHealed(rig);
      rig.chat.lie(NEWS, 0);
      assert.equal(done(await rig.pass()).people.healed, 1);
    }));

  for (const [what, code, why] of [
    ["an answer that nobody understands", 99_999, /99999/],
    ["that there is no such account any more", 130_004, /while the list was read/],
    ["a refusal", 60_010, /admin/],
  ] as const) {
    it(`where ${what} comes while it is read`, () =>
      withRoster(450, async (rig) => {
        await rig.chat.unsubscribe(NEWS, "u1007");
        rig.chat.refuse(code, { when: reads });
        isVoid(await rig.pass(), why);
        await nobodyHealed(rig);
      }));
  }

  it("where a page cannot be read in several tries, and not where it can be at last", () =>
    withRoster(450, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      rig.chat.refuse(60_008, { when: reads, times: 4 });
      isVoid(await rig.pass(), /60008/);
      await nobodyHealed(rig);
      rig.chat.refuse(60_018, { when: reads, times: 3 });
      assert.equal(done(await rig.pass()).people.healed, 1);
    }));

  it("where a page tells of a subscription that nobody can have made yet", () =>
    withRoster(450, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const { chat } = rig.parts();
      const subscribers: typeof chat.subscribers = async (...of) => {
        const page = await chat.subscribers(...of);
        if (page.tag !== "ok") return page;
        const people = page.value.people.map((one) =>
          one.user === "u1300" ? { ...one, subscribeTime: one.subscribeTime + 86_400 } : one,
        );
        return { ...page, value: { ...page.value, people } };
      };
      isVoid(await rig.pass({ chat: { ...chat, subscribers } }), /tells of a subscription .* from now/);
      await nobodyHealed(rig);
    }));

  it("where the Date of its answers is of another day: it begins none", () =>
    withRoster(10, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const result = await rig.pass({ chat: rig.askedBy(-30 * HOUR) });
      assert.ok(result.tag === "unasked", JSON.stringify(result));
      assert.match(result.why, /1 d 6 h ahead of this machine's clock: one of the two is wrong/);
      await nobodyHealed(rig);
    }));

  it("where Chat does not say how the account stands; and asks no page then", () =>
    withRoster(10, async (rig) => {
      rig.chat.refuse(10_004);
      assert.equal((await rig.pass()).tag, "unasked");
      const [last] = await rig.storage.passes({ limit: 1 });
      assert.deepEqual([last?.state, last?.pages], ["void", 0]);
    }));
});

describe("the missing are held", () => {
  it("where they are more than a person has allowed, until that person decides", () =>
    withRoster(300, async (rig) => {
      await rig.chat.unsubscribe(NEWS, users(20));
      const { held, why } = done(await rig.pass());
      assert.deepEqual([held, rig.facts.held, rig.facts.people.healed], [20, 20, 0]);
      assert.match(why ?? "", /more than 5 %/);
      assert.ok(rig.lines.some(({ fact, people }) => fact === "reconcile.held" && people === 20));
      await rig.turn(6 * HOUR);
      assert.equal(done(await rig.pass()).held, 0, "they are listed once");
      // at that moment one has come back, and of the others Chat says again that they left
      await rig.chat.subscribe(NEWS, "u1000");
      const released = await releaseHeld(rig.parts(), { app: rig.app, account: NEWS });
      assert.ok(released.tag === "released", JSON.stringify(released));
      assert.deepEqual([released.people.healed, released.people.present], [19, 1]);
      assert.deepEqual([await rig.story("u1000"), await rig.story("u1001")], [[], ["healed unsubscribed"]]);
    }));

  it("where an account that had subscribers has none", () =>
    withRoster(3, async (rig) => {
      await rig.chat.unsubscribe(NEWS, [...users(3), "told"]);
      assert.match(done(await rig.pass()).why ?? "", /has none/);
      assert.equal(rig.facts.people.healed, 0);
    }));
});

describe("an account that Chat does not know", () => {
  it("means nothing until Chat has said so again an hour later; then its people are held", () =>
    withRoster(5, async (rig) => {
      await rig.chat.destroy(NEWS);
      isVoid(await rig.pass(), /for the first time/);
      await rig.turn(30 * MINUTE);
      isVoid(await rig.pass(), /says again/);
      assert.deepEqual(await rig.missing("held", "found"), []);
      await rig.turn(HOUR);
      isVoid(await rig.pass(), /destroyed/);
      assert.equal((await rig.missing("held")).length, 6);
      assert.equal(rig.facts.people.healed, 0);
    }));

  it("is not destroyed where Chat has said in between that there is one, though its list was not believed", () =>
    withRoster(
      5,
      async (rig) => {
        const saysGone = { when: ({ path }: { path: string }) => path.includes("get_official_account_info") };
        rig.chat.refuse(130_004, saysGone);
        isVoid(await rig.pass(), /for the first time/);
        await rig.turn(30 * MINUTE);
        rig.chat.lie(NEWS, 3);
        isVoid(await rig.pass(), /more than callbacks explain/);
        await rig.turn(40 * MINUTE);
        rig.chat.refuse(130_004, saysGone);
        isVoid(await rig.pass(), /for the first time/);
        assert.equal(rig.facts.people.healed, 0);
        assert.deepEqual(await rig.missing("held"), []);
      },
      { settings: { destroyedAccount: "unsubscribe" } },
    ));

  it("has its people unsubscribed, within what is allowed, where the settings say so", () =>
    withRoster(
      5,
      async (rig) => {
        await rig.chat.destroy(NEWS);
        await rig.pass();
        await rig.turn(HOUR + MINUTE);
        await rig.pass();
        assert.equal(rig.facts.people.healed, 6);
        const [traced] = await rig.storage.trace("u1003");
        assert.equal(traced?.healed?.reason, "destroyed");
      },
      { settings: { destroyedAccount: "unsubscribe" } },
    ));

  it("is never taken for destroyed where it was never read: the region or the name may be wrong", () =>
    withRig({ settings: { destroyedAccount: "unsubscribe" } }, async (rig) => {
      await rig.hear("subscribed", "ann");
      for (let hour = 0; hour < 3; hour += 1) {
        isVoid(await rig.pass(), /none was ever read/);
        await rig.turn(HOUR);
      }
      assert.deepEqual(await rig.story("ann"), ["subscribed"]);
    }));

  it("has nobody released on its word alone", () =>
    withRoster(30, async (rig) => {
      await rig.chat.unsubscribe(NEWS, users(20));
      done(await rig.pass());
      await rig.chat.destroy(NEWS);
      const released = await releaseHeld(rig.parts(), { app: rig.app, account: NEWS });
      assert.equal(released.tag, "refused");
      assert.equal(rig.facts.people.healed, 0);
    }));
});

describe("a pass that was stopped", () => {
  it("is continued within ten minutes, from the page after the last one noted", () =>
    withRoster(900, async (rig) => {
      await rig.chat.unsubscribe(NEWS, "u1007");
      const ending = new AbortController();
      let pages = 0;
      const asked: unknown[] = [];
      rig.chat.beforeAnswer((command, body) => {
        if (!command.endsWith("get_subscriber_info")) return;
        asked.push(body.Next);
        pages += 1;
        if (pages === 3) ending.abort();
      });
      assert.equal((await rig.pass({ signal: ending.signal })).tag, "stopped");
      const noted = (await rig.storage.passes({ limit: 1 }))[0]?.pages ?? 0;
      assert.ok(noted > 0 && noted < 3);
      asked.length = 0;
      await rig.turn(2 * MINUTE);
      assert.equal(done(await rig.pass({ holder: "machine b" })).people.healed, 1);
      assert.equal(asked.length, 5 - noted);
    }));

  it("is another's for as long as its holder gives a sign, and lost once another has taken it", () =>
    withRoster(900, async (rig) => {
      let isTaken = false;
      const early = { ...rig.parts(), holder: "machine a" };
      const slow = rig.pass({
        ...early,
        chat: {
          ...early.chat,
          async subscribers(...of) {
            const page = await early.chat.subscribers(...of);
            if (of[1] !== "" && !isTaken) {
              isTaken = true;
              assert.equal((await rig.pass({ holder: "machine b" })).tag, "taken");
              await rig.turn(5 * MINUTE);
              assert.equal((await rig.pass({ holder: "machine b" })).tag, "done");
            }
            return page;
          },
        },
      });
      assert.equal((await slow).tag, "lost");
    }));
});
