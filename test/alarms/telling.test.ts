/** Who tells, whatever happens to them: kills between any two steps, restarts, other machines; on both stores. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type AlarmState, type Holding, RUNGS, type Rung } from "../../src/alarms/alarm.ts";
import { type Book, LEASE_MS, memoryBook, storeBook } from "../../src/alarms/book.ts";
import { rungOf } from "../../src/alarms/ladder.ts";
import { type OutboxOptions, openOutbox } from "../../src/alarms/outbox.ts";
import { type RoundOptions, tellRound } from "../../src/alarms/round.ts";
import type { AlertSettings } from "../../src/config/schema.ts";
import { openAlarmFacts } from "../../src/facts/alarm-facts.ts";
import type { Channel, Notice, Told } from "../../src/notices/notice.ts";
import { timesHere } from "../support/on-bun.ts";
import { clockedPostgres, type OpenTurned, turnedSqlite } from "../support/turned-store.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ALERTS = { language: "en" } as AlertSettings;

/** Somebody who is told, and remembers it. */
function listener(answer: (notice: Notice) => Told | Promise<Told> = () => ({ tag: "told" })) {
  const heard: Notice[] = [];
  const channel: Channel = {
    name: "ops",
    type: "webhook",
    async send(notice) {
      const told = await answer(notice);
      if (told.tag === "told") heard.push(notice);
      return told;
    },
  };
  return { channel, heard, kinds: () => heard.map(({ kind }) => kind) };
}

const late = (since: number, deadlineMs = 24 * HOUR): Holding => ({
  ...{ name: "undelivered_after", subject: "crm", since, deadlineMs },
  detail: { of: "undelivered_after", people: 3, isMore: false, hold: { tag: "slow" } },
});

function outboxOf(book: Book, options: Partial<OutboxOptions> = {}) {
  const [facts, { signal }] = [openAlarmFacts(), new AbortController()];
  return { facts, outbox: openOutbox({ ...{ book, log: SILENT, facts, signal, onTrouble: fail }, ...options }) };
}

const fail = (error: unknown) => assert.fail(String(error));

function roundOf(
  book: Book,
  holding: readonly Holding[],
  channels: readonly Channel[],
  outbox = outboxOf(book).outbox,
): RoundOptions {
  return {
    ...{ book, outbox, channels: () => channels, alerts: ALERTS, bridge: "production", newId: () => randomUUID() },
    judge: async () => ({ holding, isUnknown: () => false, isWanted: () => true }),
  };
}

/** Resolves when all that it began to send has come to an end. */
async function tell(options: RoundOptions) {
  const told = await tellRound(options);
  await options.outbox.idle();
  return told;
}

describe("a message", () => {
  const now = () => 0;

  it("goes to the next who is to be told where the first cannot be, and a failure is counted and an error", async () => {
    const [first, second] = [listener(() => ({ tag: "refused", words: "HTTP 404" })), listener()];
    const book = memoryBook(now, () => []);
    const errors: unknown[] = [];
    const { facts, outbox } = outboxOf(book, { log: { ...SILENT, error: (line) => errors.push(line) } });
    await tell(roundOf(book, [late(-25 * HOUR)], [first.channel, { ...second.channel, name: "b" }], outbox));
    assert.deepEqual(second.kinds(), ["overdue"]);
    const { notices } = facts;
    assert.deepEqual(
      [notices.get("ops"), notices.get("b")],
      [
        { told: 0, failed: 1 },
        { told: 1, failed: 0 },
      ],
    );
    assert.equal(errors.length, 1);
    assert.deepEqual(
      { ...(errors[0] as object), id: "" },
      {
        fact: "alert.untold",
        to: "ops",
        kind: "overdue",
        id: "",
        reason: "HTTP 404",
        todo: "mend its address or secret under `notices`",
      },
    );
  });

  it("is told by nobody for whom another tells by the time it is written down", async () => {
    const { channel, heard } = listener();
    const page = { states: new Map(), silences: [], pending: [], now: 0 };
    const book: Book = { open: async () => page, note: async () => false };
    assert.equal(await tell(roundOf(book, [late(-25 * HOUR)], [channel])), null);
    assert.deepEqual(heard, []);
  });

  it("goes to whom the settings name when it is decided on, though others were named when the round began", async () => {
    const [before, after] = [listener(), listener()];
    let told = before;
    const options = roundOf(
      memoryBook(now, () => []),
      [late(-25 * HOUR)],
      [],
    );
    await tell({
      ...options,
      channels: () => [told.channel],
      async judge() {
        told = after;
        return options.judge();
      },
    });
    assert.deepEqual([before.kinds(), after.kinds()], [[], ["overdue"]]);
  });

  it("is tried again under the same id until somebody hears it, ever more rarely, and for a day", async () => {
    let at = 0;
    let isDown = true;
    const ids: string[] = [];
    const { channel, heard } = listener(({ id }) => {
      ids.push(id);
      return isDown ? { tag: "later", words: "HTTP 503" } : { tag: "told" };
    });
    const options = roundOf(
      memoryBook(
        () => at,
        () => [],
      ),
      [late(-25 * HOUR)],
      [channel],
    );
    for (; at < 10 * MINUTE; at += MINUTE / 4) await tell(options);
    isDown = false;
    const before = ids.length;
    // what was said meanwhile is no other message: it lasts
    for (; at < 20 * MINUTE; at += MINUTE / 4) await tell(options);
    assert.ok(before >= 5 && before < 9, `${before} tries`);
    assert.equal(new Set(ids).size, 1);
    assert.equal(heard.length, 1);
  });

  it("is given up loudly after a day in which nobody could hear it, and the alarm is told again", async () => {
    let at = 0;
    const { channel, kinds } = listener(() => (at < 30 * HOUR ? { tag: "later", words: "down" } : { tag: "told" }));
    const book = memoryBook(
      () => at,
      () => [],
    );
    const errors: { readonly fact: string }[] = [];
    const log = { ...SILENT, error: (line: { readonly fact: string }) => errors.push(line) };
    const options = roundOf(book, [late(-25 * HOUR)], [channel], outboxOf(book, { log }).outbox);
    for (; at < 60 * HOUR; at += 10 * MINUTE) await tell(options);
    assert.ok(errors.some(({ fact }) => fact === "alert.unheard"));
    assert.ok(kinds().includes("repeated"));
  });
});

