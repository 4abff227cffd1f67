/** What the client makes of Chat's answers: over HTTP on loopback, against the stand-in. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { knownCodes } from "../../src/chat-rest/codes.ts";
import type { ChatRest } from "../../src/chat-rest/contract.ts";
import { PAGE } from "../../src/chat-rest/reading/subscribers.ts";
import type { ChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { userSig } from "../../src/chat-rest/usersig.ts";
import { clientOf, NEWS, nobodyThere, withSandbox, withServer } from "./support.ts";

const users = (count: number) => Array.from({ length: count }, (_, index) => `user-${index}`);

/** Everybody whom pages show, in their order. */
async function everybody(chat: ChatRest, account = NEWS): Promise<readonly string[]> {
  const found: string[] = [];
  for (let next = "", isFirst = true; isFirst || next !== ""; isFirst = false) {
    const page = await chat.subscribers(account, next);
    assert.ok(page.tag === "ok", JSON.stringify(page));
    found.push(...page.value.people.map(({ user }) => user));
    next = page.value.next;
  }
  return found;
}

describe("asking Chat", () => {
  it("reads an official account page by page, with the time of each subscription", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, users(2 * PAGE + 1));
      const chat = clientOf(sandbox);
      assert.deepEqual(await everybody(chat), users(2 * PAGE + 1));
      assert.equal(sandbox.count, 3);
      const page = await chat.subscribers(NEWS, "");
      assert.ok(page.tag === "ok");
      assert.equal(page.value.subscriberNum, 2 * PAGE + 1);
      assert.ok(Math.abs((page.value.people[0]?.subscribeTime ?? 0) - Date.now() / 1_000) < 60);
    });
  });

  it("tells an account without subscribers from one that does not exist", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, "jared");
      await sandbox.unsubscribe(NEWS, "jared");
      const chat = clientOf(sandbox);
      const empty = await chat.subscribers(NEWS, "");
      assert.deepEqual(empty.tag === "ok" && empty.value, { people: [], next: "", subscriberNum: 0 });
      await sandbox.destroy(NEWS);
      const gone = await chat.subscribers(NEWS, "");
      assert.deepEqual([gone.tag, gone.tag === "no_account" && gone.code], ["no_account", 130004]);
    });
  });

  it("asks for several accounts at once, and answers for each", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, users(3));
      const info = await clientOf(sandbox).accountInfo([NEWS, "@TOA#_gone"]);
      assert.ok(info.tag === "ok");
      assert.deepEqual(
        [...info.value],
        [
          [NEWS, { tag: "there", subscriberNum: 3 }],
          ["@TOA#_gone", { tag: "no_account" }],
        ],
      );
    });
  });

  it("reads whom a user subscribes to, to the end of the list", async () => {
    await withSandbox(async (sandbox) => {
      const accounts = Array.from({ length: 201 }, (_, index) => `@TOA#_${index}`);
      for (const account of accounts) await sandbox.subscribe(account, "jared");
      const all = await clientOf(sandbox).accountsOf("jared");
      assert.ok(all.tag === "ok");
      assert.deepEqual([...all.value.keys()], accounts);
      assert.ok(all.value.get(NEWS) === undefined);
      assert.ok((all.value.get("@TOA#_200") ?? 0) > 1_600_000_000);
    });
  });

  it("does not call a list complete from which an account slipped between two pages", async () => {
    await withSandbox(async (sandbox) => {
      for (let index = 0; index < 202; index += 1) await sandbox.subscribe(`@TOA#_${index}`, "jared");
      let calls = 0;
      sandbox.beforeAnswer((command) => {
        if (!command.endsWith("get_subscribed_official_account_list")) return;
        calls += 1;
        // one that was read leaves, one that was not joins: the count is the same, and @TOA#_200 stands on no page
        if (calls !== 2) return;
        void sandbox.unsubscribe("@TOA#_0", "jared", { unheard: true });
        void sandbox.subscribe("@TOA#_late", "jared", { unheard: true });
      });
      const all = await clientOf(sandbox).accountsOf("jared");
      assert.ok(all.tag !== "ok" || all.value.has("@TOA#_200"), "somebody who subscribes would be taken to have left");
      assert.ok(calls >= 3);
    });
  });

  it("tells a user who left everything from one whom Chat does not know", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, ["jared", "leckie"]);
      await sandbox.unsubscribe(NEWS, "jared");
      sandbox.deleteUser("leckie");
      const chat = clientOf(sandbox);
      const left = await chat.accountsOf("jared");
      assert.deepEqual(left.tag === "ok" && [...left.value], []);
      assert.equal((await chat.accountsOf("leckie")).tag, "no_user");
      const exist = await chat.accountsExist(["jared", "leckie"]);
      assert.deepEqual(exist.tag === "ok" && [...exist.value], [
        ["jared", "exists"],
        ["leckie", "absent"],
      ]);
    });
  });

  it("knows the addresses of callbacks for a server in China and for one elsewhere", async () => {
    await withSandbox(async (sandbox) => {
      const chat = clientOf(sandbox);
      const [china, elsewhere] = [await chat.callbackAddresses("china"), await chat.callbackAddresses("elsewhere")];
      assert.deepEqual(china.tag === "ok" && china.value, ["198.51.100.0/24"]);
      assert.deepEqual(elsewhere.tag === "ok" && elsewhere.value, ["203.0.113.0/25", "203.0.113.200"]);
    });
  });

  it("takes one permit for each request, and asks nothing without one", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, users(2 * PAGE));
      let permits = 0;
      const chat = clientOf(sandbox, {
        permit: async () => {
          permits += 1;
          if (permits > 2) throw new Error("the budget is spent");
        },
      });
      await everybody(chat);
      assert.deepEqual([permits, sandbox.count], [2, 2]);
      const refused = await chat.subscribers(NEWS, "");
      assert.ok(refused.tag === "later");
      assert.match(refused.words, /it was not asked: the budget is spent/);
      assert.equal(sandbox.count, 2);
    });
  });

  it("gives up at once when it is told to", async () => {
    await withSandbox(async (sandbox) => {
      sandbox.fail("hang");
      const stop = new AbortController();
      const asked = clientOf(sandbox).subscribers(NEWS, "", stop.signal);
      await sandbox.hung();
      stop.abort();
      const given = await asked;
      assert.deepEqual(
        [given.tag, given.tag === "later" && given.words],
        ["later", "get_subscriber_info was given up"],
      );
    });
  });
});

