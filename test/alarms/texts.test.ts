/** What people read: each text as it is, in both languages. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import type { AlarmName, Detail, HeldBy } from "../../src/alarms/alarm.ts";
import { digestNotice, testNotice } from "../../src/alarms/digest.ts";
import type { Word } from "../../src/alarms/ladder.ts";
import { EXIT } from "../../src/cli/io.ts";
import { openSeeded, seedEvents } from "../cli/seed.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-11-26T23:06:00Z");

function word(name: AlarmName, subject: string, detail: Detail, change: Partial<Word> = {}): Word {
  return { kind: "urgent", name, subject, since: NOW - 13 * HOUR - 300_000, deadlineMs: null, detail, ...change };
}

const owed = (hold: HeldBy, change: Partial<Word> = {}): Word =>
  word(
    "undelivered_after",
    "crm",
    { of: "undelivered_after", people: 312, isMore: false, hold },
    { deadlineMs: 24 * HOUR, kind: "warning", ...change },
  );

const told = (language: "en" | "zh", ...words: Word[]): readonly string[] => {
  const { title, lines } = digestNotice(words, { id: "1", language, bridge: "production", now: NOW });
  return [title, ...lines];
};

/** What it is, and how it reads in English and in Chinese. */
const TEXTS: readonly (readonly [Word, en: readonly string[], zh: readonly string[]])[] = [
  [
    owed({ tag: "credentials", status: 401 }),
    [
      "WARNING · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: the destination refuses the credentials (HTTP 401)",
      "what helps: renew the credentials; it goes on by itself as soon as they work. To try them: unsub-bridge check --live",
    ],
    [
      "提醒 · crm：312 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：目标系统拒绝了凭据（HTTP 401）",
      "处理：更新凭据，生效后自动恢复。检验：unsub-bridge check --live",
    ],
  ],
  [
    owed({ tag: "refusing", status: 404 }, { kind: "urgent", since: NOW - 22 * HOUR }),
    [
      "URGENT · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 01:06 UTC: 22 h of 24 h",
      "whose fault: the destination takes nothing that it is sent (HTTP 404)",
      "what helps: unsub-bridge status says what it answers; mend the connector's settings. To try them: unsub-bridge check --live",
    ],
    [
      "紧急 · crm：312 人的退订尚未送达",
      "自 2026-11-26 01:06 UTC 起，已 22 小时，期限 24 小时",
      "原因：目标系统拒绝所有内容（HTTP 404）",
      "处理：用 unsub-bridge status 查看目标系统的答复，修正连接器设置。检验：unsub-bridge check --live",
    ],
  ],
  [
    owed({ tag: "gone", status: 410 }, { kind: "overdue", since: NOW - 25 * HOUR }),
    [
      "OVERDUE · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-25 22:06 UTC: 25 h, longer than the 24 h that it may take",
      "whose fault: the destination says that it is gone for good (HTTP 410)",
      "what helps: correct its address, or if it is back: unsub-bridge resume crm",
    ],
    [
      "超期未处理 · crm：312 人的退订尚未送达",
      "自 2026-11-25 22:06 UTC 起，已 25 小时，超过期限 24 小时",
      "原因：目标系统表示该地址已永久失效（HTTP 410）",
      "处理：修正地址；若目标系统已恢复：unsub-bridge resume crm",
    ],
  ],
  [
    owed({ tag: "trouble" }, { kind: "repeated", since: NOW - 50 * HOUR }),
    [
      "STILL · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-24 21:06 UTC: 2 d 2 h, longer than the 24 h that it may take",
      "whose fault: the destination cannot be reached, or is in trouble itself",
      "what helps: it is asked again by itself; as soon as it is back: unsub-bridge retry --now crm",
    ],
    [
      "仍未解决 · crm：312 人的退订尚未送达",
      "自 2026-11-24 21:06 UTC 起，已 2 天 2 小时，超过期限 24 小时",
      "原因：目标系统无法访问，或自身有故障",
      "处理：会自动重试；目标系统恢复后可立即重试：unsub-bridge retry --now crm",
    ],
  ],
  [
    owed({ tag: "person" }),
    [
      "WARNING · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: somebody has paused it",
      "what helps: unsub-bridge resume crm",
    ],
    [
      "提醒 · crm：312 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：有人手动暂停",
      "处理：unsub-bridge resume crm",
    ],
  ],
  [
    owed({ tag: "switched_off" }),
    [
      "WARNING · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: crm is switched off in the configuration (enabled: false)",
      "what helps: write enabled: true",
    ],
    [
      "提醒 · crm：312 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：配置中 crm 写有 enabled: false",
      "处理：改为 enabled: true",
    ],
  ],
  [
    owed({ tag: "not_configured" }),
    [
      "WARNING · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: crm is not in the configuration any more",
      "what helps: put it back, or let its successor adopt its queue with was: crm",
    ],
    [
      "提醒 · crm：312 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：配置中已没有 crm",
      "处理：加回配置，或在新连接器中写 was: crm 以接管其队列",
    ],
  ],
  [
    owed({ tag: "slow" }),
    [
      "WARNING · crm: 312 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: the destination takes less than comes, or asks to wait",
      "what helps: unsub-bridge deliveries list --state waiting --connector crm",
    ],
    [
      "提醒 · crm：312 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：目标系统接收太慢，或要求等待",
      "处理：unsub-bridge deliveries list --state waiting --connector crm",
    ],
  ],
  [
    owed({ tag: "slow" }, { kind: "over", until: NOW - 300_000 }),
    ["OVER · crm: nobody waits for long any more (it lasted 13 h)"],
    ["已恢复 · crm：已无人久等（持续 13 小时）"],
  ],
  [
    word(
      "undelivered_after",
      "crm",
      { of: "undelivered_after", people: 10_000, isMore: true, hold: { tag: "slow" } },
      { deadlineMs: 24 * HOUR, kind: "warning" },
    ),
    [
      "WARNING · crm: more than 10,000 people wait for an unsubscription to arrive there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: the destination takes less than comes, or asks to wait",
      "what helps: unsub-bridge deliveries list --state waiting --connector crm",
    ],
    [
      "提醒 · crm：超过 10,000 人的退订尚未送达",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：目标系统接收太慢，或要求等待",
      "处理：unsub-bridge deliveries list --state waiting --connector crm",
    ],
  ],
  [
    word("undelivered_after", "", { of: "unread" }, { deadlineMs: 24 * HOUR, kind: "warning" }),
    [
      "WARNING · callbacks are kept, and nobody works on them",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: the bridge's own",
      "what helps: unsub-bridge status, then the log of the bridge",
    ],
    [
      "提醒 · 回调已保存，但没有被处理",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：本程序",
      "处理：unsub-bridge status，并查看日志",
    ],
  ],
  [
    word("undelivered_after", "", { of: "unread" }, { kind: "over", until: NOW }),
    ["OVER · callbacks are worked on again (it lasted 13 h 5 min)"],
    ["已恢复 · 回调已重新开始处理（持续 13 小时 5 分钟）"],
  ],
  [
    word(
      "paused_after",
      "crm",
      { of: "paused_after", people: 1, isMore: false, hold: { tag: "credentials", status: 401 } },
      { deadlineMs: 600_000, kind: "overdue", since: NOW - 600_000 },
    ),
    [
      "OVERDUE · crm is paused, and 1 person waits",
      "since 2026-11-26 22:56 UTC: 10 min, longer than the 10 min that it may take",
      "whose fault: the destination refuses the credentials (HTTP 401)",
      "what helps: renew the credentials; it goes on by itself as soon as they work. To try them: unsub-bridge check --live",
    ],
    [
      "超期未处理 · crm 已暂停，1 人在等待",
      "自 2026-11-26 22:56 UTC 起，已 10 分钟，超过期限 10 分钟",
      "原因：目标系统拒绝了凭据（HTTP 401）",
      "处理：更新凭据，生效后自动恢复。检验：unsub-bridge check --live",
    ],
  ],
  [
    word(
      "paused_after",
      "crm",
      { of: "paused_after", people: 0, isMore: false, hold: { tag: "person" } },
      { deadlineMs: 600_000, kind: "warning", since: NOW - 300_000 },
    ),
    [
      "WARNING · crm is paused, and nobody waits yet",
      "since 2026-11-26 23:01 UTC: 5 min of 10 min",
      "whose fault: somebody has paused it",
      "what helps: unsub-bridge resume crm",
    ],
    [
      "提醒 · crm 已暂停，目前无人等待",
      "自 2026-11-26 23:01 UTC 起，已 5 分钟，期限 10 分钟",
      "原因：有人手动暂停",
      "处理：unsub-bridge resume crm",
    ],
  ],
  [
    word(
      "paused_after",
      "crm",
      { of: "paused_after", people: 0, isMore: false, hold: { tag: "person" } },
      { kind: "over", until: NOW },
    ),
    ["OVER · crm goes on (it lasted 13 h 5 min)"],
    ["已恢复 · crm 不再暂停（持续 13 小时 5 分钟）"],
  ],
  [
    word("refused", "1400000000", { of: "refused", count: 21, withinMs: 300_000 }),
    [
      "URGENT · every callback of app 1400000000 is refused: 21 within 5 min, and none was taken. They are lost: Chat does not send them again",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the token in the Chat console is another one than in the configuration",
      "what helps: write the console's token into chat.apps[].token, beside the old one; then: unsub-bridge status",
    ],
    [
      "紧急 · 应用 1400000000 的回调全部被拒绝：5 分钟内 21 次，无一成功。Chat 不会重发，这些回调已丢失",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：Chat 控制台的 Token 与配置不一致",
      "处理：把控制台的 Token 写入 chat.apps[].token（可与旧的并列），然后：unsub-bridge status",
    ],
  ],
  [
    word("refused", "1400000000", { of: "refused", count: 21, withinMs: 300_000 }, { kind: "over", until: NOW }),
    ["OVER · callbacks of app 1400000000 are not all refused any more (it lasted 13 h 5 min)"],
    ["已恢复 · 应用 1400000000 的回调不再全部被拒绝（持续 13 小时 5 分钟）"],
  ],
  [
    word("no_callbacks_for", "1400000000", { of: "no_callbacks_for" }, { deadlineMs: 24 * HOUR, kind: "warning" }),
    [
      "WARNING · app 1400000000 sends no callbacks",
      "since 2026-11-26 10:01 UTC: 13 h 5 min of 24 h",
      "whose fault: the callback URL or its switches in the Chat console, the way to this machine, or nobody has left",
      "what helps: unsubscribe a test user, then: unsub-bridge trace USER",
    ],
    [
      "提醒 · 应用 1400000000 没有任何回调",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟，期限 24 小时",
      "原因：Chat 控制台的回调地址或开关、到本机的网络，或者确实无人退订",
      "处理：用测试用户退订一次，然后：unsub-bridge trace USER",
    ],
  ],
  [
    word("no_callbacks_for", "1400000000", { of: "no_callbacks_for" }, { kind: "over", until: NOW }),
    ["OVER · app 1400000000 sends callbacks again (it lasted 13 h 5 min)"],
    ["已恢复 · 应用 1400000000 又有回调了（持续 13 小时 5 分钟）"],
  ],
  [
    word("quarantine", "", { of: "quarantine", entries: 1 }),
    [
      "URGENT · 1 callback in the quarantine: nobody is unsubscribed by what lies there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: they are signed, but not understood, or came too late",
      "what helps: unsub-bridge quarantine list, then after an update: unsub-bridge quarantine replay --all",
    ],
    [
      "紧急 · 隔离区有 1 条回调，其中的退订均未执行",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：签名有效，但内容无法识别，或来得太晚",
      "处理：unsub-bridge quarantine list；升级后：unsub-bridge quarantine replay --all",
    ],
  ],
  [
    word("quarantine", "", { of: "quarantine", entries: 1 }, { kind: "over", until: NOW }),
    ["OVER · the quarantine is empty (it lasted 13 h 5 min)"],
    ["已恢复 · 隔离区已清空（持续 13 小时 5 分钟）"],
  ],
  [
    word("dead_letters", "crm", { of: "dead_letters", rejected: 2, expired: 1_000 }),
    [
      "URGENT · crm: 2 rejected and 1,000 expired deliveries given up, and the wishes are not carried out there",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the destination has refused them, or did not take them in time",
      "what helps: unsub-bridge dead-letters list --connector crm, then: unsub-bridge dead-letters replay --connector crm",
    ],
    [
      "紧急 · crm：2 条投递被拒绝，1,000 条投递已过期，这些退订没有在那里生效",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：目标系统拒绝，或未在期限内接收",
      "处理：unsub-bridge dead-letters list --connector crm，然后：unsub-bridge dead-letters replay --connector crm",
    ],
  ],
  [
    word("dead_letters", "crm", { of: "dead_letters", rejected: 1, expired: 0 }, { kind: "over", until: NOW }),
    ["OVER · crm: no rejected or expired delivery is left (it lasted 13 h 5 min)"],
    ["已恢复 · crm：已没有被拒绝或过期的投递（持续 13 小时 5 分钟）"],
  ],
  [
    word("unmatched", "crm", { of: "unmatched", count: 3 }),
    [
      "URGENT · crm: 3 deliveries given up since nobody there has that id",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: these people are not known there",
      "what helps: unsub-bridge dead-letters list --connector crm --class unmatched",
    ],
    [
      "紧急 · crm：3 条投递已放弃，因为目标系统没有这个用户",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：目标系统没有这些用户",
      "处理：unsub-bridge dead-letters list --connector crm --class unmatched",
    ],
  ],
  [
    word("unmatched", "crm", { of: "unmatched", count: 3 }, { kind: "over", until: NOW }),
    ["OVER · crm: nobody is left who was not known there (it lasted 13 h 5 min)"],
    ["已恢复 · crm：已没有目标系统不认识的用户（持续 13 小时 5 分钟）"],
  ],
  [
    word(
      "spool_older_than",
      "",
      { of: "spool_older_than", entries: 12, isStoreDown: true },
      { deadlineMs: 300_000, kind: "overdue", since: NOW - 301_000 },
    ),
    [
      "OVERDUE · 12 callbacks in the spool, for the store does not take them",
      "since 2026-11-26 23:00 UTC: 5 min 1 s, longer than the 5 min that it may take",
      "whose fault: the database",
      "what helps: unsub-bridge status says why",
    ],
    [
      "超期未处理 · 暂存文件里有 12 条回调，数据库没有接收",
      "自 2026-11-26 23:00 UTC 起，已 5 分钟 1 秒，超过期限 5 分钟",
      "原因：数据库",
      "处理：原因见 unsub-bridge status",
    ],
  ],
  [
    word(
      "spool_older_than",
      "",
      { of: "spool_older_than", entries: 12, isStoreDown: false },
      { kind: "over", until: NOW },
    ),
    ["OVER · the spool is taken over (it lasted 13 h 5 min)"],
    ["已恢复 · 暂存内容已转入数据库（持续 13 小时 5 分钟）"],
  ],
  [
    word("disk_free_below", "store", { of: "disk_free_below", share: 0.0467, bytes: 5 * 1024 ** 3 }),
    [
      "URGENT · the disk of the store has 4.6 % left (5 GiB)",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the machine",
      "what helps: make room, or move it to a larger disk",
    ],
    [
      "紧急 · 数据库文件所在磁盘仅剩 4.6%（5 GiB）",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：服务器",
      "处理：清理空间，或换更大的磁盘",
    ],
  ],
  [
    word(
      "disk_free_below",
      "dead_letters",
      { of: "disk_free_below", share: 0.0467, bytes: 5 * 1024 ** 3 },
      { kind: "over", until: NOW },
    ),
    ["OVER · the disk of the dead-letter file has room again (it lasted 13 h 5 min)"],
    ["已恢复 · 死信文件所在磁盘已有空间（持续 13 小时 5 分钟）"],
  ],
  [
    word("clock_off_by", "eu-1", { of: "clock_off_by", offMs: 45_000 }),
    [
      "URGENT · the clock of eu-1 is 45 s ahead",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the machine's clock",
      "what helps: set the clock by NTP; callbacks that come stale meanwhile: unsub-bridge quarantine list",
    ],
    [
      "紧急 · eu-1 的时钟快了 45 秒",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：服务器时钟",
      "处理：用 NTP 校时；期间来迟的回调：unsub-bridge quarantine list",
    ],
  ],
  [
    word("clock_off_by", "eu-1", { of: "clock_off_by", offMs: -90_000 }, { kind: "repeated" }),
    [
      "STILL · the clock of eu-1 is 1 min 30 s behind",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the machine's clock",
      "what helps: set the clock by NTP; callbacks that come stale meanwhile: unsub-bridge quarantine list",
    ],
    [
      "仍未解决 · eu-1 的时钟慢了 1 分钟 30 秒",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：服务器时钟",
      "处理：用 NTP 校时；期间来迟的回调：unsub-bridge quarantine list",
    ],
  ],
  [
    word("clock_off_by", "eu-1", { of: "clock_off_by", offMs: 45_000 }, { kind: "over", until: NOW }),
    ["OVER · the clock of eu-1 is right again, or nothing has run there for an hour (it lasted 13 h 5 min)"],
    ["已恢复 · eu-1 的时钟已恢复准确，或该机器已停用一小时（持续 13 小时 5 分钟）"],
  ],
  [
    word("healing", "held 1400000000 @TOA#_news", { of: "held", people: 120 }),
    [
      "URGENT · @TOA#_news: 120 people seem to have left unheard, and wait for your word",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "what helps: unsub-bridge reconcile show, then: unsub-bridge reconcile release --app 1400000000 --account @TOA#_news (or discard instead of release)",
    ],
    [
      "紧急 · @TOA#_news：120 人疑似已退订但没有回调，等待人工决定",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "处理：unsub-bridge reconcile show，然后：unsub-bridge reconcile release --app 1400000000 --account @TOA#_news（或将 release 换成 discard）",
    ],
  ],
  [
    word("healing", "held 1400000000 @TOA#_news", { of: "held", people: 1 }, { kind: "over", until: NOW }),
    ["OVER · @TOA#_news: nobody waits for your word any more (it lasted 13 h 5 min)"],
    ["已恢复 · @TOA#_news：已无人等待决定（持续 13 小时 5 分钟）"],
  ],
  [
    word("healing", "void 1400000000 @TOA#_news", { of: "void", passes: 3 }),
    [
      "URGENT · @TOA#_news: 3 comparisons in a row could not be believed",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "what helps: unsub-bridge reconcile status says why",
    ],
    [
      "紧急 · @TOA#_news：连续 3 次名单核对结果不可信",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "处理：原因见 unsub-bridge reconcile status",
    ],
  ],
  [
    word("healing", "void 1400000000 @TOA#_news", { of: "void", passes: 3 }, { kind: "over", until: NOW }),
    ["OVER · @TOA#_news: a comparison could be believed (it lasted 13 h 5 min)"],
    ["已恢复 · @TOA#_news：名单核对恢复正常（持续 13 小时 5 分钟）"],
  ],
  [
    word("healing", "unreached 1400000000 @TOA#_news", { of: "unreached", people: 3 }),
    [
      "URGENT · @TOA#_news: 3 people in a row left without a callback: Chat does not reach us",
      "since 2026-11-26 10:01 UTC: 13 h 5 min",
      "whose fault: the callback URL or its switches in the Chat console, or the way to this machine",
      "what helps: look into the console; unsub-bridge chat ips names the addresses that must get through",
    ],
    [
      "紧急 · @TOA#_news：连续 3 人退订却没有回调，Chat 的回调到不了这里",
      "自 2026-11-26 10:01 UTC 起，已 13 小时 5 分钟",
      "原因：Chat 控制台的回调地址或开关，或到本机的网络",
      "处理：检查控制台；unsub-bridge chat ips 列出必须放行的地址",
    ],
  ],
  [
    word("healing", "unreached 1400000000 @TOA#_news", { of: "unreached", people: 3 }, { kind: "over", until: NOW }),
    ["OVER · @TOA#_news: Chat's callbacks reach us again (it lasted 13 h 5 min)"],
    ["已恢复 · @TOA#_news：又能收到 Chat 的回调了（持续 13 小时 5 分钟）"],
  ],
];