const HANGS: Told = { tag: "later", words: "no answer within 10 s" };

describe("messages of several alarms", () => {
  const paused = (subject: string): Holding => ({
    ...{ name: "paused_after", subject, since: -25 * HOUR, deadlineMs: 24 * HOUR },
    detail: { of: "paused_after", people: 1, isMore: false, hold: { tag: "person" } },
  });

  /** Each connector of `subjects` is told of in a message of its own, while nobody can hear. */
  async function untold(subjects: readonly string[], options: Partial<OutboxOptions> = {}) {
    let at = 0;
    const book = memoryBook(
      () => at,
      () => [],
    );
    const { outbox } = outboxOf(book, options);
    const { channel } = listener(() => HANGS);
    const holding = subjects.map(paused);
    for (const [index] of subjects.entries()) {
      await tell(roundOf(book, holding.slice(0, index + 1), [channel], outbox));
      at += 1;
    }
    return { book, outbox, holding, pass: (ms: number) => (at += ms) };
  }

  it("do not wait for each other: a chat that hangs with one of them keeps back none of the others, nor the next round", async () => {
    const { book, outbox, holding, pass } = await untold(["a", "b", "c"]);
    pass(HOUR / 4);
    const hung = Promise.withResolvers<Told>();
    const { channel, heard } = listener(({ title }) => (/ a is paused/.test(title) ? hung.promise : { tag: "told" }));
    const options = roundOf(book, holding, [channel], outbox);
    assert.notEqual(await tellRound(options), null);
    while (heard.length < 2) await new Promise(setImmediate);
    // what comes up meanwhile is told at once, and nothing is sent a second time
    await tellRound({
      ...options,
      judge: async () => ({ holding: [...holding, paused("d")], isUnknown: () => false, isWanted: () => true }),
    });
    while (heard.length < 3) await new Promise(setImmediate);
    hung.resolve({ tag: "told" });
    await outbox.idle();
    await tell(options);
    const told = heard.map(({ title }) => / (\w) is paused/.exec(title)?.[1]);
    assert.deepEqual(told, ["b", "c", "d", "a"]);
  });

  it("are eight at a time at most, and the ninth is begun as soon as there is room", async () => {
    const rooms = Promise.withResolvers<void>();
    const { book, outbox, holding, pass } = await untold([..."abcdefghi"], { onRoom: rooms.resolve });
    pass(HOUR);
    const { promise: open, resolve } = Promise.withResolvers<Told>();
    let most = 0;
    const { channel, heard } = listener(() => {
      most += 1;
      return open;
    });
    const options = roundOf(book, holding, [channel], outbox);
    await tellRound(options);
    assert.equal(most, 8);
    resolve({ tag: "told" });
    await rooms.promise;
    await outbox.idle();
    await tell(options);
    assert.equal(heard.length, 9);
  });

  it("go out although nobody can judge at the moment", async () => {
    const { book, outbox, holding, pass } = await untold(["a"]);
    pass(HOUR);
    const { channel, heard } = listener();
    const judge = () => Promise.reject(new Error("the store does not answer"));
    await assert.rejects(tellRound({ ...roundOf(book, holding, [channel], outbox), judge }), /does not answer/);
    await outbox.idle();
    assert.equal(heard.length, 1);
  });
});

