/** The stand-in for Chat: as strict as Chat's pages say, and as unreliable as they do not. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { budgetOf } from "../../src/chat-rest/budget.ts";
import type { ChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { userSig } from "../../src/chat-rest/usersig.ts";
import { authenticator } from "../../src/intake/admission/authenticity.ts";
import { parseQuery } from "../../src/intake/admission/query.ts";
import { clientOf, NEWS, withSandbox, withServer } from "./support.ts";

const SUBSCRIBERS = "official_account_open_http_svc/get_subscriber_info";
const LIST = "official_account_open_http_svc/get_subscribed_official_account_list";
const INFO = "official_account_open_http_svc/get_official_account_info";

interface Asked {
  readonly method?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly type?: string;
  readonly sig?: Partial<Parameters<typeof userSig>[0]> & { readonly key?: string };
}

/** As the bridge asks, but for what is said otherwise. */
async function ask(sandbox: ChatSandbox, command: string, body: unknown, asked: Asked = {}) {
  const { app, admin: identifier, secretKey } = sandbox;
  const { key = secretKey, ...claims } = asked.sig ?? {};
  const time = Math.floor(Date.now() / 1_000);
  const usersig = userSig({ app, identifier, time, lifetime: 86_400, ...claims }, key);
  const query = { sdkappid: String(app), identifier, usersig, random: "7", contenttype: "json", ...asked.query };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const method = asked.method ?? "POST";
  const response = await fetch(`${sandbox.url}/v4/${command}?${new URLSearchParams(given)}`, {
    method,
    headers: { "content-type": asked.type ?? "application/json" },
    ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, date: response.headers.get("date"), body: await response.json() };
}

const PAGE = { Official_Account: NEWS, Limit: 200, Next: "" };

describe("the stand-in for Chat", () => {
  it("answers a call that is right, and tells the time", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, "jared");
      const { status, date, body } = await ask(sandbox, SUBSCRIBERS, PAGE);
      assert.deepEqual([status, body.ActionStatus, body.ErrorCode, body.SubscriberNum], [200, "OK", 0, 1]);
      assert.equal(body.SubscriberList[0].Subscriber_Account, "jared");
      assert.ok(Math.abs(Date.parse(date ?? "") - Date.now()) < 60_000);
    });
  });

  const now = Math.floor(Date.now() / 1_000);
  const refusals: readonly (readonly [what: string, code: number, command: string, body: unknown, asked?: Asked])[] = [
    ["another method", 60002, SUBSCRIBERS, PAGE, { method: "GET" }],
    ["another type", 60002, SUBSCRIBERS, PAGE, { type: "text/plain" }],
    ["a command that there is not", 60009, "official_account_open_http_svc/get_subscribers", PAGE],
    ["an empty body", 60003, SUBSCRIBERS, ""],
    ["a body that is no object", 60003, SUBSCRIBERS, []],
    ["no contenttype", 60002, SUBSCRIBERS, PAGE, { query: { contenttype: undefined } }],
    ["a random that is too large", 60002, SUBSCRIBERS, PAGE, { query: { random: "4294967296" } }],
    ["a parameter in another case", 60002, SUBSCRIBERS, PAGE, { query: { SdkAppid: "1400000000" } }],
    ["no app", 60012, SUBSCRIBERS, PAGE, { query: { sdkappid: undefined } }],
    ["an app that is no number", 60006, SUBSCRIBERS, PAGE, { query: { sdkappid: "news" } }],
    ["an app of another region", 70020, SUBSCRIBERS, PAGE, { query: { sdkappid: "1400000009" } }],
    ["no identifier", 60004, SUBSCRIBERS, PAGE, { query: { identifier: undefined } }],
    ["no signature", 60005, SUBSCRIBERS, PAGE, { query: { usersig: undefined } }],
    ["a signature that is none", 70003, SUBSCRIBERS, PAGE, { query: { usersig: "eJw-" } }],
    ["a signature for somebody else", 70013, SUBSCRIBERS, PAGE, { sig: { identifier: "jared" } }],
    ["a signature for another app", 70014, SUBSCRIBERS, PAGE, { sig: { app: 1_400_000_009 } }],
    ["a signature by another key", 70009, SUBSCRIBERS, PAGE, { sig: { key: "0".repeat(64) } }],
    ["a signature that has expired", 70001, SUBSCRIBERS, PAGE, { sig: { time: now - 90_000 } }],
    ["a signature of the future", 70003, SUBSCRIBERS, PAGE, { sig: { time: now + 3_600 } }],
    [
      "somebody who is no admin",
      60010,
      SUBSCRIBERS,
      PAGE,
      { query: { identifier: "jared" }, sig: { identifier: "jared" } },
    ],
    ["more people than a page has", 6017, SUBSCRIBERS, { ...PAGE, Limit: 201 }],
    ["a page without its Next", 6017, SUBSCRIBERS, { Official_Account: NEWS, Limit: 200 }],
    ["a Next that nobody gave", 6017, SUBSCRIBERS, { ...PAGE, Next: "abc" }],
    ["a page of no account", 6017, SUBSCRIBERS, { Limit: 200, Next: "" }],
    ["a page of an account that there is not", 130004, SUBSCRIBERS, { ...PAGE, Official_Account: "@TOA#_x" }],
    ["51 accounts at once", 6017, INFO, { OfficialAccountIdList: Array(51).fill({ Official_Account: NEWS }) }],
    ["no accounts", 6017, INFO, { OfficialAccountIdList: [] }],
    ["a list of nobody", 6017, LIST, {}],
    ["a list from a place that is none", 6017, LIST, { Subscriber_Account: "administrator", Offset: -1 }],
    ["a list of somebody unknown", 70107, LIST, { Subscriber_Account: "nobody" }],
    ["101 users", 6017, "im_open_login_svc/account_check", { CheckItem: Array(101).fill({ UserID: "jared" }) }],
    ["addresses of no kind", 6017, "ConfigSvc/GetIPList", {}],
  ];
  for (const [what, code, command, body, asked] of refusals) {
    it(`refuses ${what}: ${code}, with HTTP 200`, async () => {
      await withSandbox(async (sandbox) => {
        await sandbox.subscribe(NEWS, "jared");
        const answer = await ask(sandbox, command, body, asked);
        assert.deepEqual([answer.status, answer.body.ActionStatus, answer.body.ErrorCode], [200, "FAIL", code]);
      });
    });
  }

  it("refuses what is asked too often, each command by itself", async () => {
    await withSandbox(
      async (sandbox) => {
        await sandbox.subscribe(NEWS, "jared");
        const chat = clientOf(sandbox);
        const tags: string[] = [];
        for (let call = 0; call < 4; call += 1) tags.push((await chat.subscribers(NEWS, "")).tag);
        // a new second may begin in between
        assert.ok(tags.includes("ok") && tags.includes("later"), tags.join());
        assert.equal((await chat.accountsExist(["jared"])).tag, "ok");
      },
      { callsPerSecond: 1 },
    );
  });

  it("lets pages move under their reader: who leaves hides another, who comes is seen twice", async () => {
    const users = Array.from({ length: 400 }, (_, index) => `user-${index}`);
    const seen = async (order: "oldest" | "newest", move: (sandbox: ChatSandbox) => void) => {
      const found: string[] = [];
      await withSandbox(
        async (sandbox) => {
          await sandbox.subscribe(NEWS, users);
          const chat = clientOf(sandbox);
          for (let next = "", page = 0; page === 0 || next !== ""; page += 1) {
            if (page === 1) move(sandbox);
            const answer = await chat.subscribers(NEWS, next);
            assert.ok(answer.tag === "ok");
            found.push(...answer.value.people.map(({ user }) => user));
            next = answer.value.next;
          }
        },
        { order },
      );
      return found;
    };
    const hidden = await seen("oldest", (sandbox) => sandbox.world.unsubscribe(NEWS, ["user-0"]));
    assert.ok(!hidden.includes("user-200") && hidden.includes("user-201"));
    const doubled = await seen("newest", (sandbox) => sandbox.world.subscribe(NEWS, ["late"], 1));
    assert.equal(doubled.filter((user) => user === "user-200").length, 2);
  });

  it("lies about counts when it is told to", async () => {
    await withSandbox(async (sandbox) => {
      await sandbox.subscribe(NEWS, ["jared", "leckie"]);
      sandbox.lie(NEWS, -1);
      const page = await clientOf(sandbox).subscribers(NEWS, "");
      assert.equal(page.tag === "ok" && page.value.subscriberNum, 1);
      const info = await clientOf(sandbox).accountInfo([NEWS]);
      assert.deepEqual(info.tag === "ok" && info.value.get(NEWS), { tag: "there", subscriberNum: 1 });
    });
  });

  it("calls a bridge back, signed by its own clock, unless the callback is to be lost", async () => {
    const heard: { readonly path: string; readonly body: Record<string, unknown> }[] = [];
    const HOUR = 3_600_000;
    await withServer(
      (request, response) => {
        let text = "";
        request.on("data", (chunk) => {
          text += chunk;
        });
        request.on("end", () => {
          heard.push({ path: request.url ?? "", body: JSON.parse(text) });
          const isTaken = heard.length !== 3;
          response.writeHead(isTaken ? 200 : 503).end(JSON.stringify({ ActionStatus: isTaken ? "OK" : "FAIL" }));
        });
      },
      async (url) => {
        await withSandbox(
          async (sandbox) => {
            assert.equal(await sandbox.subscribe(NEWS, "before"), "lost");
            sandbox.callbacks = { url: `${url}/callback`, token: "chat-callback-token" };
            assert.equal(await sandbox.subscribe(NEWS, ["jared", "leckie"]), "heard");
            assert.equal(await sandbox.unsubscribe(NEWS, "leckie", { unheard: true }), "lost");
            assert.equal(await sandbox.unsubscribe(NEWS, "jared"), "heard");
            assert.equal(await sandbox.unsubscribe(NEWS, "before", { operator: "boss" }), "lost");
            assert.equal(await sandbox.destroy(NEWS), "heard");
            assert.deepEqual([...sandbox.world.accounts], []);
          },
          { clock: () => Date.now() + HOUR },
        );
      },
    );
    const shown = heard.map(({ body }) => [
      String(body.CallbackCommand).replace("OfficialAccount.Callback", ""),
      body.Operator_Account,
      body.SubscribeAccountList,
    ]);
    assert.deepEqual(shown, [
      ["AfterAddSubscriber", "administrator", [{ Subscriber_Account: "jared" }, { Subscriber_Account: "leckie" }]],
      ["AfterDeleteSubscriber", "jared", [{ Subscriber_Account: "jared" }]],
      ["AfterDeleteSubscriber", "boss", [{ Subscriber_Account: "before" }]],
      ["AfterOfficialAccountDestroyed", undefined, undefined],
    ]);
    const app = { sdk_app_id: 1_400_000_000, token: "chat-callback-token", allow_unsigned: false };
    const judge = authenticator({ apps: [app], max_clock_skew: 60_000 });
    for (const { path, body } of heard) {
      assert.equal(judge(parseQuery(`http://bridge.invalid${path}`), Number(body.EventTime)).tag, "authentic");
      assert.equal(judge(parseQuery(`http://bridge.invalid${path}`), Date.now()).tag, "stale");
    }
  });
});

describe("the budget of calls", () => {
  it("is one for all apps of one key, another for another key, and shows none", () => {
    const one = { admin: "administrator", secret_key: "a-key-of-some-length" };
    const [app, other] = ["1400000000", "1400000001"];
    assert.equal(budgetOf(app, { ...one, region: "china" }), budgetOf(other, { ...one, admin: "boss" }));
    assert.notEqual(budgetOf(app, one), budgetOf(app, { ...one, secret_key: "another-key-of-some-length" }));
    const readyMade = { admin: "administrator", user_sig: "eJw" };
    assert.notEqual(budgetOf(app, one), budgetOf(app, readyMade));
    assert.notEqual(budgetOf(app, readyMade), budgetOf(other, readyMade));
    assert.match(budgetOf(app, one), /^chat [0-9a-f]{64}$/);
  });
});
