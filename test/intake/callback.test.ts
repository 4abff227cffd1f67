import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkCallback, commandInBody, eventId, quarantineEntry, readCallback } from "../../src/callback.ts";
import type { Callback } from "../../src/storage/contract/callbacks.ts";
import { ADD, APP, body, DELETE, NOW } from "./harness.ts";

function callback(payload: string | Uint8Array, changes: Partial<Callback> = {}): Callback {
  const raw = typeof payload === "string" ? Buffer.from(payload) : payload;
  return { app: APP, command: DELETE, platform: "iOS", clientIp: "192.0.2.7", receivedAt: NOW, body: raw, ...changes };
}

const faultOf = (payload: string | Uint8Array, changes?: Partial<Callback>): string => {
  const read = readCallback(callback(payload, changes));
  return read.ok ? assert.fail("no fault was found") : read.fault;
};

const eventsOf = (payload: string, changes?: Partial<Callback>) => {
  const read = readCallback(callback(payload, changes));
  return read.ok ? read.events : assert.fail(read.fault);
};

const listOf = (...users: unknown[]) => ({ SubscribeAccountList: users.map((user) => ({ Subscriber_Account: user })) });

describe("the id of an event", () => {
  it("is the SHA-256 of a versioned array", () => {
    // computed with sha256sum over [1,"1400000000","OfficialAccount.CallbackAfterDeleteSubscriber","@TOA#_test_OA_for_penn","jared",1670574414123]
    const id = eventId(APP, DELETE, "@TOA#_test_OA_for_penn", "jared", 1670574414123);
    assert.equal(id, "478648d44e803facd749f65b93d5cf2824182a9c332af606a7c475ad1add747c");
  });

  it("is of UTF-8", () => {
    const id = eventId(APP, DELETE, "@TOA#_ü", "名前", 1670574414123);
    const text = `[1,"${APP}","${DELETE}","@TOA#_ü","名前",1670574414123]`;
    assert.equal(id, createHash("sha256").update(text, "utf8").digest("hex"));
  });
});

describe("a callback that is well-formed", () => {
  it("gives one event per user", () => {
    assert.deepEqual(eventsOf(body()), [
      {
        id: eventId(APP, DELETE, "@TOA#_test_OA_for_penn", "jared", NOW - 1_000),
        kind: "unsubscribed",
        app: APP,
        officialAccount: "@TOA#_test_OA_for_penn",
        user: "jared",
        operator: "leckie",
        byAdmin: true,
        platform: "iOS",
        clientIp: "192.0.2.7",
        eventTime: NOW - 1_000,
        receivedAt: NOW,
      },
      {
        id: eventId(APP, DELETE, "@TOA#_test_OA_for_penn", "leckie", NOW - 1_000),
        kind: "unsubscribed",
        app: APP,
        officialAccount: "@TOA#_test_OA_for_penn",
        user: "leckie",
        operator: "leckie",
        byAdmin: false,
        platform: "iOS",
        clientIp: "192.0.2.7",
        eventTime: NOW - 1_000,
        receivedAt: NOW,
      },
    ]);
  });

  it("gives subscriptions when its command says so", () => {
    const events = eventsOf(body({ CallbackCommand: ADD }), { command: ADD });
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["subscribed", "subscribed"],
    );
  });

  it("gives the same ids in whatever order it lists the users", () => {
    const ids = (payload: string) =>
      eventsOf(payload)
        .map(({ id }) => id)
        .sort();
    assert.deepEqual(ids(body(listOf("a", "b", "c"))), ids(body(listOf("c", "a", "b"))));
  });

  it("gives one event for a user that it names twice", () => {
    assert.deepEqual(
      eventsOf(body(listOf("a", "b", "a"))).map(({ user }) => user),
      ["a", "b"],
    );
  });

  it("keeps user ids apart that differ only by case", () => {
    assert.equal(eventsOf(body(listOf("Ann", "ann"))).length, 2);
  });

  it("may carry fields that nobody knows", () => {
    assert.equal(
      eventsOf(body({ New: { deep: [1] }, SubscribeAccountList: [{ Subscriber_Account: "a", Extra: 1 }] })).length,
      1,
    );
  });

  for (const [what, operator] of [
    ["does not name its operator", undefined],
    ["names null as its operator", null],
    ["has an operator without a name", ""],
    ["has an operator whose name is blank", " \u00a0\t"],
  ] as const) {
    it(`that ${what} says of nobody that an admin did it`, () => {
      const events = eventsOf(body({ Operator_Account: operator }));
      assert.deepEqual(
        events.map(({ user, operator, byAdmin }) => [user, operator, byAdmin]),
        [
          ["jared", "", false],
          ["leckie", "", false],
        ],
      );
    });
  }

  it("gives the same events whether its time is a number or that number's digits", () => {
    assert.deepEqual(eventsOf(body({ EventTime: String(NOW - 1_000) })), eventsOf(body()));
  });

  it("may be up to ten minutes ahead of our clock, and as old as it likes", () => {
    assert.equal(eventsOf(body({ EventTime: NOW + 600_000 })).length, 2);
    assert.equal(eventsOf(body({ EventTime: 1_000_000_000_000 })).length, 2);
  });

  it("reads the same a year later, from what was stored", () => {
    const stored = callback(body());
    assert.deepEqual(readCallback(structuredClone(stored)), readCallback(stored));
  });
});