describe("messages of one alarm", () => {
  /** A warning that nobody heard; a quarter of a minute later it is urgent. */
  async function waiting(answer: (notice: Notice) => Told) {
    let at = 0;
    const book = memoryBook(
      () => at,
      () => [],
    );
    const { outbox } = outboxOf(book);
    const tries: string[] = [];
    const { channel, kinds } = listener((notice) => {
      tries.push(notice.kind);
      return answer(notice);
    });
    const since = -12 * HOUR;
    const round = (options: Partial<RoundOptions> = {}) =>
      tell({ ...roundOf(book, [late(since)], [channel], outbox), ...options });
    await round();
    return { round, tries, kinds, turn: (to: number) => (at = to) };
  }

  it("go out in their order: what nobody heard yet first, and what stands behind it waits where that must", async () => {
    let isDown = true;
    const { round, tries, kinds, turn } = await waiting(() => (isDown ? HANGS : { tag: "told" }));
    turn(10 * HOUR);
    // a day later in vain: the distance to the next try has grown
    await round();
    assert.deepEqual(tries, ["warning", "warning"]);
    turn(10 * HOUR + 1);
    await round();
    assert.deepEqual(tries, ["warning", "warning"], "neither is due");
    isDown = false;
    turn(12 * HOUR);
    await round();
    assert.deepEqual(kinds(), ["warning", "urgent", "overdue"]);
  });

  it("are not kept back by one that nobody takes", async () => {
    const { round, kinds, turn } = await waiting(({ kind }) =>
      kind === "warning" ? { tag: "refused", words: "HTTP 400" } : { tag: "told" },
    );
    turn(10 * HOUR);
    await round();
    assert.deepEqual(kinds(), ["urgent"]);
  });
});

describe("a stop", () => {
  it("leaves what is being sent as it was, and is no failure", async () => {
    const book = memoryBook(
      () => 0,
      () => [],
    );
    const stopping = new AbortController();
    const errors: unknown[] = [];
    const log = { ...SILENT, error: (line: unknown) => errors.push(line) };
    const { outbox, facts } = outboxOf(book, { signal: stopping.signal, log });
    const { channel } = listener(() => {
      stopping.abort();
      return HANGS;
    });
    await tell(roundOf(book, [late(-25 * HOUR)], [channel], outbox));
    const page = await book.open();
    assert.deepEqual(
      page?.pending.map(({ tries, dueAt }) => [tries, dueAt]),
      [[0, 0]],
    );
    assert.deepEqual([errors, facts.notices.size], [[], 0]);
  });
});

const START = Date.parse("2026-11-26T00:00:00Z");

/** Where a teller is killed: between two of its calls. */
class Killed extends Error {}

