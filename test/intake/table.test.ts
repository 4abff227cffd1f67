/** What intake answers, and what it keeps: each row over real HTTP. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { signOf } from "../../src/intake/admission/authenticity.ts";
import {
  ADD,
  type Answer,
  APP,
  body,
  DELETE,
  NEXT_TOKEN,
  NOW,
  OTHER_APP,
  post,
  query,
  type RunningIntake,
  type StartOptions,
  startIntake,
  UNSIGNED_APP,
} from "./harness.ts";

/** Runs a test against an intake of its own. */
function onIntake(name: string, test: (intake: RunningIntake) => Promise<void>, options?: StartOptions): void {
  it(name, async () => {
    const intake = await startIntake(options);
    try {
      await test(intake);
    } finally {
      await intake.stop();
    }
  });
}

function isOk(answer: Answer): void {
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, { ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0 });
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
}

function isFail(answer: Answer, status: number, info: RegExp): void {
  assert.equal(answer.status, status);
  assert.equal(answer.json.ActionStatus, "FAIL");
  assert.equal(answer.json.ErrorCode, 1);
  assert.match(String(answer.json.ErrorInfo), info);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
}

const stale = String(NOW / 1000 - 3_600);

function keepsNothing({ store }: RunningIntake): void {
  assert.deepEqual([store.callbacks, store.quarantine], [[], []]);
}

describe("a subscriber callback", () => {
  onIntake("is stored as it came, and answered OK", async (intake) => {
    isOk(await post(intake));
    assert.equal(intake.store.callbacks.length, 1);
    const [kept] = intake.store.callbacks;
    assert.ok(kept);
    assert.equal(Buffer.from(kept.body).toString(), body());
    assert.deepEqual(
      { ...kept, body: null },
      { app: APP, command: DELETE, platform: "iOS", clientIp: "192.0.2.7", receivedAt: NOW, body: null },
    );
    assert.equal((await intake.counted()).callbacks_stored, 1);
  });

  onIntake("is answered only after it is stored", async (intake) => {
    let store: () => void = () => assert.fail("the store was not asked");
    const stored = new Promise<void>((resolve) => {
      store = resolve;
    });
    const asked = new Promise<void>((resolve) => {
      intake.store.behave = async () => {
        resolve();
        await stored;
        return { refused: [] };
      };
    });
    let answered = false;
    const answer = post(intake).finally(() => {
      answered = true;
    });
    await asked;
    await fetch(`${intake.url}/healthz`).then((other) => other.text());
    assert.equal(answered, false);
    store();
    isOk(await answer);
  });

  onIntake("of a subscription is stored too", async (intake) => {
    isOk(await post(intake, query({ CallbackCommand: ADD }), body({ CallbackCommand: ADD })));
    assert.equal(intake.store.callbacks[0]?.command, ADD);
  });

  onIntake("may come with its parameters in another order and case", async (intake) => {
    const reversed = query().split("&").reverse().join("&").replace("SdkAppid", "SDKAPPID").replace("Sign", "sign");
    isOk(await post(intake, `${reversed}&Unknown=1`));
    assert.equal(intake.store.callbacks[0]?.platform, "iOS");
  });

  for (const type of [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "%%%",
  ]) {
    onIntake(`may say that it is ${type}`, async (intake) => {
      isOk(await post(intake, query(), body(), { headers: { "content-type": type } }));
      assert.equal(Buffer.from(intake.store.callbacks[0]?.body ?? []).toString(), body());
    });
  }

  onIntake("may say nothing of its type", async (intake) => {
    isOk(await post(intake, query(), Buffer.from(body())));
  });

  onIntake("that comes again is answered OK", async (intake) => {
    isOk(await post(intake));
    isOk(await post(intake));
  });

  onIntake("may belong to another app, with either of its tokens", async (intake) => {
    isOk(await post(intake, query({ SdkAppid: OTHER_APP }, NEXT_TOKEN)));
    isOk(await post(intake, query({ SdkAppid: OTHER_APP }, "other-canary-old")));
    assert.deepEqual(
      intake.store.callbacks.map(({ app }) => app),
      [OTHER_APP, OTHER_APP],
    );
  });

  onIntake("of an app without a token needs no sign", async (intake) => {
    isOk(await post(intake, query({ SdkAppid: UNSIGNED_APP, Sign: undefined, RequestTime: undefined })));
    assert.equal(intake.store.callbacks[0]?.app, UNSIGNED_APP);
  });

  onIntake("with unknown extra fields is stored with them", async (intake) => {
    const payload = body({ FutureField: { a: [1, null] } });
    isOk(await post(intake, query(), payload));
    assert.equal(Buffer.from(intake.store.callbacks[0]?.body ?? []).toString(), payload);
  });

  onIntake("whose command only the body names is stored under it", async (intake) => {
    isOk(await post(intake, query({ CallbackCommand: undefined })));
    assert.equal(intake.store.callbacks[0]?.command, DELETE);
  });

  onIntake("with an odd platform or address is stored without what no store can hold", async (intake) => {
    isOk(await post(intake, query({ OptPlatform: "iOS\u0000\u001b[1m", ClientIP: "x".repeat(10_000) })));
    assert.equal(intake.store.callbacks[0]?.platform, "iOS[1m");
    assert.equal(intake.store.callbacks[0]?.clientIp.length, 256);
  });

  onIntake("counts under the configuration of its time", async (intake) => {
    const apps = [{ sdk_app_id: Number(APP), token: "rotated", allow_unsigned: false }];
    intake.state.config = { ...intake.state.config, chat: { ...intake.state.config.chat, apps } };
    isFail(await post(intake), 403, /Sign is wrong/);
    isOk(await post(intake, query({}, "rotated")));
  });
});

