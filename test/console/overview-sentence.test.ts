/** The sentence on top of the overview: true of whatever there is, with what needs a person told apart from what does not. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { headline, matterText } from "../../src/console/pages/overview/sentences.ts";
import type { ConnectorReport } from "../../src/operations/status/status.ts";
import { type JudgedStatus, statusVerdict } from "../../src/operations/status/verdict.ts";
import type { Owed } from "../../src/storage/contract/alarms.ts";
import { type ConnectorState, READY } from "../../src/storage/contract/connectors.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const AGO = NOW - (2 * 60 + 4) * 60_000;
const LATER = NOW - 5 * 60_000;

interface Given {
  readonly name?: string;
  readonly condition?: ConnectorReport["condition"];
  readonly state?: Partial<ConnectorState>;
  readonly waiting?: number;
  readonly owed?: Owed;
  readonly dead?: Partial<Record<"rejected" | "expired" | "unmatched", number>>;
  readonly atLeast?: ConnectorReport["status"]["atLeast"];
  readonly about?: ConnectorReport["status"]["about"];
}

function connector({ name = "partner", condition = "ready", state = {}, waiting = 0, dead, atLeast, about }: Given) {
  const deadOf = { rejected: 0, expired: 0, unmatched: 0, ...dead };
  const status = {
    ...{ name, origin: name, type: "webhook", destination: "", cursor: 0, state: { ...READY, ...state }, version: 1 },
    ...{ since: AGO, probeAt: null, clock: 0, fingerprint: "", takenWith: null, waiting, deadOf },
    ...{ oldestWaitingAt: waiting === 0 ? null : AGO, dead: deadOf.rejected + deadOf.expired + deadOf.unmatched },
    ...{
      deliveredLastHour: 0,
      deliveredLastDay: 0,
      deadLastHour: 0,
      deadLastDay: 0,
      ...(atLeast && { atLeast }),
      ...(about && { about }),
    },
  };
  return { status, condition };
}

const owed = (people: number, oldestAt: number | null = AGO, isMore = false, unknown = 0): Owed => ({
  ...{ people, oldestAt, isMore },
  unknown: { people: unknown, isMore: false },
});

const WELL: JudgedStatus = {
  connectors: [connector({ name: "crm" }), connector({})],
  isServed: true,
  intake: { refused: [] },
  unread: 0,
  quarantined: { entries: 0, bytes: 0 },
  spool: { bytes: 0, max: 1, since: null, why: null },
  rosters: undefined,
};

function told(all: readonly Given[], more: Partial<JudgedStatus> = {}) {
  const debts = all.flatMap((one) => (one.owed === undefined ? [] : [[one.name ?? "partner", one.owed] as const]));
  const connectors = all.length === 0 ? WELL.connectors : all.map(connector);
  const verdict = statusVerdict({ ...WELL, connectors, ...more }, new Map(debts));
  const en = { language: "en", now: NOW } as const;
  return {
    head: headline(verdict, en),
    zh: headline(verdict, { ...en, language: "zh" }),
    person: verdict.needsPerson.map((matter) => matterText(matter, en)),
    itself: verdict.byItself.map((matter) => matterText(matter, en)),
  };
}

const PAUSED = { status: "paused", cause: "credentials" } as const;

describe("the sentence of the overview", () => {
  const cases: readonly [what: string, given: ReturnType<typeof told>, en: string, zh: string][] = [
    ["all is well", told([]), "Everybody who left has been honoured everywhere.", "所有退订均已在各处生效。"],
    [
      "people wait as usual",
      told([{ waiting: 4, owed: owed(3, LATER) }]),
      "3 people are owed, the oldest for 5 min: partner is sending.",
      "3 人的退订尚未生效，最久的已等待 5 分钟：partner 正在发送。",
    ],
    [
      "credentials are refused",
      told([{ name: "crm" }, { condition: "paused", state: PAUSED, waiting: 3, owed: owed(3) }]),
      "3 people are owed, the oldest for 2 h 4 min: partner is paused, its credentials are refused.",
      "3 人的退订尚未生效，最久的已等待 2 小时 4 分钟：partner 已暂停，目标系统不接受凭据。",
    ],
    [
      "one person, whom somebody's pause keeps waiting",
      told([
        {
          condition: "paused",
          state: { status: "paused", cause: "person", by: "olga", reason: { words: "the portal <b>moves</b>" } },
          waiting: 1,
          owed: owed(1),
        },
      ]),
      "1 person is owed, for 2 h 4 min: partner was paused by olga: “the portal <b>moves</b>”.",
      "1 人的退订尚未生效，已等待 2 小时 4 分钟：partner 由 olga 暂停：“the portal <b>moves</b>”。",
    ],
    [
      "several connectors owe: one person may be among both",
      told([
        { name: "crm", condition: "backing off", state: { status: "backing_off" }, waiting: 9, owed: owed(9) },
        { condition: "paused", state: PAUSED, waiting: 3, owed: owed(3, LATER) },
      ]),
      "At least 9 people are owed, the oldest for 2 h 4 min: partner is paused, its credentials are refused.",
      "至少 9 人的退订尚未生效，最久的已等待 2 小时 4 分钟：partner 已暂停，目标系统不接受凭据。",
    ],
    [
      "more wait than anybody counts",
      told([{ waiting: 10_000, atLeast: ["waiting"], owed: owed(10_000, AGO, true) }]),
      "At least 10,000 people are owed, the oldest for 2 h 4 min: partner is sending.",
      "至少 10,000 人的退订尚未生效，最久的已等待 2 小时 4 分钟：partner 正在发送。",
    ],
    [
      "more wait for whom nobody knows than anybody can count",
      told([{ waiting: 10_000_000, about: ["waiting"], owed: owed(0) }]),
      "About 10,000,000 deliveries wait until partner knows the people.",
      "约 10,000,000 条投递在等待 partner 中出现相应用户。",
    ],
    [
      "dead letters",
      told([{ dead: { rejected: 412 } }]),
      "412 wishes never reached partner, which rejected them: somebody must look.",
      "412 条退订被 partner 拒绝，未能生效：需要人工处理。",
    ],
    [
      "whom nobody over there knows",
      told([{ dead: { unmatched: 1 } }]),
      "1 wish was given up since partner does not know the person.",
      "1 条退订已放弃，因为 partner 中没有这些用户。",
    ],
    [
      "people whom the destination does not know yet",
      told([{ waiting: 2, owed: owed(0, null, false, 2) }]),
      "2 deliveries wait until partner knows the people, the oldest for 2 h 4 min.",
      "2 条投递在等待 partner 中出现相应用户，最久的已等待 2 小时 4 分钟。",
    ],
    [
      "no bridge runs",
      told([], { isServed: false }),
      "No bridge runs on this store: nothing is sent.",
      "没有 unsub-bridge 在这个存储上运行：什么都不会发出。",
    ],
    [
      "people wait while no bridge runs",
      told([{ condition: "not served", waiting: 1, owed: owed(1) }], { isServed: false }),
      "1 person is owed, for 2 h 4 min: no bridge runs that could tell partner.",
      "1 人的退订尚未生效，已等待 2 小时 4 分钟：没有 unsub-bridge 在运行，无法通知 partner。",
    ],
    [
      "the spool holds callbacks",
      told([], { spool: { bytes: 9, max: 10, since: new Date(LATER).toISOString(), why: "disk" } }),
      "For 5 min callbacks have been kept in the spool, since the store does not take them: they go in by themselves when it does.",
      "存储已有 5 分钟无法写入，回调先保存在暂存文件中，恢复后会自动写入。",
    ],
    [
      "callbacks are not read yet",
      told([], { unread: 10_000, atLeast: ["unread"] }),
      "At least 10,000 callbacks have come and are not read yet.",
      "至少 10,000 条回调已收到，尚未处理。",
    ],
    [
      "the quarantine has one",
      told([], { quarantined: { entries: 1, bytes: 3 } }),
      "1 callback lies in the quarantine, and was not acted on: somebody must look.",
      "隔离区有 1 条回调尚未执行：需要人工处理。",
    ],
    [
      "callbacks are refused",
      told([], { intake: { refused: [{ cause: "sign", app: "1", count: 7, since: LATER, at: NOW }] } }),
      "Callbacks are refused, one after the other for 5 min (7 so far): Chat does not send them again.",
      "5 分钟以来回调接连被拒绝（目前 7 次）：Chat 不会重发。",
    ],
    [
      "a connector is switched off",
      told([{ condition: "switched off", waiting: 2, owed: owed(2) }]),
      "2 people are owed, the oldest for 2 h 4 min: partner is switched off in the configuration.",
      "2 人的退订尚未生效，最久的已等待 2 小时 4 分钟：partner 已在配置中停用。",
    ],
    [
      "a connector is not configured any more",
      told([{ condition: "not configured", waiting: 2, owed: owed(2) }]),
      "2 people are owed, the oldest for 2 h 4 min: partner is not in the configuration any more.",
      "2 人的退订尚未生效，最久的已等待 2 小时 4 分钟：partner 已不在配置中。",
    ],
    [
      "a connector is paused, for which nobody waits",
      told([{ condition: "paused", state: { status: "paused", cause: "gone" } }]),
      "partner is paused, it says that it is gone for good. It owes nobody anything so far.",
      "partner 已暂停，目标系统表示已永久下线。目前没有待送达的退订。",
    ],
    [
      "there is no connector",
      told([], { connectors: [] }),
      "There is no connector yet: nobody is told of anything.",
      "还没有连接器：退订不会通知给任何系统。",
    ],
  ];
  for (const [what, { head, zh }, en, inChinese] of cases) {
    it(`is true where ${what}`, () => {
      assert.equal(head, en);
      assert.equal(zh, inChinese);
    });
  }

  it("is followed by all that needs a person and, apart from it, by all that goes on by itself", () => {
    const { person, itself } = told(
      [
        { name: "crm", condition: "backing off", state: { status: "backing_off" }, waiting: 9, owed: owed(9) },
        { condition: "paused", state: PAUSED, waiting: 3, owed: owed(3, LATER), dead: { expired: 2 } },
        { name: "slow", condition: "paused", state: PAUSED, waiting: 5, owed: owed(0, null, false, 5) },
      ],
      { unread: 1 },
    );
    assert.deepEqual(person, [
      "3 people are owed, the oldest for 5 min: partner is paused, its credentials are refused.",
      "slow is paused, its credentials are refused. It owes nobody anything so far.",
      "2 wishes never reached partner in the time that the configuration gives them: somebody must look.",
    ]);
    assert.deepEqual(itself, [
      "1 callback has come and is not read yet.",
      "9 people are owed, the oldest for 2 h 4 min: crm is in trouble over there, and is tried again by itself.",
      "5 deliveries wait until slow knows the people, the oldest for 2 h 4 min.",
    ]);
  });

  it("tells those whom a destination does not know from those who are owed, so that both together are what waits", () => {
    const { head, itself, person } = told([{ waiting: 6, owed: owed(3, LATER, false, 3) }]);
    const debt = "3 people are owed, the oldest for 5 min: partner is sending.";
    assert.equal(head, debt);
    assert.deepEqual(
      [person, itself],
      [[], [debt, "3 deliveries wait until partner knows the people, the oldest for 2 h 4 min."]],
    );
    const younger = told([{ waiting: 6, owed: owed(3, AGO, false, 1) }]);
    assert.equal(younger.itself.at(-1), "1 delivery waits until partner knows the person.");
  });
});
