/** Why an operation does not do what was asked, in the reader's language. */
import { type RefusalCode, type Refused, refusalWords } from "../../operations/refused.ts";
import type { Language } from "./languages.ts";

/** Words of a sentence that has no code (what a destination or a system says) stay as they are. */
export function refusalIn({ refusal, message }: Refused, language: Language): string {
  return language === "zh" && refusal !== undefined ? refusalWords(refusal, CHINESE) : message;
}

const CHINESE: Readonly<Record<RefusalCode, string>> = {
  no_plan: "没有计划“{id}”（或者已经不在了）：计划只保留一天。请重新查看，然后再操作。",
  several_plans: "有多个计划以“{text}”开头：{ids}。请再多写几位。",
  no_connector_stored: "存储中没有名为“{name}”的连接器；{todo}",
  no_connector: "没有名为“{name}”的连接器；{todo}",
  rules_in_code: "{name} 的类型是 {type}，其规则写在代码里；应答的含义请看该类型的说明页。",
  cannot_judge: "{name} 无法判断应答的含义：{fault}",
  no_alarm: "没有名为“{name}”的告警；{todo}",
  meant: "您要找的是“{name}”吗？",
  there_is: "现有：{names}",
  there_are: "现有：{names}",
  there_are_none: "目前一个也没有",
  none_ran: "网桥还没有带着任何连接器运行过",
  body_not_understood: "无法理解这个内容：{fault}",
  alerts_absent: "配置中没有 `alerts`：请加上它，并写明 `to` 和 `notices`。",
  reconcile_absent: "配置中没有 `reconcile`：请加上它，这样才能向 Chat 核对。",
  no_rest: "无法向 Chat 查询应用 {app}：请在配置中为它加上 `rest`。",
  no_account:
    "还不知道任何公众号：请在 `reconcile.accounts` 中写明，或者等某个回调提到它；ID 区分大小写（`reconcile status` 会列出已知的公众号）。",
  no_roster:
    "没有保存“{account}”的名单：请在 `reconcile.accounts` 中写明，或者等某个回调提到它；ID 区分大小写（`reconcile status` 会列出已知的公众号）。",
  callbacks_wait: "还有回调等待读取，在此之前不会进行核对：请先启动网桥。",
};