const step = fc.record({
  passesMs: fc.integer({ min: 1, max: 8 * HOUR }),
  isOn: fc.boolean(),
  younger: fc.integer({ min: 0, max: 12 * HOUR }),
  machine: fc.constantFrom("a", "b"),
  /** `kill`: with the first write; `mute`: after it was sent, before that is noted. */
  what: fc.constantFrom("lives", "lives", "lives", "kill", "mute", "restart", "unheard"),
});
const history = fc.array(step, { maxLength: 40 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Plays it, and then lets all be well for long. */
async function play(steps: readonly Step[], open: OpenTurned): Promise<void> {
  const { storage, advance, now, close } = await open(START);
  const holders = new Map<string, string>();
  const sent: Notice[] = [];
  let since = now();
  const levels: { readonly level: string; readonly sent: number }[] = [];

  /** @returns whether what holds now must have been told by now */
  async function round(
    { machine, what }: Pick<Step, "machine" | "what">,
    holding: readonly Holding[],
  ): Promise<boolean> {
    if (what === "restart") holders.delete(machine);
    const holder = holders.get(machine) ?? randomUUID();
    holders.set(machine, holder);
    let writes = 0;
    const book = storeBook(storage, holder);
    const dying: Book = {
      open: book.open,
      async note(page, changes) {
        writes += 1;
        if (what === "kill" && writes === 1) throw new Killed();
        if (what === "mute" && changes.ended !== undefined) throw new Killed();
        return book.note(page, changes);
      },
    };
    const { channel } = listener((notice) => {
      if (what === "unheard") return { tag: "later", words: "down" };
      sent.push(notice);
      return { tag: "told" };
    });
    const die = (error: unknown) => {
      assert.ok(error instanceof Killed, String(error));
      holders.delete(machine);
      return null;
    };
    const { outbox } = outboxOf(dying, { onTrouble: die });
    const told = await tell(roundOf(dying, holding, [channel], outbox)).catch(die);
    if (told === null || !holders.has(machine)) return false;
    // one that was not taken goes again when its time has come
    const page = await book.open();
    return page?.pending.every(({ dueAt }) => dueAt <= page.now) ?? true;
  }

  try {
    for (const one of steps) {
      await advance(one.passesMs);
      since = Math.min(now(), since + one.younger);
      const told = await round(one, one.isOn ? [late(since)] : []);
      const level = one.isOn ? rungOf(now() - since, 24 * HOUR) : null;
      if (told && level !== null && one.what !== "unheard") levels.push({ level, sent: sent.length });
    }
    for (let calm = 0; calm < 8; calm += 1) {
      await advance(LEASE_MS + 30 * MINUTE);
      await round({ machine: "b", what: "lives" }, []);
    }
    // what was sent twice has one id: whoever hears it drops the second
    const heard = [...new Map(sent.map((notice) => [notice.id, notice])).values()];
    const episodes: string[][] = [[]];
    for (const { kind } of heard) {
      episodes.at(-1)?.push(kind);
      if (kind === "over") episodes.push([]);
    }
    for (const episode of episodes) {
      for (const rung of RUNGS)
        assert.ok(episode.filter((kind) => kind === rung).length <= 1, `${rung} twice: ${episode}`);
      const rungs = episode.filter((kind): kind is Rung => RUNGS.some((rung) => rung === kind));
      assert.deepEqual(
        rungs,
        rungs.toSorted((one, other) => RUNGS.indexOf(one) - RUNGS.indexOf(other)),
        "in their order",
      );
    }
    assert.deepEqual(episodes.at(-1), [], "every alarm ends");
    // none is missed: when a round came to its end, this rung or a higher one of its episode had been sent
    for (const { level, sent: upTo } of levels) {
      const kinds = [...new Map(sent.slice(0, upTo).map((notice) => [notice.id, notice])).values()].map(
        ({ kind }) => kind,
      );
      const episode = kinds.slice(kinds.lastIndexOf("over") + 1);
      const isTold = RUNGS.slice(RUNGS.indexOf(level as (typeof RUNGS)[number])).some((rung) => episode.includes(rung));
      assert.ok(isTold, `${level} is missed: ${kinds}`);
    }
    assert.deepEqual((await storage.openAlarms({ holder: "looks", leaseMs: 1 }))?.alarms ?? [], []);
  } finally {
    await close();
  }
}

const ALWAYS = "no rung is told twice, none is missed, and every alarm ends";

describe("through kills, restarts and changes of who tells, on SQLite", () => {
  it(ALWAYS, async () => {
    await fc.assert(
      fc.asyncProperty(history, (steps) => play(steps, turnedSqlite)),
      { numRuns: timesHere(60) },
    );
  });
});

describe("through kills, restarts and changes of who tells, on PostgreSQL", () => {
  const { open } = clockedPostgres();

  it(ALWAYS, async () => {
    await fc.assert(
      fc.asyncProperty(history, (steps) => play(steps, open)),
      { numRuns: timesHere(6) },
    );
  });
});

describe("what is remembered", () => {
  it("is left alone where a newer release has written it", async () => {
    const { storage, close } = await turnedSqlite(START);
    const book = storeBook(storage, "a");
    const page = await book.open();
    assert.ok(page);
    const another = JSON.stringify({ name: "healing", subject: "x", since: 0, detail: { of: "moon" } });
    const keep = [
      { key: "moon_full", state: '{"name":"moon_full"}' },
      { key: "healing/x", state: another },
    ];
    await storage.noteAlarms({ holder: "a", leaseMs: 1, keep });
    const again = await book.open();
    assert.equal(again?.states.size, 0);
    await book.note(again ?? page, { states: new Map<string, AlarmState>() });
    assert.equal((await storage.openAlarms({ holder: "a", leaseMs: 1 }))?.alarms.length, 2);
    await close();
  });
});
