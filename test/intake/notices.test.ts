/** Callbacks about an official account itself: kept where Chat can be asked about it, and no more than a reason to ask. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ACCOUNT_DESTROYED } from "../../src/callback.ts";
import {
  APP,
  body,
  CONFIG,
  type MemoryStore,
  memoryStore,
  NEXT_TOKEN,
  OTHER_APP,
  post,
  query,
  startIntake,
} from "./harness.ts";

const NOTICE = JSON.stringify({
  CallbackCommand: ACCOUNT_DESTROYED,
  Official_Account: "@TOA#_news",
  Owner_Account: "leckie",
  Name: "News",
  EventTime: 1_790_000_000_000,
});

/** An intake that can ask Chat about one of its apps. */
async function withIntake(
  use: (intake: Awaited<ReturnType<typeof startIntake>>, store: MemoryStore) => Promise<void>,
  rest: { readonly admin: string } | "none" = { admin: "administrator" },
) {
  const store = memoryStore();
  const [first, ...others] = CONFIG.chat.apps;
  assert.ok(first);
  const apps = [
    rest === "none" ? first : { ...first, rest: { ...rest, region: "china" as const, secret_key: "a-key" } },
  ];
  const intake = await startIntake({ store, chat: { apps: [...apps, ...others] } });
  try {
    await use(intake, store);
  } finally {
    await intake.stop();
  }
}

const CHANGED = { CallbackCommand: ACCOUNT_DESTROYED };

describe("a callback that an official account was destroyed", () => {
  it("is kept raw, answered OK, and told in the log", async () => {
    await withIntake(async (intake, store) => {
      const { status, json } = await post(intake, query(CHANGED), NOTICE);
      assert.deepEqual([status, json.ActionStatus], [200, "OK"]);
      const [kept, ...more] = store.callbacks;
      assert.ok(kept);
      assert.deepEqual([kept.app, kept.command, new TextDecoder().decode(kept.body)], [APP, ACCOUNT_DESTROYED, NOTICE]);
      assert.deepEqual([more, store.quarantine], [[], []]);
      const [line] = intake.log.lines.filter(({ fact }) => fact === "intake.notice");
      assert.equal(line?.official_account, "@TOA#_news");
      assert.equal((await intake.counted()).callbacks_stored, 1);
    });
  });

  it("is one where the URL names no command, and the body does", async () => {
    await withIntake(async (intake, store) => {
      await post(intake, query({ CallbackCommand: undefined }), NOTICE);
      assert.deepEqual(
        store.callbacks.map(({ command }) => command),
        [ACCOUNT_DESTROYED],
      );
    });
  });

  it("goes to the spool while the store takes nothing", async () => {
    await withIntake(async (intake, store) => {
      store.behave = () => Promise.reject(new Error("the disk is full"));
      const { status } = await post(intake, query(CHANGED), NOTICE);
      assert.equal(status, 200);
      assert.deepEqual(
        intake.spooled.flatMap(({ callbacks }) => callbacks.map(({ command }) => command)),
        [ACCOUNT_DESTROYED],
      );
    });
  });

  it("is none of ours without `rest`, and for an app that has none: counted, and answered OK", async () => {
    await withIntake(async (intake, store) => {
      assert.equal((await post(intake, query(CHANGED), NOTICE)).status, 200);
      assert.deepEqual(store.callbacks, []);
      assert.equal((await intake.counted()).callbacks_other_command, 1);
    }, "none");
    await withIntake(async (intake, store) => {
      const other = query({ ...CHANGED, SdkAppid: OTHER_APP }, NEXT_TOKEN);
      assert.equal((await post(intake, other, NOTICE)).status, 200);
      assert.deepEqual(store.callbacks, []);
    });
  });

  it("is not kept when it is stale, or unsigned", async () => {
    await withIntake(async (intake, store) => {
      assert.equal((await post(intake, query({ ...CHANGED, RequestTime: "1789990000" }), NOTICE)).status, 403);
      assert.equal((await post(intake, query({ ...CHANGED, Sign: "0".repeat(64) }), NOTICE)).status, 403);
      assert.deepEqual([store.callbacks, store.quarantine], [[], []]);
    });
  });

  for (const [what, text, fault] of [
    ["no JSON", "<xml/>", /^body: expected a JSON object/],
    [
      "no official account",
      JSON.stringify({ CallbackCommand: ACCOUNT_DESTROYED }),
      /^Official_Account: expected a string/,
    ],
    ["an unsubscription under its name", body(), /^CallbackCommand: expected .*Destroyed as in the URL/],
  ] as const) {
    it(`that is ${what} is quarantined, and not forgotten`, async () => {
      await withIntake(async (intake, store) => {
        assert.equal((await post(intake, query(CHANGED), text)).status, 400);
        assert.equal(store.quarantine.length, 1);
        assert.match(store.quarantine[0]?.fault ?? "", fault);
      });
    });
  }

  it("that is too large is quarantined without its body", async () => {
    await withIntake(async (intake, store) => {
      assert.equal((await post(intake, query(CHANGED), NOTICE + " ".repeat(70_000))).status, 413);
      assert.equal(store.quarantine.length, 1);
    });
  });
});
