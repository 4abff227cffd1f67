/** What is told in Chinese. */
import { number, size, type Unit } from "../../basics/format.ts";
import type { Typed } from "../../basics/typed.ts";
import type { Detail, HeldBy } from "../alarm.ts";
import type { Word } from "../ladder.ts";
import { accountOfSubject, releaseOf } from "./en.ts";
import { type AlarmTexts, ageParts, minuteOf } from "./language.ts";

const UNITS: Readonly<Record<Unit, string>> = { d: "天", h: "小时", min: "分钟", s: "秒", ms: "毫秒" };

/** `21 小时 36 分钟` */
export function spanInChinese(ms: number): string {
  return ageParts(ms)
    .map(([amount, unit]) => `${amount} ${UNITS[unit]}`)
    .join(" ");
}

const people = ({ people: some, isMore }: { readonly people: number; readonly isMore: boolean }): string =>
  isMore ? `超过 ${number(some)} 人` : `${number(some)} 人`;

const VOLUMES: Readonly<Record<string, string>> = {
  store: "数据库文件",
  spool: "暂存文件",
  dead_letters: "死信文件",
};

function what({ subject, detail }: Word): string {
  switch (detail.of) {
    case "undelivered_after":
      return `${subject}：${people(detail)}的退订尚未送达`;
    case "unread":
      return "回调已保存，但没有被处理";
    case "paused_after":
      return `${subject} 已暂停，${detail.people === 0 ? "目前无人等待" : `${people(detail)}在等待`}`;
    case "refused":
      return `应用 ${subject} 的回调全部被拒绝：${spanInChinese(detail.withinMs)}内 ${number(detail.count)} 次，无一成功。Chat 不会重发，这些回调已丢失`;
    case "no_callbacks_for":
      return `应用 ${subject} 没有任何回调`;
    case "quarantine":
      return `隔离区有 ${number(detail.entries)} 条回调，其中的退订均未执行`;
    case "dead_letters":
      return `${subject}：${deadWords(detail)}，这些退订没有在那里生效`;
    case "unmatched":
      return `${subject}：${number(detail.count)} 条投递已放弃，因为目标系统没有这个用户`;
    case "spool_older_than":
      return `暂存文件里有 ${number(detail.entries)} 条回调，数据库没有接收`;
    case "disk_free_below":
      return `${VOLUMES[subject] ?? subject}所在磁盘仅剩 ${share(detail.share)}（${size(detail.bytes)}）`;
    case "clock_off_by":
      return `${subject} 的时钟${detail.offMs > 0 ? "快了" : "慢了"} ${spanInChinese(Math.abs(detail.offMs))}`;
    case "held":
      return `${accountOfSubject(subject).account}：${number(detail.people)} 人疑似已退订但没有回调，等待人工决定`;
    case "void":
      return `${accountOfSubject(subject).account}：连续 ${number(detail.passes)} 次名单核对结果不可信`;
    case "unreached":
      return `${accountOfSubject(subject).account}：连续 ${number(detail.people)} 人退订却没有回调，Chat 的回调到不了这里`;
  }
}

function deadWords({ rejected, expired }: Extract<Detail, { of: "dead_letters" }>): string {
  const parts = [
    ...(rejected > 0 ? [`${number(rejected)} 条投递被拒绝`] : []),
    ...(expired > 0 ? [`${number(expired)} 条投递已过期`] : []),
  ];
  return parts.join("，");
}

const share = (part: number): string => `${Math.floor(part * 1_000) / 10}%`;

function since({ since: at, deadlineMs }: Word, now: number): string {
  const sofar = `自 ${minuteOf(at)} 起，已 ${spanInChinese(now - at)}`;
  if (deadlineMs === null) return sofar;
  return now - at < deadlineMs
    ? `${sofar}，期限 ${spanInChinese(deadlineMs)}`
    : `${sofar}，超过期限 ${spanInChinese(deadlineMs)}`;
}

const status = (hold: { readonly status?: number }): string =>
  hold.status === undefined ? "" : `（HTTP ${hold.status}）`;

function holdWords(hold: HeldBy, subject: string): string {
  switch (hold.tag) {
    case "credentials":
      return `目标系统拒绝了凭据${status(hold)}`;
    case "refusing":
      return `目标系统拒绝所有内容${status(hold)}`;
    case "gone":
      return `目标系统表示该地址已永久失效${status(hold)}`;
    case "trouble":
      return `目标系统无法访问，或自身有故障${status(hold)}`;
    case "person":
      return "有人手动暂停";
    case "switched_off":
      return `配置中 ${subject} 写有 enabled: false`;
    case "not_configured":
      return `配置中已没有 ${subject}`;
    case "slow":
      return "目标系统接收太慢，或要求等待";
  }
}

