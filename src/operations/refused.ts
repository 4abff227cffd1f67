/** An operation that does not do what was asked. */

import { sentencesOf } from "../basics/sentence-tables.ts";
import type { Said } from "../basics/sentences.ts";

/** `unknown`: what was named is not there; `unreachable`: the store, or what was asked, could not be reached. */
export type RefusalCause = "unknown" | "unreachable";

/** Its words are for people, and say what to do; nothing was changed. */
export class Refused extends Error {
  readonly why: RefusalCause;
  /** For whoever says it in another language: words that stand in no table are their own. */
  readonly said: Said;
  constructor(why: RefusalCause, said: string | Said) {
    super(typeof said === "string" ? said : said.words);
    this.why = why;
    this.said = typeof said === "string" ? { words: said } : said;
  }
}

/** What pages can run into. A value may be a sentence itself. */
export const said = sentencesOf("refused", {
  no_plan: {
    en: 'There is no plan "{id}" (any more): plans are kept for a day. Look again, and do it then.',
    zh: "没有计划“{id}”（或者已经不在了）：计划只保留一天。请重新查看，然后再操作。",
  },
  unfit: {
    en: "The database cannot hold a sign of what was asked for: its encoding lacks it, so no such id, name or word can be in this store.",
    zh: "数据库无法存放所查找内容中的某个字符：其编码没有这个字符，因此这个存储里不可能有这样的 ID、名称或文字。",
  },
  several_plans: {
    en: '"{text}" is the beginning of several plans: {ids}; say more of it.',
    zh: "有多个计划以“{text}”开头：{ids}。请再多写几位。",
  },
  several_ids: {
    en: '"{text}" is the beginning of several ids: {ids}; say more of it.',
    zh: "有多个 ID 以“{text}”开头：{ids}。请再多写几位。",
  },
  no_connector_stored: {
    en: 'There is no connector "{name}" in the store; {todo}',
    zh: "存储中没有名为“{name}”的连接器；{todo}",
  },
  no_connector: {
    en: 'There is no connector "{name}"; {todo}',
    zh: "没有名为“{name}”的连接器；{todo}",
  },
  rules_in_code: {
    en: "{name} is of the type {type}, whose rules stand in its code; its page says what answers mean.",
    zh: "{name} 的类型是 {type}，其规则写在代码里；应答的含义请看该类型的说明页。",
  },
  cannot_judge: {
    en: "{name} cannot say what an answer means: {fault}",
    zh: "{name} 无法判断应答的含义：{fault}",
  },
  no_alarm: {
    en: 'There is no alarm "{name}"; {todo}',
    zh: "没有名为“{name}”的告警；{todo}",
  },
  meant: {
    en: 'did you mean "{name}"?',
    zh: "您要找的是“{name}”吗？",
  },
  there_is: {
    en: "there is {names}",
    zh: "现有：{names}",
  },
  there_are: {
    en: "there are {names}",
    zh: "现有：{names}",
  },
  there_are_none: {
    en: "there are none",
    zh: "目前一个也没有",
  },
  none_ran: {
    en: "the bridge has not run with a connector yet",
    zh: "unsub-bridge 还没有带着任何连接器运行过",
  },
  body_not_understood: {
    en: "This body is not understood: {fault}",
    zh: "无法识别这个内容：{fault}",
  },
  alerts_absent: {
    en: "`alerts` does not stand in the configuration: add it, with `to` and `notices`.",
    zh: "配置中没有 `alerts`：请加上它，并写明 `to` 和 `notices`。",
  },
  reconcile_absent: {
    en: "`reconcile` does not stand in the configuration: add it, so that Chat is asked.",
    zh: "配置中没有 `reconcile`：请加上它，这样才能向 Chat 核对。",
  },
  no_rest: {
    en: "Chat cannot be asked about app {app}: add its `rest`.",
    zh: "无法向 Chat 查询应用 {app}：请在配置中为它加上 `rest`。",
  },
  no_account: {
    en: "No official account is known: name it under `reconcile.accounts`, or wait until a callback has named it; ids are case-sensitive (`reconcile status` lists those that are known).",
    zh: "还不知道任何公众号：请在 `reconcile.accounts` 中写明，或者等某个回调提到它；ID 区分大小写（`reconcile status` 会列出已知的公众号）。",
  },
  no_account_of_app: {
    en: "No official account of app {app} is known: name it under `reconcile.accounts`, or wait until a callback has named it (`reconcile status` lists those that are known).",
    zh: "还不知道应用 {app} 的任何公众号：请在 `reconcile.accounts` 中写明，或者等某个回调提到它（`reconcile status` 会列出已知的公众号）。",
  },
  no_roster: {
    en: 'No roster of "{account}" is kept: name it under `reconcile.accounts`, or wait until a callback has named it; ids are case-sensitive (`reconcile status` lists those that are known).',
    zh: "没有保存“{account}”的名单：请在 `reconcile.accounts` 中写明，或者等某个回调提到它；ID 区分大小写（`reconcile status` 会列出已知的公众号）。",
  },
  callbacks_wait: {
    en: "Callbacks wait to be read, and nothing is compared before: start the bridge.",
    zh: "还有回调等待读取，在此之前不会进行核对：请先启动 unsub-bridge。",
  },
});
