/** What counts as wrong, by what the store and the machines tell. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AlarmName, Holding } from "../../src/alarms/alarm.ts";
import { judgeMachine } from "../../src/alarms/judge-machine.ts";
import { judgeStore, unknownIn, unmatchedIn } from "../../src/alarms/judge-store.ts";
import { openRefusalWindow } from "../../src/alarms/refusal-window.ts";
import { openLetterWalk } from "../../src/alarms/seeing.ts";
import type { StoreSeen } from "../../src/alarms/seen.ts";
import { wantedBy } from "../../src/alarms/settings.ts";
import { ailingOf } from "../../src/bridge/alarming.ts";
import { openFacts } from "../../src/facts/facts.ts";
import type { Watch } from "../../src/storage/contract/presence.ts";
import { CHAT, loadGood, PARTNER } from "../config/support.ts";

const APP = "1400000000";
/** Milliseconds since 1970. */
const NOW = Date.parse("2026-11-26T10:00:00Z");
const REST = '      rest: { region: singapore, secret_key: "${KEY}" }\n';
const NOTICES = 'notices: { ops: { type: webhook, url: "${OPS_URL}" } }\n';

async function judged(seen: Partial<StoreSeen>, alerts = "{ to: [ops], unmatched: any }"): Promise<readonly Holding[]> {
  const config = await loadGood(`${CHAT}${REST}${PARTNER}${NOTICES}reconcile: {}\nalerts: ${alerts}\n`);
  assert.ok(config.alerts);
  return judgeStore({ ...config, alerts: config.alerts }, { ...NOTHING, ...seen });
}

const NOTHING: StoreSeen = {
  status: { connectors: [], quarantined: { entries: 0, bytes: 0 } },
  owed: new Map(),
  givenUp: new Map(),
  watched: { heardAt: {}, unreadSince: null, rosters: [] },
  bridges: [],
};

const bridge = (host: string, watch: Watch, serves = true) => ({
  ...{ id: host, host, process: 1, version: "1", since: 5, seenAt: 6, endedAt: null, serves },
  configuration: { file: "f", hash: "h", watch },
});
const names = (holding: readonly Holding[]): readonly AlarmName[] => holding.map(({ name }) => name);

describe("requests that are refused", () => {
  const at = (...apps: Watch["apps"]) => bridge("one", { apps });

  it("ring by what all machines refuse together", async () => {
    const one = bridge("one", { apps: [{ app: APP, refused: 11, taken: 0 }] });
    assert.deepEqual(names(await judged({ bridges: [one] })), []);
    const found = await judged({ bridges: [one, { ...one, id: "two", host: "two" }] });
    assert.deepEqual(
      found.map(({ name, subject, detail }) => [name, subject, detail]),
      [["refused", APP, { of: "refused", count: 22, withinMs: 300_000 }]],
    );
  });

  it("cannot be rung by a scanner: not where the app has success, nor for an app that nobody has configured", async () => {
    assert.deepEqual(names(await judged({ bridges: [at({ app: APP, refused: 9_000, taken: 1 })] })), []);
    assert.deepEqual(names(await judged({ bridges: [at({ app: "666", refused: 9_000, taken: 0 })] })), []);
  });

  it("are counted within their time alone", () => {
    let now = 0;
    const { intake } = openFacts();
    const look = openRefusalWindow(() => now);
    const seen = () => look(intake.counts, [APP], 60_000)[0];
    intake.count("refused_sign", 5, APP);
    assert.deepEqual(seen(), { app: APP, refused: 5, taken: 0 });
    for (; now < 60_000; now += 10_000) seen();
    intake.count("callbacks_stored", 1, APP);
    now = 65_000;
    assert.deepEqual(seen(), { app: APP, refused: 0, taken: 1 });
    intake.count("refused_sign", 2, "666");
    now = 200_000;
    seen();
    now = 270_000;
    assert.deepEqual(seen(), { app: APP, refused: 0, taken: 0 });
  });
});

