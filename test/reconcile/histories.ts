/** Random histories of subscriptions, callbacks and passes, with what is true of each person beside what the bridge knows. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { releaseHeld } from "../../src/reconcile/release.ts";
import type { TracedEvent } from "../../src/storage/contract/ledger.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { allMissing, discardAll } from "../storage/roster-support.ts";
import { act } from "../support/act.ts";
import type { OpenTurned } from "../support/turned-store.ts";
import { CONNECTORS, type ConnectorName, type Couriers, type Got, openCouriers } from "./couriers.ts";
import { HOUR, MINUTE, NEWS, openRig, type Rig } from "./support.ts";

const PEOPLE = ["ann", "bob", "cat", "dan"];
/** More than a page, and none of them leaves by themselves. */
const STAYING = Array.from({ length: 205 }, (_, index) => `stays${1_000 + index}`);

const person = fc.constantFrom(...PEOPLE);
/** What becomes of a change's callback. */
const fate = fc.constantFrom("heard", "lost", "late", "late", "twice");
/** What becomes of a pass: stopped, or killed at one of its calls of the store. */
const trouble = fc.option(
  fc.record({ kind: fc.constantFrom("stopped", "killed"), at: fc.integer({ min: 1, max: 14 }) }),
  { nil: undefined, freq: 2 },
);

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("change" as const), person, fate }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      holder: fc.constantFrom("a", "b"),
      trouble,
      /** Whose subscription changes between two pages. */
      moving: fc.option(fc.record({ person, fate }), { nil: undefined, freq: 3 }),
      waits: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("late" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("odd" as const), code: fc.constantFrom(99_999, 60_018, 10_004, 60_010) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lie" as const), by: fc.constantFrom(-3, 0, 2) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("courier" as const),
      connector: fc.constantFrom(...CONNECTORS),
      fate: fc.constantFrom(
        "delivered" as const,
        "delivered" as const,
        "refused" as const,
        "under way" as const,
        "answer lost" as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("decide" as const), word: fc.constantFrom("release", "discard") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("destroy" as const), heard: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(3, 11, 20, 400) }) },
);
export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