describe("a callback with a fault names the field and what was expected", () => {
  const faults: [string, string | Uint8Array, RegExp][] = [
    ["a body that is not JSON", "user=jared", /^body: expected a JSON object/],
    ["an empty body", "", /^body: expected a JSON object/],
    ["a body cut off", body().slice(0, -1), /^body: expected a JSON object/],
    ["JSON that is no object", "[]", /^body: expected a JSON object/],
    ["null", "null", /^body: expected a JSON object/],
    [
      "bytes that are no UTF-8",
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]),
      /UTF-8/,
    ],
    ["nesting without end", "[".repeat(200_000), /^body: nested deeper than 32$/],
    ["a missing command", body({ CallbackCommand: undefined }), /^CallbackCommand: expected a string, got nothing/],
    ["another command", body({ CallbackCommand: ADD }), /^CallbackCommand: expected .*DeleteSubscriber as in the URL/],
    ["a missing account", body({ Official_Account: undefined }), /^Official_Account: expected a string, got nothing/],
    [
      "an account that is a number",
      body({ Official_Account: 7 }),
      /^Official_Account: expected a string, got a number/,
    ],
    ["an empty account", body({ Official_Account: "" }), /^Official_Account: expected an id/],
    [
      "an endless account",
      body({ Official_Account: "a".repeat(257) }),
      /^Official_Account: expected at most 256 bytes/,
    ],
    ["an operator that is a number", body({ Operator_Account: 7 }), /^Operator_Account: expected a string, got a num/],
    ["an operator with a line break", body({ Operator_Account: "a\nb" }), /^Operator_Account: expected no control/],
    [
      "a missing list",
      body({ SubscribeAccountList: undefined }),
      /^SubscribeAccountList: expected an array, got nothing/,
    ],
    [
      "a list that is an object",
      body({ SubscribeAccountList: {} }),
      /^SubscribeAccountList: expected an array, got an ob/,
    ],
    [
      "a user without its object",
      body({ SubscribeAccountList: [{ Subscriber_Account: "a" }, "b"] }),
      /^SubscribeAccountList\[1\]: expected an object, got a string/,
    ],
    [
      "a user that is a number",
      body(listOf("a", 7)),
      /^SubscribeAccountList\[1\]\.Subscriber_Account: expected a string, got a number/,
    ],
    ["a missing time", body({ EventTime: undefined }), /^EventTime: .* got nothing/],
    ["a time in words", body({ EventTime: new Date(NOW).toISOString() }), /^EventTime: .* got a string/],
    ["a time as text with a sign", body({ EventTime: `+${NOW}` }), /^EventTime: .* got a string/],
    ["a time as text with spaces", body({ EventTime: ` ${NOW}` }), /^EventTime: .* got a string/],
    ["a time as hexadecimal text", body({ EventTime: `0x${NOW.toString(16)}` }), /^EventTime: .* got a string/],
    ["no time at all, as text", body({ EventTime: "" }), /^EventTime: .* got a string/],
    ["a time in seconds as text", body({ EventTime: String(NOW / 1000) }), /^EventTime: .* seconds/],
    ["a time in microseconds as text", body({ EventTime: String(NOW * 1000) }), /^EventTime: .* ahead/],
    ["a time in seconds", body({ EventTime: NOW / 1000 }), /^EventTime: .* seconds/],
    ["time zero", body({ EventTime: 0 }), /^EventTime: .* seconds/],
    ["a negative time", body({ EventTime: -NOW }), /^EventTime: .* negative/],
    ["a fraction", body({ EventTime: NOW - 0.5 }), /^EventTime: .* integer/],
    ["a time beyond all numbers", body().replace(/"EventTime":\d+/, '"EventTime":1e400'), /^EventTime: .* integer/],
    ["a time in microseconds", body({ EventTime: NOW * 1000 }), /^EventTime: .* ahead/],
    ["a time just over ten minutes ahead", body({ EventTime: NOW + 600_001 }), /^EventTime: .* ahead/],
  ];
  for (const [name, payload, expected] of faults) {
    it(name, () => assert.match(faultOf(payload), expected));
  }

  it("a command that is not a subscriber's", () => {
    assert.match(faultOf(body(), { command: "C2C.CallbackAfterSendMsg" }), /^CallbackCommand: expected/);
  });

  it("without repeating what was sent", () => {
    assert.doesNotMatch(faultOf(body({ CallbackCommand: "someone@example.com" })), /example/);
  });
});