describe("a clock", () => {
  const at = (host: string, clockOffMs?: number) =>
    bridge(host, { apps: [], ...(clockOffMs !== undefined && { clockOffMs }) });

  it("is one of a machine, ahead or behind; nobody can tell while nobody comes, and a machine that has ended has none", async () => {
    const bridges = [
      at("ahead", 31_000),
      at("behind", -31_000),
      at("right", 29_000),
      at("quiet"),
      { ...at("gone", 99_000), serves: false },
    ];
    assert.deepEqual(
      (await judged({ bridges })).map(({ subject }) => subject),
      ["ahead", "behind"],
    );
    const isUnknown = unknownIn({ bridges }, "just started");
    assert.deepEqual(
      ["ahead", "quiet", "gone", "just started"].map((subject) => isUnknown({ name: "clock_off_by", subject })),
      [false, true, true, true],
    );
    assert.equal(isUnknown({ name: "quarantine", subject: "quiet" }), false);
  });

  it("is right again for nobody who has ended a moment ago: a restart of another machine once told so", () => {
    const ended = (agoMs: number) => ({
      ...at("eu-2", 99_000),
      serves: false,
      since: 0,
      seenAt: NOW - agoMs,
      endedAt: NOW - agoMs,
    });
    const others = { ...at("eu-1", 0), seenAt: NOW };
    const isUnknown = (...bridges: StoreSeen["bridges"]) =>
      unknownIn({ bridges: [others, ...bridges] }, "eu-1")({ name: "clock_off_by", subject: "eu-2" });
    assert.equal(isUnknown(ended(1_000)), true);
    assert.equal(isUnknown({ ...ended(40_000), endedAt: null }), true, "killed");
    assert.equal(isUnknown(ended(2 * 3_600_000), ended(1_000)), true);
    assert.equal(isUnknown(ended(1_000), { ...at("eu-2", 0), seenAt: NOW }), false, "it is back, and right");
    assert.equal(isUnknown(ended(2 * 3_600_000)), false, "it does not come back");
    assert.equal(isUnknown(), false);
  });
});

describe("what healing finds", () => {
  const roster = { app: APP, account: "@TOA#_news", held: 0, unheard: 0, voids: 0, at: null };
  const of = async (change: object) =>
    (await judged({ watched: { ...NOTHING.watched, rosters: [{ ...roster, ...change }] } })).map(
      ({ detail }) => detail,
    );

  it("rings for a held list, three void passes in a row, and several people missing in a row", async () => {
    assert.deepEqual(await of({ held: 1 }), [{ of: "held", people: 1 }]);
    assert.deepEqual(await of({ voids: 3 }), [{ of: "void", passes: 3 }]);
    assert.deepEqual(await of({ unheard: 3 }), [{ of: "unreached", people: 3 }]);
    assert.deepEqual(await of({ voids: 2, unheard: 2 }), []);
  });
});

describe("who was never heard of", () => {
  it("is silent since somebody listens", async () => {
    const bridges = [bridge("one", { apps: [] })];
    const found = await judged({ bridges }, "{ to: [ops], no_callbacks_for: 24h }");
    assert.deepEqual(
      found.map(({ name, subject, since }) => [name, subject, since]),
      [["no_callbacks_for", APP, 5]],
    );
  });
});

describe("callbacks that nobody reads", () => {
  it("are owed as well", async () => {
    const watched = { ...NOTHING.watched, unreadSince: 7 };
    assert.deepEqual(
      (await judged({ watched })).map(({ name, since, detail }) => [name, since, detail.of]),
      [["undelivered_after", 7, "unread"]],
    );
  });
});

describe("dead letters", () => {
  it("of many are known after several looks; until then what was known stays known", () => {
    const walk = openLetterWalk();
    const page = (rejected: number, next: number | null) => walk.take({ rejected, expired: 0, unmatched: 1, next });
    assert.deepEqual([page(0, 100).rejected, walk.from()], [0, 100]);
    assert.deepEqual([page(2, null).rejected, walk.from()], [2, 0]);
    assert.deepEqual(page(0, 100), { rejected: 2, expired: 0, unmatched: 2 });
    assert.deepEqual(page(0, null), { rejected: 0, expired: 0, unmatched: 2 });
  });
});