/** What is to follow from each code of Chat's tables. */
const TAGS: Readonly<Record<string, readonly number[]>> = {
  ours: [60002, 60003, 60009, 60015, 6017, 20001, 130008],
  credentials: [60004, 60005, 70001, 70003, 70009, 70013, 70014],
  configuration: [...[60006, 60012, 60016, 60017, 60020, 60010, 60021, 70016, 70020, 70051, 130002, 130007, 131000]],
  later: [60007, 60011, 60018, 60019, 60008, 60013, 60014, 10004, 20005, 70050],
  no_account: [130004],
  no_user: [70107],
};

describe("an ErrorCode", () => {
  it("of every table has a line here", () => {
    assert.deepEqual(Object.values(TAGS).flat().toSorted(), [...knownCodes()].toSorted());
  });

  const ask = (chat: ChatRest, tag: string) =>
    tag === "no_user" ? chat.accountsOf("jared") : chat.subscribers(NEWS, "");

  for (const [tag, codes] of Object.entries(TAGS)) {
    for (const code of codes) {
      it(`${code} means ${tag}, in words, with a way out where somebody has to do something`, async () => {
        await withSandbox(async (sandbox) => {
          sandbox.refuse(code, { times: 2 });
          const found = await ask(clientOf(sandbox), tag);
          assert.equal(found.tag, tag);
          assert.ok(found.tag !== "ok");
          assert.equal(found.code, code);
          assert.match(found.words, new RegExp(`^get_\\w+: .{10,} \\(${code}, "by order"\\)$`));
          const needsSomebody = ["ours", "credentials", "configuration"].includes(tag);
          assert.equal(found.todo !== undefined, needsSomebody);
          assert.ok(found.clock !== undefined);
        });
      });
    }
  }

  it("that nobody knows means that nothing is known, and says so loudly", async () => {
    await withSandbox(async (sandbox) => {
      for (const code of [1, -1, 99_999, 130_005]) {
        sandbox.refuse(code);
        const found = await clientOf(sandbox).subscribers(NEWS, "");
        assert.deepEqual([found.tag, found.tag === "later" && found.isOdd], ["later", true]);
      }
    });
  });

  it("that is no answer to the question decides nothing", async () => {
    await withSandbox(async (sandbox) => {
      const chat = clientOf(sandbox);
      const odd: readonly [number, () => Promise<{ readonly tag: string }>][] = [
        [70107, () => chat.subscribers(NEWS, "")],
        [70107, () => chat.accountInfo([NEWS])],
        [70107, () => chat.accountsExist(["jared"])],
        [130004, () => chat.accountsOf("jared")],
        [130004, () => chat.accountsExist(["jared"])],
        [130004, () => chat.callbackAddresses("china")],
      ];
      for (const [code, question] of odd) {
        sandbox.refuse(code);
        assert.equal((await question()).tag, "later", `${code}`);
      }
    });
  });

  it("60018 and 70050 say how long Chat is to be left alone", async () => {
    await withSandbox(async (sandbox) => {
      const waits: (number | undefined)[] = [];
      for (const code of [60018, 70050]) {
        sandbox.refuse(code);
        const found = await clientOf(sandbox).subscribers(NEWS, "");
        waits.push(found.tag === "later" ? found.afterMs : undefined);
      }
      assert.deepEqual(waits, [5_000, 60_000]);
    });
  });
});