function fault({ subject, detail }: Word): string | undefined {
  switch (detail.of) {
    case "undelivered_after":
    case "paused_after":
      return holdWords(detail.hold, subject);
    case "unread":
      return "本程序";
    case "refused":
      return "Chat 控制台的 Token 与配置不一致";
    case "no_callbacks_for":
      return "Chat 控制台的回调地址或开关、到本机的网络，或者确实无人退订";
    case "quarantine":
      return "签名有效，但内容无法识别，或来得太晚";
    case "dead_letters":
      return "目标系统拒绝，或未在期限内接收";
    case "unmatched":
      return "目标系统没有这些用户";
    case "spool_older_than":
      return detail.isStoreDown ? "数据库" : "暂存内容转入数据库太慢，或无法转入";
    case "disk_free_below":
      return "服务器";
    case "clock_off_by":
      return "服务器时钟";
    case "held":
    case "void":
      return undefined;
    case "unreached":
      return "Chat 控制台的回调地址或开关，或到本机的网络";
  }
}

function helpOfHold(hold: HeldBy, subject: string, typed: Typed): string {
  switch (hold.tag) {
    case "credentials":
      return `更新凭据，生效后自动恢复。检验：${typed("check --live")}`;
    case "refusing":
      return `用 ${typed("status")} 查看目标系统的答复，修正连接器设置。检验：${typed("check --live")}`;
    case "gone":
      return `修正地址；若目标系统已恢复：${typed(`resume ${subject}`)}`;
    case "trouble":
      return `会自动重试；目标系统恢复后可立即重试：${typed(`retry --now ${subject}`)}`;
    case "person":
      return typed(`resume ${subject}`);
    case "switched_off":
      return "改为 enabled: true";
    case "not_configured":
      return `加回配置，或在新连接器中写 was: ${subject} 以接管其队列`;
    case "slow":
      return typed(`deliveries list --state waiting --connector ${subject}`);
  }
}

function help({ subject, detail }: Word, typed: Typed): string {
  switch (detail.of) {
    case "undelivered_after":
    case "paused_after":
      return helpOfHold(detail.hold, subject, typed);
    case "unread":
      return `${typed("status")}，并查看日志`;
    case "refused":
      return `把控制台的 Token 写入 chat.apps[].token（可与旧的并列），然后：${typed("status")}`;
    case "no_callbacks_for":
      return `用测试用户退订一次，然后：${typed("trace USER")}`;
    case "quarantine":
      return `${typed("quarantine list")}；升级后：${typed("quarantine replay --all")}`;
    case "dead_letters":
      return `${typed(`dead-letters list --connector ${subject}`)}，然后：${typed(`dead-letters replay --connector ${subject}`)}`;
    case "unmatched":
      return typed(`dead-letters list --connector ${subject} --class unmatched`);
    case "spool_older_than":
      return `原因见 ${typed("status")}`;
    case "disk_free_below":
      return "清理空间，或换更大的磁盘";
    case "clock_off_by":
      return `用 NTP 校时；期间来迟的回调：${typed("quarantine list")}`;
    case "held":
      return `${typed("reconcile show")}，然后：${typed(releaseOf(subject))}（或将 release 换成 discard）`;
    case "void":
      return `原因见 ${typed("reconcile status")}`;
    case "unreached":
      return `检查控制台；${typed("chat ips")} 列出必须放行的地址`;
  }
}

function over(word: Word): string {
  return `${ended(word)}（持续 ${spanInChinese((word.until ?? word.since) - word.since)}）`;
}

function ended({ subject, detail }: Word): string {
  switch (detail.of) {
    case "undelivered_after":
      return `${subject}：已无人久等`;
    case "unread":
      return "回调已重新开始处理";
    case "paused_after":
      return `${subject} 不再暂停`;
    case "refused":
      return `应用 ${subject} 的回调不再全部被拒绝`;
    case "no_callbacks_for":
      return `应用 ${subject} 又有回调了`;
    case "quarantine":
      return "隔离区已清空";
    case "dead_letters":
      return `${subject}：已没有被拒绝或过期的投递`;
    case "unmatched":
      return `${subject}：已没有目标系统不认识的用户`;
    case "spool_older_than":
      return "暂存内容已转入数据库";
    case "disk_free_below":
      return `${VOLUMES[subject] ?? subject}所在磁盘已有空间`;
    case "clock_off_by":
      return `${subject} 的时钟已恢复准确，或该机器已停用一小时`;
    case "held":
      return `${accountOfSubject(subject).account}：已无人等待决定`;
    case "void":
      return `${accountOfSubject(subject).account}：名单核对恢复正常`;
    case "unreached":
      return `${accountOfSubject(subject).account}：又能收到 Chat 的回调了`;
  }
}

export const ZH: AlarmTexts = {
  labels: { warning: "提醒", urgent: "紧急", overdue: "超期未处理", repeated: "仍未解决", over: "已恢复" },
  what,
  since,
  fault: (word) => {
    const words = fault(word);
    return words === undefined ? undefined : `原因：${words}`;
  },
  help: (word, typed) => `处理：${help(word, typed)}`,
  over,
  title: (first, more) => (more === 0 ? first : `${first}，另有 ${number(more)} 项`),
  rest: (more, typed) => `……另有 ${number(more)} 项：${typed("alerts list")}`,
  unmatched: (deliveries, typed) =>
    `此外，${number(deliveries)} 条投递因目标系统没有这个用户而放弃：${typed("dead-letters list --class unmatched")}`,
  console: (address) => `控制台：${address}`,
  test: {
    title: "这是 unsub-bridge 的告警测试",
    lines: ["如有退订即将延误，将在此通知。", "目前一切正常，无需处理。"],
  },
};