describe("what is not authentic is refused before its body is read", () => {
  onIntake("an unknown SdkAppid, by its name", async (intake) => {
    isFail(await post(intake, query({ SdkAppid: "42" })), 403, /SdkAppid 42 is not one/);
    keepsNothing(intake);
    assert.equal((await intake.counted()).refused_app, 1);
  });

  onIntake("a missing SdkAppid, by saying so", async (intake) => {
    isFail(await post(intake, query({ SdkAppid: undefined })), 403, /SdkAppid is missing/);
    assert.equal((await intake.counted()).refused_app, 1);
  });

  onIntake("a wrong Sign, with one log line a minute for each app", async (intake) => {
    const wrong = { Sign: signOf("guessed", String(NOW / 1000)) };
    for (let count = 0; count < 5; count += 1) isFail(await post(intake, query(wrong)), 403, /^Sign is wrong$/);
    isFail(await post(intake, query({ ...wrong, SdkAppid: OTHER_APP })), 403, /^Sign is wrong$/);
    assert.deepEqual(
      refusals(intake).map(({ app }) => app),
      [APP, OTHER_APP],
    );
    intake.state.now += 60_000;
    isFail(await post(intake, query(wrong)), 403, /^Sign is wrong$/);
    assert.deepEqual(
      refusals(intake).map(({ count }) => count),
      [1, 1, 5],
    );
    assert.equal((await intake.counted()).refused_sign, 7);
    keepsNothing(intake);
  });

  onIntake("a missing Sign", async (intake) => {
    isFail(await post(intake, query({ Sign: undefined })), 403, /^Sign is missing$/);
    assert.equal((await intake.counted()).refused_sign, 1);
    keepsNothing(intake);
  });

  onIntake(
    "a right Sign of another time: quarantined, and the log says how far the clocks are apart",
    async (intake) => {
      isFail(await post(intake, query({ RequestTime: stale })), 403, /RequestTime/);
      assert.equal(refusals(intake)[0]?.clock_difference_seconds, -3_600);
      assert.equal(intake.store.quarantine.length, 1);
      const [entry] = intake.store.quarantine;
      assert.equal(Buffer.from(entry?.body ?? []).toString(), body());
      assert.match(entry?.fault ?? "", /RequestTime/);
      assert.equal(intake.store.callbacks.length, 0);
    },
  );

  onIntake("a right Sign of another time under another command: not kept", async (intake) => {
    const other = query({ RequestTime: stale, CallbackCommand: "C2C.CallbackAfterSendMsg" });
    isFail(await post(intake, other, "a private message"), 403, /RequestTime/);
    keepsNothing(intake);
  });
});