describe("a signature", () => {
  const TWO_DAYS = 172_800_000;

  it("that has expired is made anew once, by Chat's clock, and the call goes on", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, "jared");
      const chat = clientOf(sandbox, { clock: () => Date.now() - TWO_DAYS });
      assert.deepEqual(await everybody(chat), ["jared"]);
      assert.equal(sandbox.count, 2);
      // and is kept
      assert.deepEqual(await everybody(chat), ["jared"]);
      assert.equal(sandbox.count, 3);
    });
  });

  it("that is called expired again is not hammered with", async () => {
    await withSandbox(async (sandbox) => {
      sandbox.refuse(70001, { times: 5 });
      const found = await clientOf(sandbox).subscribers(NEWS, "");
      assert.deepEqual([found.tag, sandbox.count], ["credentials", 2]);
    });
  });

  it("of a machine whose clock is wrong is told from a wrong key", async () => {
    await withSandbox(async (sandbox) => {
      const ahead = await clientOf(sandbox, { clock: () => Date.now() + TWO_DAYS }).subscribers(NEWS, "");
      assert.ok(ahead.tag === "credentials");
      assert.match(
        ahead.words,
        /\(70003, .+\); this machine's clock is (1 d 23 h|2 d) ahead of Chat's, which is reason enough$/,
      );
      const wrongKey = await clientOf({ ...sandbox, url: sandbox.url, secretKey: "0".repeat(64) }).subscribers(
        NEWS,
        "",
      );
      assert.ok(wrongKey.tag === "credentials");
      assert.equal(wrongKey.code, 70009);
      assert.doesNotMatch(wrongKey.words, /clock/);
    });
  });

  it("by somebody who is no admin, or for another app, is a matter of the configuration", async () => {
    await withSandbox(async (sandbox) => {
      const at = { url: sandbox.url, secretKey: sandbox.secretKey, app: sandbox.app, admin: sandbox.admin };
      const stranger = await clientOf({ ...at, admin: "jared" }).accountsExist(["jared"]);
      assert.ok(stranger.tag === "configuration");
      assert.match(stranger.words, /"jared" is no admin of the app 1400000000/);
      const other = await clientOf({ ...at, app: 1_400_000_009 }).accountsExist(["jared"]);
      assert.ok(other.tag === "configuration");
      assert.match(other.words, /there is no app 1400000009 in this data centre \(127\.0\.0\.1:\d+\)/);
      assert.match(other.todo ?? "", /region/);
    });
  });

  it("that was made elsewhere is used as it is, and cannot be renewed here", async () => {
    await withSandbox(async (sandbox) => {
      const { app, admin: identifier, secretKey } = sandbox;
      const time = Math.floor(Date.now() / 1_000);
      const rest = (lifetime: number, at = time) => ({
        base_url: sandbox.url,
        admin: identifier,
        user_sig: userSig({ identifier, app, time: at, lifetime }, secretKey),
      });
      assert.equal((await clientOf(sandbox, { rest: rest(86_400) }).accountsExist(["x"])).tag, "ok");
      const over = await clientOf(sandbox, { rest: rest(60, time - 3_600) }).accountsExist(["x"]);
      assert.ok(over.tag === "credentials");
      assert.match(over.todo ?? "", /a `user_sig` has to be made anew/);
      assert.equal(sandbox.count, 2);
    });
  });
});