export const history = fc.record({
  commands: fc.array(command, { minLength: 4, maxLength: 30 }),
  aheadMs: fc.constantFrom(0, -20_000, 40_000, 5 * MINUTE, -5 * MINUTE),
  /** Of the other machine. */
  otherAheadMs: fc.constantFrom(0, 90_000, -4 * MINUTE),
  mostUnheld: fc.constantFrom(1_000, 0, 1),
  destroyedAccount: fc.constantFrom("hold" as const, "unsubscribe" as const),
  /** Whether everybody is subscribed and seen at the beginning. */
  begins: fc.constantFrom("known" as const, "known" as const, "unknown" as const),
  order: fc.constantFrom("oldest" as const, "newest" as const),
  cameBack: fc.constantFrom("record" as const, "deliver" as const),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

const goodPass = { do: "pass", holder: "a", trouble: undefined, waits: false } as const;
const ordinary = {
  aheadMs: 0,
  otherAheadMs: 0,
  mostUnheld: 1_000,
  destroyedAccount: "hold",
  begins: "known",
  order: "newest",
} as const;

/** Histories in which something was wrong once. */
export const FOUND: readonly History[] = [
  // who left and came back, each in the middle of a pass, was told twice: that Chat has them was taken for a sight of the first subscription
  {
    ...ordinary,
    cameBack: "deliver",
    commands: [
      { ...goodPass, moving: { person: "ann", fate: "late" } },
      { ...goodPass, moving: undefined, waits: true },
      { do: "wait", minutes: 3 },
      { do: "courier", connector: "crm", fate: "delivered" },
      { ...goodPass, moving: { person: "ann", fate: "late" } },
    ],
  },
  // who was held as one that had come back, and left again, was told of to nobody
  {
    ...{ ...ordinary, mostUnheld: 0, order: "oldest", cameBack: "deliver" },
    commands: [
      { do: "change", person: "ann", fate: "late" },
      { ...goodPass, moving: { person: "ann", fate: "late" } },
      { ...goodPass, moving: undefined },
      { ...goodPass, moving: { person: "ann", fate: "lost" } },
    ],
  },
  // who came between the pages of a killed pass and their continuation was seen by neither, as it should be
  {
    ...{ ...ordinary, begins: "unknown", cameBack: "record" },
    commands: [
      { ...goodPass, trouble: { kind: "killed", at: 4 }, moving: undefined },
      { do: "change", person: "ann", fate: "lost" },
      { ...goodPass, moving: undefined },
      { do: "destroy", heard: false },
    ],
  },
];

interface Truth {
  readonly kind: "subscribed" | "unsubscribed";
  readonly at: number;
  /** A callback told it, or a good pass saw it. */
  isKnown: boolean;
}

interface Played {
  readonly rig: Rig;
  readonly couriers: Couriers;
  readonly otherAheadMs: number;
  /** Whether Chat has destroyed the account at any time. */
  wasDestroyed: boolean;
  readonly truths: Map<string, Truth[]>;
  readonly late: { readonly user: string; readonly truth: Truth }[];
}

/** Plays it, lets everything come to rest, and compares. */
export async function play(
  { commands, begins, cameBack, mostUnheld, destroyedAccount, otherAheadMs, ...of }: History,
  open?: OpenTurned,
): Promise<void> {
  const settings = { cameBack, destroyedAccount, holdAbove: { people: mostUnheld, share: 1 } };
  const rig = await openRig({ ...of, settings, ...(open && { open }) });
  try {
    const played: Played = {
      ...{ rig, otherAheadMs, couriers: await openCouriers(rig.storage), wasDestroyed: false },
      ...{ truths: new Map(PEOPLE.map((user) => [user, []])), late: [] },
    };
    await rig.chat.subscribe(NEWS, STAYING);
    await rig.turn(5 * MINUTE);
    if (begins === "known") await beginKnown(played);
    for (const command of commands) await step(played, command);
    await comeToRest(played);
    for (const user of PEOPLE) {
      const [truths, traced] = [played.truths.get(user) ?? [], await rig.storage.trace(user)];
      judge(user, truths, traced);
      for (const connector of CONNECTORS) judgeAt(connector, user, truths, traced, played.couriers);
    }
    if (played.wasDestroyed) return;
    for (const user of STAYING) assert.deepEqual(await rig.storage.trace(user), [], `${user} never left`);
  } finally {
    await rig.close();
  }
}

async function beginKnown(played: Played): Promise<void> {
  for (const user of PEOPLE) await change(played, user, "heard");
  await played.rig.turn(5 * MINUTE);
  assert.equal((await played.rig.pass()).tag, "done");
  await played.rig.turn(20 * MINUTE);
}

async function step(played: Played, command: Command): Promise<void> {
  const { rig, late } = played;
  switch (command.do) {
    case "change":
      await rig.turn(4 * MINUTE);
      return change(played, command.person, command.fate);
    case "pass":
      return pass(played, command);
    case "late": {
      const [told] = late.splice(command.which % Math.max(1, late.length), 1);
      if (told !== undefined) await hear(played, told.user, told.truth);
      return;
    }
    case "courier":
      return played.couriers.come(command.connector, command.fate);
    case "decide":
      return decide(played, command.word);
    case "destroy":
      return destroy(played, command.heard);
    case "odd":
      rig.chat.refuse(command.code);
      return;
    case "lie":
      rig.chat.lie(NEWS, command.by);
      return;
    case "wait":
      return rig.turn(command.minutes * MINUTE);
  }
}

/** What a person decides about those who are held, and were known before. */
async function decide({ rig, truths }: Played, word: string): Promise<void> {
  const of = { app: rig.app, account: NEWS };
  if (word === "release") {
    await releaseHeld(rig.parts(), of);
    return;
  }
  const states = ["held", "baseline", "no_moment"] as const;
  const listed = await allMissing(rig.storage, { ...of, states });
  await discardAll(rig.storage, { ...of, states }, act());
  // nobody knows them any more, until they are seen again
  for (const { user } of listed) for (const truth of truths.get(user) ?? []) truth.isKnown = false;
}

/** All subscriptions end, and no callback tells of any. */
async function destroy(played: Played, isHeard: boolean): Promise<void> {
  const { rig, truths } = played;
  await rig.turn(4 * MINUTE);
  played.wasDestroyed = true;
  rig.chat.world.destroy(NEWS);
  for (const own of truths.values()) {
    if (own.at(-1)?.kind === "subscribed") own.push({ kind: "unsubscribed", at: rig.now(), isKnown: false });
  }
  if (isHeard) await rig.turn(MINUTE);
}

/** Who is subscribed leaves, and who is not subscribes. */
async function change(played: Played, user: string, fate: string): Promise<void> {
  const truth = changeInChat(played, user);
  if (fate === "late") played.late.push({ user, truth });
  if (fate === "heard" || fate === "twice") await hear(played, user, truth);
  if (fate === "twice") await hear(played, user, truth);
}

function changeInChat({ rig, truths }: Played, user: string): Truth {
  const { world } = rig.chat;
  const own = truths.get(user) ?? [];
  const kind = own.at(-1)?.kind === "subscribed" ? "unsubscribed" : "subscribed";
  if (kind === "subscribed") world.subscribe(NEWS, [user], Math.floor(rig.now() / 1_000));
  else world.unsubscribe(NEWS, [user]);
  const truth: Truth = { kind, at: rig.now(), isKnown: false };
  own.push(truth);
  return truth;
}

async function hear({ rig }: Played, user: string, truth: Truth): Promise<void> {
  await rig.hear(truth.kind, user, truth.at);
  truth.isKnown = true;
}

/** A store that is gone at one of the calls of a pass, and stays so for it. */
function dying(storage: Storage, at: number): Storage {
  let calls = 0;
  return new Proxy(storage, {
    get(target, name: keyof Storage) {
      const value = target[name];
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls += 1;
        if (calls > at) return Promise.reject(new Error("the process was killed"));
        return (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}

async function pass(
  played: Played,
  { holder, trouble, moving, waits }: Extract<Command, { do: "pass" }>,
): Promise<void> {
  const { rig } = played;
  // nobody comes and leaves in one moment
  await rig.turn(MINUTE);
  const ending = new AbortController();
  const told: Promise<void>[] = [];
  let [calls, hasMoved] = [0, moving === undefined];
  rig.chat.looking = (name, body) => {
    calls += 1;
    if (trouble?.kind === "stopped" && calls === trouble.at) ending.abort();
    if (hasMoved || !name.endsWith("get_subscriber_info") || body.Next === "" || moving === undefined) return;
    hasMoved = true;
    const truth = changeInChat(played, moving.person);
    if (moving.fate === "late") played.late.push({ user: moving.person, truth });
    if (moving.fate === "heard" || moving.fate === "twice") told.push(hear(played, moving.person, truth));
  };
  const storage = trouble?.kind === "killed" ? dying(rig.storage, trouble.at) : rig.storage;
  const whyWait = async () => (waits ? "another machine holds a spool" : undefined);
  const before = seen(played);
  try {
    // two machines, each with a clock of its own
    const chat = holder === "b" ? { chat: rig.askedBy(played.otherAheadMs) } : {};
    const result = await rig.pass({ storage, holder, signal: ending.signal, whyWait, ...chat });
    if (result.tag === "done") await noteSeen(played, before, result.pass);
  } catch (error) {
    assert.match(String(error), /was killed/);
  } finally {
    rig.chat.looking = undefined;
  }
  await Promise.all(told);
}

/** Who was there before a pass began, and still is, was seen by it. One that goes on after a kill began earlier: its pages are not read again. */
async function noteSeen(played: Played, before: readonly Truth[], id: string): Promise<void> {
  const { rig } = played;
  const passes = await rig.storage.passes({ app: rig.app, account: NEWS, limit: 100 });
  const began = passes.find((one) => one.id === id)?.chatTime ?? 0;
  for (const truth of seen(played)) if (before.includes(truth) && truth.at < began) truth.isKnown = true;
}

/** The present subscriptions, as Chat has them. */
const seen = ({ truths }: Played): Truth[] =>
  [...truths.values()].flatMap((own) =>
    own.filter((truth, index) => index === own.length - 1 && truth.kind === "subscribed"),
  );

async function comeToRest(played: Played): Promise<void> {
  const { rig, couriers } = played;
  rig.chat.heal();
  rig.chat.lie(NEWS, 0);
  for (let turn = 0; turn < 3; turn += 1) {
    await rig.turn(7 * HOUR);
    const result = await rig.pass({ holder: "the last" });
    const isGone = !rig.chat.world.accounts.has(NEWS);
    assert.equal(result.tag, isGone ? "void" : "done", JSON.stringify(result));
  }
  // who had left before the first pass is listed, and waits for a person, as do those who are held
  const released = await releaseHeld(rig.parts(), { app: rig.app, account: NEWS });
  const isUnread = (await rig.storage.rosterAccounts()).every(({ baselineAt }) => baselineAt === null);
  assert.ok(released.tag === "released" || isUnread, JSON.stringify(released));
  // of one that was never read well nobody knows whether it was destroyed, or is misspelt
  if (isUnread) for (const truth of [...played.truths.values()].flat()) truth.isKnown = false;
  await couriers.rest();
  // callbacks of long ago, of whom all destinations know already
  for (const { user, truth } of played.late.splice(0)) await rig.hear(truth.kind, user, truth.at);
  await couriers.rest();
}

/** The window of somebody who left at the moment of the question ends so much earlier at most. */
const EARLY_MS = 3_000;

function judge(user: string, truths: readonly Truth[], traced: readonly TracedEvent[]): void {
  const events = traced.map(({ event }) => event);
  const story = () => `${user}\n${JSON.stringify({ truths, events: events.map(shown) }, undefined, 1)}`;
  for (const { kind, source, eventTime } of events) {
    if (source !== "reconcile" || kind !== "unsubscribed") continue;
    const left = truths.findLast(({ kind: told, at }) => told === "unsubscribed" && at <= eventTime + EARLY_MS);
    const isBackBefore = truths.some(
      (truth) => truth.kind === "subscribed" && truth.at > (left?.at ?? 0) && truth.at <= eventTime,
    );
    assert.ok(
      left !== undefined && !isBackBefore,
      `a healed unsubscription stands where they were subscribed: ${story()}`,
    );
  }
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length, story());
  const [last] = truths.slice(-1);
  const began = truths.at(-2);
  if (last?.kind !== "unsubscribed" || began === undefined || !(began.isKnown || last.isKnown)) return;
  const isTold = events.some(({ kind, eventTime }) => kind === "unsubscribed" && eventTime >= began.at);
  assert.ok(isTold, `nobody was told that they left: ${story()}`);
}

const shown = ({ kind, eventTime, source }: Pick<TracedEvent["event"], "kind" | "eventTime" | "source">) => ({
  kind,
  eventTime,
  source,
});

/** What a destination has in the end: of the connector of state the newest that came counts, of the other one each. */
function judgeAt(
  connector: ConnectorName,
  user: string,
  truths: readonly Truth[],
  traced: readonly TracedEvent[],
  { got: all, unheard }: Pick<Couriers, "got" | "unheard">,
): void {
  const got = all[connector].filter(({ event }) => event.user === user);
  const left = got.filter(({ event }) => event.kind === "unsubscribed");
  const story = () => {
    const fates = traced.map(({ event, deliveries }) => ({
      ...shown(event),
      fates: deliveries.map(({ connector: name, state, reason }) => [name, state, reason?.words]),
    }));
    return `${connector}, ${user}\n${JSON.stringify({ truths, fates, got: got.map(({ event }) => shown(event)) }, undefined, 1)}`;
  };
  const known = new Set(traced.flatMap(({ deliveries }) => deliveries.map(({ id }) => id)));
  assert.ok(
    got.every(({ id }) => known.has(id)),
    `what came has an id that the ledger does not know: ${story()}`,
  );
  const newest = got.toSorted((a, b) => placeOf(a) - placeOf(b)).at(-1)?.event.kind;
  const [began, last] = truths.slice(-2);
  if (last?.kind === "subscribed") {
    assert.ok(
      left.every(({ event }) => event.eventTime <= last.at),
      `one stands after a newer subscription: ${story()}`,
    );
  }
  // what came and was not known to have come waited as if it had not, so that a callback took its place: it came once more, as told
  const skipped = new Set(
    traced.flatMap(({ deliveries }) => deliveries.filter(({ state }) => state === "skipped").map(({ id }) => id)),
  );
  const ids = new Set(left.map(({ id }) => id).filter((id) => !(unheard.has(id) && skipped.has(id))));
  const times = truths.filter(({ kind }) => kind === "unsubscribed").length;
  assert.ok(ids.size <= times, `it was told more often than they left: ${story()}`);
  if (last?.kind !== "unsubscribed" || began === undefined || !(began.isKnown || last.isKnown)) return;
  const isTold = left.some(({ event }) => event.eventTime >= began.at);
  assert.ok(isTold, `nobody was told that they left: ${story()}`);
  if (connector === "crm") assert.equal(newest, "unsubscribed", `what it holds is not what is true: ${story()}`);
}

/** At one time the unsubscription is the newer, as everywhere. */
const placeOf = ({ event: { eventTime, kind } }: Got): number => eventTime * 2 + (kind === "unsubscribed" ? 1 : 0);