describe("what is authentic but not understood is quarantined, and answered with the field and what was expected", () => {
  const rows: [string, string, RegExp][] = [
    ["a body that is not JSON", "not json", /JSON/],
    ["no body", "", /JSON/],
    ["a missing field", body({ Official_Account: undefined }), /Official_Account: expected a string/],
    ["a field of the wrong type", body({ SubscribeAccountList: "jared" }), /SubscribeAccountList: expected an array/],
    ["another command than in the URL", body({ CallbackCommand: ADD }), /CallbackCommand: expected .* as in the URL/],
    ["a time in seconds", body({ EventTime: NOW / 1000 }), /EventTime: .* seconds/],
    ["a negative time", body({ EventTime: -1 }), /EventTime: .* negative/],
    ["a fraction of a time", body({ EventTime: NOW + 0.5 }), /EventTime: .* integer/],
    ["a time too far ahead", body({ EventTime: NOW + 600_001 }), /EventTime: .* 10 minutes ahead/],
  ];
  for (const [name, payload, info] of rows) {
    onIntake(name, async (intake) => {
      isFail(await post(intake, query(), payload), 400, info);
      assert.equal(intake.store.callbacks.length, 0);
      assert.equal(intake.store.quarantine.length, 1);
      assert.equal(Buffer.from(intake.store.quarantine[0]?.body ?? []).toString(), payload);
      assert.match(intake.store.quarantine[0]?.fault ?? "", info);
      assert.equal(intake.store.quarantine[0]?.size, payload.length);
      assert.equal((await intake.counted()).callbacks_faulty, 1);
    });
  }

  onIntake("a user id that cannot be used: quarantined alone, the others stored, answered OK", async (intake) => {
    const users = ["fine", "", "also fine"].map((user) => ({ Subscriber_Account: user }));
    isOk(await post(intake, query(), body({ SubscribeAccountList: users })));
    assert.equal(intake.store.callbacks.length, 1);
    assert.equal(intake.store.quarantine.length, 1);
    assert.equal(intake.store.groups.length, 1);
    assert.equal((await intake.counted()).users_faulty, 1);
  });

  onIntake("nothing but user ids that cannot be used: quarantined, answered OK", async (intake) => {
    isOk(await post(intake, query(), body({ SubscribeAccountList: [{ Subscriber_Account: "a\u0000" }] })));
    assert.equal(intake.store.callbacks.length, 0);
    assert.equal(intake.store.quarantine.length, 1);
  });

  onIntake("a body over the limit: its size and time", async (intake) => {
    const payload = body({ Padding: "x".repeat(64 * 1024) });
    isFail(await post(intake, query(), payload), 413, /expected at most 65536/);
    const [entry] = intake.store.quarantine;
    assert.equal(entry?.size, payload.length);
    assert.equal(entry?.receivedAt, NOW);
    assert.equal(entry?.body.length, 0);
    assert.equal((await intake.counted()).callbacks_too_large, 1);
  });

  onIntake("a body of exactly the limit is stored", async (intake) => {
    const padding = "x".repeat(64 * 1024 - body({ Padding: "" }).length);
    isOk(await post(intake, query(), body({ Padding: padding })));
    assert.equal(intake.store.callbacks[0]?.body.length, 64 * 1024);
  });

  onIntake("an empty list is answered OK and counted", async (intake) => {
    isOk(await post(intake, query(), body({ SubscribeAccountList: [] })));
    keepsNothing(intake);
    assert.equal((await intake.counted()).callbacks_empty, 1);
  });
});