describe("Chat's clock", () => {
  it("is told by every answer, and corrects ours to the second", async () => {
    const HOUR = 3_600_000;
    await withSandbox(
      async (sandbox) => {
        const found = await clientOf(sandbox).accountsExist(["jared"]);
        assert.ok(found.tag === "ok" && found.clock !== undefined);
        assert.ok(Math.abs(found.clock.aheadMs - HOUR / 12) <= 1_500, String(found.clock.aheadMs));
        const askedAt = Date.now() + HOUR / 12;
        assert.ok(found.clock.askedAt <= askedAt && found.clock.askedAt > askedAt - 60_000);
      },
      { clock: () => Date.now() + HOUR / 12 },
    );
  });

  for (const [what, date] of [
    ["missing", undefined],
    ["no date", "soon"],
  ] as const) {
    it(`is not guessed where the Date of an answer is ${what}`, async () => {
      await withServer(
        (_, response) => {
          response.sendDate = false;
          if (date !== undefined) response.setHeader("date", date);
          response.end(JSON.stringify({ ActionStatus: "OK", ErrorCode: 0, ErrorInfo: "", ResultItem: [] }));
        },
        async (url) => {
          const found = await clientOf({ ...WHO, url }).accountsExist(["jared"]);
          assert.deepEqual([found.tag, found.clock], ["ok", undefined]);
        },
      );
    });
  }

  it("is that of the first request where a list has several pages", async () => {
    let now = 1_700_000_000_000;
    await withSandbox(
      async (sandbox) => {
        for (let index = 0; index < 201; index += 1) await sandbox.subscribe(`@TOA#_${index}`, "jared");
        sandbox.beforeAnswer(() => {
          now += 60_000;
        });
        const clock = () => now;
        const all = await clientOf(sandbox, { clock, monotonic: () => 0 }).accountsOf("jared");
        assert.ok(all.tag === "ok" && all.clock !== undefined);
        assert.ok(all.clock.askedAt <= 1_700_000_000_000, new Date(all.clock.askedAt).toISOString());
      },
      { clock: () => now },
    );
  });
});

const WHO: Pick<ChatSandbox, "app" | "admin" | "secretKey"> = {
  app: 1_400_000_000,
  admin: "administrator",
  secretKey: "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e",
};
const MIB = 1024 * 1024;

