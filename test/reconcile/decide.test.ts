/** What reconciling decides, without a store, a server or a clock: nobody is unsubscribed by an assumption. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChatRest } from "../../src/chat-rest/contract.ts";
import { accountVerdict, isDestroyed, whyNoAccount } from "../../src/reconcile/decide-account.ts";
import { dueAt, LEAST_MS, SAID_AGAIN_MS, wasAway } from "../../src/reconcile/decide-due.ts";
import { decidePerson, existenceVerdict } from "../../src/reconcile/decide-person.ts";
import {
  begunReading,
  type PassReading,
  whyNotOn,
  whyNotYet,
  whyUnexplained,
  withPage,
} from "../../src/reconcile/decide-void.ts";
import { whyWait } from "../../src/reconcile/decide-waiting.ts";
import type { KnownBridge } from "../../src/storage/contract/presence.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T = 1_700_000_000_000;
const clock = { aheadMs: 0, askedAt: T };

describe("a pass is due", () => {
  const good = { begunAt: T, endedAt: T + MINUTE, state: "done" as const };
  const bad = { begunAt: T, endedAt: T + MINUTE, state: "void" as const };
  const usual = { every: 6 * HOUR, noAccount: null, wantedAt: 0 };

  it("at once where there was none, or one is open: the store knows whose it is", () => {
    assert.equal(dueAt({ ...usual, passes: [] }), 0);
    assert.equal(dueAt({ ...usual, passes: [{ begunAt: T, endedAt: null, state: "reading" }, good] }), 0);
  });

  it("so long after the beginning of the last as the settings say", () => {
    assert.equal(dueAt({ ...usual, passes: [good] }), T + 6 * HOUR);
  });

  it("after a start or a time without intake, but never within a quarter of an hour of the last", () => {
    assert.equal(dueAt({ ...usual, passes: [good], wantedAt: T + 2 * MINUTE }), T + MINUTE + LEAST_MS);
    assert.equal(dueAt({ ...usual, every: MINUTE, passes: [good] }), T + MINUTE + LEAST_MS);
  });

  it("as usual where what was wanted happened before the last began", () => {
    assert.equal(dueAt({ ...usual, passes: [good], wantedAt: T - 1 }), T + 6 * HOUR);
  });

  it("sooner after one that was void, and less and less soon after several", () => {
    const waits = [1, 2, 3, 4, 8].map(
      (voids) => dueAt({ ...usual, passes: [...Array.from({ length: voids }, () => bad), good] }) - bad.endedAt,
    );
    assert.deepEqual(
      waits.slice(0, 4),
      [1, 2, 4, 8].map((factor) => factor * LEAST_MS),
    );
    assert.equal(waits[4], 6 * HOUR - MINUTE);
  });

  it("an hour after Chat first said that there is no such account, and as usual once it has said it again", () => {
    const first = { since: T, at: T };
    assert.equal(dueAt({ ...usual, passes: [bad], noAccount: first }), T + SAID_AGAIN_MS);
    const again = { since: T, at: T + SAID_AGAIN_MS };
    assert.equal(dueAt({ ...usual, passes: [bad], noAccount: again }), T + 6 * HOUR);
  });

  it("a process was away where it slept much longer than it meant to, or could not keep callbacks", () => {
    assert.equal(wasAway(11_000, 10_000, 0), false);
    assert.equal(wasAway(50_000, 10_000, 0), true);
    assert.equal(wasAway(10_000, 10_000, 1), true);
  });
});

describe("what was read of a list is believed", () => {
  const read = (subscribers: number, pages: readonly (readonly [told: number, people: number])[]): PassReading =>
    pages.reduce<PassReading>(
      (reading, [told, people]) => withPage(reading, told, people),
      begunReading(subscribers, subscribers, { pages: 0, people: 0 }),
    );

  it("where as many people are on the pages as Chat counts", () => {
    assert.equal(
      whyUnexplained(
        read(400, [
          [400, 200],
          [400, 400],
        ]),
        0,
      ),
      undefined,
    );
    assert.equal(whyUnexplained(read(0, [[0, 0]]), 0), undefined);
  });

  it("but not where one is missing, or too many, and nothing explains it", () => {
    for (const people of [399, 401])
      assert.match(whyUnexplained(read(400, [[400, people]]), 0) ?? "", /more than callbacks/);
  });

  it("where the number moved by so many meanwhile, or callbacks told of so many who left", () => {
    assert.equal(
      whyUnexplained(
        read(400, [
          [399, 200],
          [399, 399],
        ]),
        0,
      ),
      undefined,
    );
    assert.equal(
      whyUnexplained(
        read(400, [
          [401, 200],
          [400, 398],
        ]),
        0,
      ),
      undefined,
    );
    assert.equal(whyUnexplained(read(400, [[400, 398]]), 1), undefined);
    assert.notEqual(whyUnexplained(read(400, [[400, 397]]), 1), undefined);
  });

  it("of one that goes on, with what was counted when it began and is now", () => {
    const reading = withPage(begunReading(400, 390, { pages: 1, people: 200 }), 390, 392);
    assert.deepEqual(reading.told, [400, 390]);
    assert.equal(reading.pages, 2);
    assert.equal(whyUnexplained(reading, 0), undefined);
  });

  it("not where a page without anybody says that another one follows", () => {
    assert.match(whyNotOn(read(400, [[400, 200]]), { people: 0, next: "x" }) ?? "", /another one follows/);
    assert.equal(whyNotOn(read(0, [[0, 0]]), { people: 0, next: "" }), undefined);
  });

  it("not where there are more pages than people", () => {
    const one = { people: 1, next: "x" };
    const pages = (count: number) => Array.from({ length: count }, (_, index) => [3, index + 1] as const);
    assert.equal(whyNotOn(read(3, pages(5)), one), undefined);
    assert.match(whyNotOn(read(3, pages(6)), one) ?? "", /more pages/);
  });

  it("not where page after page brings nobody who was not known", () => {
    const pages = (count: number) => Array.from({ length: count }, () => [400, 200] as const);
    assert.equal(whyNotOn(read(400, pages(10)), { people: 200, next: "x" }), undefined);
    assert.match(whyNotOn(read(400, pages(11)), { people: 200, next: "x" }) ?? "", /10 pages in a row/);
  });
});

type OfUser = Awaited<ReturnType<ChatRest["accountsOf"]>>;
const list = (entries: Record<string, number | undefined>, told: object = { clock }): OfUser => ({
  tag: "ok",
  value: new Map(Object.entries(entries)),
  ...told,
});

describe("a page of people", () => {
  const page = (...seconds: number[]) => seconds.map((subscribeTime) => ({ subscribeTime }));

  it("is believed where nobody subscribed later than they are told of", () => {
    const now = T / 1_000;
    assert.equal(whyNotYet([], T, MINUTE), undefined);
    // a minute on its way, and a minute by which clocks may differ
    assert.equal(whyNotYet(page(now - 9, now + 120), T, MINUTE), undefined);
    assert.match(whyNotYet(page(now - 9, now + 121), T, MINUTE) ?? "", /from now/);
    assert.match(whyNotYet(page(now - 9, now + 3_600), T, MINUTE) ?? "", /subscription 1 h from now/);
    assert.equal(whyNotYet(page(now + 3_600), undefined, MINUTE), undefined, "nobody knows when it was told");
  });
});

describe("somebody who is missing", () => {
  const missing = { account: "@TOA#_news", back: null };
  const asked = { missing, reason: "left" as const, skewMs: MINUTE };

  it("has left where their list is read to its end without the account, at the moment before the question", () => {
    assert.deepEqual(decidePerson(list({}), asked), { tag: "left", reason: "left", until: T - 2_000 });
  });

  it("is there where their list holds the account", () => {
    assert.deepEqual(decidePerson(list({ "@TOA#_news": 5 }), asked), { tag: "present" });
    assert.deepEqual(decidePerson(list({ "@TOA#_news": undefined }), asked), { tag: "present" });
  });

  it("has left a destroyed account for that reason, and only where the list agrees", () => {
    const destroyed = { ...asked, reason: "destroyed" as const };
    assert.equal(decidePerson(list({}), destroyed).tag, "left");
    assert.equal(decidePerson(list({ "@TOA#_news": 5 }), destroyed).tag, "present");
  });

  it("is deleted only where both questions say that there is no such user", () => {
    const noUser = { tag: "no_user" as const, words: "70107", clock };
    assert.deepEqual(decidePerson(noUser, asked), { tag: "confirm", clock });
    const existence = (word: "exists" | "absent" | "unclear") =>
      existenceVerdict({ tag: "ok", value: new Map([["u", word]]) }, "u", clock);
    assert.deepEqual(existence("absent"), { tag: "left", reason: "deleted", until: T - 2_000 });
    assert.equal(existence("exists").tag, "alone");
    assert.equal(existence("unclear").tag, "alone");
    assert.equal(existenceVerdict({ tag: "ok", value: new Map() }, "u", clock).tag, "alone");
  });

  for (const [what, answer] of [
    ["tells no time", list({}, {})],
    ["tells a time of another year", list({}, { clock: { ...clock, aheadMs: 300 * DAY } })],
    ["tells a time of the day before yesterday", list({}, { clock: { ...clock, aheadMs: -2 * DAY } })],
    [
      "says that there is no such user, at a time of another year",
      { tag: "no_user", words: "70107", clock: { ...clock, aheadMs: 300 * DAY } },
    ],
    ["says that there is no such user, and tells no time", { tag: "no_user", words: "70107" }],
    ["is later", { tag: "later", words: "60008" }],
    ["is odd", { tag: "later", words: "99999", isOdd: true }],
    ["calls it a fault of ours: it may be this id alone", { tag: "ours", words: "6017" }],
  ] as const) {
    it(`is left alone where the answer ${what}`, () => {
      assert.equal(decidePerson(answer, asked).tag, "alone");
    });
  }

  it("ends the pass where nobody could be asked about with these credentials or settings", () => {
    for (const tag of ["credentials", "configuration"] as const) {
      assert.deepEqual(decidePerson({ tag, words: "no" }, asked), { tag: "end", why: "no" });
      assert.deepEqual(existenceVerdict({ tag, words: "no" }, "u", clock), { tag: "end", why: "no" });
    }
  });

  it("ends the pass where Chat wants to be left alone for longer than anybody may wait", () => {
    const soon = { tag: "later", words: "60018", afterMs: 5_000 } as const;
    assert.deepEqual(decidePerson(soon, asked), { tag: "alone", why: "60018", afterMs: 5_000 });
    assert.deepEqual(decidePerson({ ...soon, words: "70050", afterMs: MINUTE }, asked), { tag: "end", why: "70050" });
    assert.equal(existenceVerdict({ ...soon, afterMs: MINUTE }, "u", clock).tag, "end");
  });

  it("who came back had left only where they still have the newer subscription", () => {
    const back = { ...asked, missing: { ...missing, back: T } };
    const seconds = T / 1_000;
    assert.deepEqual(decidePerson(list({ "@TOA#_news": seconds }), back), {
      tag: "left",
      reason: "left",
      until: T,
      back: T,
    });
    for (const entries of [{}, { "@TOA#_news": undefined }, { "@TOA#_news": seconds + 3_600 }]) {
      assert.equal(decidePerson(list(entries), back).tag, "alone");
    }
    assert.equal(decidePerson({ tag: "no_user", words: "70107", clock }, back).tag, "alone");
  });
});

describe("an account", () => {
  const account = "@TOA#_news";
  const info = (
    value: ReadonlyMap<
      string,
      { tag: "there"; subscriberNum: number } | { tag: "no_account" } | { tag: "unclear"; words: string }
    >,
  ) => accountVerdict({ tag: "ok", value, clock }, account);

  it("is there with so many subscribers, where Chat says so and when", () => {
    const there = new Map([[account, { tag: "there" as const, subscriberNum: 3 }]]);
    assert.deepEqual(info(there), { tag: "there", subscribers: 3, clock });
    assert.equal(accountVerdict({ tag: "ok", value: there }, account).tag, "unknown");
  });

  it("is not known of where the answer's time is none that can be ours: a wish of next year would overtake all that comes", () => {
    const there = new Map([[account, { tag: "there" as const, subscriberNum: 3 }]]);
    const at = (aheadMs: number) =>
      accountVerdict({ tag: "ok", value: there, clock: { aheadMs, askedAt: T + aheadMs } }, account);
    for (const aheadMs of [DAY, -DAY, 5 * MINUTE]) assert.equal(at(aheadMs).tag, "there");
    for (const aheadMs of [DAY + 1, -DAY - 1, 365 * DAY, -T]) {
      const verdict = at(aheadMs);
      assert.ok(verdict.tag === "unknown");
      assert.match(verdict.why, /clock: one of the two is wrong$/);
    }
    assert.equal(
      accountVerdict({ tag: "no_account", words: "130004", clock: { ...clock, aheadMs: 2 * DAY } }, account).tag,
      "unknown",
    );
  });

  it("that is left out of the answer, or not understood, is not one without subscribers", () => {
    assert.equal(info(new Map()).tag, "unknown");
    assert.equal(info(new Map([[account, { tag: "unclear", words: "odd" }]])).tag, "unknown");
  });

  it("that Chat does not know is told apart, whichever way Chat says it", () => {
    assert.equal(info(new Map([[account, { tag: "no_account" }]])).tag, "no_account");
    assert.equal(accountVerdict({ tag: "no_account", words: "130004", clock }, account).tag, "no_account");
  });

  it("is destroyed only where Chat has said so twice, an hour apart, of one that was read well before", () => {
    const noAccount = { since: T, at: T + HOUR };
    assert.equal(isDestroyed({ baselineAt: T - HOUR, noAccount }), true);
    assert.equal(isDestroyed({ baselineAt: null, noAccount }), false);
    assert.equal(isDestroyed({ baselineAt: T - HOUR, noAccount: { since: T, at: T + HOUR - 1 } }), false);
    assert.equal(isDestroyed({ baselineAt: T - HOUR, noAccount: null }), false);
    assert.match(whyNoAccount({ baselineAt: null, noAccount }), /none was ever read/);
  });
});

describe("nobody is delivered while a machine may hold callbacks that the store does not know", () => {
  const bridge = (id: string, more: Partial<KnownBridge> & { spoolSince?: number } = {}): KnownBridge => {
    const { spoolSince, ...rest } = more;
    const spool = { path: "/data/spool.jsonl", ...(spoolSince !== undefined && { since: spoolSince }) };
    const configuration = { file: "bridge.yaml", hash: "", spool };
    return {
      ...{
        id,
        host: "a",
        process: 1,
        version: "1",
        configuration,
        since: T - HOUR,
        seenAt: T,
        endedAt: null,
        serves: true,
      },
      ...rest,
    };
  };
  const other = { host: "b", process: 2 };

  it("but where none does", () => {
    assert.equal(whyWait([bridge("1"), bridge("2", other)]), undefined);
    assert.equal(whyWait([]), undefined);
  });

  it("where one says that it holds a spool", () => {
    assert.match(whyWait([bridge("1"), bridge("2", { ...other, spoolSince: T })]) ?? "", /on b .* holds callbacks/);
  });

  it("where one was last seen with a spool, ended or not", () => {
    const gone = { ...other, spoolSince: T - HOUR, seenAt: T - HOUR, serves: false };
    assert.match(whyWait([bridge("1"), bridge("2", gone)]) ?? "", /last seen with/);
    assert.match(whyWait([bridge("1"), bridge("2", { ...gone, endedAt: T - HOUR })]) ?? "", /last seen with/);
  });

  it("until a later one with the same spool says that it holds none", () => {
    const gone = bridge("2", { ...other, spoolSince: T - HOUR, seenAt: T - HOUR, serves: false });
    assert.equal(whyWait([bridge("1"), bridge("3", other), gone]), undefined);
    assert.notEqual(whyWait([bridge("1"), bridge("3", { ...other, spoolSince: T }), gone]), undefined);
    const silentOfIt = bridge("3", { ...other, configuration: { file: "bridge.yaml", hash: "" } });
    assert.notEqual(whyWait([bridge("1"), silentOfIt, gone]), undefined);
  });

  it("where one fell silent just now, unless it said farewell or has a successor", () => {
    const silent = { ...other, seenAt: T - MINUTE, serves: false };
    assert.match(whyWait([bridge("1"), bridge("2", silent)]) ?? "", /fell silent/);
    assert.equal(whyWait([bridge("1"), bridge("2", { ...silent, endedAt: T - MINUTE })]), undefined);
    assert.equal(whyWait([bridge("1"), bridge("2", silent), bridge("3", other)]), undefined);
    assert.equal(whyWait([bridge("1"), bridge("2", { ...silent, seenAt: T - HOUR })]), undefined);
  });
});