describe("a callback that is none of ours is answered OK and counted", () => {
  const rows: [string, string | undefined, string][] = [
    ["another command", "C2C.CallbackBeforeSendMsg", '{"CallbackCommand":"C2C.CallbackBeforeSendMsg"}'],
    ["another command of official accounts", "OfficialAccount.CallbackBeforeAddSubscriber", "{}"],
    ["a command that is no command", "constructor", "{}"],
    ["another command without JSON", "Group.CallbackAfterSendMsg", "<xml/>"],
    ["another command with a body over the limit", "C2C.CallbackBeforeSendMsg", "x".repeat(100_000)],
    ["no command", undefined, "{}"],
    ["no command and no JSON", undefined, "hello"],
    ["no command and no body", undefined, ""],
    ["no command in the URL and another in the body", undefined, '{"CallbackCommand":"State.StateChange"}'],
  ];
  for (const [name, command, payload] of rows) {
    onIntake(name, async (intake) => {
      isOk(await post(intake, query({ CallbackCommand: command }), payload));
      keepsNothing(intake);
      assert.equal((await intake.counted()).callbacks_other_command, 1);
    });
  }

  onIntake("but not when its body is an unsubscription, which was once answered OK and forgotten", async (intake) => {
    const info = /CallbackCommand: expected C2C.CallbackAfterSendMsg as in the URL/;
    isFail(await post(intake, query({ CallbackCommand: "C2C.CallbackAfterSendMsg" })), 400, info);
    assert.equal(Buffer.from(intake.store.quarantine[0]?.body ?? []).toString(), body());
    assert.equal((await intake.counted()).callbacks_faulty, 1);
  });

  onIntake("a message that only talks about one is a message", async (intake) => {
    const payload = JSON.stringify({
      CallbackCommand: "C2C.CallbackBeforeSendMsg",
      MsgBody: [{ Text: body() }, DELETE],
    });
    isOk(await post(intake, query({ CallbackCommand: "C2C.CallbackBeforeSendMsg" }), payload));
    keepsNothing(intake);
  });

  onIntake("but not when its sign is wrong", async (intake) => {
    isFail(await post(intake, query({ CallbackCommand: "C2C.CallbackBeforeSendMsg", Sign: "x" }), "{}"), 403, /Sign/);
  });
});

describe("another method, another path", () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    onIntake(`${method} on the callback path is 405`, async (intake) => {
      const response = await fetch(`${intake.url}/callback?${query()}`, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "POST");
      assert.equal(((await response.json()) as Answer["json"]).ActionStatus, "FAIL");
      keepsNothing(intake);
    });
  }

  onIntake("POST on /readyz is 405", async (intake) => {
    const response = await fetch(`${intake.url}/readyz`, { method: "POST" });
    assert.equal(response.status, 405);
    await response.json();
  });

  for (const path of ["/", "/callbacks", "/callback/more", "/%00"]) {
    onIntake(`${path} is 404`, async (intake) => {
      const response = await fetch(`${intake.url}${path}?${query()}`, { method: "POST", body: body() });
      assert.equal(response.status, 404);
      assert.equal(((await response.json()) as Answer["json"]).ActionStatus, "FAIL");
      keepsNothing(intake);
    });
  }

  onIntake(
    "the callback path may be the root",
    async (intake) => {
      const response = await fetch(`${intake.url}/?${query()}`, { method: "POST", body: body() });
      assert.equal(response.status, 200);
      await response.json();
    },
    { server: { path: "/" } },
  );
});

describe("addresses", () => {
  const elsewhere = { chat: { allow_from: ["203.0.113.0/24"] } };
  const forwarded = (address: string) => ({ headers: { "x-forwarded-for": address } });

  onIntake(
    "outside of allow_from are refused",
    async (intake) => {
      isFail(await post(intake), 403, /address/);
      isFail(await post(intake, query(), body(), forwarded("203.0.113.9")), 403, /address/);
      keepsNothing(intake);
      assert.equal((await intake.counted()).refused_address, 2);
    },
    elsewhere,
  );

  onIntake("inside of it are taken", async (intake) => isOk(await post(intake)), {
    chat: { allow_from: ["127.0.0.0/8", "::1"] },
  });

  onIntake(
    "are the forwarded ones behind a trusted proxy",
    async (intake) => {
      isOk(await post(intake, query(), body(), forwarded("1.1.1.1, 203.0.113.9")));
      isFail(await post(intake, query(), body(), forwarded("203.0.113.9, 1.1.1.1")), 403, /address/);
    },
    { ...elsewhere, server: { trusted_proxies: ["127.0.0.1", "::1"] } },
  );
});