describe("what is no answer of Chat's", () => {
  const WELL = { ActionStatus: "OK", ErrorCode: 0, ErrorInfo: "" };
  const PAGE_OF_ONE = {
    Next: "",
    SubscriberNum: 1,
    SubscriberList: [{ Subscriber_Account: "jared", SubscribeTime: 1_700_000_000 }],
  };
  const person = (fields: object) => ({
    ...WELL,
    ...PAGE_OF_ONE,
    SubscriberList: [{ ...PAGE_OF_ONE.SubscriberList[0], ...fields }],
  });

  for (const [what, body] of [
    ["no JSON", "<html>Please sign in</html>"],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["an object without an ErrorCode", { ...PAGE_OF_ONE, ActionStatus: "OK" }],
    ["one whose ErrorCode is a text", { ...WELL, ...PAGE_OF_ONE, ErrorCode: "0" }],
    ["one without an ActionStatus", { ...PAGE_OF_ONE, ErrorCode: 0 }],
    ["OK with a code", { ...WELL, ...PAGE_OF_ONE, ErrorCode: 60018 }],
    ["OK with the code of an account that does not exist", { ...WELL, ErrorCode: 130004 }],
    ["FAIL with the code 0", { ...WELL, ...PAGE_OF_ONE, ActionStatus: "FAIL" }],
    ["a page without a list", { ...WELL, Next: "", SubscriberNum: 0 }],
    ["a page whose list is null", { ...WELL, Next: "", SubscriberNum: 0, SubscriberList: null }],
    [
      "a page of more people than were asked for",
      { ...WELL, ...PAGE_OF_ONE, SubscriberList: Array(201).fill(PAGE_OF_ONE.SubscriberList[0]) },
    ],
    ["a page without a Next", { ...WELL, SubscriberNum: 0, SubscriberList: [] }],
    ["a page with a Next of null", { ...WELL, ...PAGE_OF_ONE, Next: null }],
    ["a page without a count", { ...WELL, Next: "", SubscriberList: [] }],
    ["a page with a negative count", { ...WELL, ...PAGE_OF_ONE, SubscriberNum: -1 }],
    ["a page with somebody who has no id", person({ Subscriber_Account: "" })],
    ["a page with somebody whose id is a number", person({ Subscriber_Account: 7 })],
    ["a page with somebody whose id steers terminals", person({ Subscriber_Account: "a\u0007b" })],
    ["a page with somebody of no time", person({ SubscribeTime: undefined })],
    ["a page with somebody of a time in milliseconds", person({ SubscribeTime: 1_700_000_000_000 })],
    ["a page with somebody of the time 0", person({ SubscribeTime: 0 })],
  ] as const) {
    it(`${what}: nothing of it is believed`, async () => {
      await withServer(
        (_, response) => response.end(typeof body === "string" ? body : JSON.stringify(body)),
        async (url) => {
          const found = await clientOf({ ...WHO, url }).subscribers(NEWS, "");
          assert.equal(found.tag, "later", JSON.stringify(found));
        },
      );
    });
  }

  it("a page that is right is read, so that the cases above are wrong for their own reason", async () => {
    await withServer(
      (_, response) => response.end(JSON.stringify(person({}))),
      async (url) => assert.equal((await clientOf({ ...WHO, url }).subscribers(NEWS, "")).tag, "ok"),
    );
  });

  for (const [what, fields] of [
    ["whose end is not told", { CompleteFlag: undefined }],
    ["that is complete and has fewer accounts than it says", { TotalCount: 1 }],
    ["whose count is missing", { TotalCount: undefined }],
    ["that does not go on", { CompleteFlag: 0, Next: 0 }],
    ["whose next page nobody can ask for", { CompleteFlag: 0, Next: "200" }],
    ["with an account that has no id", { TotalCount: 1, OfficialAccountInfoList: [{ Name: "News" }] }],
  ] as const) {
    it(`a list of somebody's accounts ${what}: it is not complete`, async () => {
      const list = { ...WELL, CompleteFlag: 1, TotalCount: 0, Next: 0, OfficialAccountInfoList: [], ...fields };
      await withServer(
        (_, response) => response.end(JSON.stringify(list)),
        async (url) => assert.equal((await clientOf({ ...WHO, url }).accountsOf("jared")).tag, "later"),
      );
    });
  }

  for (const [what, entries, expected] of [
    ["somebody who was not asked for", [{ UserID: "other", ResultCode: 0, AccountStatus: "NotImported" }], "unclear"],
    ["an entry that failed", [{ UserID: "jared", ResultCode: 70169, AccountStatus: "NotImported" }], "unclear"],
    ["a status that nobody knows", [{ UserID: "jared", ResultCode: 0, AccountStatus: "Gone" }], "unclear"],
    ["one entry that is right", [{ UserID: "jared", ResultCode: 0, AccountStatus: "NotImported" }], "absent"],
    [
      "the same user twice",
      [
        { UserID: "jared", ResultCode: 0, AccountStatus: "NotImported" },
        { UserID: "jared", ResultCode: 0, AccountStatus: "Imported" },
      ],
      "unclear",
    ],
  ] as const) {
    it(`of users, ${what}: ${expected}`, async () => {
      await withServer(
        (_, response) => response.end(JSON.stringify({ ...WELL, ResultItem: entries })),
        async (url) => {
          const found = await clientOf({ ...WHO, url }).accountsExist(["jared"]);
          assert.equal(found.tag === "ok" && found.value.get("jared"), expected);
        },
      );
    });
  }

  for (const [what, entries, expected] of [
    ["is left out", [], "unclear"],
    ["has a code of its own", [{ Official_Account: NEWS, ErrorCode: 60018, SubscriberNum: 0 }], "unclear"],
    ["has the code of one that does not exist", [{ Official_Account: NEWS, ErrorCode: 130004 }], "no_account"],
    ["has no count", [{ Official_Account: NEWS }], "unclear"],
    ["has a count, and no code of its own", [{ Official_Account: NEWS, SubscriberNum: 4 }], "there"],
  ] as const) {
    it(`of accounts, one that ${what}: ${expected}`, async () => {
      await withServer(
        (_, response) => response.end(JSON.stringify({ ...WELL, OfficialAccountInfoList: entries })),
        async (url) => {
          const found = await clientOf({ ...WHO, url }).accountInfo([NEWS]);
          assert.equal(found.tag === "ok" && found.value.get(NEWS)?.tag, expected);
        },
      );
    });
  }

  it("502, a redirect, and the page of a proxy are trouble on the way, in words", async () => {
    for (const [status, headers, words] of [
      [502, {}, /no answer of Chat's: HTTP 502$/],
      [503, { "retry-after": "7" }, /HTTP 503$/],
      [403, {}, /HTTP 403$/],
      [
        302,
        { location: "https://login.example/?next=https://chat.example" },
        /HTTP 302, a redirect to https:\/\/login\.example\/\?next=…, which Chat never answers$/,
      ],
    ] as const) {
      let asked = 0;
      await withServer(
        (_, response) => {
          asked += 1;
          response.writeHead(status, headers).end(JSON.stringify({ ...WELL, ...PAGE_OF_ONE }));
        },
        async (url) => {
          const found = await clientOf({ ...WHO, url }).subscribers(NEWS, "");
          assert.ok(found.tag === "later");
          assert.match(found.words, words);
          assert.equal(found.afterMs, status === 503 ? 7_000 : undefined);
          assert.equal(asked, 1);
        },
      );
    }
  });

  it("200 MB are not read, whether they are announced or not", async () => {
    for (const announced of [true, false]) {
      let sent = 0;
      await withServer(
        (_, response) => {
          response.writeHead(200, announced ? { "content-length": 200 * MIB } : {});
          const go = () => {
            while (sent < 200 && response.write(Buffer.alloc(MIB, " "))) sent += 1;
            response.once("drain", go);
          };
          go();
        },
        async (url) => {
          const found = await clientOf({ ...WHO, url }).subscribers(NEWS, "");
          assert.ok(found.tag === "later");
          assert.match(found.words, /larger than 4 MiB/);
        },
      );
      assert.ok(sent < 100, `${sent} MiB`);
    }
  });

  it("a body that never ends is given up after its time", async () => {
    await withServer(
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"ActionStatus":');
      },
      async (url) => {
        const found = await clientOf({ ...WHO, url }, { timeoutMs: 100 }).subscribers(NEWS, "");
        assert.ok(found.tag === "later");
        assert.match(found.words, /no answer within 0\.1 s/);
      },
    );
  });

  it("a connection that is cut is trouble on the way", async () => {
    await withSandbox(async (sandbox) => {
      for (const fault of ["cut", "reset", "html"] as const) {
        sandbox.fail(fault);
        assert.equal((await clientOf(sandbox).subscribers(NEWS, "")).tag, "later", fault);
      }
    });
  });
});