describe("what people read", () => {
  for (const [one, en, zh] of TEXTS) {
    const what = `${one.kind} ${one.detail.of}${"hold" in one.detail ? ` ${one.detail.hold.tag}` : ""}`;
    it(`of ${what}, in English and in Chinese`, () => {
      assert.deepEqual(told("en", one), en);
      assert.deepEqual(told("zh", one), zh);
    });
  }

  it("has a text of its own for everything that can be told, in both languages", () => {
    const all: readonly Detail["of"][] = [
      ...(["undelivered_after", "unread", "paused_after", "refused", "no_callbacks_for", "quarantine"] as const),
      ...(["dead_letters", "unmatched", "spool_older_than", "disk_free_below", "clock_off_by"] as const),
      ...(["held", "unreached", "void"] as const),
    ];
    const shown = new Set(TEXTS.map(([{ detail }]) => detail.of));
    assert.deepEqual(
      all.filter((of) => !shown.has(of)),
      [],
    );
  });
});

describe("a digest", () => {
  const many = (count: number): Word[] =>
    Array.from({ length: count }, (_, index) => owed({ tag: "slow" }, { subject: `c${index}` }));

  it("begins with the worst, and is as bad as that", () => {
    const words = [owed({ tag: "slow" }), owed({ tag: "person" }, { kind: "overdue", subject: "partner" })];
    const { kind, title } = digestNotice(words, { id: "1", language: "en", bridge: undefined, now: NOW });
    assert.deepEqual(
      [kind, title],
      ["overdue", "OVERDUE · partner: 312 people wait for an unsubscription to arrive there, and 1 more"],
    );
  });

  it("is one message however much there is to tell, and says how much it leaves out", () => {
    const { lines } = digestNotice(many(20), { id: "1", language: "zh", bridge: undefined, now: NOW });
    assert.ok(lines.length < 40);
    assert.equal(lines.at(-1), "……另有 12 项：unsub-bridge alerts list");
  });

  it("names the bridge, and the machine where each tells for itself", () => {
    const notice = digestNotice(many(1), { id: "1", language: "en", bridge: "production", now: NOW, host: "eu-1" });
    assert.deepEqual([notice.bridge, notice.lines.at(-1)], ["production", "eu-1"]);
  });

  it("ends with the console's address, where it is known; so does a test", () => {
    const about = { id: "1", bridge: undefined, now: NOW, console: "https://bridge.example.com" } as const;
    const last = [
      digestNotice(many(2), { ...about, language: "en", host: "eu-1" }),
      testNotice({ ...about, language: "zh" }),
    ].map(({ lines }) => lines.at(-1));
    assert.deepEqual(last, ["the console: https://bridge.example.com", "控制台：https://bridge.example.com"]);
  });

  it("leads to where that is put right, where there is one such place", () => {
    const address = "https://bridge.example.com/unsub/";
    const lead = (...words: Word[]) =>
      digestNotice(words, { id: "1", bridge: undefined, now: NOW, console: address, language: "en" }).lines.at(-1);
    const dead = word("dead_letters", "crm é", { of: "dead_letters", rejected: 3, expired: 0 });
    const held = word("healing", "held 1 @TOA#_news", { of: "held", people: 2 });
    const at = "the console: https://bridge.example.com/unsub/";
    assert.equal(lead(dead), `${at}dead-letters?connector=crm%20%C3%A9`);
    assert.equal(lead(held, { ...held, subject: "void 1 @TOA#_news" }), `${at}healing`);
    assert.equal(lead(owed({ tag: "person" })), `${at}connectors/crm`);
    assert.equal(lead(dead, held), at);
    // what is over needs nobody any more
    assert.equal(lead({ ...dead, kind: "over" }), at);
  });

  it("has one line of those whom nobody over there knows, where these do not ring by themselves", () => {
    const lines = (language: "en" | "zh") =>
      digestNotice(many(1), { id: "1", language, bridge: undefined, now: NOW, unmatched: 1_200 }).lines.at(-1);
    assert.equal(
      lines("en"),
      "besides, 1,200 deliveries were given up since nobody there has that id: unsub-bridge dead-letters list --class unmatched",
    );
    assert.equal(
      lines("zh"),
      "此外，1,200 条投递因目标系统没有这个用户而放弃：unsub-bridge dead-letters list --class unmatched",
    );
  });

  it("names no command that the command line does not take", async () => {
    const commands = new Set<string>();
    const typed = (command: string) => {
      commands.add(command.replace("USER", "jared"));
      return command;
    };
    const words = TEXTS.map(([each]) => (each.name === "healing" ? each : { ...each, subject: "crm" }));
    for (const language of ["en", "zh"] as const)
      for (const each of [words, ...words.map((one) => [one])])
        digestNotice(each, { id: "1", language, bridge: undefined, now: NOW, unmatched: 1, typed });
    const seeded = await openSeeded((storage) => seedEvents(storage, ["jared"], ["crm"]));
    try {
      for (const command of commands) {
        // these ask somebody else
        if (/^chat ips|^check --live|^reconcile release/.test(command)) continue;
        const { code, err } = await seeded.command(...command.split(" "));
        assert.notEqual(code, EXIT.usage, `${command}: ${err}`);
      }
    } finally {
      await seeded.close();
    }
    assert.ok(commands.size > 10);
  });

  it("has commands that a shell takes as they are meant, whatever an account is called", () => {
    for (const account of ["@TOA#_news", 'it\'s $(touch /tmp/x) "news" #1', "; rm -rf * &"]) {
      const commands: string[] = [];
      const typed = (command: string) => `${commands.push(command)}`;
      const held = word("healing", `held 1400000000 ${account}`, { of: "held", people: 2 });
      digestNotice([held], { id: "1", language: "en", bridge: undefined, now: NOW, typed });
      const release = commands.find((command) => command.startsWith("reconcile release")) ?? "";
      const words = execFileSync("sh", ["-c", `printf '%s\n' ${release}`], { encoding: "utf8" })
        .trimEnd()
        .split("\n");
      assert.deepEqual(words, ["reconcile", "release", "--app", "1400000000", "--account", account]);
    }
  });

  it("says that a test is one", () => {
    assert.deepEqual(testNotice({ id: "1", language: "en", bridge: undefined, now: NOW }), {
      ...{ id: "1", kind: "test", at: NOW, title: "This is a test of unsub-bridge's alerts" },
      lines: [
        "Whoever reads this is told when somebody's unsubscription is late.",
        "Nothing is wrong, and nothing is to be done.",
      ],
    });
    assert.equal(testNotice({ id: "1", language: "zh", bridge: "甲", now: NOW }).title, "这是 unsub-bridge 的告警测试");
  });
});
