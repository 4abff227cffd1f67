/** What one will hear, and when: in both languages. */
import { findingsOf, sentencesOf } from "../basics/sentence-tables.ts";

export const found = findingsOf("alerts", {
  told_alone: {
    en: ["{first} is told; nobody else is, should that fail"],
    zh: ["会通知 {first}；如果失败，不再通知别人"],
  },
  told: { en: ["{first} is told; where it cannot be, {others}"], zh: ["会通知 {first}；如果失败，改为通知 {others}"] },
  owed_unheard: {
    en: ["{names}: you will not hear of people who wait"],
    zh: ["{names}：有人在等待时，您不会得到通知"],
  },
  owed: {
    en: ["{names}: you will hear after {ladder} that somebody waits"],
    zh: ["{names}：有人等待达到 {ladder}时，您会得到通知"],
  },
  paused_after: {
    en: ["you will hear {ladder} after a connector was paused"],
    zh: ["连接器暂停达到 {ladder}时，您会得到通知"],
  },
  no_callbacks_for: {
    en: ["you will hear after {ladder} without any callback of an app"],
    zh: ["某个应用没有任何回调达到 {ladder}时，您会得到通知"],
  },
  spool_older_than: {
    en: ["you will hear when a callback lies in the spool for {ladder}"],
    zh: ["回调在暂存文件中停留达到 {ladder}时，您会得到通知"],
  },
  one_refused: {
    en: ["you will hear at once when more than 1 request of an app is refused within {within}, and none is taken"],
    zh: ["某个应用在 {within}内有超过 1 个请求被拒绝、且没有一个被接收时，您会立即得到通知"],
  },
  refused: {
    en: [
      "you will hear at once when more than {count} requests of an app are refused within {within}, and none is taken",
    ],
    zh: ["某个应用在 {within}内有超过 {count} 个请求被拒绝、且没有一个被接收时，您会立即得到通知"],
  },
  quarantine: {
    en: ["you will hear at once when a callback is in the quarantine"],
    zh: ["有回调进入隔离区时，您会立即得到通知"],
  },
  dead_letters: {
    en: ["you will hear at once when a delivery is given up as rejected or expired"],
    zh: ["有投递因被拒绝或超时而放弃时，您会立即得到通知"],
  },
  unmatched: {
    en: ["you will hear at once when a delivery is given up since nobody over there has that id"],
    zh: ["有投递因目标系统中没有这个 ID 而放弃时，您会立即得到通知"],
  },
  disk_free_below: {
    en: ["you will hear at once when a disk has less than {share} % left"],
    zh: ["磁盘剩余空间不足 {share}% 时，您会立即得到通知"],
  },
  clock_off_by: {
    en: ["you will hear at once when a machine's clock is off by more than {span}"],
    zh: ["某台机器的时钟偏差超过 {span}时，您会立即得到通知"],
  },
  healing: {
    en: [
      "you will hear at once when people are held for your word, three comparisons in a row are void, or Chat does not reach us",
    ],
    zh: ["有人待您决定、连续三次核对无效，或 Chat 无法到达我们时，您会立即得到通知"],
  },
  unheard: { en: ["you will not hear of {names}"], zh: ["以下告警不会通知您：{names}"] },
  uncompared: {
    en: ["you will not hear of `healing` while `reconcile` does not stand here: no rosters are compared"],
    zh: ["配置中没有 `reconcile`，不会核对名单，因此 `healing` 不会通知您"],
  },
  heartbeat: {
    en: ["an address is asked every minute while callbacks are taken and couriers live"],
    zh: ["只要 unsub-bridge 在接收回调和投递，就会每分钟请求一次心跳地址"],
  },
});

export const words = sentencesOf("alerts", {
  ladder: { en: "{warning}, {urgent} and {overdue}", zh: "{warning}、{urgent}和 {overdue}" },
  and_then: { en: "{one}, then {other}", zh: "{one}，然后 {other}" },
  listed: { en: "{one}, {other}", zh: "{one}、{other}" },
  either: { en: "{one} or {other}", zh: "{one}或 {other}" },
});