describe("the probes", () => {
  const statusOf = async (intake: RunningIntake, path: string) => {
    const response = await fetch(`${intake.url}${path}`);
    await response.json();
    return response.status;
  };

  onIntake("/healthz answers as long as the process lives, /readyz only while callbacks are wanted", async (intake) => {
    for (const [phase, ready] of [
      ["starting", 503],
      ["ready", 200],
      ["stopping", 503],
    ] as const) {
      intake.state.phase = phase;
      assert.equal(await statusOf(intake, "/healthz"), 200);
      assert.equal(await statusOf(intake, "/readyz"), ready);
    }
  });

  onIntake(
    "/readyz stays ready while the spool takes callbacks, and no longer",
    async (intake) => {
      intake.store.behave = () => Promise.reject(new Error("disk full"));
      isOk(await post(intake));
      assert.equal(await statusOf(intake, "/readyz"), 200);
      intake.state.spool = () => Promise.reject(new Error("disk full, too"));
      isFail(await post(intake), 503, /could not be stored/);
      assert.equal(await statusOf(intake, "/readyz"), 503);
    },
    { limits: { probeMs: 3_600_000 } },
  );
});

describe("while stopping", () => {
  onIntake("callbacks are taken, and every answer ends its connection", async (intake) => {
    assert.equal((await post(intake)).headers.get("connection")?.toLowerCase() ?? "keep-alive", "keep-alive");
    intake.state.phase = "stopping";
    for (const [url, payload] of [
      [query(), body()],
      [query(), "{"],
      [query({ Sign: "x" }), body()],
    ] as const) {
      assert.match((await post(intake, url, payload)).headers.get("connection") ?? "", /^close/);
    }
    const elsewhere = await fetch(`${intake.url}/nowhere`);
    assert.match(elsewhere.headers.get("connection") ?? "", /^close/);
    await elsewhere.json();
    assert.equal(intake.store.callbacks.length, 2);
  });
});

describe("when neither store nor spool takes a callback", () => {
  onIntake("it is answered 503, and is in the log, whole", async (intake) => {
    intake.store.behave = () => Promise.reject(new Error("disk full"));
    intake.state.spool = () => Promise.reject(new Error("disk full, too"));
    isFail(await post(intake), 503, /could not be stored/);
    const line = intake.log.lines.find(({ fact }) => fact === "intake.lost");
    assert.equal(line?.level, "error");
    assert.equal(line?.body, body());
    assert.deepEqual(
      [line?.app, line?.command, line?.received_at, line?.platform],
      [APP, DELETE, new Date(NOW).toISOString(), "iOS"],
    );
    assert.equal((await intake.counted()).callbacks_lost, 1);
  });

  onIntake("nor is what should have been quarantined lost", async (intake) => {
    intake.store.behave = () => Promise.reject(new Error("disk full"));
    intake.state.spool = () => Promise.reject(new Error("disk full, too"));
    isFail(await post(intake, query(), Buffer.from([0xff, 0xfe])), 503, /could not be stored/);
    assert.equal(intake.log.lines.find(({ fact }) => fact === "intake.lost")?.body, "base64://4=");
  });
});

describe("neither a Sign nor a token", () => {
  onIntake("is in any line of the log, any answer, or anything that is kept", async (intake) => {
    const seen: unknown[] = [];
    const urls = [
      query(),
      query({ RequestTime: stale }),
      query({ SdkAppid: "1" }),
      query({ Sign: `${signOf("a", "b")}` }),
    ];
    for (const failing of [false, true]) {
      if (failing) {
        intake.store.behave = () => Promise.reject(new Error("disk full"));
        intake.state.spool = () => Promise.reject(new Error("disk full, too"));
      }
      for (const url of urls) for (const payload of [body(), "{"]) seen.push((await post(intake, url, payload)).json);
      const wrongMethod = await fetch(`${intake.url}/callback?${query()}`);
      seen.push(await wrongMethod.text());
    }
    seen.push(intake.log.lines, intake.store.callbacks, intake.store.quarantine, intake.spooled);
    const text = JSON.stringify(seen);
    assert.match(text, /intake\.lost/);
    for (const secret of ["canary", ...urls.map((url) => new URLSearchParams(url).get("Sign") ?? "")]) {
      assert.doesNotMatch(text, new RegExp(secret));
    }
  });
});

function refusals({ log }: RunningIntake) {
  return log.lines.filter(({ fact }) => fact === "intake.refused");
}