describe("who has no contact over there", () => {
  it("rings where that is wanted, and else is counted for the line that tells of it", async () => {
    const givenUp = new Map([["partner", { rejected: 0, expired: 0, unmatched: 3 }]]);
    assert.deepEqual(names(await judged({ givenUp })), ["unmatched"]);
    assert.deepEqual(names(await judged({ givenUp }, "{ to: [ops] }")), []);
    assert.deepEqual(
      [unmatchedIn({ unmatched: "never" }, { givenUp }), unmatchedIn({ unmatched: "any" }, { givenUp })],
      [3, 0],
    );
  });
});

describe("a volume", () => {
  it("that several files share is told once", () => {
    const room = { free: 5, size: 1_000 };
    const seen = {
      host: "h",
      spool: undefined,
      isStoreDown: false,
      volumes: { store: room, spool: { ...room }, dead_letters: { free: 900, size: 1_000 } },
    };
    const found = judgeMachine({ spool_older_than: 1, disk_free_below: 0.1 }, seen);
    assert.deepEqual(
      found.map(({ subject }) => subject),
      ["store"],
    );
    assert.deepEqual(judgeMachine({ spool_older_than: 1, disk_free_below: "never" }, seen), []);
  });
});

describe("what the settings ask for", () => {
  it("are the alarms that are not switched off, of connectors and apps that are there", async () => {
    const wanted = async (alerts: string, more = "") => {
      const config = await loadGood(`${CHAT}${REST}${PARTNER}${NOTICES}${more}alerts: { to: [ops], ${alerts} }\n`);
      assert.ok(config.alerts);
      const isWanted = wantedBy({ ...config, alerts: config.alerts });
      return (name: AlarmName, subject = "") => isWanted({ name, subject });
    };
    const usual = await wanted("language: en");
    assert.deepEqual(
      (["quarantine", "dead_letters", "unmatched", "clock_off_by", "healing", "spool_older_than"] as const).map(
        (name) => usual(name),
      ),
      [true, true, false, true, false, true],
    );
    assert.deepEqual([usual("paused_after", "partner"), usual("paused_after", "gone")], [true, false]);
    // whoever waits for a connector that is gone waits all the same
    assert.deepEqual([usual("undelivered_after", "gone"), usual("undelivered_after")], [true, true]);
    assert.deepEqual(
      [usual("refused", APP), usual("refused", "666"), usual("no_callbacks_for", APP)],
      [true, false, false],
    );
    const none = await wanted("paused_after: never, quarantine: never, undelivered_after: never, refused: never");
    for (const name of ["paused_after", "quarantine", "undelivered_after"] as const) assert.ok(!none(name, "partner"));
    assert.ok(!none("refused", APP));
    const healing = await wanted("no_callbacks_for: 1h", "reconcile: {}\n");
    assert.deepEqual([healing("healing"), healing("no_callbacks_for", APP)], [true, true]);
  });
});

describe("a heartbeat", () => {
  it("is withheld where callbacks are not taken, or a courier hangs", async () => {
    const config = await loadGood(CHAT + PARTNER);
    const facts = openFacts();
    const alive = { phase: "ready", keeping: "store", facts, config: () => config };
    assert.equal(ailingOf(alive, 0), undefined);
    assert.equal(ailingOf({ ...alive, phase: "stopping" }, 0), "the bridge is stopping");
    assert.equal(ailingOf({ ...alive, keeping: "spool" }, 0), undefined);
    assert.equal(ailingOf({ ...alive, keeping: "nowhere" }, 0), "callbacks can be kept nowhere");
    facts.connector("partner").roundAt = 0;
    assert.equal(ailingOf(alive, 170_000), undefined);
    assert.equal(ailingOf(alive, 200_000), "the courier of partner has done nothing for long");
  });
});