describe("a user whose id cannot be used goes to the quarantine while the others go on", () => {
  const bad: [string, string, RegExp][] = [
    ["empty", "", /empty/],
    ["over 256 bytes", "a".repeat(257), /256 bytes/],
    ["over 256 bytes of UTF-8, though fewer characters", "名".repeat(86), /256 bytes/],
    ["with an escape sequence", "\u001b[31mred", /control/],
    ["with a line break", "a\nb", /control/],
    ["with NUL", "a\u0000", /control/],
    ["with DEL", "a\u007f", /control/],
    ["with a C1 control character", "a\u0085", /control/],
    ["with a lone surrogate", "a\ud800", /surrogate/],
  ];
  for (const [name, user, expected] of bad) {
    it(name, () => {
      const read = readCallback(callback(body(listOf("before", user, "after"))));
      assert.ok(read.ok);
      assert.deepEqual(
        read.events.map((event) => event.user),
        ["before", "after"],
      );
      assert.equal(read.quarantine.length, 1);
      assert.match(read.quarantine[0]?.fault ?? "", expected);
    });
  }

  it("ids of exactly 256 bytes can be used", () => {
    assert.equal(eventsOf(body(listOf("a".repeat(256), `${"名".repeat(85)}a`))).length, 2);
  });

  it("its entry is a callback for this user alone, and replays as one", () => {
    const read = readCallback(callback(body(listOf("fine", "a\u0007"))));
    assert.ok(read.ok);
    const [entry] = read.quarantine;
    assert.ok(entry);
    const again = readCallback(entry);
    assert.ok(again.ok);
    assert.deepEqual(again.events, []);
    assert.deepEqual(again.quarantine, [entry]);
  });

  it("named twice it is one entry", () => {
    const read = readCallback(callback(body(listOf("", ""))));
    assert.ok(read.ok);
    assert.equal(read.quarantine.length, 1);
  });
});

describe("a quarantine entry", () => {
  it("has the same id for the same fault of the same body, whenever it came", () => {
    const first = quarantineEntry(callback("x"), "a fault");
    assert.equal(quarantineEntry(callback("x", { receivedAt: NOW + 5 }), "a fault").id, first.id);
    assert.notEqual(quarantineEntry(callback("x"), "another fault").id, first.id);
    assert.notEqual(quarantineEntry(callback("y"), "a fault").id, first.id);
  });
});

describe("whatever arrives", () => {
  const arbitraryBody = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record(
        {
          CallbackCommand: fc.oneof(fc.constant(DELETE), fc.anything()),
          Official_Account: fc.oneof(fc.string(), fc.anything()),
          Operator_Account: fc.oneof(fc.string(), fc.anything()),
          SubscribeAccountList: fc.oneof(fc.array(fc.record({ Subscriber_Account: fc.anything() })), fc.anything()),
          EventTime: fc.oneof(fc.integer(), fc.double(), fc.constant(NOW), fc.anything()),
        },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(withoutBigInts(value))),
  );

  it("reading never throws", () => {
    fc.assert(
      fc.property(arbitraryBody, (payload) => {
        const read = readCallback(callback(payload));
        commandInBody(payload);
        return read.ok || read.fault.length > 0;
      }),
      { numRuns: 500 },
    );
  });

  it("every user of a valid list ends as exactly one event, or in the quarantine", () => {
    const user = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.string({ minLength: 250, maxLength: 260 }),
      fc.constantFrom("jared", "\ud800", "", "a\u0000b"),
    );
    fc.assert(
      fc.property(fc.array(user), (users) => {
        const read = readCallback(callback(body(listOf(...users))));
        assert.ok(read.ok);
        const quarantined = read.quarantine.map((entry) => JSON.parse(Buffer.from(entry.body).toString()));
        const named = quarantined.flatMap((one) => one.SubscribeAccountList).map((one) => one.Subscriber_Account);
        const all = [...read.events.map((event) => event.user), ...named];
        assert.deepEqual(all.sort(), [...new Set(users)].sort());
        assert.equal(new Set(read.events.map(({ id }) => id)).size, read.events.length);
      }),
      { numRuns: 300 },
    );
  });

  it("checking and reading come to the same", () => {
    fc.assert(
      fc.property(arbitraryBody, (payload) => {
        const [checked, read] = [checkCallback(callback(payload)), readCallback(callback(payload))];
        if (!checked.ok || !read.ok) return assert.deepEqual(checked, read);
        assert.deepEqual(
          read.events.map(({ user }) => user),
          checked.users,
        );
      }),
      { numRuns: 200 },
    );
  });
});

function withoutBigInts(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "";
}