describe("the second host of a region", () => {
  it("is asked where the first cannot be reached, and first for ten minutes from then on", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, "jared");
      let now = 0;
      let permits = 0;
      const first = await nobodyThere();
      const chat = clientOf(sandbox, {
        bases: [first, sandbox.url],
        monotonic: () => now,
        permit: async () => {
          permits += 1;
        },
      });
      assert.deepEqual(await everybody(chat), ["jared"]);
      assert.equal(permits, 2);
      assert.deepEqual(await everybody(chat), ["jared"]);
      assert.equal(permits, 3);
      now = 600_001;
      assert.deepEqual(await everybody(chat), ["jared"]);
      assert.equal(permits, 5);
    });
  });

  it("is left alone where the first one answers, whatever that says", async () => {
    await withSandbox(async (backup) => {
      await withSandbox(async (sandbox) => {
        const chat = clientOf(sandbox, { bases: [sandbox.url, backup.url] });
        sandbox.refuse(10004);
        await chat.subscribers(NEWS, "");
        sandbox.fail({ status: 502 });
        await chat.subscribers(NEWS, "");
        assert.equal(backup.count, 0);
      });
    });
  });

  it("and the first are both named where neither can be reached", async () => {
    const [first, second] = [await nobodyThere(), await nobodyThere()];
    const found = await clientOf({ ...WHO, url: first }, { bases: [first, second] }).subscribers(NEWS, "");
    assert.ok(found.tag === "later");
    for (const url of [first, second])
      assert.ok(found.words.includes(`${new URL(url).host}: nothing listens there`), found.words);
  });
});

describe("what is said of a call", () => {
  it("never holds the secret key, a signature, or the address that carries it", async () => {
    const seen: string[] = [];
    const echo = (text: string) => ({ ActionStatus: "FAIL", ErrorCode: 70009, ErrorInfo: text });
    await withServer(
      (request, response) => {
        const url = new URL(request.url ?? "", "http://chat.invalid");
        const sig = url.searchParams.get("usersig") ?? "";
        seen.push(sig);
        const location = `https://login.example${request.url}`;
        if (seen.length % 2 === 0) response.writeHead(302, { location }).end();
        else response.end(JSON.stringify(echo(`${sig} ${encodeURIComponent(sig)} ${WHO.secretKey} of ${request.url}`)));
      },
      async (url) => {
        const chat = clientOf({ ...WHO, url });
        const said = JSON.stringify([await chat.subscribers(NEWS, ""), await chat.subscribers(NEWS, "")]);
        assert.equal(seen.length, 2);
        for (const sig of seen) {
          assert.ok(sig.length > 100);
          assert.ok(!said.includes(sig.slice(0, 40)), said);
        }
        assert.ok(!said.includes(WHO.secretKey.slice(0, 20)));
      },
    );
  });
});
